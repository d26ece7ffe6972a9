package round

import (
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
)

// placedBefore gives the candidates whom published rounds have placed.
func placedBefore(tx *db.Tx) (map[string]bool, error) {
	ids, err := db.All(tx, db.Value[string], `SELECT x.candidate_id FROM round_result x
		JOIN round_round r ON r.id = x.round_id AND r.run = x.run AND r.state = 'published' AND r.body = $1
		WHERE x.seq > 0`, tx.Body)
	placed := make(map[string]bool, len(ids))
	for _, id := range ids {
		placed[id] = true
	}
	return placed, err
}

// hinders tells why somebody cannot take part, or "".
func (c *Candidate) hinders(placed bool, now time.Time) string {
	switch {
	case placed:
		return LeftPlaced
	case c.ConsentAt == nil:
		return LeftConsent
	case c.AdultFrom == "":
		return LeftAge
	case c.AdultFrom > ofWorkingAge(now):
		return LeftYoung
	case c.AdultFrom > month(now) && c.GuardianAt == nil:
		return LeftGuardian
	}
	return ""
}

func month(at time.Time) string { return at.In(i18n.China).Format("2006-01") }

// ofWorkingAge gives the month after which whoever comes of age is under sixteen
// now, and may not be employed (Labour Law, art. 15).
func ofWorkingAge(now time.Time) string { return now.In(i18n.China).AddDate(2, 0, 0).Format("2006-01") }

// freezeCandidates copies everybody who takes part, with their wishes, and counts
// by reason those who cannot.
func (o *Office) freezeCandidates(tx *db.Tx, r *Round) error {
	if r.Candidates != 0 {
		panic("round: one is frozen twice")
	}
	seekers, err := o.Talent.Seekers(tx, r.Statuses)
	if err != nil {
		return err
	}
	placed, err := placedBefore(tx)
	if err != nil {
		return err
	}
	wishes, err := wishesOf(tx, r)
	if err != nil {
		return err
	}
	rows := make([][]any, 0, len(seekers))
	for _, c := range seekers {
		if why := c.hinders(placed[c.ID], tx.Now); why != "" {
			r.LeftOut[why]++
			continue
		}
		rows = append(rows, []any{r.ID, c.ID, tx.Body, c.School, c.Programme, c.Level, c.Profile, wishes[c.ID]})
	}
	r.Candidates = len(rows)
	return db.Insert(tx, "round_candidate",
		[]string{"round_id", "candidate_id", "body", "school", "programme", "level", "profile", "wishes"}, "", rows)
}

// freezePositions copies the open posts, numbered from 1, each with the places
// that earlier rounds have left and the cap of its enterprise.
func (o *Office) freezePositions(tx *db.Tx, r *Round) error {
	open, err := o.Talent.Posts(tx)
	if err != nil {
		return err
	}
	taken, err := placedAt(tx)
	if err != nil {
		return err
	}
	all, err := directory.Units(tx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, p := range open {
		places := p.Places - taken[p.ID]
		if places <= 0 {
			continue
		}
		limit := -1
		if u := all[p.Enterprise]; r.CapPercent > 0 && u != nil && u.Staff > 0 {
			limit = u.Staff * r.CapPercent / 100
		}
		rows = append(rows, []any{r.ID, len(rows) + 1, p.ID, tx.Body, p.publicName(), p.Enterprise, limit, p.Kind, p.Title,
			p.Segment, p.Region, places, p.PayLow, p.PayHigh, p.Shift, p.Profile})
		r.Places += places
	}
	r.Positions = len(rows)
	return db.Insert(tx, "round_position",
		[]string{"round_id", "seq", "position_id", "body", "ref", "enterprise", "cap", "kind", "title",
			"segment", "region", "places", "pay_low", "pay_high", "shift", "profile"}, "", rows)
}

// publicName is the name of a post in a certificate.
func (p *Post) publicName() string {
	if ref := strings.TrimSpace(p.Ref); ref != "" {
		return ref
	}
	return p.ID
}

// placedAt counts whom published rounds have placed, by post.
func placedAt(tx *db.Tx) (map[string]int, error) {
	pairs, err := db.All(tx, db.Pair[string, int], `
		SELECT p.position_id, count(*) FROM round_result x
		JOIN round_round r ON r.id = x.round_id AND r.run = x.run AND r.state = 'published' AND r.body = $1
		JOIN round_position p ON p.round_id = x.round_id AND p.seq = x.seq
		WHERE x.seq > 0 GROUP BY p.position_id`, tx.Body)
	taken := map[string]int{}
	for _, p := range pairs {
		taken[p.A] = p.B
	}
	return taken, err
}

// joins tells whether a round is for candidates of a status.
func (r *Round) joins(status string) bool { return slices.Contains(r.Statuses, status) }
