package talent

import (
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/intake"
	"guildhall/internal/rule"
)

// consentTaker takes sheets of signed consents, and of those taken back.
type consentTaker struct{ *Talent }

func (consentTaker) Kind() string { return "consents" }

func (t consentTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

// signed is what one row tells.
type signed struct {
	candidate string
	granted   Granted
	withdrawn bool
}

func (t consentTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, err := t.each(tx, b, rows)
	if err != nil || len(list) == 0 {
		return err
	}
	var ids []string
	for _, s := range list {
		ids = append(ids, s.candidate)
		if s.withdrawn {
			if _, err := withdraw(tx, s.candidate, s.granted.Giver, []string{s.granted.Purpose}); err != nil {
				return err
			}
			continue
		}
		held, err := rule.At[ConsentRule](tx, consentKind, s.granted.GivenOn)
		if err != nil {
			return err
		}
		s.granted.Channel, s.granted.NotedBy, s.granted.Version = paper, actor(tx).ID, held.ID
		if _, err := grantOne(tx, s.granted, func(w *db.Where) { w.And("c.id = ?", s.candidate) }); err != nil {
			return err
		}
	}
	if err := refreshConsents(tx, func(w *db.Where) { w.In("c.id", slices.Compact(slices.Sorted(slices.Values(ids)))) }); err != nil {
		return err
	}
	return told(tx, "talent.candidate.consent", b, len(list))
}

func (t consentTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []signed, err error) {
	known, err := t.indexCandidates(tx, rows, "student_id", "student_no")
	if err != nil {
		return nil, err
	}
	held, err := rule.Today[ConsentRule](tx, consentKind)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		quietlyIf(row, func() {
			s, had := t.read(tx, b, known, held.Rule, row)
			if s != nil && len(row.Changes) > 0 {
				list = append(list, *s)
			}
			row.Weighed(had)
		})
	}
	return list, nil
}

func (t consentTaker) read(tx *db.Tx, b *intake.Batch, known *candidateIndex, r ConsentRule, row *intake.Row) (s *signed, had bool) {
	c := known.byRef[row.Text("student_id")]
	if c == nil && row.Has("student_no") {
		c = known.byNumber[actor(tx).Unit+" "+row.Text("student_no")]
	}
	if c == nil {
		if key := either(row.Text("student_id"), row.Text("student_no")); key == "" || !b.Pending("students", key) && !b.Pending("workers", key) {
			row.Refuse("student_id", "talent.import.no_candidate", key)
		}
		return nil, false
	}
	if !may(tx.Context(), "talent.candidate.consent", c.subject()) {
		row.Refuse("student_id", "talent.import.not_yours")
		return nil, false
	}
	g := Granted{Purpose: row.Text("purpose"), Giver: either(row.Text("giver"), Self), GivenOn: row.Text("signed_on")}
	if _, ok := r.purpose(g.Purpose); !ok {
		row.Refuse("purpose", "talent.consent.unknown", g.Purpose)
		return nil, false
	}
	if g.GivenOn > day(tx.Now) {
		row.Refuse("signed_on", "talent.consent.future", g.GivenOn)
	}
	if g.Giver == Guardian && !c.Minor(tx.Now) {
		row.Refuse("giver", "talent.consent.of_age")
		return nil, false
	}
	stands := c.Consents
	if g.Giver == Guardian {
		stands = c.GuardianConsents
	}
	had = stands.Has(g.Purpose)
	switch withdrawn := row.Yes("withdrawn"); {
	case withdrawn && !had:
		return nil, true // nothing to take back
	case withdrawn:
		row.Differs("withdrawn", "no", "yes")
	case !had:
		row.Differs("purpose", "", g.Purpose)
	}
	return &signed{c.ID, g, row.Yes("withdrawn")}, had
}
