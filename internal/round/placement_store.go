package round

import (
	"strings"

	"guildhall/internal/db"
)

const placementColumns = `x.candidate_id, x.school, c.programme, coalesce(p.position_id, ''), coalesce(p.title, ''),
	coalesce(p.enterprise, ''), x.choice, x.points, coalesce(a.answer, '')`

const placementTables = ` FROM round_result x JOIN round_candidate c ON c.round_id = x.round_id AND c.candidate_id = x.candidate_id
	LEFT JOIN round_position p ON p.round_id = x.round_id AND p.seq = x.seq AND x.seq > 0
	LEFT JOIN round_answer a ON a.round_id = x.round_id AND a.candidate_id = x.candidate_id`

func scanPlacement(row db.Row) (p Placement, err error) {
	err = row.Scan(&p.Candidate, &p.School, &p.Programme, &p.Position, &p.Title, &p.Enterprise, &p.Choice, &p.Points, &p.Answer)
	return p, err
}

func listPlacements(tx *db.Tx, r *Round, s ResultSearch) (list []Placement, next string, err error) {
	var w db.Where
	w.And("x.round_id = ? AND x.run = ? AND x.body = ?", r.ID, r.run, tx.Body)
	if s.Unit != "" {
		w.And("x.school = ? OR p.enterprise = ?", s.Unit, s.Unit)
	}
	switch s.Placed {
	case "yes":
		w.And("x.seq > 0")
	case "no":
		w.And("x.seq = 0")
	}
	if s.After != "" {
		w.And("x.candidate_id > ?", s.After)
	}
	limit := limitOf(s.Limit)
	where := w.String()
	list, err = db.All(tx, scanPlacement, `SELECT `+placementColumns+placementTables+where+` ORDER BY x.candidate_id LIMIT `+w.Next(limit+1), w.Args...)
	if err == nil && len(list) > limit {
		list = list[:limit]
		next = list[limit-1].Candidate
	}
	return list, next, err
}

// placedIn gives whom a round placed at one of its positions, best merit first.
func placedIn(tx *db.Tx, r *Round, seq int) ([]Placement, error) {
	return db.All(tx, scanPlacement, `SELECT `+placementColumns+placementTables+`
		WHERE x.round_id = $1 AND x.run = $2 AND x.seq = $3 ORDER BY x.points DESC, x.candidate_id`, r.ID, r.run, seq)
}

const cutColumns = `p.seq, p.position_id, p.ref, p.title, p.enterprise, p.places, p.minimum, p.closed,
	p.ranking <> '', k.listed, k.first, k.placed, k.elsewhere, k.refused, k.last, k.capped, k.unopened`

const cutTables = ` FROM round_position p JOIN round_cut k ON k.round_id = p.round_id AND k.seq = p.seq`

func scanCut(row db.Row) (c CutView, err error) {
	err = row.Scan(&c.Seq, &c.Position, &c.Ref, &c.Title, &c.Enterprise, &c.Places, &c.Minimum, &c.Closed,
		&c.ByHand, &c.Listed, &c.First, &c.Placed, &c.Elsewhere, &c.Refused, &c.Last, &c.Capped, &c.Unopened)
	return c, err
}

func findCut(tx *db.Tx, r *Round, position string) (CutView, error) {
	return db.One(tx, scanCut, `SELECT `+cutColumns+cutTables+` WHERE p.round_id = $1 AND k.run = $2 AND p.position_id = $3`, r.ID, r.run, position)
}

// listCuts lists a round's positions. Its orders have many ties, so the cursor
// is an offset: a round's positions do not change any more.
func listCuts(tx *db.Tx, r *Round, s Search) (list []CutView, next int, err error) {
	var w db.Where
	w.And("p.round_id = ? AND k.run = ?", r.ID, r.run)
	if s.Unit != "" {
		w.And("p.enterprise = ?", s.Unit)
	}
	order := map[string]string{"listed": "k.listed", "placed": "k.placed", "last": "k.last", "places": "p.places"}[strings.TrimPrefix(s.Sort, "-")]
	switch {
	case order == "":
		order = "p.seq"
	case strings.HasPrefix(s.Sort, "-"):
		order += " DESC, p.seq"
	default:
		order += ", p.seq"
	}
	limit := limitOf(s.Limit)
	where := w.String()
	list, err = db.All(tx, scanCut, `SELECT `+cutColumns+cutTables+where+` ORDER BY `+order+
		` LIMIT `+w.Next(limit+1)+` OFFSET `+w.Next(max(s.After, 0)), w.Args...)
	if err == nil && len(list) > limit {
		list = list[:limit]
		next = max(s.After, 0) + limit
	}
	return list, next, err
}

// standings gives how a candidate came out of published rounds, newest first.
func standings(tx *db.Tx, candidate string) ([]Stand, error) {
	return db.All(tx, func(row db.Row) (s Stand, err error) {
		var choices string
		err = row.Scan(&s.Round, &s.Name, &choices, &s.Choice, &s.Position, &s.Title, &s.Enterprise, &s.Points)
		if choices != "" {
			s.Choices = strings.Count(choices, ";") + 1
		}
		return s, err
	}, `SELECT r.id, r.name, x.choices, x.choice, coalesce(p.position_id, ''), coalesce(p.title, ''), coalesce(p.enterprise, ''), x.points
		FROM round_result x JOIN round_round r ON r.id = x.round_id AND r.run = x.run AND `+public+`
		LEFT JOIN round_position p ON p.round_id = x.round_id AND p.seq = x.seq AND x.seq > 0
		WHERE x.candidate_id = $1 AND r.body = $2 ORDER BY r.number DESC`, candidate, tx.Body)
}
