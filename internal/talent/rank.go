package talent

import (
	"cmp"
	"slices"
)

// Choice is one entry of a candidate's list: a position's number within the
// round, and the candidate's merit there.
type Choice struct {
	Seq   int
	Merit int
	order [2]int // what it is ranked by: tier, then points, lower being better
}

// List makes a candidate's list over all posts, best first and exact: every post
// is looked at. own is the list that the candidate gave, as numbers of posts; it
// is kept in its order, less what is barred. Without one the list is filled from
// the score: positions of the kinds that were wanted in their order, then the
// rest, each by merit and wish together, ties by the post's number.
func (j *Judge) List(c *Profile, posts []Post, own []int) (list []Choice) {
	if len(own) > 0 {
		for _, seq := range own {
			if choice, ok := j.choice(c, &posts[seq], seq); ok && len(list) < j.Rule.Choices {
				list = append(list, choice)
			}
		}
		return list
	}
	for seq := range posts {
		if j.Skip != nil && j.Skip(seq) {
			continue
		}
		if choice, ok := j.choice(c, &posts[seq], seq); ok {
			list = insert(list, choice, j.Rule.Choices)
		}
	}
	return list
}

func (j *Judge) choice(c *Profile, p *Post, seq int) (Choice, bool) {
	if Bar(c, p) != "" {
		return Choice{}, false
	}
	s := j.Score(c, p)
	merit := s.Merit()
	if merit < j.Rule.Floor {
		return Choice{}, false
	}
	tier := len(c.WantKinds)
	if i := slices.Index(c.WantKinds, p.Kind); i >= 0 {
		tier = i
	}
	return Choice{seq, merit, [2]int{tier, -merit - s.Wish()}}, true
}

// insert keeps the best so many of what comes by, in order.
func insert(list []Choice, one Choice, most int) []Choice {
	less := func(a, b Choice) int {
		return cmp.Or(cmp.Compare(a.order[0], b.order[0]), cmp.Compare(a.order[1], b.order[1]), cmp.Compare(a.Seq, b.Seq))
	}
	if len(list) == most && less(one, list[most-1]) >= 0 {
		return list
	}
	i, _ := slices.BinarySearchFunc(list, one, less)
	list = slices.Insert(list, i, one)
	return list[:min(len(list), most)]
}
