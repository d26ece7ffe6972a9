package talent

import "maps"

// Change is one thing that a candidate could change, with the posts that it would
// open: a skill had at a level, or shifts or work abroad accepted.
type Change struct {
	Skill  string // to be had at Level
	Level  int
	Accept string // BarShift or BarOverseas
	Opens  []int  // posts, by their numbers
}

// Changes finds what would open posts that are not open now, one change at a
// time. within tells whether a merit is enough at a post.
func (j *Judge) Changes(me *Profile, posts []Post, within func(post, merit int) bool) []Change {
	type key struct {
		skill, accept string
		level         int
	}
	found := map[key]*Change{}
	note := func(k key, post int) {
		if found[k] == nil {
			found[k] = &Change{Skill: k.skill, Level: k.level, Accept: k.accept}
		}
		found[k].Opens = append(found[k].Opens, post)
	}
	for i := range posts {
		post := &posts[i]
		open := func(c *Profile) bool {
			if Bar(c, post) != "" {
				return false
			}
			merit := j.Score(c, post).Merit()
			return merit >= j.Rule.Floor && within(i, merit)
		}
		if open(me) {
			continue
		}
		switch bar := Bar(me, post); bar {
		case "":
			for _, n := range post.Needs {
				if me.Skills.Level(n.Code) >= n.Level {
					continue
				}
				more := *me
				more.Skills = me.Skills.With(Skill{Code: n.Code, Level: n.Level})
				if open(&more) {
					note(key{skill: n.Code, level: n.Level}, i)
				}
			}
		case BarShift, BarOverseas:
			more := *me
			more.Shift, more.Overseas = true, me.Overseas || bar == BarOverseas
			if open(&more) {
				note(key{accept: bar}, i)
			}
		}
	}
	list := make([]Change, 0, len(found))
	for c := range maps.Values(found) {
		list = append(list, *c)
	}
	return list
}
