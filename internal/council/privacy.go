package council

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells where a person stood for a unit in meetings. Minutes and resolutions
// are records of the body, and stay whole. How somebody voted in secret nobody knows;
// so it is not among this, and cannot be erased, and goes on to count.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "council", Kept: kept, Erase: eraseLetters}
}

func kept(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	type seat struct {
		meeting, title, unit, name, state string
		at                                time.Time
	}
	seats, err := db.All(tx, func(row db.Row) (s seat, err error) {
		return s, row.Scan(&s.meeting, &s.title, &s.unit, &s.name, &s.state, &s.at)
	}, `SELECT m.id, m.title, a.unit_id, a.person, a.state, a.at FROM council_attendance a JOIN council_meeting m ON m.id = a.meeting_id
		WHERE a.person_id = $1 AND a.body = $2 ORDER BY a.at`, w.Account, tx.Body)
	if err != nil {
		return nil, err
	}
	add := func(kind, subject, path, since, unit string, fields ...holding.Field) {
		h := holding.Holding{Kind: kind, Subject: subject, Path: path, Since: since, Fate: holding.Kept, Reason: "privacy.why.minutes", Fields: fields}
		if unit != "" {
			h.Units = []string{unit}
		}
		list = append(list, h)
	}
	for _, s := range seats {
		add("council.attendance", s.meeting, "/meetings/"+s.meeting, s.at.In(i18n.China).Format(time.DateOnly), s.unit,
			holding.Field{Name: "meeting", Value: s.title}, holding.Field{Name: "name", Value: s.name}, holding.Field{Name: "state", Value: s.state})
	}
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM council_vote v JOIN council_ballot b ON b.id = v.ballot_id WHERE v.by_id = $1 AND b.body = $2`, w.Account, tx.Body)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		add("council.vote", w.Account, "", "", "", holding.Field{Name: "open_votes_cast_for_a_unit", Value: n})
	}
	names, err := db.All(tx, db.Pair[string, string], `SELECT id, name FROM council_trustee WHERE person_id = $1 AND body = $2 ORDER BY id`, w.Account, tx.Body)
	for _, t := range names {
		add("council.trustee", t.A, "/trustees", "", "", holding.Field{Name: "name", Value: t.B})
	}
	return list, err
}

// eraseLetters takes back what waits to be sent to a person.
func eraseLetters(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	_, err := tx.Exec(`DELETE FROM council_letter WHERE body = $2 AND to_email <> '' AND to_email = (SELECT email FROM directory_person WHERE id = $1)`, w.Account, tx.Body)
	return err
}
