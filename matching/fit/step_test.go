package fit

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What a step opens is what scoring everything anew with it finds.
func TestStepsOpenWhatScoringAnewFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for round := range 15 {
		rule, posts := anyRule(rng), many(rng, 1+rng.IntN(200), anyPost)
		x, m := &Scorer{rule, links}, NewMarket(rule, links, posts)
		steps := many(rng, 12, func(rng *rand.Rand) (st Step) {
			other := anyProfile(rng)
			st.Skills = other.Skills
			if rng.IntN(2) == 0 {
				st.Certificates = other.Certificates
			}
			return st
		})
		compiled, s := m.Steps(steps), m.Seeker()
		var within func(post, merit int) bool
		if round%3 == 0 {
			within = func(post, merit int) bool { return merit >= 3000+100*(post%20) }
		}
		open := func(c *Profile, post int) bool {
			merit := x.Score(c, &posts[post]).Merit()
			return Bar(c, &posts[post]) == "" && merit >= rule.Floor && (within == nil || within(post, merit))
		}
		opens := func(c, changed *Profile) (list []int) {
			for i := range posts {
				if !open(c, i) && open(changed, i) {
					list = append(list, i)
				}
			}
			return list
		}
		for range 12 {
			c := anyProfile(rng)
			got := s.Reach(&c, compiled, within)
			for i, st := range steps {
				with := c
				with.Skills = slices.Clone(c.Skills)
				for _, k := range st.Skills {
					if at := slices.IndexFunc(with.Skills, func(had Skill) bool { return had.Code == k.Code }); at < 0 {
						with.Skills = append(with.Skills, k)
					} else {
						with.Skills[at].Level = max(with.Skills[at].Level, k.Level)
					}
				}
				with.Certificates = append(slices.Clone(c.Certificates), st.Certificates...)
				slices.Sort(got.Steps[i])
				if want := opens(&c, &with); !slices.Equal(got.Steps[i], want) {
					t.Fatalf("step %+v opens %v, scoring anew finds %v, for %+v", st, got.Steps[i], want, c)
				}
			}
			shift, abroad := c, c
			shift.Shift, abroad.Overseas = true, true
			slices.Sort(got.Shift)
			slices.Sort(got.Overseas)
			if want := opens(&c, &shift); !slices.Equal(got.Shift, want) {
				t.Fatalf("shifts open %v, scoring anew finds %v, for %+v", got.Shift, want, c)
			}
			if want := opens(&c, &abroad); !slices.Equal(got.Overseas, want) {
				t.Fatalf("work abroad opens %v, scoring anew finds %v, for %+v", got.Overseas, want, c)
			}
			for _, city := range []string{"4502", "4501", "3101"} {
				far := c
				far.WantRegions = append(slices.Clone(c.WantRegions), city+"00")
				slices.Sort(got.Cities[city])
				if want := opens(&c, &far); len(c.WantRegions) > 0 && !slices.Equal(got.Cities[city], want) {
					t.Fatalf("going to %s opens %v, scoring anew finds %v, for %+v", city, got.Cities[city], want, c)
				}
			}
			count := 0
			for i := range posts {
				if open(&c, i) {
					count++
				}
			}
			if len(got.Open) != count {
				t.Fatalf("%d posts are open, scoring finds %d", len(got.Open), count)
			}
			if within == nil {
				sums := make([]int, len(steps))
				if n := s.Gains(&c, compiled, func(step, posts int) { sums[step] = posts }); n != count {
					t.Fatalf("%d posts are open by counting, %d by looking", n, count)
				}
				for i := range steps {
					if sums[i] != len(got.Steps[i]) {
						t.Fatalf("step %d opens %d posts by counting, %d by looking", i, sums[i], len(got.Steps[i]))
					}
				}
			}
		}
	}
}
