package round

import (
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// placed is the condition that somebody has a place by a public round, and has not
// declined it.
const placed = `x.seq > 0 AND ` + public + ` AND NOT EXISTS (SELECT 1 FROM round_answer a
	WHERE a.round_id = x.round_id AND a.candidate_id = x.candidate_id AND a.answer = 'decline')`

// placedBefore gives the candidates who have a place by an earlier round.
func placedBefore(tx *db.Tx) (map[string]bool, error) {
	ids, err := db.All(tx, db.Value[string], `SELECT x.candidate_id FROM round_result x
		JOIN round_round r ON r.id = x.round_id AND r.run = x.run AND r.body = $1 WHERE `+placed, tx.Body)
	found := make(map[string]bool, len(ids))
	for _, id := range ids {
		found[id] = true
	}
	return found, err
}

// placedAt counts who has a place by earlier rounds, by post.
func placedAt(tx *db.Tx) (map[string]int, error) {
	pairs, err := db.All(tx, db.Pair[string, int], `
		SELECT p.position_id, count(*) FROM round_result x
		JOIN round_round r ON r.id = x.round_id AND r.run = x.run AND r.body = $1
		JOIN round_position p ON p.round_id = x.round_id AND p.seq = x.seq
		WHERE `+placed+` GROUP BY p.position_id`, tx.Body)
	taken := map[string]int{}
	for _, p := range pairs {
		taken[p.A] = p.B
	}
	return taken, err
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

// entrants gives everybody who takes part as things stand, with their wishes, by
// id, and counts by reason those who cannot.
func (o *Office) entrants(tx *db.Tx, r *Round) (in []entrant, out map[string]int, err error) {
	seekers, err := o.Talent.Seekers(tx, r.Statuses)
	if err != nil {
		return nil, nil, err
	}
	placed, err := placedBefore(tx)
	if err != nil {
		return nil, nil, err
	}
	wishes, err := wishesOf(tx, r)
	if err != nil {
		return nil, nil, err
	}
	out = map[string]int{}
	in = make([]entrant, 0, len(seekers))
	for _, c := range seekers {
		if why := c.hinders(placed[c.ID], tx.Now); why != "" {
			out[why]++
			continue
		}
		in = append(in, entrant{id: c.ID, school: c.School, programme: c.Programme, level: c.Level, profile: c.Profile, wishes: parseList(wishes[c.ID])})
	}
	return in, out, nil
}

// openPlaces gives the posts that take part as things stand, each with the places
// that earlier rounds have left, what the round was told of it, and the cap of its
// enterprise.
func (o *Office) openPlaces(tx *db.Tx, r *Round) ([]place, error) {
	open, err := o.Talent.Posts(tx)
	if err != nil {
		return nil, err
	}
	taken, err := placedAt(tx)
	if err != nil {
		return nil, err
	}
	terms, err := termsOf(tx, r)
	if err != nil {
		return nil, err
	}
	ranked, err := rankingsOf(tx, r)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	var list []place
	for _, p := range open {
		t := terms[p.ID]
		places := p.Places - taken[p.ID]
		if t.Places > 0 {
			places = min(places, t.Places)
		}
		if t.Out || places <= 0 || r.Line != "" && p.Line != r.Line {
			continue
		}
		x := place{id: p.ID, ref: p.publicName(), enterprise: p.Enterprise, title: p.Title, kind: p.Kind, segment: p.Segment, region: p.Region,
			shift: p.Shift, profile: p.Profile, cap: -1, places: places, payLow: p.PayLow, payHigh: p.PayHigh,
			minimum: t.Minimum, programme: t.Programme, fixedOpen: t.FixedOpen}
		x.seats, _ = t.seats()
		if r.Terms.ByHand {
			x.ranked = ranked[p.ID]
		}
		if u := units[p.Enterprise]; r.Terms.CapPercent > 0 && u != nil && u.Staff > 0 {
			x.cap = u.Staff * r.Terms.CapPercent / 100
		}
		list = append(list, x)
	}
	return list, nil
}

// live is what a round would be decided on if it were frozen now.
func (o *Office) live(tx *db.Tx, r *Round) (*table, error) {
	t := &table{round: r}
	var err error
	if t.entrants, r.LeftOut, err = o.entrants(tx, r); err != nil {
		return nil, err
	}
	if t.places, err = o.openPlaces(tx, r); err != nil {
		return nil, err
	}
	r.Candidates, r.Positions, r.Places = len(t.entrants), len(t.places), 0
	for i := range t.places {
		r.Places += t.places[i].places
	}
	return t, nil
}

// contradictions tells everything in posts and terms that cannot hold together,
// such as a minimum above what earlier rounds have left.
func (t *table) contradictions() error {
	var wrong fault.List
	groups := map[string]string{} // of enterprises with a cap
	for i := range t.places {
		p := &t.places[i]
		if p.minimum > p.places {
			wrong.Add("minimum", "round.contradiction.minimum", p.title, p.minimum, p.places)
		}
		if p.cap >= 0 && p.fixedOpen && p.minimum > p.cap {
			wrong.Add("minimum", "round.contradiction.cap", p.title, p.minimum, p.cap)
		}
		sum := 0
		for _, s := range p.seats {
			sum += s.n
		}
		if sum > p.places {
			wrong.Add("seats", "round.contradiction.seats", p.title, sum, p.places)
		}
		group := t.round.Terms.group(p)
		if had, ok := groups[p.enterprise]; ok && p.cap >= 0 && had != group {
			wrong.Add("caps", "round.contradiction.crossing", p.title, had, group)
		}
		groups[p.enterprise] = group
	}
	if len(wrong) > 20 {
		wrong = wrong[:20]
	}
	return wrong.Err()
}

// freezeRows copies what the round is decided on. It is one transaction, however
// many candidates there are: nobody's wish may fall between two halves of it.
func freezeRows(tx *db.Tx, t *table) error {
	r := t.round
	rows := make([][]any, len(t.entrants))
	for i, e := range t.entrants {
		rows[i] = []any{r.ID, e.id, tx.Body, e.school, e.programme, e.level, e.profile, packList(e.wishes)}
	}
	if err := db.Insert(tx, "round_candidate",
		[]string{"round_id", "candidate_id", "body", "school", "programme", "level", "profile", "wishes"}, "", rows); err != nil {
		return err
	}
	rows = make([][]any, len(t.places))
	for i, p := range t.places {
		rows[i] = []any{r.ID, i + 1, p.id, tx.Body, p.ref, p.enterprise, p.cap, p.kind, p.title, p.segment, p.region, p.places,
			p.minimum, p.fixedOpen, p.programme, packSeats(p.seats), packList(p.ranked), p.payLow, p.payHigh, p.shift, p.profile}
	}
	return db.Insert(tx, "round_position",
		[]string{"round_id", "seq", "position_id", "body", "ref", "enterprise", "cap", "kind", "title", "segment", "region", "places",
			"minimum", "fixed_open", "programme", "seats", "ranking", "pay_low", "pay_high", "shift", "profile"}, "", rows)
}

// publicName is the name of a post in a certificate.
func (p *Post) publicName() string {
	if ref := strings.TrimSpace(p.Ref); ref != "" {
		return ref
	}
	return p.ID
}

// joins tells whether a round is for candidates of a status.
func (r *Round) joins(status string) bool { return slices.Contains(r.Statuses, status) }

// stale tells whether a result places anybody who has gone since it was computed,
// or at a post that has.
func (o *Office) stale(tx *db.Tx, t *table) error {
	closed, withdrawn, err := o.gone(tx, t)
	if err != nil {
		return err
	}
	posts, people := 0, 0
	err = eachResult(tx, t.round, func(res *result) error {
		if res.seq > 0 && closed[res.seq] {
			posts++
		}
		if res.seq > 0 && withdrawn[res.candidate] {
			people++
		}
		return nil
	})
	if err == nil && posts+people > 0 {
		return fault.Conflict.New("round.round.stale", posts, people)
	}
	return err
}

// gone tells what has changed since the freeze: posts that take nobody any more,
// by their numbers, and candidates who have taken their consent back.
func (o *Office) gone(tx *db.Tx, t *table) (closed map[int]bool, withdrawn map[string]bool, err error) {
	open, err := o.Talent.OpenPosts(tx)
	if err != nil {
		return nil, nil, err
	}
	consenting, err := o.Talent.Consenting(tx)
	if err != nil {
		return nil, nil, err
	}
	closed, withdrawn = map[int]bool{}, map[string]bool{}
	for i := range t.places {
		if !open[t.places[i].id] {
			closed[i+1] = true
		}
	}
	for i := range t.entrants {
		if id := t.entrants[i].id; !consenting[id] {
			withdrawn[id] = true
		}
	}
	return closed, withdrawn, nil
}
