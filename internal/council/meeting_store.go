package council

import (
	"guildhall/internal/db"
)

const meetingColumns = `m.id, m.number, m.organ, m.form, m.title, m.place, m.link, m.starts_at, m.ends_at, m.urgent, m.status, m.chair_unit, m.chair,
	m.secretary, m.door, m.minutes, m.notified_at, m.opened_at, m.closed_at, m.confirmed_at, m.confirmed_by`

func scanMeeting(row db.Row) (*Meeting, error) {
	m := new(Meeting)
	return m, row.Scan(&m.ID, &m.Number, &m.Organ, &m.Form, &m.Title, &m.Place, &m.Link, &m.StartsAt, &m.EndsAt, &m.Urgent, &m.Status, &m.ChairUnit, &m.Chair,
		&m.Secretary, &m.door, &m.Minutes, &m.NotifiedAt, &m.OpenedAt, &m.ClosedAt, &m.ConfirmedAt, &m.ConfirmedBy)
}

func findMeeting(tx *db.Tx, id string) (*Meeting, error) {
	return db.One(tx, scanMeeting, `SELECT `+meetingColumns+` FROM council_meeting m WHERE m.id = $1 AND m.body = $2`, id, tx.Body)
}

// meetings gives a page of meetings, the latest first; after is the number of the
// last of the page before.
func meetings(tx *db.Tx, w db.Where, after, limit int) ([]*Meeting, error) {
	w.And("m.body = ?", tx.Body)
	if after > 0 {
		w.And("m.number < ?", after)
	}
	where := w.String()
	return db.All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM council_meeting m`+where+` ORDER BY m.number DESC LIMIT `+w.Next(limit), w.Args...)
}

func countMeetings(tx *db.Tx, w db.Where) (int, error) {
	w.And("m.body = ?", tx.Body)
	return db.One(tx, db.Value[int], `SELECT count(*) FROM council_meeting m`+w.String(), w.Args...)
}

// nextMeeting gives the number after the highest: in an Update no one else writes
// for the body.
func nextMeeting(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM council_meeting WHERE body = $1`, tx.Body)
}

func saveMeeting(tx *db.Tx, m *Meeting) error {
	_, err := tx.Exec(`
		INSERT INTO council_meeting (id, body, number, organ, form, title, place, link, starts_at, ends_at, urgent, status, chair_unit, chair, secretary, door,
			minutes, notified_at, opened_at, closed_at, confirmed_at, confirmed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (id) DO UPDATE SET organ = excluded.organ, form = excluded.form, title = excluded.title, place = excluded.place, link = excluded.link,
			starts_at = excluded.starts_at, ends_at = excluded.ends_at, urgent = excluded.urgent, status = excluded.status, chair_unit = excluded.chair_unit,
			chair = excluded.chair, secretary = excluded.secretary, minutes = excluded.minutes, notified_at = excluded.notified_at,
			opened_at = excluded.opened_at, closed_at = excluded.closed_at, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by`,
		m.ID, tx.Body, m.Number, m.Organ, m.Form, m.Title, m.Place, m.Link, m.StartsAt, m.EndsAt, m.Urgent, string(m.Status), m.ChairUnit, m.Chair, m.Secretary,
		m.door, m.Minutes, m.NotifiedAt, m.OpenedAt, m.ClosedAt, m.ConfirmedAt, m.ConfirmedBy)
	return err
}

const itemColumns = `i.id, i.meeting_id, i.parent_id, i.place, i.kind, i.title, i.words, i.length, i.heard, i.note`

func scanItem(row db.Row) (*Item, error) {
	i := new(Item)
	return i, row.Scan(&i.ID, &i.Meeting, &i.Parent, &i.Place, &i.Kind, &i.Title, &i.Words, &i.Length, &i.Heard, &i.Note)
}

func findItem(tx *db.Tx, id string) (*Item, error) {
	return db.One(tx, scanItem, `SELECT `+itemColumns+` FROM council_item i WHERE i.id = $1 AND i.body = $2`, id, tx.Body)
}

func itemsOf(tx *db.Tx, meeting string) ([]*Item, error) {
	return db.All(tx, scanItem, `SELECT `+itemColumns+` FROM council_item i WHERE i.meeting_id = $1 AND i.body = $2 ORDER BY i.place, i.id`, meeting, tx.Body)
}

func saveItem(tx *db.Tx, i *Item) error {
	_, err := tx.Exec(`
		INSERT INTO council_item (id, body, meeting_id, parent_id, place, kind, title, words, length, heard, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, place = excluded.place, title = excluded.title, words = excluded.words,
			length = excluded.length, heard = excluded.heard, note = excluded.note`,
		i.ID, tx.Body, i.Meeting, i.Parent, i.Place, i.Kind, i.Title, i.Words, i.Length, i.Heard, i.Note)
	return err
}

func dropItem(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM council_item WHERE id = $1 AND body = $2`, id, tx.Body)
	return err
}

const attendanceColumns = `a.meeting_id, a.unit_id, a.state, a.how, a.person_id, a.person, a.holder_id, a.scope, a.proof, a.at, a.left_at`

func scanAttendance(row db.Row) (*Attendance, error) {
	a := new(Attendance)
	var scope string
	err := row.Scan(&a.Meeting, &a.Unit, &a.State, &a.How, &a.PersonID, &a.Person, &a.Holder, &scope, &a.Proof, &a.At, &a.LeftAt)
	a.Scope = split(scope)
	return a, err
}

// attendances gives where the units stand in a meeting, by unit.
func attendances(tx *db.Tx, meeting string) (map[string]*Attendance, error) {
	rows, err := db.All(tx, scanAttendance, `SELECT `+attendanceColumns+` FROM council_attendance a WHERE a.meeting_id = $1 AND a.body = $2`, meeting, tx.Body)
	by := make(map[string]*Attendance, len(rows))
	for _, a := range rows {
		by[a.Unit] = a
	}
	return by, err
}

func saveAttendance(tx *db.Tx, a *Attendance) error {
	_, err := tx.Exec(`
		INSERT INTO council_attendance (meeting_id, body, unit_id, state, how, person_id, person, holder_id, scope, proof, at, left_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (meeting_id, unit_id) DO UPDATE SET state = excluded.state, how = excluded.how, person_id = excluded.person_id, person = excluded.person,
			holder_id = excluded.holder_id, scope = excluded.scope, proof = excluded.proof, at = excluded.at, left_at = excluded.left_at`,
		a.Meeting, tx.Body, a.Unit, a.State, a.How, a.PersonID, a.Person, a.Holder, joined(a.Scope), a.Proof, a.At, a.LeftAt)
	return err
}
