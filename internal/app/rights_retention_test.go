package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/privacy"
)

// aged plants what is past its term on the house's day: the records of two students, their ended placements, an application, and what the directory counts.
func (p *planted) aged() {
	old := p.DB.Now().AddDate(-5, 0, 0).UTC()
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE talent_candidate SET graduates = $1`, []any{old.Year()}},
		{`UPDATE placement_placement SET state = 'ended', ended_on = $1, since = $2, until = $1`, []any{old.Format(time.DateOnly), old.AddDate(0, -3, 0).Format(time.DateOnly)}},
		{`DELETE FROM round_wish`, nil},
		{`INSERT INTO directory_attempt (who, failures, last_at, wait_to) VALUES ('x', 1, $1, $1)`, []any{old}},
		{`INSERT INTO member_application (id, body, number, key_hash, state, name, short_name, name_en, class, credit_code, industry, region, segments, staff, phone, rank, statement, contact_seal, mobile_seal, email_seal, reason, resolution, resolution_id, unit_id, made_at, changed_at)
			VALUES ('a', $1, 'A1', 'k', 'refused', 'n', '', '', 'enterprise', '', '', '', '', 0, '', '', '', 'c', 'm', 'e', '', '', '', '', $2, $2)`, []any{p.body, old}},
		{`INSERT INTO privacy_request (id, body, number, kind, state, account, candidate, unit_id, by_id, letter, subject, words, answer, answered_by, due, rule_id, outcome, made_at, answered_at)
			VALUES ('q', $1, 900, 'correct', 'accepted', 'gone', '', '', 'gone', '', '', '', '', '', '2020-01-01', '', '', $2, $2)`, []any{p.body, old}},
	} {
		must(p.t, db.Do(p.office, p.DB, func(tx *db.Tx) error { _, err := tx.Exec(q.sql, q.args...); return err }))
	}
}

// went gives what the journal tells of what went, by kind, of the body and the house.
func (p *planted) went() map[string]privacy.Expired {
	by := map[string]privacy.Expired{}
	for _, body := range []string{p.body, db.House} {
		entries, err := db.View(db.In(p.office, body), p.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "privacy.retention.expire", Limit: 200})
		})
		must(p.t, err)
		for _, e := range entries {
			x, err := journal.Data[privacy.Expired](e)
			must(p.t, err)
			if by[x.Kind].Count > 0 {
				p.t.Errorf("%s is told of twice", x.Kind)
			}
			by[x.Kind] = x
		}
	}
	return by
}

// What is past its term goes in the night, as the page foretold, and is told of once with
// the term and its source; what is on hold stays, by age and on request, until the hold is
// lifted, and a second night on another server finds nothing.
func TestP13WhatIsPastItsTermGoes(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		p := plant(t, open(t, settings(t, postgres)))
		p.aged()
		if _, err := p.Privacy.SetHold(p.school, privacy.Holding{Who: other.ref, Reason: "诉讼", Article: "（2026）示例民初1号"}); err == nil {
			t.Error("a school sets a hold")
		}
		if _, err := p.Privacy.SetHold(p.office, privacy.Holding{Who: "nobody", Reason: "x", Article: "y"}); err == nil {
			t.Error("nobody is held")
		}
		hold, err := p.Privacy.SetHold(p.office, privacy.Holding{Who: other.ref, Reason: "诉讼", Article: "（2026）示例民初1号"})
		must(t, err)
		if _, err := p.Privacy.SetHold(p.office, privacy.Holding{Who: other.ref, Reason: "诉讼", Article: "1"}); err == nil {
			t.Error("held twice")
		}
		v, err := p.Privacy.Retention(p.office)
		must(t, err)
		bodies := func(context.Context) ([]string, error) { return []string{p.body}, nil }
		must(t, p.Privacy.Expire(t.Context(), bodies))
		went := p.went()
		for _, d := range v.Kinds {
			x := went[d.Kind]
			if x.Count != d.Next {
				t.Errorf("%s: %d were to go, and %d went", d.Kind, d.Next, x.Count)
			}
			if x.Count > 0 && (x.Source != d.Source || x.Months != d.Months || x.Days != d.Days || x.Rule == "" || x.Before != d.Before) {
				t.Errorf("%s is told of with %+v", d.Kind, x)
			}
		}
		for kind, n := range map[string]int{"talent.identity": 1, "placement.internship": 1, "directory.attempt": 1, "member.application": 1, "privacy.request": 1} {
			if went[kind].Count != n {
				t.Errorf("%s: %d went, want %d", kind, went[kind].Count, n)
			}
		}
		p.stays(bodies)
		_, err = p.Privacy.LiftHold(p.office, hold.ID)
		must(t, err)
		must(t, p.Privacy.Tend(t.Context(), bodies))
		if left := leaks(everything(t, p.DB), other); len(left) > 0 {
			t.Errorf("left of the other one once the hold is lifted: %q", left)
		}
	})
}

// stays sees that she is gone and the other one is not, by age or on request.
func (p *planted) stays(bodies func(context.Context) ([]string, error)) {
	t := p.t
	if left := leaks(everything(t, p.DB), hers); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	had := len(leaks(everything(t, p.DB), other))
	q, err := p.Privacy.AskErasure(p.other, "", privacy.Asked{Password: app.DemoPassword})
	must(t, err)
	now := p.DB.Now()
	p.DB.Now = func() time.Time { return now.AddDate(0, 0, 8) }
	must(t, p.Privacy.Tend(t.Context(), bodies))
	must(t, p.Privacy.Expire(t.Context(), bodies))
	a, err := p.Privacy.Request(p.other, q.ID)
	must(t, err)
	if a.State != privacy.InPart || slices.ContainsFunc(a.Outcome, func(x privacy.Outcome) bool { return x.Fate != "kept" }) || a.Outcome[0].Reason != "privacy.why.held" {
		t.Errorf("on hold: %s %+v", a.State, a.Outcome)
	}
	if n := len(leaks(everything(t, p.DB), other)); n < had {
		t.Errorf("%d of %d are left of the one on hold", n, had)
	}
	p.went()
}
