package talent

import (
	"time"

	"guildhall/internal/db"
)

// Shown tells whether the candidate may be shown to enterprises at a moment:
// with consent, of an age that is known and at which the law allows work, and where
// under full age with a guardian's consent too.
func (c *Candidate) Shown(now time.Time) bool {
	return c.ConsentAt != nil && c.AdultFrom != "" && c.AdultFrom <= month(now.AddDate(2, 0, 0)) && (!c.Minor(now) || c.GuardianAt != nil)
}

// Showable gives those who look for a place and may be shown to enterprises, by id.
func (t *Talent) Showable(tx *db.Tx) ([]*Candidate, error) {
	list, err := t.Seekers(tx, Seeking)
	shown := list[:0]
	for _, c := range list {
		if c.Shown(tx.Now) {
			shown = append(shown, c)
		}
	}
	return shown, err
}

// Mask hides who a candidate is where the actor need not know it, and tells whether
// the actor may.
func (c *Candidate) Mask(tx *db.Tx) (named bool) {
	mask(actor(tx), c)
	return may(tx.Context(), "talent.candidate.look", c.subject())
}
