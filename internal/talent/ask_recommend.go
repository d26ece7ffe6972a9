package talent

import (
	"time"

	"guildhall/internal/db"
)

// OfWorkingAge tells whether the candidate's age is known and the law allows them to
// work: from sixteen on (Labour Law, art. 15).
func (c *Candidate) OfWorkingAge(now time.Time) bool {
	return c.AdultFrom != "" && c.AdultFrom <= month(now.AddDate(2, 0, 0))
}

// Looking gives those who look for a place and are of an age to have one, by id.
func (t *Talent) Looking(tx *db.Tx) ([]*Candidate, error) {
	list, err := t.Seekers(tx, Seeking)
	old := list[:0]
	for _, c := range list {
		if c.OfWorkingAge(tx.Now) {
			old = append(old, c)
		}
	}
	return old, err
}

// Mask hides who a candidate is where the actor need not know it, and tells whether
// the actor may.
func (c *Candidate) Mask(tx *db.Tx) (named bool) {
	mask(actor(tx), c)
	return may(tx.Context(), "talent.candidate.look", c.subject())
}
