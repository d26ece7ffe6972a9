package council

import (
	"context"
	"errors"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// hall is what a coming is judged by: who sits in the meeting, where each stands,
// what is on the agenda, and the rules.
type hall struct {
	meeting *Meeting
	rules   *Rules
	seats   []Member
	at      map[string]*Attendance
	items   []*Item
}

func (c *Council) hall(tx *db.Tx, meeting string) (*hall, error) {
	m, err := see(tx, meeting)
	if err != nil {
		return nil, err
	}
	held, err := rules(tx)
	if err != nil {
		return nil, err
	}
	h := &hall{meeting: m, rules: &held.Rule}
	if h.seats, err = c.seats(tx, h.rules, m.Organ, today(tx)); err != nil {
		return nil, err
	}
	if h.at, err = attendances(tx, m.ID); err != nil {
		return nil, err
	}
	h.items, err = itemsOf(tx, m.ID)
	return h, err
}

// Come notes where a unit stands in a meeting, by hand or by the unit itself. A
// unit that comes after it has given a proxy takes it back by coming.
func (c *Council) Come(ctx context.Context, id string, in Coming, how string) (*Attendance, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Attendance, error) {
		h, err := c.hall(tx, id)
		if err != nil {
			return nil, err
		}
		a, err := c.come(tx, h, in, how)
		if err != nil {
			return nil, err
		}
		return a, c.stop(tx, h.meeting, h.seats, h.at)
	})
}

// ComeTogether notes where many units stand, as whoever keeps the list at the door
// does: all of them or, where something is wrong with one, none.
func (c *Council) ComeTogether(ctx context.Context, id, state string, units []string) (n int, err error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (int, error) {
		h, err := c.hall(tx, id)
		if err != nil {
			return 0, err
		}
		var wrong fault.List
		for _, unit := range units {
			_, err := c.come(tx, h, Coming{Unit: unit, State: state}, "hand")
			list, ok := errors.AsType[fault.List](err)
			if err != nil && !ok {
				return 0, err
			}
			for _, item := range list { // what is wrong with many is told once
				if !slices.ContainsFunc(wrong, func(had fault.Item) bool { return had.Err.Key == item.Err.Key }) {
					wrong = append(wrong, item)
				}
			}
		}
		if len(units) == 0 {
			wrong.Add("units", "council.attendance.nobody")
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		return len(units), c.stop(tx, h.meeting, h.seats, h.at)
	})
}

func (c *Council) come(tx *db.Tx, h *hall, in Coming, how string) (*Attendance, error) {
	action := "council.attendance.note"
	if in.State == Proxied {
		action = "council.proxy.note"
	}
	if err := policy.Allow(tx.Context(), action, Thing{Unit: in.Unit}); err != nil {
		return nil, err
	}
	a, err := note(h.meeting, h.rules, h.seats, h.at, in, h.items)
	if err != nil {
		return nil, err
	}
	c.sign(tx, a, h.at[in.Unit], how)
	h.at[a.Unit] = a
	return a, errors.Join(saveAttendance(tx, a), journal.Record(tx, action, h.meeting.ID, a))
}

// sign writes who noted a coming, when and how.
func (c *Council) sign(tx *db.Tx, a, had *Attendance, how string) {
	actor := actorOf(tx)
	a.At, a.How = tx.Now, how
	if how != "hand" && a.State != Proxied {
		a.PersonID, a.Person = actor.ID, actor.Name
	}
	if a.State == Left {
		now := tx.Now
		a.PersonID, a.Person, a.At, a.LeftAt = had.PersonID, had.Person, had.At, &now
	}
}

// stop breaks open ballots off for which those who are left are too few.
func (c *Council) stop(tx *db.Tx, m *Meeting, seats []Member, at map[string]*Attendance) error {
	if m.Status != InSession || m.written() {
		return nil
	}
	open, err := openIn(tx, m.ID)
	if err != nil {
		return err
	}
	for _, b := range open {
		if b.Status != "open" {
			continue
		}
		o, err := findMotion(tx, b.Motion)
		if err != nil {
			return err
		}
		aside, err := asides(tx, o.ID)
		if err != nil {
			return err
		}
		if !decides(count(seats, at, o.Item, aside), b.Question.Quorum) {
			if err := c.void(tx, b, "council.void.quorum"); err != nil {
				return err
			}
		}
	}
	return nil
}
