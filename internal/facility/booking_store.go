package facility

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
)

const bookingColumns = `b.id, b.number, b.equipment_id, e.owner_id, b.unit_id, b.person_id, b.purpose, b.heads, b.since, b.until, b.state, b.reason, b.cancel_by,
	b.terms_id, b.tariff_id, b.hourly_fen, b.percent, b.price_fen, b.used_minutes, b.charge_fen, b.asked_at, b.changed_at, e.name, e.location`

const fromBookings = ` FROM facility_booking b JOIN facility_equipment e ON e.id = b.equipment_id`

func scanBooking(row db.Row) (*Booking, error) {
	b := new(Booking)
	err := row.Scan(&b.ID, &b.Number, &b.Equipment, &b.Owner, &b.Unit, &b.Person, &b.Purpose, &b.Heads, &b.From, &b.To, &b.State, &b.Reason, &b.CancelBy,
		&b.Terms, &b.Tariff, &b.Hourly, &b.Percent, &b.Price, &b.Minutes, &b.Charge, &b.AskedAt, &b.ChangedAt, &b.Name, &b.Location)
	b.From, b.To, b.CancelBy, b.AskedAt, b.ChangedAt = b.From.UTC(), b.To.UTC(), b.CancelBy.UTC(), b.AskedAt.UTC(), b.ChangedAt.UTC()
	return b, err
}

func findBooking(tx *db.Tx, id string) (*Booking, error) {
	return db.One(tx, scanBooking, `SELECT `+bookingColumns+fromBookings+` WHERE b.id = $1 AND b.body = $2`, id, tx.Body)
}

func listBookings(tx *db.Tx, w db.Where, order string, limit int) ([]*Booking, error) {
	w.And("b.body = ?", tx.Body)
	where := w.String()
	return db.All(tx, scanBooking, `SELECT `+bookingColumns+fromBookings+where+` ORDER BY `+order+` LIMIT `+w.Next(limit), w.Args...)
}

// lock takes the diary of a piece, until the transaction is over.
func lock(tx *db.Tx, equipment string) error {
	_, err := tx.Exec(`INSERT INTO facility_diary (equipment_id, body, changes) VALUES ($1, $2, 1)
		ON CONFLICT (equipment_id) DO UPDATE SET changes = facility_diary.changes + 1`, equipment, tx.Body)
	return err
}

// claims gives when live bookings hold a piece within a period, but for one of them,
// in order.
func claims(tx *db.Tx, equipment string, s Span, but string) ([]Span, error) {
	first, end := slots(s.From, s.To)
	list, err := db.All(tx, func(row db.Row) (h Span, err error) { return h, row.Scan(&h.From, &h.To) }, `
		SELECT b.since, b.until FROM facility_booking b WHERE b.id <> $4 AND b.id IN (
			SELECT s.booking_id FROM facility_slot s WHERE s.equipment_id = $1 AND s.slot >= $2 AND s.slot < $3) ORDER BY b.since`, equipment, first, end, but)
	return list, err
}

// claim takes the slots of a booking that lives, and gives back those that it had.
func claim(tx *db.Tx, b *Booking) error {
	if _, err := tx.Exec(`DELETE FROM facility_slot WHERE booking_id = $1`, b.ID); err != nil || !b.State.Live() {
		return err
	}
	var rows [][]any
	for first, end := slots(b.From, b.To); first < end; first++ {
		rows = append(rows, []any{b.Equipment, first, tx.Body, b.ID})
	}
	return db.Insert(tx, "facility_slot", []string{"equipment_id", "slot", "body", "booking_id"}, "", rows)
}

func saveBooking(tx *db.Tx, b *Booking) error {
	_, err := tx.Exec(`INSERT INTO facility_booking (id, body, number, equipment_id, unit_id, person_id, purpose, heads, since, until, state, reason, cancel_by,
			terms_id, tariff_id, hourly_fen, percent, price_fen, used_minutes, charge_fen, asked_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, purpose = excluded.purpose, heads = excluded.heads, since = excluded.since, until = excluded.until,
			state = excluded.state, reason = excluded.reason, cancel_by = excluded.cancel_by, terms_id = excluded.terms_id, tariff_id = excluded.tariff_id,
			hourly_fen = excluded.hourly_fen, percent = excluded.percent, price_fen = excluded.price_fen, used_minutes = excluded.used_minutes,
			charge_fen = excluded.charge_fen, changed_at = excluded.changed_at`,
		b.ID, tx.Body, b.Number, b.Equipment, b.Unit, b.Person, b.Purpose, b.Heads, b.From, b.To, string(b.State), b.Reason, b.CancelBy,
		b.Terms, b.Tariff, b.Hourly, b.Percent, b.Price, b.Minutes, b.Charge, b.AskedAt, b.ChangedAt)
	return err
}

func nextNumber(tx *db.Tx) (int64, error) {
	last, err := db.One(tx, db.Value[int64], `SELECT coalesce(max(b.number), 0) FROM facility_booking b WHERE b.body = $1`, tx.Body)
	return last + 1, err
}

// ahead counts the live bookings of a unit on a piece that are not over, but for one.
func ahead(tx *db.Tx, b *Booking) (int, error) {
	return db.One(tx, db.Value[int], `SELECT count(*) FROM facility_booking b WHERE b.equipment_id = $1 AND b.body = $2 AND b.unit_id = $3 AND b.id <> $4
		AND b.state IN ('asked', 'approved') AND b.until > $5`, b.Equipment, tx.Body, b.Unit, b.ID, tx.Now)
}

// booked gives the pieces of the body that live bookings which are not over hold.
func booked(tx *db.Tx) (map[string]int, error) {
	list, err := db.All(tx, db.Pair[string, int], `SELECT b.equipment_id, count(*) FROM facility_booking b WHERE b.body = $1
		AND b.state IN ('asked', 'approved') AND b.until > $2 GROUP BY b.equipment_id`, tx.Body, tx.Now)
	counts := make(map[string]int, len(list))
	for _, p := range list {
		counts[p.A] = p.B
	}
	return counts, err
}

// within gives the bookings of a piece that stand in a period, in order: those that
// hold it, and those that were used.
func within(tx *db.Tx, equipment string, s Span) ([]*Booking, error) {
	var w db.Where
	w.And("b.equipment_id = ?", equipment)
	w.And("b.state IN ('asked', 'approved', 'used')")
	w.And("b.since < ? AND b.until > ?", s.To, s.From)
	return listBookings(tx, w, "b.since, b.id", 5000)
}

// keepersOf tells who looks after the pieces of a unit now, by piece.
func keepersOf(tx *db.Tx, unit string) (map[string][]string, error) {
	return db.Once(tx, keepersKey(unit), func() (map[string][]string, error) {
		duties, err := directory.Duties(tx, directory.DutySearch{Name: Keeper, Unit: unit, On: directory.Today(tx)})
		keepers := map[string][]string{}
		for _, y := range duties {
			keepers[y.Subject] = append(append(keepers[y.Subject], y.Person), y.Deputies...)
		}
		return keepers, err
	})
}

type keepersKey string

// furnish fills in who looks after the pieces of bookings, and the names of units and
// persons.
func furnish(tx *db.Tx, list ...*Booking) error {
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	var persons []string
	named := func(id string) Named {
		if u := units[id]; u != nil {
			return Named{id, u.Short(), u.NameEN}
		}
		return Named{Code: id}
	}
	for _, b := range list {
		keepers, err := keepersOf(tx, b.Owner)
		if err != nil {
			return err
		}
		b.keepers, b.OwnerName, b.UnitName = keepers[b.Equipment], named(b.Owner), named(b.Unit)
		if b.Person != "" {
			persons = append(persons, b.Person)
		}
	}
	names, err := directory.PersonNames(tx, persons)
	for _, b := range list {
		b.PersonName = names[b.Person]
	}
	return err
}

func dayOf(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }
