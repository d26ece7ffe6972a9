package fit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// plain is the list that looking at every pair gives.
func plain(x *Scorer, c *Profile, posts []Post, k int, skip func(int) bool) (list []Choice) {
	for seq := range posts {
		if skip != nil && skip(seq) || Bar(c, &posts[seq]) != "" {
			continue
		}
		s := x.Score(c, &posts[seq])
		if s.Merit() >= x.Rule.Floor {
			list = append(list, Choice{seq, s.Merit(), s.Wish(), tier(c.WantKinds, posts[seq].Kind)})
		}
	}
	slices.SortFunc(list, Choice.compare)
	return list[:min(len(list), k)]
}

var (
	kinds   = []string{"P1", "P2", "P3", "P4", "P5", "P6", ""}
	trades  = []string{"6-18-01-12", "6-18-01-02", "6-18-02-04", "2-02-07-02", ""}
	places  = []string{"450203", "450204", "450105", "450100", "310101", "45", ""}
	courses = []string{"660102", "460701", "080207", ""}
	letters = []string{"A1", "A2", "A3", "B1", "B2", "C1", "C2", "C3", "D1"}
)

// links are such that programmes lead to kinds by their digits, and skills of one
// letter are near to each other.
var links = Links{
	Near: func(kind, occupation, programme string) int {
		sum := 0
		for _, b := range kind + occupation + programme {
			sum += int(b)
		}
		return []int{0, 30, 60, 100}[sum%4]
	},
	Akin: func(skill string) (near []string) {
		for _, l := range letters {
			if l != skill && l[0] == skill[0] {
				near = append(near, l)
			}
		}
		return near
	},
}

func anyRule(rng *rand.Rand) Rule {
	r := Rule{Skills: 6000, Programme: 1500, Certificate: 1000, Study: 1500, Kind: 5000, Region: 2000, Pay: 2000, Shift: 1000,
		Must: 200, Partial: 60, Near: 30, Floor: 3000, Choices: 5}
	switch rng.IntN(4) {
	case 0:
		r.Near = 0
	case 1:
		r.Floor, r.Must = 0, 100
	case 2:
		r.Skills, r.Study, r.Kind, r.Region, r.Partial, r.Near = 2000, 5500, 1000, 6000, 100, 100
	}
	return r
}

func anyProfile(rng *rand.Rand) Profile {
	p := Profile{Schooling: rng.IntN(5), Programme: courses[rng.IntN(len(courses))], Score: rng.IntN(1002) - 1, WantPay: int64(rng.IntN(3)) * 400000,
		Shift: rng.IntN(2) == 0, Overseas: rng.IntN(4) == 0}
	for range rng.IntN(3) {
		p.Certificates = append(p.Certificates, Certificate{trades[rng.IntN(len(trades))], []string{"L5", "L4", "L3", "?"}[rng.IntN(4)]})
	}
	for range rng.IntN(6) {
		p.Skills = append(p.Skills, Skill{letters[rng.IntN(len(letters))], rng.IntN(7)})
	}
	for range rng.IntN(4) {
		p.WantKinds = append(p.WantKinds, kinds[rng.IntN(len(kinds))])
	}
	for range rng.IntN(3) {
		p.WantRegions = append(p.WantRegions, places[rng.IntN(len(places))])
	}
	return p
}

func anyPost(rng *rand.Rand) Post {
	p := Post{Kind: kinds[rng.IntN(len(kinds))], Occupation: trades[rng.IntN(len(trades))], Region: places[rng.IntN(len(places))], Schooling: rng.IntN(5),
		PayLow: int64(rng.IntN(3)) * 300000, PayHigh: int64(rng.IntN(3)) * 350000, Shift: rng.IntN(2) == 0, Overseas: rng.IntN(8) == 0}
	for _, i := range rng.Perm(len(letters))[:rng.IntN(5)] {
		p.Needs = append(p.Needs, Need{letters[i], rng.IntN(6), rng.IntN(40), rng.IntN(2) == 0})
	}
	return p
}

func many[T any](rng *rand.Rand, n int, one func(*rand.Rand) T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = one(rng)
	}
	return list
}

// A list is the best of all posts, as looking at every pair finds them.
func TestListIsThatOfLookingAtEveryPair(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for round := range 60 {
		rule, posts := anyRule(rng), many(rng, 1+rng.IntN(300), anyPost)
		x, s := &Scorer{rule, links}, NewMarket(rule, links, posts).Seeker()
		for range 40 {
			c, k := anyProfile(rng), 1+rng.IntN(25)
			var skip func(int) bool
			if rng.IntN(3) == 0 {
				skip = func(post int) bool { return post%3 == 0 }
			}
			want, got := plain(x, &c, posts, k, skip), s.List(&c, k, skip)
			if !slices.Equal(got, want) {
				t.Fatalf("round %d: the %d best of %d posts are\n%v, looking at every pair gives\n%v\nfor %+v", round, k, len(posts), got, want, c)
			}
		}
	}
}

// Any number of processors gives the same lists.
func TestListsAreTheSameOnAnyNumberOfProcessors(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	rule, posts, people := anyRule(rng), many(rng, 400, anyPost), many(rng, 500, anyProfile)
	m := NewMarket(rule, links, posts)
	got, err := m.Lists(t.Context(), people, 10)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Seeker()
	for i := range people {
		if one := s.List(&people[i], 10, nil); !slices.Equal(one, got[i]) {
			t.Fatalf("candidate %d: %v by all processors, %v by one", i, got[i], one)
		}
	}
}

// Merit grows with skills and levels, and does not move with wishes.
func TestMeritIsMonotone(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 5000 {
		c, p := anyProfile(rng), anyPost(rng)
		x := Scorer{anyRule(rng), links}
		before := x.Score(&c, &p)
		if m := before.Merit(); m < 0 || m > Full || before.Wish() < 0 || before.Wish() > Full {
			t.Fatalf("merit %d, wish %d of %+v and %+v", m, before.Wish(), c, p)
		}
		better := c
		better.Skills = append([]Skill{{letters[rng.IntN(len(letters))], 5}}, c.Skills...)
		if got := x.Score(&better, &p).Merit(); got < before.Merit() {
			t.Fatalf("more skill: merit %d, was %d: %+v and %+v", got, before.Merit(), c, p)
		}
		other, wish := c, anyProfile(rng)
		other.WantKinds, other.WantRegions, other.WantPay, other.Shift, other.Overseas = wish.WantKinds, wish.WantRegions, wish.WantPay, wish.Shift, wish.Overseas
		if got := x.Score(&other, &p).Merit(); got != before.Merit() {
			t.Fatalf("other wishes: merit %d, was %d", got, before.Merit())
		}
	}
}

func TestNearSkillsEarnAPart(t *testing.T) {
	x := Scorer{Rule{Skills: 6000, Must: 100, Partial: 60, Near: 30}, links}
	post := Post{Needs: []Need{{"A1", 4, 50, false}, {"B1", 2, 50, false}}}
	for _, c := range []struct {
		name string
		has  []Skill
		want int
	}{
		{"nothing", nil, 0},
		{"one as asked", []Skill{{"A1", 4}}, 3000},
		{"a near one as high earns 30 per cent", []Skill{{"A2", 5}}, 900},
		{"a near one half as high earns half of it", []Skill{{"A2", 2}}, 450},
		{"half the level of its own earns more", []Skill{{"A1", 2}, {"A2", 5}}, 900},
		{"of another kind earns nothing", []Skill{{"C1", 5}}, 0},
	} {
		if got := x.Score(&Profile{Skills: c.has}, &post)[PartSkills]; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func ExampleMarket() {
	rule := Rule{Skills: 10000, Must: 200, Partial: 60, Kind: 5000, Region: 5000}
	m := NewMarket(rule, Links{Near: func(kind, occupation, programme string) int { return 0 }}, []Post{
		{Kind: "welder", Region: "450203", Needs: []Need{{"WEL01", 3, 60, true}, {"SAF01", 1, 40, false}}},
		{Kind: "fitter", Region: "450203", Needs: []Need{{"MEC01", 3, 100, true}}},
	})
	li := Profile{Skills: []Skill{{"WEL01", 3}, {"MEC01", 1}}, WantKinds: []string{"welder"}}
	for _, c := range m.Seeker().List(&li, 20, nil) {
		fmt.Println(c.Post, c.Merit, c.Wish)
	}
	// Output:
	// 0 7500 10000
	// 1 2000 5000
}
