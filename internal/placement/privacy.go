package placement

import (
	"time"

	"guildhall/internal/agreement"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells which placements are kept of a person. One that runs binds the school
// and the enterprise, and its papers must be kept for some time after it.
func (o *Office) Keeper() holding.Keeper {
	return holding.Keeper{Room: "placement", Kept: o.kept, Erase: o.erase}
}

func (o *Office) ofPerson(tx *db.Tx, candidate string) ([]*Placement, error) {
	var w db.Where
	w.And("p.candidate_id = ?", candidate)
	return o.list(tx, w, "p.id", 500)
}

func (o *Office) kept(tx *db.Tx, w holding.Whom, terms holding.Terms) (list []holding.Holding, err error) {
	if w.Candidate == "" {
		return nil, nil
	}
	ctx := tx.Context()
	all, err := o.ofPerson(tx, w.Candidate)
	for _, p := range all {
		if p.State == Withdrawn && p.Private == (Private{}) && p.Why == "" {
			continue
		}
		h := holding.Holding{Kind: p.keptAs(), Subject: p.ID, Path: "/placements/" + p.ID, Since: p.MadeAt.In(i18n.China).Format(time.DateOnly), Units: []string{p.School, p.Enterprise}, Fields: []holding.Field{
			{Name: "number", Value: p.Number}, {Name: "kind", Value: p.Kind, Said: say(ctx, "kind."+p.Kind)}, {Name: "state", Value: string(p.State), Said: say(ctx, "state."+string(p.State))}, {Name: "post", Value: p.Title}, {Name: "since", Value: p.Since}, {Name: "until", Value: p.Until},
			{Name: "place", Value: p.Place}, {Name: "pay_fen", Value: p.Pay, Said: i18n.Yuan(p.Pay)}, {Name: "hours_a_day", Value: p.HoursDay},
			{Name: "school_mentor", Value: codes.MaskName(p.Private.SchoolMentor)}, {Name: "firm_mentor", Value: codes.MaskName(p.Private.FirmMentor)},
			{Name: "guardian", Value: p.Private.Guardian}, {Name: "guardian_phone", Value: p.Private.GuardianPhone}, {Name: "ended_on", Value: p.EndedOn}, {Name: "why", Value: p.Why}}}
		h.Fate, h.Until, h.Reason = p.fate(terms, day(tx))
		h.Binds = h.Reason == "privacy.why.placement_runs"
		asked, err := requestsOf(tx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range asked {
			h.Fields = append(h.Fields, holding.Field{Name: "request", Value: []string{r.Kind, r.Side, r.Day, r.Why, r.Answer}})
		}
		list = append(list, h)
	}
	return list, err
}

func (p *Placement) keptAs() string { return "placement." + p.Kind }

// fate tells what becomes of a placement when its person wants to be erased.
func (p *Placement) fate(terms holding.Terms, today string) (holding.Fate, string, string) {
	switch {
	case p.State.Before(), p.State == Withdrawn:
		return holding.Nameless, "", "privacy.why.counted"
	case p.State.Runs():
		until := p.Until
		if until == Forever {
			until = ""
		}
		return holding.Kept, until, "privacy.why.placement_runs"
	}
	if until := terms(p.keptAs(), p.EndedOn); until > today {
		return holding.Kept, until, "privacy.why.papers"
	}
	return holding.Nameless, "", "privacy.why.counted"
}

// erase gives up what has not begun and takes the names out of what need not be kept.
func (o *Office) erase(tx *db.Tx, w holding.Whom, terms holding.Terms) error {
	if w.Candidate == "" {
		return nil
	}
	all, err := o.ofPerson(tx, w.Candidate)
	if err != nil {
		return err
	}
	for _, p := range all {
		if fate, _, _ := p.fate(terms, day(tx)); fate != holding.Nameless {
			continue
		}
		if p.State.Before() {
			if err := unclaim(tx, p.ID); err != nil {
				return err
			}
		}
		if err := o.forget(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// forget takes all out of a placement that tells whose it was.
func (o *Office) forget(tx *db.Tx, p *Placement) error {
	state := p.State
	if state.Before() {
		state = Withdrawn
	}
	if _, err := tx.Exec(`UPDATE placement_placement SET state = $3, sealed = '', why = '', changed_at = $4 WHERE id = $1 AND body = $2`, p.ID, tx.Body, string(state), tx.Now); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE placement_request SET why = '', answer = '' WHERE placement_id = $1 AND body = $2`, p.ID, tx.Body); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE placement_follow SET note = '', pay_band = '' WHERE placement_id = $1 AND body = $2`, p.ID, tx.Body); err != nil {
		return err
	}
	return agreement.Forget(tx, o.Keys, p.Agreement, roleStudent, roleGuardian)
}

// Expiries are the papers of placements that go when their time is over.
func (o *Office) Expiries() []holding.Expiry {
	of := func(kind string) holding.Expiry {
		find := func(tx *db.Tx, before string, hold []string) (w db.Where) {
			w.And("p.kind = ? AND p.state IN ('ended', 'withdrawn') AND p.sealed <> '' AND (CASE WHEN p.ended_on <> '' THEN p.ended_on ELSE p.until END) < ?", kind, before)
			for _, id := range hold {
				w.And("p.candidate_id <> ?", id)
			}
			return w
		}
		return holding.Expiry{Kind: "placement." + kind,
			Due: func(tx *db.Tx, before string, hold []string) (int, error) { return count(tx, find(tx, before, hold)) },
			Remove: func(tx *db.Tx, before string, hold []string, most int) (int, error) {
				list, err := o.list(tx, find(tx, before, hold), "p.id", most)
				for _, p := range list {
					if err := o.forget(tx, p); err != nil {
						return 0, err
					}
				}
				return len(list), err
			}}
	}
	return []holding.Expiry{of(Internship), of(Employment)}
}
