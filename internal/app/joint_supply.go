package app

import (
	"encoding/json"

	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/placement"
	"guildhall/internal/round"
)

// supplyReaders let demand lines hear of what was done for them, and talent of
// what became of its lines.
func (h *House) supplyReaders(readers map[string][]journal.Reader) {
	for _, action := range []string{"round.round.open", "round.round.publish", "round.round.clear", "round.class.finish"} {
		readers[action] = append(readers[action], h.roundForLines)
	}
	for _, action := range []string{"placement.placement.start", "placement.placement.withdraw"} {
		readers[action] = append(readers[action], h.placementForLine)
	}
	for _, action := range []string{"demand.line.answer", "demand.line.cause", "demand.line.fill", "talent.demand.change", "talent.demand.close"} {
		readers[action] = append(readers[action], h.lineHeard)
	}
}

// lineHeard tells talent of a line that moved on.
func (h *House) lineHeard(tx *db.Tx, e journal.Entry) error {
	var told struct {
		Link demand.Link `json:"link"`
		More int         `json:"more"`
	}
	if err := json.Unmarshal(e.Data, &told); err != nil {
		return err
	}
	return h.Talent.Hear(tx, e.Subject, told.More, told.Link)
}

// roundForLines links a round to the lines whose posts take part in it: how many
// places it has for them, how many it gave, and who was hired by it.
func (h *House) roundForLines(tx *db.Tx, e journal.Entry) error {
	out, err := h.Rounds.Outcome(tx, e.Subject)
	if err != nil {
		return err
	}
	kind := "round"
	if out.Kind == round.OrderClass {
		kind = "class"
	}
	link := demand.Link{Kind: kind, Subject: out.ID, Text: out.Name, Path: "/rounds/" + out.ID}
	if !out.State.Public() {
		return h.roundOpened(tx, out, link)
	}
	if e.Action == "round.class.finish" {
		return h.classFinished(tx, e, out)
	}
	seats := out.Placed
	if out.State == round.Cleared {
		seats = out.Accepted
	}
	lines, err := h.linesOf(tx, seats)
	if err != nil {
		return err
	}
	for line, list := range lines {
		link.Line, link.Quantity, link.Unit = line, len(list), list[0].School
		if _, err := demand.Cause(tx, link); err != nil {
			return err
		}
		if out.State != round.Cleared || out.Kind != round.Graduate && out.Kind != round.FieldEngineers {
			continue
		}
		for _, x := range list {
			if err := h.hired(tx, line, x.Candidate, x.School, out.Name, link.Path, 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// roundOpened links a round that is held for one line to it.
func (h *House) roundOpened(tx *db.Tx, out *round.Outcome, link demand.Link) error {
	if out.Line == "" {
		return nil
	}
	line, err := demand.Find(tx, out.Line)
	if err != nil {
		return err
	}
	link.Line, link.Quantity = line.ID, max(1, line.Quantity-line.Filled)
	_, err = demand.Cause(tx, link)
	return err
}

// classFinished links the end of an order class to its line, and lets talent keep
// what was learned.
func (h *House) classFinished(tx *db.Tx, e journal.Entry, out *round.Outcome) error {
	var told struct {
		Position string `json:"position"`
		On       string `json:"on"`
	}
	if err := json.Unmarshal(e.Data, &told); err != nil {
		return err
	}
	var who []string
	var done []round.Held
	for _, x := range out.Finished {
		if x.Position == told.Position {
			who, done = append(who, x.Candidate), append(done, x)
		}
	}
	if err := h.Talent.Learned(tx, who, told.Position, told.On); err != nil {
		return err
	}
	lines, err := h.linesOf(tx, done)
	for line, list := range lines {
		link := demand.Link{Line: line, Kind: "finish", Subject: out.ID, Quantity: len(list), Unit: list[0].School, Text: out.Name, Path: "/rounds/" + out.ID}
		if _, err := demand.Cause(tx, link); err != nil {
			return err
		}
	}
	return err
}

// linesOf groups those who hold places by the demand line of their post.
func (h *House) linesOf(tx *db.Tx, list []round.Held) (map[string][]round.Held, error) {
	seen := map[string]bool{}
	var posts []string
	for _, x := range list {
		if !seen[x.Position] {
			seen[x.Position] = true
			posts = append(posts, x.Position)
		}
	}
	of, err := h.Talent.LinesOf(tx, posts)
	by := map[string][]round.Held{}
	for _, x := range list {
		if line := of[x.Position]; line != "" {
			by[line] = append(by[line], x)
		}
	}
	return by, err
}

// hired fills a line by one person. The person's id is the subject, so that a round
// that admits somebody and the employment that follows count once.
func (h *House) hired(tx *db.Tx, line, candidate, unit, text, path string, n int) error {
	_, err := demand.Fill(tx, demand.Link{Line: line, Kind: "hire", Subject: candidate, Quantity: n, Unit: unit, Text: text, Path: path})
	return err
}

// placementForLine tells the line of a placement's post of it: an employment fills
// it, internships work towards it.
func (h *House) placementForLine(tx *db.Tx, e journal.Entry) error {
	f, err := placement.FactOf(tx, e.Subject)
	if err != nil {
		return err
	}
	lines, err := h.Talent.LinesOf(tx, []string{f.Post})
	if err != nil || lines[f.Post] == "" {
		return err
	}
	line, path := lines[f.Post], "/placements/"+e.Subject
	began := f.State == placement.Started || f.State == placement.Changed
	if f.Kind == placement.Employment {
		if !began {
			return h.hired(tx, line, f.Candidate, f.School, "", path, 0)
		}
		text := i18n.T(i18n.With(tx.Context(), "zh-CN"), "app.supply.employed")
		return h.hired(tx, line, f.Candidate, f.School, text, path, 1)
	}
	if !began {
		return nil
	}
	_, err = demand.Cause(tx, demand.Link{Line: line, Kind: "internship", Subject: f.Post, Quantity: f.Running, Unit: f.School,
		Text: i18n.T(i18n.With(tx.Context(), "zh-CN"), "app.supply.interns"), Path: "/positions/" + f.Post})
	return err
}
