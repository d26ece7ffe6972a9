package matching

import (
	"context"
	"slices"
)

// ReasonCode names why a candidate did or did not get a position.
type ReasonCode string

const (
	Placed    ReasonCode = "placed"     // got it
	Preferred ReasonCode = "preferred"  // got something that stands higher on the list
	NotListed ReasonCode = "not_listed" // the two do not both list each other
	NotOpened ReasonCode = "not_opened" // too few would have come: the position was closed
	NoSeats   ReasonCode = "no_seats"   // the position has no places
	Full      ReasonCode = "full"       // all places went to better keys
	CapFull   ReasonCode = "cap_full"   // the cap of Node was reached with better keys
	LotLost   ReasonCode = "lot_lost"   // equal keys, and the lottery went to others
	Reserved  ReasonCode = "reserved"   // places went to worse keys on seats reserved for Type
	GroupBig  ReasonCode = "group"      // the group of equal keys did not fit wholly
	NoTurn    ReasonCode = "no_turn"    // the region was full and the position's turns used up
	ForWeight ReasonCode = "for_weight" // the largest total weight needed it otherwise
)

// Reason tells why candidate and position did or did not come together, with the
// facts behind it. What has no meaning for a code is zero.
type Reason struct {
	Code      ReasonCode  `json:"code"`
	Candidate CandidateID `json:"candidate"`
	Position  PositionID  `json:"position"`
	Choice    int         `json:"choice,omitempty"` // the position's number on the list
	Node      NodeID      `json:"node"`             // the set that was full, NoNode if the position was
	Type      Type        `json:"type,omitempty"`   // for which the seats were reserved
	OwnKey    int64       `json:"own_key"`
	LastKey   int64       `json:"last_key"` // worst key that was placed under the full set
	OwnDraw   uint64      `json:"own_draw,omitempty"`
	LastDraw  uint64      `json:"last_draw,omitempty"`
	Place     int         `json:"place,omitempty"` // in the line of those who would have come, from 1
	Capacity  int         `json:"capacity"`
	Filled    int         `json:"filled"`
	Minimum   int         `json:"minimum,omitempty"`
	Willing   int         `json:"willing,omitempty"` // how many would have come, if it was not opened
	// NeedKey is the worst key that would have been enough (see [LeastKey]); Enough
	// tells whether there is one and it was looked for, which Why does in rounds of
	// up to 100,000 choices. Own minus need is the least change of the key.
	NeedKey int64 `json:"need_key"`
	Enough  bool  `json:"enough"`
}

// Explain tells candidate c why it did or did not get position p. For many
// questions about one outcome make an [Explainer].
func Explain(m *Market, r Rule, o *Outcome, c CandidateID, p PositionID) Reason {
	return NewExplainer(m, r, o).Why(c, p)
}

// Explainer answers questions about one outcome. It is safe for concurrent use.
type Explainer struct {
	m    *Market
	rule Rule
	out  *Outcome
	v    *verifier // counts and closings of the assignment
	f    *referee
	bars []bar
	off  []uint32
	keys []uint32
	turn *turns
	few  bool // answers leave the least change out
}

// Brief gives an explainer whose answers leave out what would have been enough:
// for whoever asks about everybody, since each such answer runs the round again.
func (x *Explainer) Brief() *Explainer {
	brief := *x
	brief.few = true
	return &brief
}

// turns is what flexible regions need.
type turns struct {
	regions []bool
	units   []unit
	unitOf  []int32
}

// NewExplainer goes over the outcome once.
func NewExplainer(m *Market, r Rule, o *Outcome) *Explainer {
	r = r.Complete()
	v := &verifier{m: m, rule: r, of: o.Of, rep: &Report{Counts: map[string]int{}}}
	x := &Explainer{m: m, rule: r, out: o, v: v, f: newReferee(m, r)}
	v.checkChoices()
	v.closed = make([]bool, m.Positions())
	for _, p := range o.Closed {
		v.closed[p] = true
	}
	x.bars = v.bars(x.f)
	if r.Regions == Flexible {
		regions := v.flexible()
		units, unitOf := v.units(x.f, regions)
		x.turn = &turns{regions, units, unitOf}
		x.bars = v.barsBelow(x.f, regions)
	}
	x.lineUp()
	return x
}

// lineUp gathers, for every position, the keys of all who got it or would rather
// have had it.
func (x *Explainer) lineUp() {
	m := x.m
	x.off = make([]uint32, m.Positions()+1)
	each := func(f func(e EdgeID)) {
		for c, own := range x.out.Of {
			m.above(CandidateID(c), own, f)
			if own != NoEdge {
				f(own)
			}
		}
	}
	each(func(e EdgeID) { x.off[m.PositionOf(e)+1]++ })
	for p := range m.Positions() {
		x.off[p+1] += x.off[p]
	}
	x.keys = make([]uint32, x.off[m.Positions()])
	at := slices.Clone(x.off)
	each(func(e EdgeID) {
		p := m.PositionOf(e)
		x.keys[at[p]] = x.f.key(e)
		at[p]++
	})
	for p := range m.Positions() {
		slices.Sort(x.keys[x.off[p]:x.off[p+1]])
	}
}

// List explains every choice that the candidate ranks above what it got, and what
// it got, in the order of the list.
func (x *Explainer) List(c CandidateID) []Reason {
	var list []Reason
	own := x.out.Of[c]
	x.m.above(c, own, func(e EdgeID) { list = append(list, x.Why(c, x.m.PositionOf(e))) })
	if own != NoEdge {
		list = append(list, x.Why(c, x.m.PositionOf(own)))
	}
	return list
}

// Why explains one candidate and one position.
func (x *Explainer) Why(c CandidateID, p PositionID) Reason {
	m := x.m
	r := Reason{Candidate: c, Position: p, Node: NoNode, Capacity: m.Capacity(p), Filled: int(x.v.placed[p]), Minimum: m.Minimum(p)}
	e := m.Edge(c, p)
	if e == NoEdge {
		r.Code = NotListed
		return r
	}
	r.Choice = m.ChoiceNumber(c, e)
	r.OwnKey = m.Key(e)
	line := x.keys[x.off[p]:x.off[p+1]]
	before, _ := slices.BinarySearch(line, x.f.key(e))
	r.Place = before + 1
	own := x.out.Of[c]
	switch {
	case own == e:
		r.Code = Placed
	case own != NoEdge && !x.v.prefers(e, own):
		r.Code = Preferred
	case x.v.closed[p]:
		r.Code, r.Willing = NotOpened, len(line)
	case m.Capacity(p) == 0:
		r.Code = NoSeats
	case x.rule.Method == Heaviest:
		r.Code = ForWeight
	default:
		x.refused(&r, e)
	}
	return r
}

// refused finds the set that turned the candidate away and what it would have
// taken.
func (x *Explainer) refused(r *Reason, e EdgeID) {
	m, p := x.m, r.Position
	me := standing{x.f.key(e), int32(r.Candidate), int32(p)}
	b := x.bars[p]
	r.Code = Full
	if b.set >= 0 {
		r.Code, r.Node = CapFull, NodeID(b.set)
	}
	if b.set == -2 {
		x.noTurn(r, &b)
	}
	if b.worst.cand < 0 || b.set == -2 {
		if x.rule.Ties == RejectTie {
			r.Code = GroupBig
		}
		return
	}
	r.LastKey = m.keyOf(x.out.Of[b.worst.cand])
	if x.reserved(r, me) {
		return
	}
	if r.Code == Full && x.rule.Ties == RejectTie && me.key == b.worst.key {
		r.Code = GroupBig
	}
	if me.key == b.worst.key && (x.rule.Ties == Lottery || x.rule.Ties == LotteryPerPosition) {
		r.Code = LotLost
	}
	r.OwnDraw, r.LastDraw = x.f.draw(me), x.f.draw(b.worst)
	if !x.few && m.Edges() <= smallQuestion {
		r.NeedKey, r.Enough, _ = LeastKey(context.Background(), m, x.rule, x.out, r.Candidate, r.Position)
	}
}

func (m *Market) keyOf(e EdgeID) int64 {
	if e == NoEdge {
		return 0
	}
	return m.Key(e)
}

// noTurn explains a refusal by a flexible region.
func (x *Explainer) noTurn(r *Reason, b *bar) {
	if x.turn == nil {
		return
	}
	k := x.v.regionOf(x.turn.regions, int32(r.Position))
	if k < 0 {
		return
	}
	r.Code, r.Node = NoTurn, NodeID(k)
	*b = bar{k, x.turn.units[x.turn.unitOf[r.Position]].worst}
}

// reserved explains a refusal while somebody with a worse key sits on a seat
// reserved for another type.
func (x *Explainer) reserved(r *Reason, me standing) bool {
	m := x.m
	if len(m.reserves[r.Position]) == 0 || x.rule.Reserves == CallOrder {
		return false
	}
	if x.bars[r.Position].worst.key < me.key {
		return r.Node != NoNode
	}
	r.Code, r.Type = Reserved, m.TypeOf(CandidateID(x.bars[r.Position].worst.cand))
	return true
}
