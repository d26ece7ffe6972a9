package matching

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// rebuilt puts the changed round together from nothing.
func rebuilt(m *Market, ch Change) *Market {
	b := NewBuilder(Options{})
	for k := range m.nodeCap {
		b.Node(m.NodeName(NodeID(k)), m.Cap(NodeID(k)), m.Parent(NodeID(k)))
	}
	for p := range m.capacity {
		id := PositionID(p)
		b.Label(b.Position(m.NodeOf(id), m.Capacity(id)+ch.Places[id], m.Minimum(id)), m.PositionName(id))
	}
	for c := range m.Candidates() {
		id := b.Candidate([]byte(m.CandidateName(CandidateID(c))))
		rank := 0
		if list, changed := ch.Lists[id]; changed {
			for _, w := range list {
				if !w.Tied {
					rank++
				}
				b.Choice(id, w.Position, max(rank, 1), w.Key, 0)
			}
			continue
		}
		for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
			b.Choice(id, m.PositionOf(e), m.ChoiceNumber(id, e), m.Key(e), 0)
		}
	}
	n, err := b.Build()
	if err != nil {
		panic(err)
	}
	return n
}

// The answer is always that of a round put together and run anew, and often it
// takes no run.
func TestWhatIfEqualsRunAgain(t *testing.T) {
	spared := 0
	for name, kind := range kinds() {
		if kind.k.types || kind.k.ties {
			continue
		}
		for seed := range uint64(150) {
			rng := rand.New(rand.NewPCG(seed, 61))
			m := kind.k.market(rng)
			out, err := Solve(context.Background(), m, kind.r)
			if err != nil {
				t.Fatal(err)
			}
			ch := draw(rng, m)
			got, err := WhatIf(context.Background(), m, kind.r, out, ch)
			if err != nil {
				t.Fatal(err)
			}
			n := rebuilt(m, ch)
			want, err := Solve(context.Background(), n, kind.r)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(named(got.Market, got.Outcome.Of)) != fmt.Sprint(named(n, want.Of)) {
				t.Fatalf("%s, seed %d: %+v\n%v, run again %v\n%s", name, seed, ch, named(got.Market, got.Outcome.Of), named(n, want.Of), dump(m, out.Of))
			}
			if !got.Rerun {
				spared++
			}
			if rep := Verify(got.Market, kind.r, got.Outcome.Of); !rep.OK {
				t.Fatalf("%s, seed %d: %v", name, seed, rep.Violations)
			}
		}
	}
	if spared == 0 {
		t.Error("every answer took a run")
	}
}

// draw makes a change: places at one position, or another list for one candidate.
func draw(rng *rand.Rand, m *Market) Change {
	if rng.IntN(2) == 0 {
		p := PositionID(rng.IntN(m.Positions()))
		return Change{Places: map[PositionID]int{p: max(rng.IntN(3)-1, m.Minimum(p)-m.Capacity(p))}}
	}
	c := CandidateID(rng.IntN(m.Candidates()))
	var list []Wish
	for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
		w := Wish{Position: m.PositionOf(e), Key: m.Key(e)}
		if rng.IntN(4) == 0 {
			w.Key = int64(rng.IntN(3000) - 1000)
		}
		list = append(list, w)
	}
	if len(list) > 1 && rng.IntN(2) == 0 {
		i := rng.IntN(len(list))
		list[0], list[i] = list[i], list[0]
	}
	return Change{Lists: map[CandidateID][]Wish{c: list}}
}
