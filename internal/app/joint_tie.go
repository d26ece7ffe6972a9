package app

import (
	"context"
	"log/slog"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/i18n"
	"guildhall/internal/intake"
	"guildhall/internal/member"
	"guildhall/internal/placement"
	"guildhall/internal/plan"
	"guildhall/internal/round"
	"guildhall/internal/talent"
)

// tied joins the page of a unit to the rooms in which something can hang on it,
// and the page of a handover to those in which something can wait on a person.
// TestWhoTellsOfTies lists them.
func (h *House) tied() {
	h.Member.Tied = []member.Tied{directory.TiedUnit, h.Council.TiedUnit, plan.TiedUnit, equipment, openings(h.Talent), demandLines,
		facility.TiedUnit, roundsTied, h.placementsTied, agreementsTied, importsTied, seekersTied(h.Talent), actsOf}
	h.Directory.Waiting = []directory.Waiting{
		{Room: "council", Tied: h.councilTied, Hand: h.councilPass},
		{Room: "plan", Tied: plan.TiedPerson, Hand: plan.Pass},
		{Room: "placement", Tied: h.mentorTied},
		{Room: "facility", Tied: facility.TiedPerson, Hand: facility.Pass},
	}
	h.Member.Resolutions = resolutions
}

// private tells whether the actor may not know what hangs on a unit.
func private(tx *db.Tx, unit string) bool {
	a := auth.From(tx.Context())
	return !a.Runs() && !a.For(unit)
}

// speaker gives a person as the council knows them.
func (h *House) speaker(tx *db.Tx, person string) (s council.Speaker, err error) {
	p, err := directory.FindPerson(tx, person)
	if err != nil {
		return s, err
	}
	s = council.Speaker{ID: person, Name: p.Name}
	today := directory.Today(tx)
	duties, err := directory.Duties(tx, directory.DutySearch{Name: member.Delegate, Person: person, On: today})
	if err != nil {
		return s, err
	}
	for _, d := range duties {
		s.Units = append(s.Units, d.Unit)
	}
	posts, err := directory.Worked(tx, person)
	for _, o := range posts {
		s.Office = s.Office || o.Role == auth.Secretariat
	}
	return s, err
}

func (h *House) councilTied(tx *db.Tx, person string) ([]directory.Tie, error) {
	s, err := h.speaker(tx, person)
	if err != nil {
		return nil, err
	}
	return h.Council.TiedPerson(tx, s)
}

func (h *House) councilPass(tx *db.Tx, from, to string) (int, error) {
	s, err := h.speaker(tx, from)
	if err != nil {
		return 0, err
	}
	p, err := directory.FindPerson(tx, to)
	if err != nil {
		return 0, err
	}
	return h.Council.Pass(tx, s, p.Name)
}

// mentorTied tells of the placements that name somebody of a unit as mentor: the
// name is part of what the parties have signed, so they settle who follows.
func (h *House) mentorTied(tx *db.Tx, person string) ([]directory.Tie, error) {
	p, err := directory.FindPerson(tx, person)
	if err != nil {
		return nil, err
	}
	posts, err := directory.Worked(tx, person)
	if err != nil {
		return nil, err
	}
	t := directory.Tie{Word: "app.tie.mentor", Path: "/placements", Decide: "placement.tied_decides"}
	seen := map[string]bool{}
	for _, o := range posts {
		if seen[o.Unit] {
			continue
		}
		seen[o.Unit] = true
		list, err := h.Placement.Mentored(tx, o.Unit, p.Name)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			t.Add(placementItem(x))
		}
	}
	return []directory.Tie{t}, nil
}

func placementItem(p *placement.Placement) directory.TieItem {
	return directory.TieItem{Text: p.Title, Day: p.Since, Path: "/placements/" + p.ID}
}

// placementsTied tells the page of a unit what placements hang on it.
func (h *House) placementsTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if private(tx, unit) {
		return nil, nil
	}
	list, err := h.Placement.Hangs(tx, unit)
	t := directory.Tie{Word: "placement.tied", Path: "/placements?enterprise=" + unit, Decide: "placement.tied_decides"}
	for _, p := range list {
		if p.School == unit {
			t.Path = "/placements?school=" + unit
		}
		t.Add(placementItem(p))
	}
	return []directory.Tie{t}, err
}

// agreementsTied tells which agreements of a unit run, and how many are over.
func agreementsTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if private(tx, unit) {
		return nil, nil
	}
	runs := directory.Tie{Word: "app.tie.agreements", Path: "/placements?enterprise=" + unit, Decide: "app.tie.parties"}
	over := directory.Tie{Word: "app.tie.agreements_over", Path: "/placements?enterprise=" + unit + "&state=ended"}
	list, err := agreement.Of(tx, unit)
	for _, s := range list {
		if s.State.Over() {
			over.Count++
			continue
		}
		item := directory.TieItem{Text: s.Title, Day: s.Until}
		if room, _, ok := strings.Cut(s.Kind, "."); ok && room == "placement" {
			item.Path = "/placements/" + s.Subject
		}
		if item.Day == placement.Forever {
			item.Day = ""
		}
		runs.Add(item)
	}
	return []directory.Tie{runs, over}, err
}

// roundsTied tells in which rounds that are not settled a unit takes part.
func roundsTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if private(tx, unit) {
		return nil, nil
	}
	t := directory.Tie{Word: "app.tie.rounds", Path: "/rounds", Decide: "app.tie.office"}
	list, err := round.Entered(tx, unit)
	for _, e := range list {
		var text string
		switch {
		case e.Posts > 0:
			text = i18n.T(tx.Context(), "app.tie.round_posts", e.Name, e.Posts)
		case e.Seekers > 0:
			text = i18n.T(tx.Context(), "app.tie.round_seekers", e.Name, e.Seekers)
		default:
			continue // not frozen yet, when its open positions tell of it; or frozen without it
		}
		t.Add(directory.TieItem{Text: text, Day: e.Until, Path: "/rounds/" + e.Round})
	}
	return []directory.Tie{t}, err
}

// importsTied tells which imports of a unit wait for a decision.
func importsTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if private(tx, unit) {
		return nil, nil
	}
	t := directory.Tie{Word: "app.tie.imports", Path: "/imports", Decide: "app.tie.office"}
	list, err := intake.SentFor(tx, unit)
	for _, j := range list {
		for _, f := range j.Files[:min(1, len(j.Files))] {
			t.Add(directory.TieItem{Text: f.Name, Day: i18n.Date(tx.Context(), j.MadeAt), Path: "/imports/" + j.ID})
		}
	}
	return []directory.Tie{t}, err
}

// openings tells which positions of a unit are open.
func openings(t *talent.Talent) member.Tied {
	return func(tx *db.Tx, unit string) ([]directory.Tie, error) {
		open, err := t.Openings(tx)
		tie := directory.Tie{Word: "app.tie.positions", Path: "/positions?enterprise=" + unit, Decide: "app.tie.unit"}
		for _, o := range open {
			if o.Enterprise == unit {
				tie.Count += o.Positions
			}
		}
		return []directory.Tie{tie}, err
	}
}

// seekersTied counts a school's students: they stay on its roster, and whether
// they are matched is theirs and the school's to say.
func seekersTied(t *talent.Talent) member.Tied {
	return func(tx *db.Tx, unit string) ([]directory.Tie, error) {
		if private(tx, unit) {
			return nil, nil
		}
		tie := directory.Tie{Word: "app.tie.seekers", Path: "/candidates?school=" + unit, Decide: "app.tie.unit"}
		rosters, err := t.Rosters(tx)
		for _, r := range rosters {
			if r.School == unit {
				tie.Count += r.Students - r.Graduated
			}
		}
		return []directory.Tie{tie}, err
	}
}

// demandLines tells which demand lines of a unit are still running.
func demandLines(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if private(tx, unit) {
		return nil, nil
	}
	lines, err := demand.Running(tx, "")
	tie := directory.Tie{Word: "app.tie.lines", Path: "/demands?unit=" + unit, Decide: "app.tie.unit"}
	for _, l := range lines {
		if l.Unit != unit {
			continue
		}
		item := directory.TieItem{Text: l.Title, Day: l.By}
		if l.Kind == talent.LineKind {
			item.Path = "/demands/" + l.ID
		}
		tie.Add(item)
	}
	return []directory.Tie{tie}, err
}

// actsOf counts the acts in which a unit took part: they stay as history.
func actsOf(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if private(tx, unit) {
		return nil, nil
	}
	n, err := act.Count(tx, act.Filter{Units: []string{unit}})
	return []directory.Tie{{Word: "app.tie.acts", Count: int(n), Path: "/acts?unit=" + unit}}, err
}

// indexAgreements keeps which units are parties of agreements that are older than
// the index of them.
func (h *House) indexAgreements(ctx context.Context) {
	list, err := h.known(ctx)
	for _, b := range list {
		for last, more := "", true; more && err == nil; more = last != "" {
			last, err = db.Update(db.In(ctx, b.ID), h.DB, func(tx *db.Tx) (string, error) { return agreement.Index(tx, h.Keys, last) })
		}
	}
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "app: agreements", "error", err)
	}
}
