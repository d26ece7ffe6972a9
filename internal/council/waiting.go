package council

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Waits is something that waits for the actor.
type Waits struct {
	Word string
	Args []any
	Due  string
	Link string

	title string
}

// Waiting tells of ballots in which the actor has yet to vote, of meetings to
// answer, of minutes to confirm and of shares to give.
func (c *Council) Waiting(tx *db.Tx) (list []Waits, err error) {
	a := auth.From(tx.Context())
	if !a.For(a.Unit) {
		return nil, nil
	}
	speaks, err := c.speaks(tx, a, a.Unit)
	if err != nil {
		return nil, err
	}
	if speaks {
		for _, of := range []func(*db.Tx, string) ([]Waits, error){ballotsWaiting, meetingsWaiting, minutesWaiting} {
			more, err := of(tx, a.Unit)
			if err != nil {
				return nil, err
			}
			list = append(list, more...)
		}
	}
	shares, err := sharesWaiting(tx, a.ID)
	return append(list, shares...), err
}

func ballotsWaiting(tx *db.Tx, unit string) ([]Waits, error) {
	return db.All(tx, func(row db.Row) (w Waits, err error) {
		var id, title string
		err = row.Scan(&id, &title)
		return Waits{Word: "council.waiting.ballot", Args: []any{title}, Link: "/ballots/" + id, title: title}, err
	}, `SELECT DISTINCT b.id, m.title FROM council_ballot b JOIN council_motion m ON m.id = b.motion_id JOIN council_elector e ON e.ballot_id = b.id
		WHERE b.body = $1 AND b.status = 'open' AND b.level <> 'hands' AND e.holder_id = $2 AND e.present
		AND NOT EXISTS (SELECT 1 FROM council_mark k WHERE k.ballot_id = b.id AND k.unit_id = e.unit_id)
		AND NOT EXISTS (SELECT 1 FROM council_vote v WHERE v.ballot_id = b.id AND v.unit_id = e.unit_id) ORDER BY b.id LIMIT 20`, tx.Body, unit)
}

func meetingsWaiting(tx *db.Tx, unit string) ([]Waits, error) {
	list, err := db.All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM council_meeting m WHERE m.body = $1 AND m.status IN ('notified', 'checking') AND m.form = 'hall'
		AND NOT EXISTS (SELECT 1 FROM council_attendance a WHERE a.meeting_id = m.id AND a.unit_id = $2) ORDER BY m.starts_at LIMIT 20`, tx.Body, unit)
	waits := make([]Waits, len(list))
	for i, m := range list {
		waits[i] = Waits{Word: "council.waiting.meeting", Args: []any{m.Title}, Due: dayOf(tx.Context(), m.StartsAt), Link: "/meetings/" + m.ID, title: m.Title}
	}
	return waits, err
}

func minutesWaiting(tx *db.Tx, unit string) ([]Waits, error) {
	list, err := db.All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM council_meeting m WHERE m.body = $1 AND m.status = 'minuted' AND m.chair_unit = $2
		ORDER BY m.number LIMIT 20`, tx.Body, unit)
	waits := make([]Waits, len(list))
	for i, m := range list {
		waits[i] = Waits{Word: "council.waiting.minutes", Args: []any{m.Title}, Link: "/meetings/" + m.ID + "/minutes", title: m.Title}
	}
	return waits, err
}

func sharesWaiting(tx *db.Tx, person string) ([]Waits, error) {
	return db.All(tx, func(row db.Row) (w Waits, err error) {
		var id, title string
		err = row.Scan(&id, &title)
		return Waits{Word: "council.waiting.share", Args: []any{title}, Link: "/ballots/" + id}, err
	}, `SELECT b.id, m.title FROM council_ballot b JOIN council_motion m ON m.id = b.motion_id JOIN council_share s ON s.ballot_id = b.id
		JOIN council_trustee t ON t.id = s.trustee_id WHERE b.body = $1 AND b.status = 'counting' AND s.given = '' AND t.person_id = $2 ORDER BY b.id LIMIT 20`, tx.Body, person)
}
