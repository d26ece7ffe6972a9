package fit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// city makes people and posts as a city has them: 88 kinds of work with six skills
// each, posts whose needs vary a little about those of their kind, people whose
// skills follow from one kind that their programme leads to.
func city(people, posts int) ([]Profile, []Post, Links) {
	const kindsOfWork, skillCount, districts, programmes = 88, 149, 112, 300
	rng := rand.New(rand.NewPCG(2026, 1))
	code := func(letter string, n int) string { return fmt.Sprintf("%s%03d", letter, n) }
	place := func() string { return fmt.Sprintf("45%02d%02d", 1+rng.IntN(14), 2+rng.IntN(districts/14)) }
	needs := make([][]Need, kindsOfWork)
	for k := range needs {
		for _, s := range rng.Perm(12)[:6] {
			needs[k] = append(needs[k], Need{code("S", (k*7+s)%skillCount), 1 + rng.IntN(4), 10 + rng.IntN(25), rng.IntN(3) == 0})
		}
	}
	links := Links{
		Near: func(kind, _, programme string) int {
			var k, p int
			fmt.Sscanf(kind+programme, "K%dV%d", &k, &p)
			switch d := (p - k*programmes/kindsOfWork + programmes) % programmes; {
			case d < 4:
				return 100
			case d < 12:
				return 60
			case d < 30:
				return 30
			}
			return 0
		},
		Akin: func(skill string) (list []string) {
			var s int
			fmt.Sscanf(skill, "S%d", &s)
			for o := s - s%10; o < min(s-s%10+10, skillCount); o += 2 {
				if o != s {
					list = append(list, code("S", o))
				}
			}
			return list
		},
	}
	offered := make([]Post, posts)
	for i := range offered {
		k, low := rng.IntN(kindsOfWork), int64(4000+100*rng.IntN(50))*100
		offered[i] = Post{Kind: code("K", k), Occupation: fmt.Sprintf("6-%02d-%02d-%02d", k%9, k%7, k), Region: place(), Schooling: 2 + rng.IntN(3),
			PayLow: low, PayHigh: low + 150000, Shift: rng.IntN(2) == 0, Overseas: rng.IntN(50) == 0}
		for _, n := range needs[k] {
			n.Level = min(max(n.Level+rng.IntN(3)-1, 1), MaxLevel)
			n.Weight += rng.IntN(11) - 5
			offered[i].Needs = append(offered[i].Needs, n)
		}
	}
	seekers := make([]Profile, people)
	for i := range seekers {
		k := rng.IntN(kindsOfWork)
		c := Profile{Schooling: 2 + rng.IntN(3), Programme: code("V", (k*programmes/kindsOfWork+rng.IntN(8))%programmes), Score: 500 + rng.IntN(450),
			WantRegions: []string{place(), place()}, WantPay: int64(4000+100*rng.IntN(40)) * 100, Shift: rng.IntN(2) == 0, Overseas: rng.IntN(20) == 0}
		for _, n := range needs[k] {
			if rng.IntN(5) > 0 {
				c.Skills = append(c.Skills, Skill{n.Code, 1 + rng.IntN(4)})
			}
		}
		for range 1 + rng.IntN(3) {
			c.WantKinds = append(c.WantKinds, code("K", (k+rng.IntN(6))%kindsOfWork))
		}
		if rng.IntN(4) == 0 {
			c.Certificates = []Certificate{{fmt.Sprintf("6-%02d-%02d-%02d", k%9, k%7, k), "L4"}}
		}
		seekers[i] = c
	}
	return seekers, offered, links
}

// BenchmarkEverybody finds the 20 best of 10,000 posts for each of 100,000 people,
// and beside it how long looking at every pair takes: as the rule is read, and
// compiled. Both are run for some of the people, and the figure is that for all.
func BenchmarkEverybody(b *testing.B) {
	people, posts, links := city(100_000, 10_000)
	rule := Rule{Skills: 6000, Programme: 1500, Certificate: 1000, Study: 1500, Kind: 5000, Region: 2000, Pay: 2000, Shift: 1000,
		Must: 200, Partial: 60, Near: 30, Floor: 3000, Choices: 20}
	m := NewMarket(rule, links, posts)
	var lists [][]Choice
	for b.Loop() {
		var err error
		if lists, err = NewMarket(rule, links, posts).Lists(b.Context(), people, 20); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/everybody")
	const some, few = 2000, 40
	s := m.Seeker()
	started := time.Now()
	for i := 0; i < len(people); i += len(people) / some {
		if got := s.scan(&people[i], 20); !slices.Equal(got, lists[i]) {
			b.Fatalf("looking at every pair finds %v, the list is %v", got, lists[i])
		}
	}
	b.ReportMetric(time.Since(started).Seconds()*float64(len(people))/some, "s/scan-compiled-1-cpu")
	x := &Scorer{rule, links}
	started = time.Now()
	for i := 0; i < len(people); i += len(people) / few {
		if got := plain(x, &people[i], posts, 20, nil); !slices.Equal(got, lists[i]) {
			b.Fatalf("looking at every pair finds %v, the list is %v", got, lists[i])
		}
	}
	b.ReportMetric(time.Since(started).Seconds()*float64(len(people))/few, "s/scan-plain-1-cpu")
}

// scan looks at every post.
func (s *Seeker) scan(c *Profile, k int) []Choice {
	s.For(c)
	s.best = s.best[:0]
	for i := range s.m.list {
		p := &s.m.list[i]
		if _, n := s.bars(p); n > 0 {
			continue
		}
		if merit := s.meritAt(p); merit >= s.m.Rule.Floor {
			s.offer(Choice{int(p.seq), merit, s.wishAt(p), int(s.tier[p.work])}, k)
		}
	}
	return s.best
}

// BenchmarkOne finds what one person's page shows, and what one post's does.
func BenchmarkOne(b *testing.B) {
	people, posts, links := city(100_000, 10_000)
	rule := Rule{Skills: 6000, Programme: 1500, Certificate: 1000, Study: 1500, Kind: 5000, Region: 2000, Pay: 2000, Shift: 1000,
		Must: 200, Partial: 60, Near: 30, Floor: 3000, Choices: 20}
	b.Run("market", func(b *testing.B) {
		for b.Loop() {
			NewMarket(rule, links, posts)
		}
	})
	m := NewMarket(rule, links, posts)
	s := m.Seeker()
	asked, _ := m.Asked()
	one := make([]Step, len(asked))
	for i := range asked {
		one[i].Skills = asked[i : i+1]
	}
	steps, i := m.Steps(one), 0
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			i++
			s.List(&people[i%len(people)], 20, nil)
		}
	})
	b.Run("reach", func(b *testing.B) {
		for b.Loop() {
			i++
			s.Reach(&people[i%len(people)], steps, nil)
		}
	})
	pool := NewPool(rule, links, people)
	b.Run("pull", func(b *testing.B) {
		for b.Loop() {
			i++
			p := &posts[i%len(posts)]
			pool.Pull(p, 20, 8000, []Post{*p, *p, *p, *p, *p, *p})
		}
	})
	b.Run("gains", func(b *testing.B) {
		few := m.Steps(one[:60])
		for b.Loop() {
			i++
			s.Gains(&people[i%len(people)], few, func(int, int) {})
		}
	})
}
