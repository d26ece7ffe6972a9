package talent

import (
	"context"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// Consent notes consent to being matched: the actor's own, or, where the actor
// works for a school, that of the candidates named, or of all who have given
// none yet, whose signed forms the school holds. With guardian it notes the
// guardians' consent too, for those under age. It tells how many it noted.
func (t *Talent) Consent(ctx context.Context, f ConsentForm) (int, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (int, error) {
		a := auth.From(ctx)
		on := Subject{School: a.Unit, Candidate: a.About}
		if err := policy.Allow(ctx, "talent.candidate.consent", on); err != nil {
			return 0, err
		}
		var w db.Where
		now := w.Next(tx.Now)
		w.And("body = ?", tx.Body)
		if a.For(a.Unit) {
			w.And("school = ?", a.Unit)
			if f.Programme != "" {
				w.And("programme = ?", f.Programme)
			}
		} else {
			w.And("id = ?", a.About)
			f.Guardian = false // a guardian's word is not the pupil's to give
		}
		term := "consent_at IS NULL"
		set := "consent_at = " + now
		if f.Guardian {
			adult := w.Next(month(tx.Now))
			set = "consent_at = coalesce(consent_at, " + now + "), guardian_at = CASE WHEN adult_from > " + adult + " THEN coalesce(guardian_at, " + now + ") ELSE guardian_at END"
			term += " OR guardian_at IS NULL AND adult_from > " + adult
		}
		w.And(term)
		n, err := tx.Exec(`UPDATE talent_candidate SET `+set+w.String(), w.Args...)
		if err != nil {
			return 0, err
		}
		return int(n), journal.Record(tx, "talent.candidate.consent", either(a.About, a.Unit), map[string]any{"candidates": n, "purpose": "matching", "guardian": f.Guardian})
	})
}

// ConsentForm says for whom consent is noted.
type ConsentForm struct {
	Programme string `json:"programme"` // id; empty: all of the school
	Guardian  bool   `json:"guardian"`  // guardians have signed too
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// Withdraw takes the actor's own consent back: from then on no round takes them
// in. Published results stay as they are.
func (t *Talent) Withdraw(ctx context.Context) error {
	return db.Do(ctx, t.DB, func(tx *db.Tx) error {
		c, err := seeCandidate(tx, auth.From(ctx).About)
		if err != nil {
			return err
		}
		if err := policy.Allow(ctx, "talent.candidate.consent", c.subject()); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE talent_candidate SET consent_at = NULL, changed_at = $1 WHERE id = $2 AND body = $3`, tx.Now, c.ID, tx.Body); err != nil {
			return err
		}
		return journal.Record(tx, "talent.candidate.consent", c.ID, map[string]any{"withdrawn": true, "purpose": "matching"})
	})
}
