package matching

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// named gives an outcome by names, so that rounds whose numbers differ compare.
func named(m *Market, of []EdgeID) map[string]string {
	list := map[string]string{}
	for c, e := range of {
		if e != NoEdge {
			list[m.CandidateName(CandidateID(c))] = m.PositionName(m.PositionOf(e))
		}
	}
	return list
}

// The same round, put together in another order, gives the same bytes.
func TestOrderOfInsertionDoesNotMatter(t *testing.T) {
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(120) {
				build := func(shuffle bool) *Market {
					var cands, pos []int
					if shuffle {
						rng := rand.New(rand.NewPCG(seed, 99))
						// fill takes these modulo what it needs, so they must stay permutations
						n, ps := sizesOf(kind.k, seed)
						cands, pos = rng.Perm(n), rng.Perm(ps)
					}
					b := NewBuilder(Options{})
					kind.k.fill(b, rand.New(rand.NewPCG(seed, 7)), cands, pos)
					m, err := b.Build()
					if err != nil {
						t.Fatal(err)
					}
					return m
				}
				m, n := build(false), build(true)
				a, err := Solve(context.Background(), m, kind.r)
				if err != nil {
					t.Fatal(err)
				}
				b, err := Solve(context.Background(), n, kind.r)
				if err != nil {
					t.Fatal(err)
				}
				if a.Fingerprint() != b.Fingerprint() {
					t.Fatalf("seed %d: %v, shuffled %v\n%s", seed, named(m, a.Of), named(n, b.Of), dump(m, a.Of))
				}
			}
		})
	}
}

// sizesOf is what fill draws first.
func sizesOf(k tiny, seed uint64) (candidates, positions int) {
	rng := rand.New(rand.NewPCG(seed, 7))
	return 1 + rng.IntN(k.candidates), 1 + rng.IntN(k.positions)
}

func TestMaxWeightOrderDoesNotMatter(t *testing.T) {
	for seed := range uint64(100) {
		k := tiny{candidates: 7, positions: 5, weights: true, nodes: seed%2 == 0}
		build := func(cands, pos []int) *Market {
			b := NewBuilder(Options{})
			k.fill(b, rand.New(rand.NewPCG(seed, 7)), cands, pos)
			m, err := b.Build()
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		n, ps := sizesOf(k, seed)
		rng := rand.New(rand.NewPCG(seed, 5))
		a, _, err := MaxWeight(context.Background(), build(nil, nil), WeightOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b, _, err := MaxWeight(context.Background(), build(rng.Perm(n), rng.Perm(ps)), WeightOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if a.Fingerprint() != b.Fingerprint() {
			t.Fatalf("seed %d: %v, shuffled %v", seed, a.Of, b.Of)
		}
	}
}

// safe are the rules under which truth is the best list, on strict lists.
func safe() map[string]struct {
	k tiny
	r Rule
} {
	all := kinds()
	for name, kind := range all {
		if kind.k.minima || kind.k.ties || kind.r.Ties == MaxSize || kind.r.Ties == RejectTie || kind.r.Ties == AdmitTie || kind.r.Reserves == OpenFirst {
			delete(all, name)
		}
	}
	return all
}

// relist gives the market with another list for one candidate.
func relist(m *Market, c CandidateID, list []EdgeID) *Market {
	n := *m
	n.order = &nameOrder{}
	n.off = slices.Clone(m.off)
	n.edge, n.tied, n.weight = nil, nil, nil
	for d := range m.Candidates() {
		own := list
		if CandidateID(d) != c {
			own = nil
			for e := m.off[d]; e < m.off[d+1]; e++ {
				own = append(own, EdgeID(e))
			}
		}
		for _, e := range own {
			n.edge = append(n.edge, m.edge[e])
		}
		n.off[d+1] = uint32(len(n.edge))
	}
	return &n
}

// No candidate gains by any other list: every order of every part of it is tried.
func TestNobodyGainsByAnotherList(t *testing.T) {
	for name, kind := range safe() {
		t.Run(name, func(t *testing.T) {
			kind.k.candidates, kind.k.positions = 5, min(kind.k.positions, 4)
			for seed := range uint64(60) {
				m := kind.k.market(rand.New(rand.NewPCG(seed, 21)))
				out, err := Solve(context.Background(), m, kind.r)
				if err != nil {
					t.Fatal(err)
				}
				for c := range m.Candidates() {
					id := CandidateID(c)
					truth := m.rankOf(id, out.Position(id))
					lists(m, id, func(list []EdgeID) {
						n := relist(m, id, list)
						lie, err := Solve(context.Background(), n, kind.r)
						if err != nil {
							t.Fatal(err)
						}
						if got := m.rankOf(id, lie.Position(id)); got < truth {
							t.Fatalf("seed %d: candidate %d gets choice %d by another list, %d by its own\n%s%s",
								seed, c, got, truth, dump(m, out.Of), dump(n, lie.Of))
						}
					})
				}
			}
		})
	}
}

// rankOf is the place of a position on a candidate's list; nothing comes last.
func (m *Market) rankOf(c CandidateID, p PositionID) int {
	if p == NoPosition {
		return 1 << 20
	}
	return int(m.Edge(c, p)) - int(m.off[c])
}

// lists calls f with every order of every part of a candidate's list.
func lists(m *Market, c CandidateID, f func([]EdgeID)) {
	var own []EdgeID
	for e := m.off[c]; e < m.off[c+1]; e++ {
		own = append(own, EdgeID(e))
	}
	var go_ func(list []EdgeID, left []EdgeID)
	go_ = func(list, left []EdgeID) {
		f(list)
		for i := range left {
			go_(append(slices.Clone(list), left[i]), slices.Concat(left[:i], left[i+1:]))
		}
	}
	go_(nil, own)
}

// One more candidate makes no other better off, and what stands behind the match
// on a list does not matter.
func TestMoreCompetitionAndTailsOfLists(t *testing.T) {
	for name, kind := range safe() {
		if kind.k.types && kind.k.nodes {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(150) {
				m := kind.k.market(rand.New(rand.NewPCG(seed, 31)))
				out, err := Solve(context.Background(), m, kind.r)
				if err != nil {
					t.Fatal(err)
				}
				for c := range m.Candidates() {
					less, err := Solve(context.Background(), relist(m, CandidateID(c), nil), kind.r)
					if err != nil {
						t.Fatal(err)
					}
					for d := range m.Candidates() {
						id := CandidateID(d)
						if d != c && m.rankOf(id, less.Position(id)) > m.rankOf(id, out.Position(id)) {
							t.Fatalf("seed %d: candidate %d is better off because of %d\n%s", seed, d, c, dump(m, out.Of))
						}
					}
					if out.Of[c] == NoEdge {
						continue
					}
					var head []EdgeID
					for e := EdgeID(m.off[c]); e <= out.Of[c]; e++ {
						head = append(head, e)
					}
					cut := relist(m, CandidateID(c), head)
					same, err := Solve(context.Background(), cut, kind.r)
					if err != nil {
						t.Fatal(err)
					}
					if fmt.Sprint(named(m, out.Of)) != fmt.Sprint(named(cut, same.Of)) {
						t.Fatalf("seed %d: the tail of candidate %d's list matters\n%s", seed, c, dump(m, out.Of))
					}
				}
			}
		})
	}
}

// With positions only, one more place makes nobody worse off.
func TestOneMorePlaceHarmsNobody(t *testing.T) {
	for seed := range uint64(400) {
		m := tiny{candidates: 7, positions: 4}.market(rand.New(rand.NewPCG(seed, 41)))
		out, _ := Solve(context.Background(), m, Rule{})
		for p := range m.capacity {
			n := *m
			n.capacity = slices.Clone(m.capacity)
			n.capacity[p]++
			more, err := Solve(context.Background(), &n, Rule{})
			if err != nil {
				t.Fatal(err)
			}
			for c := range m.Candidates() {
				id := CandidateID(c)
				if m.rankOf(id, more.Position(id)) > m.rankOf(id, out.Position(id)) {
					t.Fatalf("seed %d: one more place at %d harms %d", seed, p, c)
				}
			}
		}
	}
}

// What an explanation calls enough is enough, and one less is not.
func TestEnoughIsEnough(t *testing.T) {
	for name, kind := range kinds() {
		if kind.k.minima || kind.k.types || kind.r.Ties == RejectTie || kind.r.Ties == AdmitTie || kind.r.Ties == MaxSize || kind.r.Regions == Flexible || kind.k.ties {
			continue
		}
		t.Run(name, func(t *testing.T) {
			asked := 0
			for seed := range uint64(200) {
				m := kind.k.market(rand.New(rand.NewPCG(seed, 51)))
				out, err := Solve(context.Background(), m, kind.r)
				if err != nil {
					t.Fatal(err)
				}
				x := NewExplainer(m, kind.r, out)
				for c := range m.Candidates() {
					id := CandidateID(c)
					for _, why := range x.List(id) {
						if !why.Enough {
							continue
						}
						asked++
						e := m.Edge(id, why.Position)
						if got := m.withKey(e, why.NeedKey, kind.r); got != why.Position && m.rankOf(id, got) > m.rankOf(id, why.Position) {
							t.Fatalf("seed %d: candidate %d with key %d at %d gets %d\n%+v\n%s", seed, c, why.NeedKey, why.Position, got, why, dump(m, out.Of))
						}
						if got := m.withKey(e, why.NeedKey+1, kind.r); why.NeedKey+1 < why.OwnKey && got == why.Position {
							t.Fatalf("seed %d: candidate %d would need %d at %d only\n%+v\n%s", seed, c, why.NeedKey+1, why.Position, why, dump(m, out.Of))
						}
					}
				}
			}
			if asked == 0 {
				t.Error("nothing was asked")
			}
		})
	}
}

// withKey solves the round with another key of one choice and tells where its
// candidate ends.
func (m *Market) withKey(e EdgeID, key int64, r Rule) PositionID {
	b := NewBuilder(Options{})
	for k := range m.nodeCap {
		b.Node(m.NodeName(NodeID(k)), m.Cap(NodeID(k)), m.Parent(NodeID(k)))
	}
	for p := range m.capacity {
		b.Label(b.Position(m.NodeOf(PositionID(p)), m.Capacity(PositionID(p)), 0), m.PositionName(PositionID(p)))
	}
	for c := range m.Candidates() {
		id := b.Candidate([]byte(m.CandidateName(CandidateID(c))))
		for f := EdgeID(m.off[c]); f < EdgeID(m.off[c+1]); f++ {
			k := m.Key(f)
			if f == e {
				k = key
			}
			b.Choice(id, m.PositionOf(f), int(f-EdgeID(m.off[c]))+1, k, 0)
		}
	}
	n, err := b.Build()
	if err != nil {
		panic(err)
	}
	out, err := Solve(context.Background(), n, r)
	if err != nil {
		panic(err)
	}
	return out.Position(m.CandidateOf(e))
}
