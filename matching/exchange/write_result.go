package exchange

import (
	"strconv"

	"guildhall/matching"
)

func appendInt(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) }

func writeAssignment(w *lineWriter, m *matching.Market, of []matching.EdgeID) {
	w.line("candidate_id", "position_id")
	names := positionNames(m)
	var line, name []byte
	for _, c := range m.ByName() {
		name = m.AppendCandidateName(name[:0], c)
		line = append(appendField(line[:0], name), ',')
		if e := of[c]; e != matching.NoEdge {
			line = append(line, names[m.PositionOf(e)]...)
		}
		w.raw(append(line, '\n'))
	}
}

func writeCutOffs(w *lineWriter, m *matching.Market, out *matching.Outcome) {
	w.line("position_id", "capacity", "placed", "last_key", "last_draw", "full", "closed")
	cuts := out.CutOffs()
	yes := map[bool]string{true: "1", false: "0"}
	for _, p := range positionsByName(m) {
		c := cuts[p]
		if c.Placed == 0 {
			w.line(m.PositionName(p), c.Capacity, 0, "", "", yes[c.Full], yes[c.Closed])
			continue
		}
		w.line(m.PositionName(p), c.Capacity, c.Placed, c.Last, c.Draw, yes[c.Full], yes[c.Closed])
	}
}

// readAssignment reads who was placed where. What is wrong with a result, not
// with the file, is a violation: the verifier's business, not the reader's.
func readAssignment(t *table, m *matching.Market, faults *Faults) ([]matching.EdgeID, []matching.Violation, error) {
	cands, pos := newIDs(), newIDs()
	for c := range m.Candidates() {
		cands.add(m.AppendCandidateName(nil, matching.CandidateID(c)))
	}
	for p := range m.Positions() {
		pos.add([]byte(m.PositionName(matching.PositionID(p))))
	}
	of := make([]matching.EdgeID, m.Candidates())
	seen := make([]bool, m.Candidates())
	for c := range of {
		of[c] = matching.NoEdge
	}
	var wrong []matching.Violation
	tell := func(kind string) {
		wrong = append(wrong, matching.Violation{Kind: kind, Candidate: string(t.field(0)), Position: string(t.field(1))})
	}
	for t.next() {
		c := cands.find(t.field(0))
		switch {
		case c < 0:
			tell(UnknownCandidate)
			continue
		case seen[c]:
			tell(PlacedTwice)
			continue
		}
		seen[c] = true
		if len(t.field(1)) == 0 {
			continue
		}
		if p := pos.find(t.field(1)); p < 0 {
			tell(UnknownPosition)
		} else if of[c] = m.Edge(matching.CandidateID(c), matching.PositionID(p)); of[c] == matching.NoEdge {
			tell(matching.BadChoice)
		}
	}
	for c, there := range seen {
		if !there {
			wrong = append(wrong, matching.Violation{Kind: NoLine, Candidate: m.CandidateName(matching.CandidateID(c))})
		}
	}
	return of, wrong, faults.err()
}

// Kinds of violation that only a written result can have.
const (
	UnknownCandidate = "unknown_candidate" // no such candidate in the round
	UnknownPosition  = "unknown_position"  // no such position in the round
	PlacedTwice      = "placed_twice"      // a candidate with two lines
	NoLine           = "no_line"           // a candidate without one
	OtherPrint       = "other_fingerprint" // report.json tells of another assignment
	OtherInputs      = "other_inputs"      // report.json tells of other input files
	OtherCutOffs     = "other_cutoffs"     // cutoffs.csv does not follow from the assignment
)
