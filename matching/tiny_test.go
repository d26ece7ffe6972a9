package matching

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// tiny describes the random markets of a test.
type tiny struct {
	candidates, positions int
	nodes                 bool // enterprises
	deep                  bool // regions above them
	ties, keyTies         bool
	minima, types         bool
	weights               bool
	oneKey                bool // one key per candidate and enterprise
}

// market draws a market. Its insertion order is the order of names.
func (k tiny) market(rng *rand.Rand) *Market {
	b := NewBuilder(Options{})
	k.fill(b, rng, nil, nil)
	m, err := b.Build()
	if err != nil {
		panic(err)
	}
	return m
}

// fill puts the market together; candOrder and posOrder shuffle the insertion.
func (k tiny) fill(b *Builder, rng *rand.Rand, candOrder, posOrder []int) {
	n, ps := 1+rng.IntN(k.candidates), 1+rng.IntN(k.positions)
	var regions, firms []NodeID
	if k.deep {
		for i := range 2 {
			regions = append(regions, b.Node(fmt.Sprintf("region%d", i), rng.IntN(n+2)-1, NoNode))
		}
	}
	if k.nodes || k.deep {
		for i := range 1 + rng.IntN(3) {
			up := NoNode
			if k.deep {
				up = regions[rng.IntN(2)]
			}
			firms = append(firms, b.Node(fmt.Sprintf("firm%d", i), rng.IntN(n+2)-1, up))
		}
	}
	var types []Type
	if k.types {
		types = []Type{NoType, b.Type("a"), b.Type("b")}
	}
	type spec struct {
		node     NodeID
		cap, min int
		res      []Reserve
	}
	specs := make([]spec, ps)
	for p := range specs {
		s := spec{node: NoNode, cap: rng.IntN(4)}
		if len(firms) > 0 && rng.IntN(4) > 0 {
			s.node = firms[rng.IntN(len(firms))]
		}
		if k.minima && s.cap > 0 && rng.IntN(3) > 0 {
			s.min = 1 + rng.IntN(s.cap)
		}
		if k.types {
			for _, t := range types[1:] {
				if left := s.cap - sum(s.res); left > 0 && rng.IntN(2) == 0 {
					s.res = append(s.res, Reserve{t, 1 + rng.IntN(left)})
				}
			}
		}
		for a := s.node; a != NoNode; a = NodeID(b.m.nodeParent[a]) {
			if c := int(b.m.nodeCap[a]); c >= 0 && s.min > c {
				s.min = 0
			}
		}
		specs[p] = s
	}
	ids := make([]PositionID, ps)
	for i := range ps {
		p := i
		if posOrder != nil {
			p = posOrder[i] % ps
		}
		ids[p] = b.Position(specs[p].node, specs[p].cap, specs[p].min, specs[p].res...)
		b.Label(ids[p], fmt.Sprintf("p%02d", p))
	}
	typ := make([]Type, n)
	for c := range typ {
		if k.types {
			typ[c] = types[rng.IntN(3)]
		}
	}
	cands := make([]CandidateID, n)
	for i := range n {
		c := i
		if candOrder != nil {
			c = candOrder[i] % n
		}
		cands[c] = b.Candidate(fmt.Appendf(nil, "c%02d", c), typ[c])
	}
	for c := range n {
		rank := 0
		firmKey := map[NodeID]int64{}
		for _, p := range rng.Perm(ps)[:rng.IntN(ps+1)] {
			if !k.ties || rank == 0 || rng.IntN(3) > 0 {
				rank++
			}
			key := int64(rng.IntN(1000))
			if k.keyTies {
				key = int64(rng.IntN(3))
			}
			if k.oneKey {
				if x, ok := firmKey[specs[p].node]; ok && specs[p].node != NoNode {
					key = x
				}
				firmKey[specs[p].node] = key
			}
			w := int64(0)
			if k.weights {
				w = int64(rng.IntN(20))
			}
			b.Choice(cands[c], ids[p], rank, key, w)
		}
	}
}

func sum(rs []Reserve) int {
	n := 0
	for _, r := range rs {
		n += r.Seats
	}
	return n
}

func kinds() map[string]struct {
	k tiny
	r Rule
} {
	type kr = struct {
		k tiny
		r Rule
	}
	return map[string]kr{
		"positions only":          {tiny{candidates: 6, positions: 4}, Rule{}},
		"key ties":                {tiny{candidates: 6, positions: 4, keyTies: true}, Rule{Seed: "x"}},
		"lottery per position":    {tiny{candidates: 6, positions: 4, nodes: true, keyTies: true}, Rule{Seed: "x", Ties: LotteryPerPosition}},
		"enterprises":             {tiny{candidates: 6, positions: 5, nodes: true}, Rule{}},
		"enterprises, key ties":   {tiny{candidates: 6, positions: 5, nodes: true, keyTies: true, ties: true}, Rule{Seed: "q"}},
		"regions":                 {tiny{candidates: 6, positions: 5, deep: true, keyTies: true}, Rule{}},
		"reject":                  {tiny{candidates: 6, positions: 3, keyTies: true}, Rule{Ties: RejectTie}},
		"reject under regions":    {tiny{candidates: 6, positions: 4, deep: true, keyTies: true}, Rule{Ties: RejectTie}},
		"admit":                   {tiny{candidates: 6, positions: 3, keyTies: true}, Rule{Ties: AdmitTie}},
		"admit under regions":     {tiny{candidates: 6, positions: 4, deep: true, keyTies: true}, Rule{Ties: AdmitTie}},
		"flexible":                {tiny{candidates: 6, positions: 5, deep: true}, Rule{Regions: Flexible, Seed: "s"}},
		"minimum seats":           {tiny{candidates: 6, positions: 3, types: true}, Rule{Seed: "s"}},
		"minimum seats and firms": {tiny{candidates: 6, positions: 4, types: true, nodes: true, keyTies: true}, Rule{Seed: "s"}},
		"minimum seats, regions":  {tiny{candidates: 6, positions: 4, types: true, deep: true, keyTies: true}, Rule{Seed: "s"}},
		"open first":              {tiny{candidates: 6, positions: 3, types: true, keyTies: true}, Rule{Reserves: OpenFirst}},
		"open first and firms":    {tiny{candidates: 6, positions: 4, types: true, nodes: true}, Rule{Reserves: OpenFirst}},
		"call order":              {tiny{candidates: 6, positions: 3, types: true, keyTies: true}, Rule{Reserves: CallOrder}},
		"closing":                 {tiny{candidates: 6, positions: 4, minima: true}, Rule{}},
		"closing under firms":     {tiny{candidates: 6, positions: 5, minima: true, nodes: true}, Rule{}},
		"closing all short":       {tiny{candidates: 6, positions: 4, minima: true, deep: true}, Rule{Closing: AllShort}},
		"closing exact":           {tiny{candidates: 6, positions: 4, minima: true, nodes: true}, Rule{Closing: Exact}},
		"closing with reserves":   {tiny{candidates: 6, positions: 4, minima: true, types: true, nodes: true}, Rule{}},
		"largest":                 {tiny{candidates: 6, positions: 4, ties: true, keyTies: true}, Rule{Ties: MaxSize}},
		"largest, firms":          {tiny{candidates: 6, positions: 5, nodes: true, oneKey: true, ties: true, keyTies: true}, Rule{Ties: MaxSize}},
	}
}

// Every round that the engine decides passes the verifier.
func TestSolveVerifies(t *testing.T) {
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(600) {
				m := kind.k.market(rand.New(rand.NewPCG(seed, 1)))
				out, err := Solve(context.Background(), m, kind.r)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if rep := Verify(m, kind.r, out.Of); !rep.OK {
					t.Fatalf("seed %d: %v\n%s", seed, rep.Violations, dump(m, out.Of))
				}
			}
		})
	}
}

func dump(m *Market, of []EdgeID) string {
	s := ""
	for p := range m.capacity {
		s += fmt.Sprintf("%s cap %d min %d under %d res %v\n", m.PositionName(PositionID(p)), m.capacity[p], m.Minimum(PositionID(p)), m.under[p], m.reserves[PositionID(p)])
	}
	for k := range m.nodeCap {
		s += fmt.Sprintf("node %d %s cap %d parent %d\n", k, m.NodeName(NodeID(k)), m.nodeCap[k], m.nodeParent[k])
	}
	for c := range of {
		s += fmt.Sprintf("%s type %d:", m.CandidateName(CandidateID(c)), m.TypeOf(CandidateID(c)))
		for e := m.off[c]; e < m.off[c+1]; e++ {
			mark := ""
			if of[c] == EdgeID(e) {
				mark = "*"
			}
			s += fmt.Sprintf(" %s(%d)%s", m.PositionName(m.PositionOf(EdgeID(e))), m.Key(EdgeID(e)), mark)
		}
		s += "\n"
	}
	return s
}
