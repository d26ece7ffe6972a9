package fit

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What a post finds is what scoring every candidate finds, for it and for each of
// its variants.
func TestPullIsThatOfLookingAtEverybody(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 60 {
		rule, people := anyRule(rng), many(rng, 1+rng.IntN(150), anyProfile)
		x, pool := &Scorer{rule, links}, NewPool(rule, links, people)
		for range 15 {
			post := anyPost(rng)
			eased, richer := post, post
			eased.Needs = slices.Clone(post.Needs)
			if len(eased.Needs) > 0 {
				eased.Needs[0].Level = max(0, eased.Needs[0].Level-1)
			}
			eased.Schooling, eased.Shift = max(0, post.Schooling-1), false
			richer.PayLow += 100000
			variants := []Post{eased, richer}
			got := pool.Pull(&post, 7, 6000, variants)
			var all []Hit
			want, more := Pull{Barred: map[string]int{}, Lacks: make([]int, len(post.Needs))}, make([]More, len(variants))
			able := func(c *Profile, p *Post) bool { return Bar(c, p) == "" && x.Score(c, p).Merit() >= rule.Floor }
			for i := range people {
				c := &people[i]
				s, bar := x.Score(c, &post), Bar(c, &post)
				switch {
				case bar == "" && s.Merit() >= rule.Floor:
					all = append(all, Hit{i, s.Merit(), s.Wish()})
					if s.Merit() >= 6000 {
						want.Strong++
					}
					if slices.Contains(c.WantKinds, post.Kind) {
						want.Wanted++
					}
					if paid(c.WantPay, post.PayLow, post.PayHigh) == 100 {
						want.Paid++
					}
				case bar == "":
					want.Barred[BarFloor]++
				default:
					want.Barred[bar]++
				}
				if bar == "" {
					for n := range post.Needs {
						if level(c.Skills, post.Needs[n].Code) < post.Needs[n].Level {
							want.Lacks[n]++
						}
					}
				}
				for v := range variants {
					was, is := able(c, &post), able(c, &variants[v])
					if !was && is {
						more[v].Able++
					}
					if is && paid(c.WantPay, variants[v].PayLow, variants[v].PayHigh) == 100 && !(was && paid(c.WantPay, post.PayLow, post.PayHigh) == 100) {
						more[v].Paid++
					}
				}
			}
			slices.SortFunc(all, Hit.compare)
			if got.Able != len(all) || got.Strong != want.Strong || got.Wanted != want.Wanted || got.Paid != want.Paid || !slices.Equal(got.Lacks, want.Lacks) {
				t.Fatalf("found %+v, scoring everybody finds %d able and %+v", got, len(all), want)
			}
			if !slices.Equal(got.Best, all[:min(7, len(all))]) {
				t.Fatalf("the best are %v, scoring everybody finds %v", got.Best, all[:min(7, len(all))])
			}
			for bar, n := range want.Barred {
				if got.Barred[bar] != n {
					t.Fatalf("%d are barred by %s, scoring finds %d", got.Barred[bar], bar, n)
				}
			}
			if !slices.Equal(got.With, more) {
				t.Fatalf("variants bring %v, scoring everybody finds %v", got.With, more)
			}
		}
	}
}
