package talent

import (
	"strings"

	"guildhall/internal/db"
)

// placedBefore is the condition that a published round has placed a candidate.
const placedBefore = `EXISTS (SELECT 1 FROM talent_result x JOIN talent_round y ON y.id = x.round_id AND y.run = x.run
	WHERE x.candidate_id = c.id AND x.seq > 0 AND y.state = 'published')`

// freezeCandidates copies everybody who takes part, with their wishes, in one
// statement, and counts by reason those who cannot.
func freezeCandidates(tx *db.Tx, r *Round) error {
	if r.Candidates != 0 {
		panic("talent: a round is frozen twice")
	}
	reasons := []struct {
		name, term string
		args       []any
	}{
		{LeftPlaced, placedBefore, nil},
		{LeftConsent, `c.consent_at IS NULL`, nil},
		{LeftAge, `c.adult_from = ''`, nil},
		{LeftYoung, `c.adult_from > ?`, []any{ofWorkingAge(tx.Now)}},
		{LeftGuardian, `c.adult_from > ? AND c.guardian_at IS NULL`, []any{month(tx.Now)}},
	}
	var in db.Where // who is left after each reason
	in.And("c.body = ?", tx.Body)
	in.In("c.status", r.Statuses)
	for _, reason := range reasons {
		out := in
		out.Args = append([]any{}, in.Args...)
		out.And(reason.term, reason.args...)
		n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM talent_candidate c`+out.String(), out.Args...)
		if err != nil {
			return err
		}
		if n > 0 {
			r.LeftOut[reason.name] = n
		}
		in.And("NOT ("+reason.term+")", reason.args...)
	}
	round := in.Next(r.ID)
	n, err := tx.Exec(`
		INSERT INTO talent_round_candidate (round_id, candidate_id, body, school, programme_code, level, score, certificate, want_kinds,
			want_regions, want_pay, accept_shift, accept_overseas, skills, wishes)
		SELECT `+round+`, c.id, c.body, c.school, c.programme_code, c.level, c.score, c.certificate, c.want_kinds,
			c.want_regions, c.want_pay, c.accept_shift, c.accept_overseas, c.skills,
			coalesce((SELECT w.list FROM talent_wish w WHERE w.round_id = `+round+` AND w.candidate_id = c.id), '')
		FROM talent_candidate c`+in.String(), in.Args...)
	r.Candidates = int(n)
	return err
}

// freezePositions copies the open positions, numbered from 1, each with the
// places that earlier rounds have left and the cap of its enterprise.
func freezePositions(tx *db.Tx, r *Round) error {
	open, err := openPositions(tx)
	if err != nil {
		return err
	}
	taken, err := placedAt(tx)
	if err != nil {
		return err
	}
	all, err := units(tx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, p := range open {
		places := p.Headcount - taken[p.ID]
		if places <= 0 {
			continue
		}
		limit := -1
		if u := all[p.Enterprise]; r.CapPercent > 0 && u != nil && u.Staff > 0 {
			limit = u.Staff * r.CapPercent / 100
		}
		rows = append(rows, []any{r.ID, len(rows) + 1, p.ID, tx.Body, publicName(p), p.Enterprise, limit, p.Kind, p.Title, p.Occupation,
			p.Segment, p.Region, places, p.Education, p.PayLow, p.PayHigh, p.Shift, p.Overseas, p.Needs.Pack()})
		r.Places += places
	}
	r.Positions = len(rows)
	return db.Insert(tx, "talent_round_position",
		[]string{"round_id", "seq", "position_id", "body", "ref", "enterprise", "cap", "kind", "title", "occupation",
			"segment", "region", "places", "education", "pay_low", "pay_high", "shift", "overseas", "skills"}, "", rows)
}

// publicName is the name of a position in a certificate.
func publicName(p *Position) string {
	if ref := strings.TrimSpace(p.Ref); ref != "" {
		return ref
	}
	return p.ID
}

// placedAt counts whom published rounds have placed, by position.
func placedAt(tx *db.Tx) (map[string]int, error) {
	pairs, err := db.All(tx, db.Pair[string, int], `
		SELECT p.position_id, count(*) FROM talent_result x
		JOIN talent_round r ON r.id = x.round_id AND r.run = x.run AND r.state = 'published' AND r.body = $1
		JOIN talent_round_position p ON p.round_id = x.round_id AND p.seq = x.seq
		WHERE x.seq > 0 GROUP BY p.position_id`, tx.Body)
	taken := map[string]int{}
	for _, p := range pairs {
		taken[p.A] = p.B
	}
	return taken, err
}
