package privacy

import (
	"encoding/json"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

const columns = `q.id, q.number, q.kind, q.state, q.account, q.candidate, q.unit_id, q.by_id, q.letter, q.subject, q.words, q.answer, q.answered_by, q.due, q.rule_id, q.outcome, q.made_at, q.answered_at`

func (o *Office) scan(row db.Row) (*Request, error) {
	q := new(Request)
	var outcome string
	err := row.Scan(&q.ID, &q.Number, &q.Kind, &q.State, &q.Account, &q.Candidate, &q.Unit, &q.By, &q.Letter, &q.Subject, &q.Words, &q.Answer, &q.AnsweredBy, &q.Due, &q.Rule, &outcome, &q.MadeAt, &q.AnsweredAt)
	if err != nil {
		return nil, err
	}
	for _, sealed := range []*string{&q.Letter, &q.Words, &q.Answer} {
		if *sealed, err = o.Keys.Open(*sealed); err != nil {
			return nil, err
		}
	}
	if outcome != "" {
		err = json.Unmarshal([]byte(outcome), &q.Outcome)
	}
	return q, err
}

// find gives a request with the school of whom it is about.
func (o *Office) find(tx *db.Tx, id string) (*Request, error) {
	q, err := db.One(tx, o.scan, `SELECT `+columns+` FROM privacy_request q WHERE q.id = $1 AND q.body = $2`, id, tx.Body)
	if err != nil || q.Candidate == "" {
		return q, err
	}
	r, err := o.Record(tx, q.Candidate)
	if errors.Is(err, fault.NotFound) {
		return q, nil
	}
	if err == nil {
		q.school = r.School
	}
	return q, err
}

func (o *Office) some(tx *db.Tx, w db.Where, order string, limit int) ([]*Request, error) {
	where := w.String()
	return db.All(tx, o.scan, `SELECT `+columns+` FROM privacy_request q`+where+` ORDER BY `+order+` LIMIT `+w.Next(limit), w.Args...)
}

func (o *Office) requestsOf(tx *db.Tx, p *Person) ([]*Request, error) {
	var w db.Where
	w.And("q.body = ?", tx.Body)
	if p.Candidate != "" {
		w.And("q.candidate = ?", p.Candidate)
	} else {
		w.And("q.account = ? AND q.candidate = ''", p.Account)
	}
	return o.some(tx, w, "q.number DESC", 200)
}

const pageSize = 50

func (o *Office) list(tx *db.Tx, s Search) (list []*Request, next int, err error) {
	var w db.Where
	w.And("q.body = ?", tx.Body)
	visible(auth.From(tx.Context()), &w)
	if s.Kind != "" {
		w.And("q.kind = ?", s.Kind)
	}
	if s.State != "" {
		w.And("q.state = ?", s.State)
	}
	if s.After > 0 {
		w.And("q.number < ?", s.After)
	}
	if list, err = o.some(tx, w, "q.number DESC", pageSize+1); err == nil && len(list) > pageSize {
		list = list[:pageSize]
		next = list[pageSize-1].Number
	}
	return list, next, err
}

func lastNumber(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(q.number), 0) FROM privacy_request q WHERE q.body = $1`, tx.Body)
}

func (o *Office) save(tx *db.Tx, q *Request) error {
	outcome := ""
	if q.Outcome != nil {
		text, err := json.Marshal(q.Outcome)
		if err != nil {
			return err
		}
		outcome = string(text)
	}
	_, err := tx.Exec(`INSERT INTO privacy_request (id, body, number, kind, state, account, candidate, unit_id, by_id, letter, subject, words, answer, answered_by, due, rule_id, outcome, made_at, answered_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, letter = excluded.letter, words = excluded.words, answer = excluded.answer,
			answered_by = excluded.answered_by, outcome = excluded.outcome, answered_at = excluded.answered_at`,
		q.ID, tx.Body, q.Number, q.Kind, q.State, q.Account, q.Candidate, q.Unit, q.By, o.Keys.Seal(q.Letter), q.Subject, o.Keys.Seal(q.Words), o.Keys.Seal(q.Answer), q.AnsweredBy, q.Due, q.Rule, outcome, q.MadeAt, q.AnsweredAt)
	return err
}

// name tells who a request is about: by name for their own school and themselves.
func (o *Office) name(tx *db.Tx, a *Asking) error {
	if a.Candidate != "" {
		r, err := o.Record(tx, a.Candidate)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			a.Person, a.Ref = r.Name, r.Ref
			a.school = r.School
		}
	} else {
		names, err := directory.PersonNames(tx, []string{a.Account})
		if err != nil {
			return err
		}
		a.Person = names[a.Account]
	}
	me := auth.From(tx.Context())
	if a.Person != "" && !self(me, a.subject()) && !me.For(a.Unit) && !me.For(a.school) {
		a.Person = codes.MaskName(a.Person)
	}
	return nil
}

// Keeper tells which requests are kept of a person, and takes what they wrote away.
func (o *Office) Keeper() holding.Keeper {
	return holding.Keeper{Room: "privacy",
		Kept: func(tx *db.Tx, w holding.Whom, terms holding.Terms) (list []holding.Holding, err error) {
			all, err := o.requestsOf(tx, &Person{Whom: w})
			for _, q := range all {
				h := holding.Holding{Kind: "privacy.request", Subject: q.ID, Path: "/rights/" + q.ID, Since: dayOf(q.MadeAt), Fate: holding.Nameless, Reason: "privacy.why.handled",
					Fields: []holding.Field{{Name: "number", Value: q.Number}, {Name: "kind", Value: q.Kind, Said: say(tx.Context(), "request."+q.Kind)}, {Name: "state", Value: q.State, Said: say(tx.Context(), "state."+q.State)}, {Name: "words", Value: q.Words}, {Name: "answer", Value: q.Answer}}}
				if q.Unit != "" {
					h.Units = []string{q.Unit}
				}
				list = append(list, h)
			}
			if err != nil {
				return nil, err
			}
			on, err := o.keptHolds(tx, w)
			return append(list, on...), err
		},
		Erase: func(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
			_, err := tx.Exec(`UPDATE privacy_request SET words = '', letter = '', answer = '' WHERE body = $1 AND (candidate <> '' AND candidate = $2 OR candidate = '' AND account = $3)`, tx.Body, w.Candidate, w.Account)
			if err != nil {
				return err
			}
			_, err = tx.Exec(`UPDATE privacy_hold SET reason = '' WHERE body = $1 AND lifted_at IS NOT NULL AND (candidate <> '' AND candidate = $2 OR candidate = '' AND account = $3)`, tx.Body, w.Candidate, w.Account)
			return err
		}}
}

func dayOf(t time.Time) string { return t.In(i18n.China).Format(time.DateOnly) }
