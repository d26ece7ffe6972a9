package matching

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// brute judges tiny rounds by the definitions alone.
type brute struct {
	m    *Market
	r    Rule
	of   []EdgeID
	open func(p PositionID) bool
}

// everything calls f with each assignment, caps or no caps. f must not keep of.
func everything(m *Market, f func(of []EdgeID)) {
	of := make([]EdgeID, m.Candidates())
	var go_ func(c int)
	go_ = func(c int) {
		if c == len(of) {
			f(of)
			return
		}
		of[c] = NoEdge
		go_(c + 1)
		for e := m.off[c]; e < m.off[c+1]; e++ {
			of[c] = EdgeID(e)
			go_(c + 1)
		}
		of[c] = NoEdge
	}
	go_(0)
}

func (b *brute) placed(in func(PositionID) bool) int {
	n := 0
	for _, e := range b.of {
		if e != NoEdge && in(b.m.PositionOf(e)) {
			n++
		}
	}
	return n
}

func (b *brute) below(k NodeID) func(PositionID) bool {
	return func(p PositionID) bool {
		for n := b.m.NodeOf(p); n != NoNode; n = b.m.Parent(n) {
			if n == k {
				return true
			}
		}
		return false
	}
}

func at(p PositionID) func(PositionID) bool { return func(q PositionID) bool { return p == q } }

// feasible: caps of all sets, and nobody below a minimum.
func (b *brute) feasible(caps bool) bool {
	m := b.m
	for p := range m.capacity {
		n := b.placed(at(PositionID(p)))
		if caps && n > m.Capacity(PositionID(p)) || n > 0 && n < m.Minimum(PositionID(p)) {
			return false
		}
	}
	for k := range m.nodeCap {
		if caps && m.Cap(NodeID(k)) >= 0 && b.placed(b.below(NodeID(k))) > m.Cap(NodeID(k)) {
			return false
		}
	}
	return true
}

func (b *brute) choice(c CandidateID, e EdgeID) int {
	if e == NoEdge {
		return 1 << 20
	}
	return b.m.ChoiceNumber(c, e)
}

// wins tells whether choice e of candidate c comes before choice f of d.
func (b *brute) wins(c CandidateID, e EdgeID, d CandidateID, f EdgeID) bool {
	m := b.m
	if x, y := m.Key(e), m.Key(f); x != y {
		return x < y
	}
	if b.r.Ties == MaxSize {
		return false
	}
	if b.r.Ties == LotteryPerPosition {
		return DrawAt(b.r.Seed, m.PositionName(m.PositionOf(e)), []byte(m.CandidateName(c))) <
			DrawAt(b.r.Seed, m.PositionName(m.PositionOf(f)), []byte(m.CandidateName(d)))
	}
	return Draw(b.r.Seed, []byte(m.CandidateName(c))) < Draw(b.r.Seed, []byte(m.CandidateName(d)))
}

// blocked tells whether any pair blocks, by section 4.1 of the definitions.
func (b *brute) blocked() bool {
	m := b.m
	for c := range b.of {
		id := CandidateID(c)
		for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
			p := m.PositionOf(e)
			if !b.open(p) || m.Capacity(p) == 0 || b.choice(id, e) >= b.choice(id, b.of[c]) {
				continue
			}
			set, full := at(p), b.placed(at(p)) >= m.Capacity(p)
			for k := m.NodeOf(p); k != NoNode && !full; k = m.Parent(k) {
				set, full = b.below(k), m.Cap(k) >= 0 && b.placed(b.below(k)) >= m.Cap(k)
			}
			if !full {
				return true
			}
			for d, f := range b.of {
				if f == NoEdge || !set(m.PositionOf(f)) {
					continue
				}
				if d == c && !b.wins(id, f, id, e) || d != c && b.wins(id, e, CandidateID(d), f) {
					return true
				}
			}
		}
	}
	return false
}

// Where theory says so, the verifier accepts exactly the assignments that the
// definitions accept, and the engine finds the one that is best for all.
func TestAgainstAllAssignments(t *testing.T) {
	for name, kind := range kinds() {
		if kind.r.Regions == Flexible || kind.r.Ties == RejectTie || kind.r.Ties == AdmitTie || kind.k.types {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(100) {
				kind.k.candidates = 5
				m := kind.k.market(rand.New(rand.NewPCG(seed, 3)))
				againstAll(t, m, kind.r)
			}
		})
	}
}

func againstAll(t *testing.T, m *Market, r Rule) {
	t.Helper()
	out, err := Solve(context.Background(), m, r)
	if err != nil {
		t.Fatal(err)
	}
	b := &brute{m: m, r: r}
	closing := m.closable() > 0
	found, most, stable := false, 0, 0
	everything(m, func(of []EdgeID) {
		b.of = of
		b.open = func(p PositionID) bool { return m.Minimum(p) == 0 || b.placed(at(p)) > 0 }
		want := b.feasible(true) && !b.blocked()
		if got := verify(m, r, of).rep.OK; got != want {
			t.Fatalf("the verifier says %v of an assignment, the definition %v\n%s", got, want, dump(m, of))
		}
		if !want {
			return
		}
		stable++
		most = max(most, count(of))
		found = found || slices.Equal(of, out.Of)
		if closing || r.Ties == MaxSize || m.tied != nil {
			return // several rounds are best then, or none
		}
		for c := range of {
			if b.choice(CandidateID(c), of[c]) < b.choice(CandidateID(c), out.Of[c]) {
				t.Fatalf("another stable round is better for %d\n%s%s", c, dump(m, of), dump(m, out.Of))
			}
		}
		if count(of) != count(out.Of) {
			t.Fatalf("stable rounds of different sizes\n%s%s", dump(m, of), dump(m, out.Of))
		}
	})
	if !found {
		t.Fatalf("the result is not among the %d stable ones\n%s", stable, dump(m, out.Of))
	}
	if r.Closing == Exact && closing {
		if most := b.mostByClosing(); out.Matched() != most {
			t.Fatalf("%d placed, %d possible\n%s", out.Matched(), most, dump(m, out.Of))
		}
	}
	if r.Ties == MaxSize && !closing && 3*out.Matched() < 2*most {
		t.Fatalf("%d placed, %d possible: below two thirds\n%s", out.Matched(), most, dump(m, out.Of))
	}
}

// mostByClosing tries every set of open positions: the stable round that is best
// for all candidates over them counts, if it reaches every minimum.
func (b *brute) mostByClosing() int {
	m, most, low := b.m, -1, b.m.minimum
	for set := range 1 << m.Positions() {
		b.open = func(p PositionID) bool { return low == nil || low[p] == 0 || set>>p&1 == 1 }
		best, size, ok := 1<<30, 0, false
		everything(m, func(of []EdgeID) {
			b.of = of
			sum := 0
			for c, e := range of {
				if e != NoEdge && !b.open(m.PositionOf(e)) {
					return
				}
				sum += min(b.choice(CandidateID(c), e), 100)
			}
			if sum >= best || !b.capsHold() || b.blocked() {
				return
			}
			best, size, ok = sum, count(of), true
			for p := range low {
				ok = ok && (!b.open(PositionID(p)) || b.placed(at(PositionID(p))) >= int(low[p]))
			}
		})
		if ok {
			most = max(most, size)
		}
	}
	return most
}

func (b *brute) capsHold() bool {
	low := b.m.minimum
	b.m.minimum = nil
	defer func() { b.m.minimum = low }()
	return b.feasible(true)
}

// chosen computes, by the definition over sets, whom a tree of sets takes of all
// who wish at least as much as what they got.
func (b *brute) chosen(wishes []EdgeID) map[EdgeID]bool {
	m := b.m
	keys := []int64{}
	for _, e := range wishes {
		keys = append(keys, m.Key(e))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	fill := func(in func(PositionID) bool, upTo int64) int { // wishes within a set, up to a key
		n := 0
		for _, e := range wishes {
			if in(m.PositionOf(e)) && m.Key(e) <= upTo {
				n++
			}
		}
		return n
	}
	posFill := func(p PositionID, k int64) int { return min(m.Capacity(p), fill(at(p), k)) }
	var nodeSum func(n NodeID, k int64) int
	nodeFill := func(n NodeID, k int64) int {
		s := nodeSum(n, k)
		if m.Cap(n) >= 0 {
			s = min(s, m.Cap(n))
		}
		return s
	}
	nodeSum = func(n NodeID, k int64) int {
		s := 0
		for p := range m.capacity {
			if m.NodeOf(PositionID(p)) == n {
				s += posFill(PositionID(p), k)
			}
		}
		for q := range m.nodeCap {
			if m.Parent(NodeID(q)) == n {
				s += nodeFill(NodeID(q), k)
			}
		}
		return s
	}
	before := func(k int64) int64 {
		i, _ := slices.BinarySearch(keys, k)
		if i == 0 {
			return -1 << 60
		}
		return keys[i-1]
	}
	takes := map[EdgeID]bool{}
	for _, e := range wishes {
		p, k := m.PositionOf(e), m.Key(e)
		ok := m.Capacity(p) > 0
		if b.r.Ties == RejectTie {
			ok = ok && fill(at(p), k) <= m.Capacity(p)
		} else {
			ok = ok && posFill(p, before(k)) < m.Capacity(p)
		}
		for n := m.NodeOf(p); n != NoNode; n = m.Parent(n) {
			if m.Cap(n) < 0 {
				continue
			}
			if b.r.Ties == RejectTie {
				ok = ok && nodeSum(n, k) <= m.Cap(n)
			} else {
				ok = ok && nodeFill(n, before(k)) < m.Cap(n)
			}
		}
		takes[e] = ok
	}
	return takes
}

// Groups of equal keys: the verifier accepts exactly the assignments that follow
// from themselves by the definition, and of these the engine's is best for all.
func TestGroupsAgainstAllAssignments(t *testing.T) {
	for name, kind := range kinds() {
		if kind.r.Ties != RejectTie && kind.r.Ties != AdmitTie {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(100) {
				kind.k.candidates = 5
				groupsAgainstAll(t, kind.k.market(rand.New(rand.NewPCG(seed, 4))), kind.r)
			}
		})
	}
}

func groupsAgainstAll(t *testing.T, m *Market, r Rule) {
	t.Helper()
	out, err := Solve(context.Background(), m, r)
	if err != nil {
		t.Fatal(err)
	}
	b := &brute{m: m, r: r}
	found := false
	everything(m, func(of []EdgeID) {
		b.of = of
		var wishes []EdgeID
		for c := range of {
			for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
				if e == of[c] || b.choice(CandidateID(c), e) < b.choice(CandidateID(c), of[c]) {
					wishes = append(wishes, e)
				}
			}
		}
		takes, want := b.chosen(wishes), true
		for _, e := range wishes {
			want = want && takes[e] == slices.Contains(of, e)
		}
		if got := verify(m, r, of).rep.OK; got != want {
			t.Fatalf("the verifier says %v, the definition %v\n%s", got, want, dump(m, of))
		}
		if !want {
			return
		}
		found = found || slices.Equal(of, out.Of)
		for c := range of {
			if b.choice(CandidateID(c), of[c]) < b.choice(CandidateID(c), out.Of[c]) {
				t.Fatalf("another round is better for %d\n%s%s", c, dump(m, of), dump(m, out.Of))
			}
		}
	})
	if !found {
		t.Fatalf("the result does not follow from itself\n%s", dump(m, out.Of))
	}
}

// reserveChoice is the reserve choice of one position, written down directly.
func (b *brute) reserveChoice(p PositionID, who []EdgeID) map[EdgeID]bool {
	m := b.m
	who = slices.Clone(who)
	slices.SortFunc(who, func(e, f EdgeID) int {
		if b.wins(m.CandidateOf(e), e, m.CandidateOf(f), f) {
			return -1
		}
		return 1
	})
	takes := map[EdgeID]bool{}
	room := m.Capacity(p)
	open := func(seats int) {
		for _, e := range who {
			if seats > 0 && !takes[e] {
				takes[e] = true
				seats--
				room--
			}
		}
	}
	if b.r.Reserves == OpenFirst {
		free := room
		for _, s := range m.Reserves(p) {
			free -= s.Seats
		}
		open(free)
	}
	for _, s := range m.Reserves(p) {
		left := s.Seats
		for _, e := range who {
			if left > 0 && !takes[e] && m.TypeOf(m.CandidateOf(e)) == s.Type {
				takes[e] = true
				left--
				room--
			}
		}
	}
	open(room)
	return takes
}

func TestReservesAgainstAllAssignments(t *testing.T) {
	for _, rule := range []Rule{{Seed: "s"}, {Reserves: OpenFirst}} {
		for seed := range uint64(100) {
			m := tiny{candidates: 5, positions: 3, types: true, keyTies: true}.market(rand.New(rand.NewPCG(seed, 5)))
			out, err := Solve(context.Background(), m, rule)
			if err != nil {
				t.Fatal(err)
			}
			b := &brute{m: m, r: rule}
			found := false
			everything(m, func(of []EdgeID) {
				b.of = of
				want := true
				for p := range m.capacity {
					var who []EdgeID
					for c := range of {
						e := m.Edge(CandidateID(c), PositionID(p))
						if e != NoEdge && b.choice(CandidateID(c), e) <= b.choice(CandidateID(c), of[c]) {
							who = append(who, e)
						}
					}
					takes := b.reserveChoice(PositionID(p), who)
					for _, e := range who {
						want = want && takes[e] == slices.Contains(of, e)
					}
				}
				if got := verify(m, rule, of).rep.OK; got != want {
					t.Fatalf("seed %d: the verifier says %v, the definition %v\n%s", seed, got, want, dump(m, of))
				}
				found = found || want && slices.Equal(of, out.Of)
				for c := range of {
					if want && b.choice(CandidateID(c), of[c]) < b.choice(CandidateID(c), out.Of[c]) {
						t.Fatalf("another round is better for %d\n%s%s", c, dump(m, of), dump(m, out.Of))
					}
				}
			})
			if !found {
				t.Fatalf("seed %d: the result is no reserve choice\n%s", seed, dump(m, out.Of))
			}
		}
	}
}

// turnsBlocked is the stability of Kamada and Kojima, for regions of positions.
func (b *brute) turnsBlocked(target func(PositionID) int) bool {
	m := b.m
	region := func(p PositionID) NodeID {
		for k := m.NodeOf(p); k != NoNode; k = m.Parent(k) {
			if m.Cap(k) >= 0 {
				return k
			}
		}
		return NoNode
	}
	count := func(p PositionID) int { return b.placed(at(p)) }
	for c := range b.of {
		id := CandidateID(c)
		for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
			p := m.PositionOf(e)
			if m.Capacity(p) == 0 || b.choice(id, e) >= b.choice(id, b.of[c]) {
				continue
			}
			envy := false
			for d, f := range b.of {
				envy = envy || f != NoEdge && m.PositionOf(f) == p && b.wins(id, e, CandidateID(d), f)
			}
			if envy {
				return true
			}
			if count(p) >= m.Capacity(p) {
				continue
			}
			r := region(p)
			if r == NoNode || b.placed(b.below(r)) < m.Cap(r) {
				return true
			}
			if own := b.of[c]; own != NoEdge {
				if q := m.PositionOf(own); b.below(r)(q) && count(p)+1-target(p) <= count(q)-1-target(q) {
					return true
				}
			}
		}
	}
	return false
}

func TestTurnsAgainstAllAssignments(t *testing.T) {
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 6))
		b := NewBuilder(Options{})
		target := map[PositionID]int{}
		n := 1 + rng.IntN(5)
		var pos []PositionID
		for r := range 2 {
			region := b.Node(string(rune('A'+r)), 1+rng.IntN(3), NoNode)
			left := int(b.m.nodeCap[region])
			for range 1 + rng.IntN(2) {
				firm := b.Node(string(rune('a'+len(pos))), Unlimited, region)
				p := b.Position(firm, 1+rng.IntN(3), 0)
				target[p] = min(rng.IntN(left+1), int(b.m.capacity[p]))
				left -= target[p]
				b.Target(p, target[p])
				pos = append(pos, p)
			}
		}
		for c := range n {
			id := b.Candidate([]byte{byte('a' + c)})
			for rank, i := range rng.Perm(len(pos))[:rng.IntN(len(pos)+1)] {
				b.Choice(id, pos[i], rank+1, int64(rng.IntN(4)), 0)
			}
		}
		m, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		rule := Rule{Regions: Flexible, Seed: "turns"}
		out, err := Solve(context.Background(), m, rule)
		if err != nil {
			t.Fatal(err)
		}
		x := &brute{m: m, r: rule}
		found := false
		everything(m, func(of []EdgeID) {
			x.of = of
			want := x.feasible(true) && !x.turnsBlocked(func(p PositionID) int { return target[p] })
			if got := verify(m, rule, of).rep.OK; got != want {
				t.Fatalf("seed %d: the verifier says %v, the definition %v\n%s", seed, got, want, dump(m, of))
			}
			found = found || want && slices.Equal(of, out.Of)
		})
		if !found {
			t.Fatalf("seed %d: the result is not stable\n%s", seed, dump(m, out.Of))
		}
	}
}
