package matching

import (
	"context"
	"math/rand/v2"
	"testing"
)

// brute finds the largest total weight by trying everything.
func bruteWeight(m *Market) int64 {
	best := int64(0)
	every(m, func(of []EdgeID) {
		var total int64
		for _, e := range of {
			if e != NoEdge {
				total += m.Weight(e)
			}
		}
		best = max(best, total)
	})
	return best
}

// every calls f with each assignment that keeps all caps. f must not keep of.
func every(m *Market, f func(of []EdgeID)) {
	of := make([]EdgeID, m.Candidates())
	pos, node := make([]int32, m.Positions()), make([]int32, m.Nodes())
	var go_ func(c int)
	add := func(p PositionID, by int32) bool {
		pos[p] += by
		ok := pos[p] <= m.capacity[p]
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			node[k] += by
			ok = ok && (m.nodeCap[k] < 0 || node[k] <= m.nodeCap[k])
		}
		return ok
	}
	go_ = func(c int) {
		if c == len(of) {
			f(of)
			return
		}
		of[c] = NoEdge
		go_(c + 1)
		for e := m.off[c]; e < m.off[c+1]; e++ {
			p := m.PositionOf(EdgeID(e))
			if add(p, 1) {
				of[c] = EdgeID(e)
				go_(c + 1)
			}
			add(p, -1)
		}
		of[c] = NoEdge
	}
	go_(0)
}

func TestMaxWeightIsTheLargest(t *testing.T) {
	for name, k := range map[string]tiny{
		"capacities only": {candidates: 6, positions: 4, weights: true},
		"enterprises":     {candidates: 6, positions: 4, weights: true, nodes: true},
		"regions":         {candidates: 6, positions: 4, weights: true, deep: true},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(400) {
				m := k.market(rand.New(rand.NewPCG(seed, 2)))
				out, cert, err := MaxWeight(context.Background(), m, WeightOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if want := bruteWeight(m); cert.Total != want || !cert.Exact() {
					t.Fatalf("seed %d: total %d, bound %d, want %d\n%s", seed, cert.Total, cert.Bound, want, dump(m, out.Of))
				}
				if rep := VerifyWeight(m, Rule{}, out.Of, cert); !rep.OK || rep.Weight.Gap != 0 {
					t.Fatalf("seed %d: %v %+v", seed, rep.Violations, rep.Weight)
				}
			}
		})
	}
}

// At a few thousand candidates, with capacity as scarce as demand, the auction
// still proves its result.
func TestMaxWeightProvesItself(t *testing.T) {
	for seed := range uint64(6) {
		m := Random(Shape{Candidates: 2000, Choices: 12, Positions: 150, Capacity: 0.8 + 0.1*float64(seed), Weights: 500, Seed: seed})
		_, cert, err := MaxWeight(context.Background(), m, WeightOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !cert.Exact() {
			t.Errorf("seed %d: total %d, bound %d", seed, cert.Total, cert.Bound)
		}
	}
}
