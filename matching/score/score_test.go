package score

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// world is a random set of positions and candidates.
type world struct {
	cfg   Config
	pos   []Position
	cands []Candidate
}

// draw makes a world after the shape of real skill sets: positions of a programme
// ask for similar skills, of which the candidates of the programme have some.
func draw(rng *rand.Rand, positions, candidates, skills, programmes, districts int) world {
	var w world
	for d := range districts {
		w.cfg.City = append(w.cfg.City, d/3)
	}
	for p := range programmes {
		w.cfg.Group = append(w.cfg.Group, p/4)
	}
	typical := make([][]int, programmes)
	for p := range typical {
		for range 30 {
			typical[p] = append(typical[p], rng.IntN(skills))
		}
	}
	skill := func(programme int) int {
		if rng.IntN(5) == 0 {
			return rng.IntN(skills)
		}
		return typical[programme][min(rng.IntN(30), rng.IntN(30))]
	}
	for i := range positions {
		p := Position{ID: fmt.Sprintf("p%06d", i*7919%positions), Programme: rng.IntN(programmes), District: rng.IntN(districts), Schooling: rng.IntN(4), Wage: rng.IntN(8) * 1000}
		seen := map[int]bool{}
		for range 4 + rng.IntN(8) {
			if s := skill(p.Programme); !seen[s] {
				seen[s] = true
				p.Needs = append(p.Needs, Need{Skill: s, Level: 1 + rng.IntN(MaxLevel), Weight: 1 + rng.IntN(30), Must: rng.IntN(30) == 0})
			}
		}
		w.pos = append(w.pos, p)
	}
	for i := range candidates {
		c := Candidate{ID: fmt.Sprintf("c%06d", i), Programme: rng.IntN(programmes), District: rng.IntN(districts), Schooling: rng.IntN(5), Wage: rng.IntN(9) * 1000}
		seen := map[int]bool{}
		for range 10 + rng.IntN(12) {
			if s := skill(c.Programme); !seen[s] {
				seen[s] = true
				c.Skills = append(c.Skills, Held{s, 1 + rng.IntN(MaxLevel)})
			}
		}
		for range rng.IntN(7) {
			c.Accepts = append(c.Accepts, rng.IntN(districts))
		}
		w.cands = append(w.cands, c)
	}
	return w
}

// plain scores every pair by the explanation and sorts.
func plain(m *Model, c *Candidate, k int) []Hit {
	var list []Hit
	for i := range m.pos {
		if parts := m.Explain(c, i); parts.Eligible {
			list = append(list, Hit{int32(i), int32(parts.Total)})
		}
	}
	slices.SortFunc(list, func(a, b Hit) int {
		if a.Score != b.Score {
			return int(b.Score - a.Score)
		}
		return int(m.rank[a.Position] - m.rank[b.Position])
	})
	return slices.Clone(list[:min(k, len(list))])
}

func TestTopKEqualsScoringEverything(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		w := draw(rng, 1+rng.IntN(600), 40, 20+rng.IntN(300), 1+rng.IntN(9), 1+rng.IntN(80))
		m, err := NewModel(w.cfg, w.pos)
		if err != nil {
			t.Fatal(err)
		}
		k := rng.IntN(30)
		top, err := TopK(context.Background(), m, w.cands, k)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w.cands {
			if want := plain(m, &w.cands[i], k); !slices.Equal(top[i], want) {
				t.Fatalf("seed %d, candidate %d:\n got %v\nwant %v", seed, i, top[i], want)
			}
		}
	}
}

func TestTopCandidatesEqualsScoringEverything(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		w := draw(rng, 30, 1+rng.IntN(500), 20+rng.IntN(300), 1+rng.IntN(9), 1+rng.IntN(80))
		m, err := NewModel(w.cfg, w.pos)
		if err != nil {
			t.Fatal(err)
		}
		p, err := NewPool(m, w.cands)
		if err != nil {
			t.Fatal(err)
		}
		k := 1 + rng.IntN(20)
		var all []int
		for i := range w.pos {
			all = append(all, i)
		}
		top, err := TopCandidates(context.Background(), p, all, k)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w.pos {
			var want []CandidateHit
			for c := range w.cands {
				if parts := m.Explain(&w.cands[c], i); parts.Eligible {
					want = append(want, CandidateHit{int32(c), int32(parts.Total)})
				}
			}
			slices.SortFunc(want, func(a, b CandidateHit) int {
				if a.Score != b.Score {
					return int(b.Score - a.Score)
				}
				return int(p.rank[a.Candidate] - p.rank[b.Candidate])
			})
			if want = want[:min(k, len(want))]; !slices.Equal(top[i], want) {
				t.Fatalf("seed %d, position %d:\n got %v\nwant %v", seed, i, top[i], want)
			}
		}
	}
}

func TestTopKOnAnyNumberOfWorkers(t *testing.T) {
	w := draw(rand.New(rand.NewPCG(1, 3)), 400, 500, 100, 5, 10)
	m, err := NewModel(w.cfg, w.pos)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, _ := TopK(context.Background(), m, w.cands, 10)
	runtime.GOMAXPROCS(5)
	five, _ := TopK(context.Background(), m, w.cands, 10)
	if !reflect.DeepEqual(one, five) {
		t.Error("the result depends on the number of workers")
	}
}

func TestExplainAddsUp(t *testing.T) {
	m, err := NewModel(Config{City: []int{0, 0, 1}, Group: []int{0, 0, 1}}, []Position{{
		ID: "p", Programme: 1, District: 1, Schooling: 2, Wage: 5000,
		Needs: []Need{{Skill: 7, Level: 4, Weight: 1}, {Skill: 8, Level: 2, Weight: 1, Must: true}, {Skill: 9, Level: 1, Weight: 1}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := Candidate{ID: "c", Programme: 0, District: 0, Schooling: 1, Wage: 7500, Skills: []Held{{7, 3}, {8, 1}}}
	got := m.Explain(&c, 0)
	want := Parts{
		Barriers: []Barrier{{TooLittleSchooling, 0, 2, 1}, {SkillMissing, 8, 2, 1}},
		Skills:   []SkillPart{{7, 4, 3, 1500, 2000}, {8, 2, 1, 1000, 2000}, {9, 1, 0, 0, 2000}},
		Region:   1000, Programme: 750, Wage: 500, Total: 4750,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	c.Schooling = 2
	changes := m.Changes(&c, 0)
	if len(changes) != 3 || changes[0] != (Change{8, 2, 1000, true}) || changes[1] != (Change{9, 1, 2000, false}) {
		t.Errorf("changes %+v", changes)
	}
}

func TestSharesAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		var needs []Need
		for range 1 + rng.IntN(20) {
			needs = append(needs, Need{Weight: 1 + rng.IntN(100)})
		}
		sum := int32(0)
		for _, v := range shares(6000, needs) {
			sum += v
		}
		if sum != 6000 {
			t.Fatalf("%v add up to %d", needs, sum)
		}
	}
}

func TestModelTellsEveryFault(t *testing.T) {
	_, err := NewModel(Config{Points: Points{Skills: -1}}, []Position{
		{ID: "a", Needs: []Need{{Skill: 1, Level: 9, Weight: 1}, {Skill: 1, Level: 1, Weight: 1}}},
		{ID: "a", Wage: -4},
	})
	if n := len(err.(interface{ Unwrap() []error }).Unwrap()); n != 5 {
		t.Errorf("%d faults, want 5: %v", n, err)
	}
}
