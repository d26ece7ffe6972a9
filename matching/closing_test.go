package matching

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// plainClosing is the rule WorstFirst written down plainly: run, close the worst,
// run from scratch.
func plainClosing(m *Market, r Rule) ([]EdgeID, int, error) {
	s := &solver{ctx: context.Background(), m: m, rule: r.Complete()}
	closed := make([]bool, m.Positions())
	for n := 0; ; n++ {
		if err := s.run(closed); err != nil {
			return nil, 0, err
		}
		short := s.short(closed)
		if len(short) == 0 {
			return s.of, n, nil
		}
		held := s.placed()
		closed[slices.MinFunc(short, func(p, q int32) int {
			if m.closesBefore(p, held[p], q, held[q]) {
				return -1
			}
			return 1
		})] = true
	}
}

func TestClosingResumedEqualsRunAgain(t *testing.T) {
	for name, k := range map[string]tiny{
		"positions":   {candidates: 8, positions: 6, minima: true},
		"enterprises": {candidates: 8, positions: 6, minima: true, nodes: true, keyTies: true},
		"regions":     {candidates: 8, positions: 6, minima: true, deep: true},
		"reserves":    {candidates: 8, positions: 5, minima: true, types: true, nodes: true},
	} {
		for seed := range uint64(500) {
			m := k.market(rand.New(rand.NewPCG(seed, 8)))
			want, closings, err := plainClosing(m, Rule{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := Solve(context.Background(), m, Rule{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Of, want) || len(got.Closed) != closings {
				t.Fatalf("%s, seed %d: resumed %v, run again %v\n%s", name, seed, got.Of, want, dump(m, want))
			}
		}
	}
}

// In rounds too large for a run per closing no more are closed than one at a time
// closes, within two in a hundred.
func TestClosingLargeRounds(t *testing.T) {
	for seed := range uint64(3) {
		m := Random(Shape{Candidates: 6000, Choices: 10, Capacity: 1.2, Popularity: 10, Minimum: 0.5, Firm: 10, Seed: seed})
		_, closings, err := plainClosing(m, Rule{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Solve(context.Background(), m, Rule{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Closed) > closings+max(closings/50, 2) {
			t.Errorf("seed %d: %d closed in %d runs, one at a time %d", seed, len(got.Closed), got.Stats.Runs, closings)
		}
		if rep := Verify(m, Rule{}, got.Of); !rep.OK {
			t.Errorf("seed %d: %v", seed, rep.Violations)
		}
		t.Logf("%d closed in %d runs, one at a time %d", len(got.Closed), got.Stats.Runs, closings)
	}
}
