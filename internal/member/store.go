package member

import (
	"guildhall/internal/db"
)

const termColumns = `m.unit_id, m.id, m.since, m.until, m.part, m.resolution, m.ending, m.end_resolution`

type unitTerm struct {
	unit string
	Term
}

func scanTerm(row db.Row) (t unitTerm, err error) {
	err = row.Scan(&t.unit, &t.ID, &t.Since, &t.Until, &t.Part, &t.Resolution, &t.Ending, &t.EndResolution)
	return t, err
}

const tenureColumns = `r.unit_id, r.id, r.rank, r.since, r.until, r.resolution, r.end_resolution`

type unitTenure struct {
	unit string
	Tenure
}

func scanTenure(row db.Row) (t unitTenure, err error) {
	err = row.Scan(&t.unit, &t.ID, &t.Rank, &t.Since, &t.Until, &t.Resolution, &t.EndResolution)
	return t, err
}

// find gives what a unit has been in the body; of one that never belonged the
// standing is empty.
func find(tx *db.Tx, unit string) (*Standing, error) {
	all, err := list(tx, " AND m.unit_id = $2", " AND r.unit_id = $2", unit)
	if err != nil {
		return nil, err
	}
	if s, ok := all[unit]; ok {
		return s, nil
	}
	return &Standing{Unit: unit, Terms: []Term{}, Ranks: []Tenure{}}, nil
}

// everyone gives the whole standing of every unit that ever belonged, by unit.
func everyone(tx *db.Tx) (map[string]*Standing, error) { return list(tx, "", "") }

// on gives, by unit, the terms and ranks that hold on a day.
func on(tx *db.Tx, day string) (map[string]*Standing, error) {
	return list(tx, " AND m.since <= $2 AND (m.until = '' OR m.until > $2)", " AND r.since <= $2 AND (r.until = '' OR r.until > $2)", day)
}

func list(tx *db.Tx, ofTerms, ofRanks string, arg ...any) (map[string]*Standing, error) {
	args := append([]any{tx.Body}, arg...)
	terms, err := db.All(tx, scanTerm, `SELECT `+termColumns+` FROM member_membership m WHERE m.body = $1`+ofTerms+` ORDER BY m.since, m.id`, args...)
	if err != nil {
		return nil, err
	}
	tenures, err := db.All(tx, scanTenure, `SELECT `+tenureColumns+` FROM member_rank r WHERE r.body = $1`+ofRanks+` ORDER BY r.since, r.id`, args...)
	if err != nil {
		return nil, err
	}
	all := make(map[string]*Standing, len(terms))
	of := func(unit string) *Standing {
		if all[unit] == nil {
			all[unit] = &Standing{Unit: unit, Terms: []Term{}, Ranks: []Tenure{}}
		}
		return all[unit]
	}
	for _, t := range terms {
		s := of(t.unit)
		s.Terms = append(s.Terms, t.Term)
	}
	for _, t := range tenures {
		s := of(t.unit)
		s.Ranks = append(s.Ranks, t.Tenure)
	}
	return all, nil
}

func save(tx *db.Tx, s *Standing) error {
	terms := make([][]any, len(s.Terms))
	for i, t := range s.Terms {
		terms[i] = []any{t.ID, tx.Body, s.Unit, t.Since, t.Until, t.Part, t.Resolution, t.Ending, t.EndResolution}
	}
	err := db.Insert(tx, "member_membership", []string{"id", "body", "unit_id", "since", "until", "part", "resolution", "ending", "end_resolution"},
		`ON CONFLICT (id) DO UPDATE SET until = excluded.until, part = excluded.part, ending = excluded.ending, end_resolution = excluded.end_resolution`, terms)
	if err != nil {
		return err
	}
	ranks := make([][]any, len(s.Ranks))
	for i, t := range s.Ranks {
		ranks[i] = []any{t.ID, tx.Body, s.Unit, t.Rank, t.Since, t.Until, t.Resolution, t.EndResolution}
	}
	return db.Insert(tx, "member_rank", []string{"id", "body", "unit_id", "rank", "since", "until", "resolution", "end_resolution"},
		`ON CONFLICT (id) DO UPDATE SET until = excluded.until, end_resolution = excluded.end_resolution`, ranks)
}

// holders gives the units that hold a rank on a day or later.
func holders(tx *db.Tx, rank, day string) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT DISTINCT r.unit_id FROM member_rank r
		WHERE r.body = $1 AND r.rank = $2 AND (r.until = '' OR r.until > $3) AND (r.until = '' OR r.until > r.since) ORDER BY r.unit_id`, tx.Body, rank, day)
}

func scanRank(row db.Row) (r Rank, err error) {
	err = row.Scan(&r.Code, &r.Name, &r.NameEN, &r.Place, &r.Seats, &r.Base, &r.Votes)
	return r, err
}

// ranksOf gives the body's ranks, or those that are shipped where it has none.
func ranksOf(tx *db.Tx) (Ranks, error) {
	own, err := db.All(tx, scanRank, `
		SELECT k.code, k.name, k.name_en, k.place, k.seats, k.base, k.votes FROM member_rank_kind k WHERE k.body = $1 ORDER BY k.place`, tx.Body)
	if err != nil {
		return nil, err
	}
	if len(own) == 0 {
		return shipped, nil
	}
	return own, nil
}

// saveRanks writes the whole list anew, for places may change hands in it.
func saveRanks(tx *db.Tx, ranks Ranks) error {
	if _, err := tx.Exec(`DELETE FROM member_rank_kind WHERE body = $1`, tx.Body); err != nil {
		return err
	}
	rows := make([][]any, len(ranks))
	for i, r := range ranks {
		rows[i] = []any{tx.Body, r.Code, r.Name, r.NameEN, r.Place, r.Seats, r.Base, r.Votes}
	}
	return db.Insert(tx, "member_rank_kind", []string{"body", "code", "name", "name_en", "place", "seats", "base", "votes"}, "", rows)
}
