package matching

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
)

// Outcome is what a round decided.
type Outcome struct {
	Rule   Rule
	Of     []EdgeID     // by candidate: the choice that was met, NoEdge if none
	Closed []PositionID // did not reach their minimum, in the order of their names
	Stats  Stats

	m    *Market
	once struct{ cuts, claims, print sync.Once }
	cuts []CutOff
	clms []Claim
	hash string
}

// Stats tells how much work a run was.
type Stats struct {
	Proposals     int64 `json:"proposals"`
	Displacements int64 `json:"displacements"`
	Rounds        int   `json:"rounds"`
	Runs          int   `json:"runs"` // full runs, where positions were closed
	Promoted      int   `json:"promoted,omitempty"`
}

// CutOff is where a position's list ended.
type CutOff struct {
	Position PositionID `json:"position"`
	Capacity int        `json:"capacity"`
	Placed   int        `json:"placed"`
	Last     int64      `json:"last"` // worst key placed; 0 if nobody is
	Draw     uint64     `json:"draw"` // its holder's number in the lottery
	Full     bool       `json:"full"` // Placed has reached Capacity
	Closed   bool       `json:"closed"`
	Overrun  int        `json:"overrun,omitempty"` // above the capacity, under AdmitTie
}

// Position is where the candidate was placed, NoPosition if nowhere.
func (o *Outcome) Position(c CandidateID) PositionID {
	if e := o.Of[c]; e != NoEdge {
		return o.m.PositionOf(e)
	}
	return NoPosition
}

// Matched counts the candidates who were placed.
func (o *Outcome) Matched() int {
	n := 0
	for _, e := range o.Of {
		if e != NoEdge {
			n++
		}
	}
	return n
}

// IsClosed tells whether the round closed the position.
func (o *Outcome) IsClosed(p PositionID) bool { return slices.Contains(o.Closed, p) }

// CutOffs gives every position's, by position.
func (o *Outcome) CutOffs() []CutOff {
	o.once.cuts.Do(func() { o.cuts = cutOffs(o.m, o.Rule, o.Of, o.Closed) })
	return o.cuts
}

func cutOffs(m *Market, r Rule, of []EdgeID, closed []PositionID) []CutOff {
	cuts := make([]CutOff, m.Positions())
	last := make([]CandidateID, m.Positions())
	for p := range cuts {
		cuts[p] = CutOff{Position: PositionID(p), Capacity: m.Capacity(PositionID(p))}
	}
	for _, p := range closed {
		cuts[p].Closed = true
	}
	draw := newLots(m, r)
	for c, e := range of {
		if e == NoEdge {
			continue
		}
		p, key := m.PositionOf(e), m.Key(e)
		cut := &cuts[p]
		if cut.Placed == 0 || key > cut.Last ||
			key == cut.Last && draw.loses(uint32(c), int32(p), uint32(last[p]), int32(p)) {
			cut.Last, last[p] = key, CandidateID(c)
		}
		cut.Placed++
	}
	for p := range cuts {
		cut := &cuts[p]
		cut.Full = cut.Placed >= cut.Capacity
		cut.Overrun = max(cut.Placed-cut.Capacity, 0)
		if cut.Placed > 0 {
			cut.Draw = draw.number(uint32(last[p]), int32(p))
		}
	}
	return cuts
}

// Holders lists who was placed at each position, best key first; equal keys
// stand in the order of the lottery.
func (o *Outcome) Holders(p PositionID) []CandidateID {
	var list []CandidateID
	for c, e := range o.Of {
		if e != NoEdge && o.m.PositionOf(e) == p {
			list = append(list, CandidateID(c))
		}
	}
	draw := newLots(o.m, o.Rule)
	slices.SortFunc(list, func(a, b CandidateID) int {
		x, y := o.m.Key(o.Of[a]), o.m.Key(o.Of[b])
		if x < y || x == y && draw.loses(uint32(b), int32(p), uint32(a), int32(p)) {
			return -1
		}
		return 1
	})
	return list
}

// Fingerprint is the SHA-256, in hex, of the assignment written as lines
// "candidate,position" in the order of the candidates' names; an unmatched
// candidate has an empty position. Two rounds with the same fingerprint placed
// everybody alike.
func (o *Outcome) Fingerprint() string {
	o.once.print.Do(func() { o.hash = Fingerprint(o.m, o.Of) })
	return o.hash
}

// Fingerprint is [Outcome.Fingerprint] of any assignment.
func Fingerprint(m *Market, of []EdgeID) string {
	h := sha256.New()
	var buf bytes.Buffer
	for i := range of {
		c := m.byName(i)
		buf.Write(m.candNames.at(int(c)))
		buf.WriteByte(',')
		if e := of[c]; e != NoEdge {
			buf.Write(m.posNames.at(int(m.PositionOf(e))))
		}
		buf.WriteByte('\n')
		if buf.Len() > 1<<15 {
			h.Write(buf.Bytes())
			buf.Reset()
		}
	}
	h.Write(buf.Bytes())
	return hex.EncodeToString(h.Sum(nil))
}

// byName gives the candidate whose name is the i-th of all.
func (m *Market) byName(i int) CandidateID {
	m.order.once.Do(func() {
		perm := sortNames(&m.candNames, m.Candidates())
		for k, c := range perm {
			if uint32(k) != c {
				m.order.list = perm
				return
			}
		}
	})
	if m.order.list == nil {
		return CandidateID(i)
	}
	return CandidateID(m.order.list[i])
}

// ByName lists the candidates in the order of their names, in which results are
// written.
func (m *Market) ByName() []CandidateID {
	list := make([]CandidateID, m.Candidates())
	for i := range list {
		list[i] = m.byName(i)
	}
	return list
}

// OutcomeOf makes an outcome of an assignment that was decided earlier, so that
// it can be explained and written. Closed are the names of closed positions.
func OutcomeOf(m *Market, r Rule, of []EdgeID, closed []string) *Outcome {
	o := &Outcome{Rule: r.Complete(), Of: of, m: m}
	is := map[string]bool{}
	for _, name := range closed {
		is[name] = true
	}
	for p := range m.Positions() {
		if len(is) > 0 && is[m.PositionName(PositionID(p))] {
			o.Closed = append(o.Closed, PositionID(p))
		}
	}
	slices.SortFunc(o.Closed, func(a, b PositionID) int { return int(m.posRank[a]) - int(m.posRank[b]) })
	return o
}
