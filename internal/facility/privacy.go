package facility

import (
	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// bookingKind is the kind of what is kept of whoever asks for equipment.
const bookingKind = "facility.booking"

// Keeper tells which bookings a person has asked for. They were made for a unit: they
// stay, without who asked and, once they are over, without what for.
func (f *Facility) Keeper() holding.Keeper {
	return holding.Keeper{Room: "facility", Kept: keptOf, Erase: erase}
}

func keptOf(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	all, err := ofPerson(tx, w.Account)
	zone := i18n.Zone(tx.Context())
	for _, b := range all {
		h := holding.Holding{Kind: bookingKind, Subject: b.ID, Path: "/bookings/" + b.ID, Since: dayOf(b.AskedAt, zone), Units: []string{b.Owner},
			Fate: holding.Nameless, Reason: "privacy.why.units_record", Fields: []holding.Field{{Name: "number", Value: b.Number}, {Name: "equipment", Value: b.Name},
				{Name: "from", Value: i18n.Time(tx.Context(), b.From)}, {Name: "to", Value: i18n.Time(tx.Context(), b.To)}, {Name: "booked_for", Value: b.Purpose},
				{Name: "state", Value: string(b.State), Said: say(tx.Context(), "booking.state."+string(b.State))}}}
		if b.Minutes != nil {
			h.Fields = append(h.Fields, holding.Field{Name: "used_minutes", Value: *b.Minutes})
		}
		list = append(list, h)
	}
	return list, err
}

func ofPerson(tx *db.Tx, person string) ([]*Booking, error) {
	var w db.Where
	w.And("b.person_id = ?", person)
	return listBookings(tx, w, "b.id", 10_000)
}

func erase(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	if w.Account == "" {
		return nil
	}
	_, err := tx.Exec(`UPDATE facility_booking SET person_id = '', purpose = CASE WHEN until > $3 THEN purpose ELSE '' END, reason = '' WHERE person_id = $1 AND body = $2`,
		w.Account, tx.Body, tx.Now)
	return err
}

// Expiry takes who asked, what for and why it was decided so out of bookings that were
// over long ago.
func Expiry() holding.Expiry {
	find := func(tx *db.Tx, before string, hold []string) (w db.Where) {
		w.And("b.body = ? AND b.until < ? AND (b.person_id <> '' OR b.purpose <> '' OR b.reason <> '')", tx.Body, at(before, 0, i18n.Zone(tx.Context())))
		for _, id := range hold {
			w.And("b.person_id <> ?", id)
		}
		return w
	}
	return holding.Expiry{Kind: bookingKind,
		Due: func(tx *db.Tx, before string, hold []string) (int, error) {
			w := find(tx, before, hold)
			return db.One(tx, db.Value[int], `SELECT count(*) FROM facility_booking b`+w.String(), w.Args...)
		},
		Remove: func(tx *db.Tx, before string, hold []string, most int) (int, error) {
			w := find(tx, before, hold)
			where := w.String()
			n, err := tx.Exec(`UPDATE facility_booking SET person_id = '', purpose = '', reason = '' WHERE id IN (
				SELECT b.id FROM facility_booking b`+where+` ORDER BY b.id LIMIT `+w.Next(most)+`)`, w.Args...)
			return int(n), err
		}}
}
