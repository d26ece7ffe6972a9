package facility

import (
	"context"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

// Book asks for a piece, for the unit of whoever asks. It is approved at once where
// the terms let it be, or where whoever asks looks after the piece.
func (f *Facility) Book(ctx context.Context, equipment string, in Form) (*Booking, error) {
	return db.Update(ctx, f.DB, func(tx *db.Tx) (*Booking, error) {
		e, err := see(tx, equipment)
		if err != nil {
			return nil, err
		}
		a := auth.From(tx.Context())
		b := &Booking{ID: db.NewID(), Equipment: e.ID, Owner: e.Owner, Unit: a.Unit, Person: a.ID, AskedAt: tx.Now, Name: e.Name, Location: e.Location,
			action: "facility.booking.ask"}
		if err := bookings.Allow(tx.Context(), b.action, b); err != nil {
			return nil, err
		}
		if err := f.belongs(tx, b.Unit); err != nil {
			return nil, err
		}
		if err := f.place(tx, b, e, in); err != nil {
			return nil, err
		}
		if b.Number, err = nextNumber(tx); err != nil {
			return nil, err
		}
		return b, keepBooking(tx, b)
	})
}

// Move gives a booking another time, as if it were asked for anew.
func (f *Facility) Move(ctx context.Context, id string, in Form) (*Booking, error) {
	return db.Update(ctx, f.DB, func(tx *db.Tx) (*Booking, error) {
		b, err := takeBooking(tx, "facility.booking.move", id)
		if err != nil {
			return nil, err
		}
		if err := b.take(b.action, "", tx.Now); err != nil {
			return nil, err
		}
		e, err := find(tx, b.Equipment)
		if err != nil {
			return nil, err
		}
		if err := f.place(tx, b, e, in); err != nil {
			return nil, err
		}
		return b, keepBooking(tx, b)
	})
}

// place puts a booking where a form wants it, or tells everything that is against it.
// It locks the diary of the piece first.
func (f *Facility) place(tx *db.Tx, b *Booking, e *Equipment, in Form) error {
	if e.Status != Available {
		return fault.Conflict.New("facility.booking.unavailable")
	}
	if err := lock(tx, e.ID); err != nil {
		return err
	}
	d, err := openDiary(tx, e)
	if err != nil {
		return err
	}
	var wrong fault.List
	in.describe(b, e, &wrong)
	s, ok := in.read(d.zone, &wrong)
	if !ok {
		return wrong.Err()
	}
	h, err := d.on(tx, in.Date)
	if err != nil {
		return err
	}
	h.allows(in.Date, s, d.zone, tx.Now, &wrong)
	if err := d.collides(tx, b, s, &wrong); err != nil {
		return err
	}
	if h.Terms.Open > 0 {
		n, err := ahead(tx, b)
		if err != nil {
			return err
		}
		if n >= h.Terms.Open {
			wrong.Add("date", "facility.booking.many", n, h.Terms.Open)
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := furnish(tx, b); err != nil {
		return err
	}
	b.From, b.To, b.Terms, b.CancelBy, b.State = s.From, s.To, h.ID, h.cancelBy(s.From), Approved
	if (h.Terms.Approve || e.Training) && !bookings.Can(tx.Context(), "facility.booking.approve", b) {
		b.State = Asked
	}
	return b.priced(tx, e, in.Date)
}

// priced takes down what the period costs, by the tariff of its day.
func (b *Booking) priced(tx *db.Tx, e *Equipment, day string) error {
	held, err := rule.At[Tariff](tx, "facility.tariff", day)
	if err != nil {
		return err
	}
	b.Tariff, b.Hourly, b.Percent = held.ID, e.Hourly, held.Rule.percent(b.Unit == b.Owner)
	b.Price = cost(b.Hourly, b.length(), b.Percent)
	return nil
}

// belongs refuses units that are no members now.
func (f *Facility) belongs(tx *db.Tx, unit string) error {
	if f.Members == nil {
		return nil
	}
	members, err := f.Members(tx, day(tx))
	if err != nil {
		return err
	}
	for _, m := range members {
		if m == unit {
			return nil
		}
	}
	return fault.Denied.New("facility.booking.no_member")
}

// Approve lets a booking stand.
func (f *Facility) Approve(ctx context.Context, id string) (*Booking, error) {
	return f.step(ctx, "facility.booking.approve", id, "", func(tx *db.Tx, b *Booking) error {
		e, err := find(tx, b.Equipment)
		if err == nil && e.Status != Available {
			err = fault.Conflict.New("facility.booking.unavailable")
		}
		return err
	})
}

// Refuse turns a request down, with a reason.
func (f *Facility) Refuse(ctx context.Context, id, reason string) (*Booking, error) {
	return f.step(ctx, "facility.booking.refuse", id, reason, nil)
}

// Cancel gives a booking up.
func (f *Facility) Cancel(ctx context.Context, id string) (*Booking, error) {
	return f.step(ctx, "facility.booking.cancel", id, "", nil)
}

// Withdraw takes an approved booking back, with a reason.
func (f *Facility) Withdraw(ctx context.Context, id, reason string) (*Booking, error) {
	return f.step(ctx, "facility.booking.withdraw", id, reason, nil)
}

// Use is what a keeper notes of a booking.
type Use struct {
	Minutes int64  `json:"minutes"` // for how long the piece was used; 0: nobody came
	Reason  string `json:"reason"`  // where something else was noted before
}

func (u Use) check() error {
	var wrong fault.List
	if u.Minutes < 1 || u.Minutes > mostUsed {
		wrong.Add("minutes", "facility.booking.minutes_bad", mostUsed)
	}
	return wrong.Err()
}

// Note tells for how long a piece was used.
func (f *Facility) Note(ctx context.Context, id string, minutes int64) (*Booking, error) {
	return f.step(ctx, "facility.booking.note", id, "", func(tx *db.Tx, b *Booking) error {
		if err := (Use{Minutes: minutes}).check(); err != nil {
			return err
		}
		return b.settle(tx, minutes)
	})
}

// Miss tells that nobody came.
func (f *Facility) Miss(ctx context.Context, id string) (*Booking, error) {
	return f.step(ctx, "facility.booking.miss", id, "", func(tx *db.Tx, b *Booking) error { return b.settle(tx, 0) })
}

// Correct puts right what was noted of a booking, with a reason.
func (f *Facility) Correct(ctx context.Context, id string, u Use) (*Booking, error) {
	return f.step(ctx, "facility.booking.correct", id, u.Reason, func(tx *db.Tx, b *Booking) error {
		if u.Minutes != 0 {
			if err := u.check(); err != nil {
				return err
			}
		}
		return b.settle(tx, u.Minutes)
	})
}

// settle keeps how long a piece was used, and what that comes to under the tariff by
// which it was asked for.
func (b *Booking) settle(tx *db.Tx, minutes int64) error {
	held, err := rule.Under[Tariff](tx, "facility.tariff", b.Tariff)
	if err != nil {
		return err
	}
	b.noted(minutes, held.Rule)
	return nil
}

// step takes a booking one step on: also does what belongs to it.
func (f *Facility) step(ctx context.Context, action, id, reason string, also func(tx *db.Tx, b *Booking) error) (*Booking, error) {
	return db.Update(ctx, f.DB, func(tx *db.Tx) (*Booking, error) {
		b, err := takeBooking(tx, action, id)
		if err != nil {
			return nil, err
		}
		if err := b.take(action, reason, tx.Now); err != nil {
			return nil, err
		}
		if also != nil {
			if err := also(tx, b); err != nil {
				return nil, err
			}
		}
		return b, keepBooking(tx, b)
	})
}

// Booking gives one that the actor may see.
func (f *Facility) Booking(ctx context.Context, id string) (*Booking, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Booking, error) { return seeBooking(tx, id) })
}

// seeBooking gets a booking, if the actor may so much as know of it.
func seeBooking(tx *db.Tx, id string) (*Booking, error) {
	b, err := findBooking(tx, id)
	if err != nil {
		return nil, err
	}
	if err := furnish(tx, b); err != nil {
		return nil, err
	}
	if !bookings.Can(tx.Context(), "facility.booking.read", b) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return b, nil
}

// takeBooking gets a booking for an action, with the diary of its piece locked. It is
// the one way to one that can be changed, and the rule book stands on it.
func takeBooking(tx *db.Tx, action, id string) (*Booking, error) {
	b, err := seeBooking(tx, id)
	if err != nil {
		return nil, err
	}
	if err := bookings.Allow(tx.Context(), action, b); err != nil {
		return nil, err
	}
	if err := lock(tx, b.Equipment); err != nil {
		return nil, err
	}
	b.action, b.had = action, b.State
	return b, nil
}

// keepBooking saves what was done with a booking: its slots, the journal's entry, and
// the acts. What it is for and who asked are not told.
func keepBooking(tx *db.Tx, b *Booking) error {
	if b.action == "" {
		panic("facility: a booking is kept that was taken for no action")
	}
	b.ChangedAt = tx.Now
	if err := saveBooking(tx, b); err != nil {
		return err
	}
	if err := claim(tx, b); err != nil {
		return err
	}
	if err := journal.Record(tx, b.action, b.ID, b.told()); err != nil {
		return err
	}
	if b.had == Used {
		if _, err := act.TakeBack(tx, finished, b.ID, b.Reason); err != nil {
			return err
		}
	}
	return act.Note(tx, b.acts(tx.Now)...)
}

// told is what the journal is told of a booking.
func (b *Booking) told() map[string]any {
	told := map[string]any{"number": b.Number, "equipment": b.Equipment, "unit": b.Unit, "from": b.From, "to": b.To, "state": b.State, "price_fen": b.Price}
	if b.State == Used || b.State == Missed {
		told["used_minutes"], told["charge_fen"] = b.Minutes, b.Charge
	}
	return told
}
