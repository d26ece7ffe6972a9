package matching

import (
	"context"
	"slices"
)

// Solve decides a round by the rule. For the method Stable the result leaves no
// blocking pair among the open positions, and no candidate could do better in
// any round that leaves none. The error is a [*Faults] if rule and market do not
// fit, or the context's.
func Solve(ctx context.Context, m *Market, r Rule) (*Outcome, error) {
	r = r.Complete()
	if err := fit(m, r); err != nil {
		return nil, err
	}
	if r.Method == Heaviest {
		out, _, err := MaxWeight(ctx, m, WeightOptions{})
		if err == nil {
			out.Rule = r
		}
		return out, err
	}
	s := &solver{ctx: ctx, m: m, rule: r}
	closed, err := s.close()
	if err != nil {
		return nil, err
	}
	out := &Outcome{Rule: r, m: m, Of: s.of, Stats: s.stats}
	for p := range closed {
		if closed[p] {
			out.Closed = append(out.Closed, PositionID(p))
		}
	}
	slices.SortFunc(out.Closed, func(a, b PositionID) int { return int(m.posRank[a]) - int(m.posRank[b]) })
	return out, nil
}

// solver runs the engine as often as the closing rule asks.
type solver struct {
	ctx   context.Context
	m     *Market
	rule  Rule
	of    []EdgeID
	stats Stats
}

// run decides the round over the positions that are not closed.
func (s *solver) run(closed []bool) error {
	s.stats.Runs++
	if s.rule.Ties == MaxSize {
		return s.largest(closed)
	}
	e := newEngine(newProblem(s.m, s.rule, closed), newLots(s.m, s.rule), s.rule.Ties)
	if err := e.run(s.ctx, nil); err != nil {
		return err
	}
	s.take(e)
	return nil
}

// take reads the engine's state off as an assignment.
func (s *solver) take(e *engine) {
	if s.of == nil {
		s.of = make([]EdgeID, s.m.Candidates())
	}
	for c := range s.of {
		s.of[c] = NoEdge
		if l := e.list[c]; l.at < l.end {
			s.of[c] = e.source(l.at)
		}
	}
	s.stats.Proposals += e.stats.Proposals
	s.stats.Displacements += e.stats.Displacements
	s.stats.Rounds += e.stats.Rounds
}

// fit tells why a rule cannot be applied to a market.
func fit(m *Market, r Rule) error {
	l := faultList{limit: 100}
	if err := r.Check(); err != nil {
		return err
	}
	seats := len(m.reserves) > 0
	strict := r.Ties == Lottery || r.Ties == LotteryPerPosition
	if seats && !strict {
		l.add(FaultRule, nil, "rule: reserved seats need a strict order, so ties must be %q or %q, not %q", Lottery, LotteryPerPosition, r.Ties)
	}
	if r.Regions == Flexible && !strict {
		l.add(FaultRule, nil, "rule: flexible regions need a strict order, so ties must be %q or %q, not %q", Lottery, LotteryPerPosition, r.Ties)
	}
	if r.Regions == Flexible && seats && r.Reserves != CallOrder {
		l.add(FaultRule, nil, "rule: flexible regions allow reserved seats by %q only", CallOrder)
	}
	if r.Method == Heaviest && seats {
		l.add(FaultRule, nil, "rule: the largest weight knows no reserved seats")
	}
	if r.Method == Heaviest && r.Regions == Flexible {
		l.add(FaultRule, nil, "rule: the largest weight knows no flexible regions")
	}
	fitTypes(m, r, &l)
	fitRegions(m, r, &l)
	if r.Closing == Exact && r.Method == Stable {
		if n := m.closable(); n > MaxExactClosings {
			l.add(FaultRule, nil, "rule: closing %q is for up to %d positions with a minimum; there are %d", Exact, MaxExactClosings, n)
		}
	}
	return l.err()
}

func fitTypes(m *Market, r Rule, l *faultList) {
	if len(m.reserves) > 0 && r.Reserves != CallOrder {
		for c := range m.Candidates() {
			if len(m.moreTypes[int32(c)]) > 0 {
				name := m.CandidateName(CandidateID(c))
				l.add(FaultTypes, []string{name}, "candidate %q has several types; only the rule %q can reserve seats then", name, CallOrder)
			}
		}
	}
	if r.Reserves != CallOrder {
		return
	}
	for p := range m.capacity {
		id := PositionID(p)
		name := m.PositionName(id)
		if len(m.reserves[id]) > 2 {
			l.add(FaultReserve, []string{name}, "position %q reserves for %d types; the rule %q knows two", name, len(m.reserves[id]), CallOrder)
		}
		if len(m.reserves[id]) == 0 || r.Regions == Flexible {
			continue
		}
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			if m.nodeCap[k] >= 0 {
				l.add(FaultScale, []string{name, m.NodeName(NodeID(k))},
					"position %q has a call order of its own, which the cap of %q above it cannot compare", name, m.NodeName(NodeID(k)))
				break
			}
		}
	}
}

// fitRegions refuses keys of several scales under nested caps, and regions that
// take turns within regions that take turns.
func fitRegions(m *Market, r Rule, l *faultList) {
	if r.Regions == Nested {
		b := Builder{m: Market{scales: m.scales, nodeCap: m.nodeCap, nodeParent: m.nodeParent, nodeScale: m.nodeScale, under: m.under}, faults: *l}
		for n := range m.nodeCap {
			b.nodeName = append(b.nodeName, m.NodeName(NodeID(n)))
		}
		for p := range m.capacity {
			if len(m.scales) == 0 {
				break
			}
			b.posLabel = append(b.posLabel, m.PositionName(PositionID(p)))
		}
		b.checkScales()
		*l = b.faults
		return
	}
	flexible := flexibleNodes(m, r)
	for n := range m.nodeCap {
		if !flexible[n] {
			continue
		}
		for a := m.nodeParent[n]; a >= 0; a = m.nodeParent[a] {
			if flexible[a] {
				l.add(FaultRule, []string{m.NodeName(NodeID(n)), m.NodeName(NodeID(a))},
					"rule: the flexible region %q stands within the flexible region %q; only one level can take turns",
					m.NodeName(NodeID(n)), m.NodeName(NodeID(a)))
				break
			}
		}
	}
}
