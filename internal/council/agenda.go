package council

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/journal"

	"guildhall/ballot"
)

func actorOf(tx *db.Tx) auth.Actor { return auth.From(tx.Context()) }

// amendable tells whether the meeting's record may still be written.
func (m *Meeting) amendable() error {
	if slices.Index(Statuses, m.Status) >= slices.Index(Statuses, Closed) {
		return fault.Conflict.New("council.meeting.step", stateKey(m.Status))
	}
	return nil
}

// Add puts an item on the agenda, with its motion or election where it is one.
func (c *Council) Add(ctx context.Context, meeting string, in ItemForm) (*Item, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Item, error) {
		m, err := take(tx, "council.agenda.change", meeting)
		if err != nil {
			return nil, err
		}
		if err := m.amendable(); err != nil {
			return nil, err
		}
		items, err := itemsOf(tx, m.ID)
		if err != nil {
			return nil, err
		}
		held, err := rules(tx)
		if err != nil {
			return nil, err
		}
		i := &Item{ID: db.NewID(), Meeting: m.ID, Place: len(items) + 1}
		if err := i.fill(in, items, &held.Rule); err != nil {
			return nil, err
		}
		if err := saveItem(tx, i); err != nil {
			return nil, err
		}
		if i.Motion != nil {
			if err := errors.Join(saveMotion(tx, i.Motion), saveCandidates(tx, i.Motion)); err != nil {
				return nil, err
			}
		}
		return i, journal.Record(tx, m.action, m.ID, map[string]any{"item": i.ID, "title": i.Title, "kind": in.Kind})
	})
}

// fill takes a form over.
func (i *Item) fill(in ItemForm, items []*Item, r *Rules) error {
	var wrong fault.List
	i.Kind, i.Parent = in.Kind, in.Parent
	if i.Parent != "" && !slices.ContainsFunc(items, func(o *Item) bool { return o.ID == in.Parent && o.Parent == "" }) {
		wrong.Add("parent", "council.agenda.parent")
	}
	if i.Length = in.Length; i.Length < 0 || i.Length > 600 {
		wrong.Add("length", "council.agenda.length")
	}
	switch in.Kind {
	case "report", "talk":
		i.Title, i.Words = line(&wrong, "title", in.Title, 100, true), passage(&wrong, "words", in.Words, 20000)
	case ballot.Motion, ballot.Election:
		i.Kind = "motion"
		i.Motion = &Motion{ID: db.NewID(), Meeting: i.Meeting, Item: i.ID, Status: Floor}
		i.Motion.fill(&wrong, in, r)
		i.Title = i.Motion.Title
	default:
		wrong.Add("kind", "council.agenda.kind")
	}
	return wrong.Err()
}

// Move changes an item's place among its like, up or down by one.
func (c *Council) Move(ctx context.Context, id string, up bool) (*Item, error) {
	return c.onItem(ctx, id, func(tx *db.Tx, m *Meeting, i *Item, items []*Item) error {
		var like []*Item
		for _, o := range items {
			if o.Parent == i.Parent {
				like = append(like, o)
			}
		}
		at := slices.IndexFunc(like, func(o *Item) bool { return o.ID == i.ID })
		to := at + 1
		if up {
			to = at - 1
		}
		if to < 0 || to >= len(like) {
			return nil
		}
		other := like[to]
		i.Place, other.Place = other.Place, i.Place
		return saveItem(tx, other)
	})
}

// Hear notes that an item was dealt with, and what was said.
func (c *Council) Hear(ctx context.Context, id, note string, heard bool) (*Item, error) {
	return c.onItem(ctx, id, func(_ *db.Tx, _ *Meeting, i *Item, _ []*Item) error {
		var wrong fault.List
		i.Note, i.Heard = passage(&wrong, "note", note, 5000), heard
		return wrong.Err()
	})
}

// Reword changes what a report or a talk is called and what is laid before the
// meeting under it, such as the state of earlier resolutions. Motions are mended.
func (c *Council) Reword(ctx context.Context, id string, in ItemForm) (*Item, error) {
	return c.onItem(ctx, id, func(_ *db.Tx, _ *Meeting, i *Item, _ []*Item) error {
		if i.Kind == "motion" {
			return fault.Conflict.New("council.agenda.is_motion")
		}
		var wrong fault.List
		i.Title, i.Words = line(&wrong, "title", in.Title, 100, true), passage(&wrong, "words", in.Words, 20000)
		return wrong.Err()
	})
}

// Drop takes an item off the agenda, unless something was decided on it.
func (c *Council) Drop(ctx context.Context, id string) error {
	return db.Do(ctx, c.DB, func(tx *db.Tx) error {
		i, m, err := takeItem(tx, id)
		if err != nil {
			return err
		}
		if m.Status != Draft {
			return fault.Conflict.New("council.agenda.told")
		}
		for _, q := range []string{`DELETE FROM council_candidate WHERE motion_id IN (SELECT id FROM council_motion WHERE item_id = $1)`,
			`DELETE FROM council_aside WHERE motion_id IN (SELECT id FROM council_motion WHERE item_id = $1)`,
			`DELETE FROM council_motion WHERE item_id = $1`, `UPDATE council_item SET parent_id = '' WHERE parent_id = $1`} {
			if _, err := tx.Exec(q, i.ID); err != nil {
				return err
			}
		}
		return errors.Join(dropItem(tx, i.ID), journal.Record(tx, "council.agenda.change", m.ID, map[string]any{"item": i.ID, "title": i.Title, "dropped": true}))
	})
}

func takeItem(tx *db.Tx, id string) (*Item, *Meeting, error) {
	i, err := findItem(tx, id)
	if err != nil {
		return nil, nil, err
	}
	m, err := take(tx, "council.agenda.change", i.Meeting)
	if err != nil {
		return nil, nil, err
	}
	return i, m, m.amendable()
}

func (c *Council) onItem(ctx context.Context, id string, do func(*db.Tx, *Meeting, *Item, []*Item) error) (*Item, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Item, error) {
		i, m, err := takeItem(tx, id)
		if err != nil {
			return nil, err
		}
		items, err := itemsOf(tx, m.ID)
		if err != nil {
			return nil, err
		}
		if err := do(tx, m, i, items); err != nil {
			return nil, err
		}
		if err := saveItem(tx, i); err != nil {
			return nil, err
		}
		return i, journal.Record(tx, m.action, m.ID, map[string]any{"item": i.ID, "title": i.Title, "heard": i.Heard})
	})
}

// Lay lays a paper before the meeting, under an item.
func (c *Council) Lay(ctx context.Context, item string, f *files.File) error {
	return db.Do(ctx, c.DB, func(tx *db.Tx) error {
		i, m, err := takeItem(tx, item)
		if err != nil {
			return err
		}
		return errors.Join(files.Keep(tx, f, "council.paper", i.ID),
			journal.Record(tx, m.action, m.ID, map[string]any{"item": i.ID, "paper": f.ID, "name": f.Name}))
	})
}

// Paper gives a paper that the actor may read.
func (c *Council) Paper(ctx context.Context, id string) (*files.File, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*files.File, error) {
		f, err := files.Find(tx, id)
		if err != nil {
			return nil, err
		}
		if f.Kind != "council.paper" {
			return nil, fault.NotFound.New("fault.not_found")
		}
		i, err := findItem(tx, f.Subject)
		if err != nil {
			return nil, err
		}
		_, err = see(tx, i.Meeting)
		return f, err
	})
}

func papers(tx *db.Tx, item string) (list []*Paper, err error) {
	all, err := files.About(tx, item)
	for _, f := range all {
		list = append(list, &Paper{f.ID, f.Name, f.Size})
	}
	return list, err
}

// Mend changes a motion that is not voted on yet.
func (c *Council) Mend(ctx context.Context, id string, in ItemForm) (*Motion, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Motion, error) {
		m, meeting, err := takeMotion(tx, "council.motion.change", id)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(meeting.amendable(), m.onFloor()); err != nil {
			return nil, err
		}
		held, err := rules(tx)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		in.Kind = m.Kind
		if m.fill(&wrong, in, &held.Rule); len(wrong) > 0 {
			return nil, wrong
		}
		i, err := findItem(tx, m.Item)
		if err != nil {
			return nil, err
		}
		if m.Amends == "" {
			i.Title = m.Title
		}
		return m, errors.Join(keepMotion(tx, m), saveCandidates(tx, m), saveItem(tx, i))
	})
}

func (m *Motion) onFloor() error {
	if m.Status != Floor {
		return fault.Conflict.New("council.ballot.not_on_floor", motionKey(m.Status))
	}
	return nil
}

// Amend moves an amendment: words that are to take the place of a motion's. It is
// voted on before the motion, in the motion's class and manner.
func (c *Council) Amend(ctx context.Context, id string, in ItemForm) (*Motion, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Motion, error) {
		m, meeting, err := takeMotion(tx, "council.motion.change", id)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(meeting.amendable(), m.onFloor()); err != nil {
			return nil, err
		}
		if m.Amends != "" || m.Kind != ballot.Motion {
			return nil, fault.Conflict.New("council.motion.no_amendment")
		}
		a := &Motion{ID: db.NewID(), Meeting: m.Meeting, Item: m.Item, Amends: m.ID, Kind: m.Kind, Class: m.Class, Level: m.Level, Status: Floor, action: m.action}
		var wrong fault.List
		a.Title, a.Words = line(&wrong, "title", in.Title, 100, true), passage(&wrong, "words", in.Words, 20000)
		a.Mover = line(&wrong, "mover", in.Mover, 100, true)
		if a.Words == "" {
			wrong.Add("words", "council.motion.wordless")
		} else if a.Words == strings.TrimSpace(m.Words) {
			wrong.Add("words", "council.motion.same")
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		return a, keepMotion(tx, a)
	})
}

// StandAside notes that a unit takes no part in a matter that concerns it, or that
// it does after all.
func (c *Council) StandAside(ctx context.Context, id, unit, reason string, aside bool) (*Motion, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Motion, error) {
		m, meeting, err := takeMotion(tx, "council.motion.change", id)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(meeting.amendable(), m.onFloor()); err != nil {
			return nil, err
		}
		held, err := rules(tx)
		if err != nil {
			return nil, err
		}
		seats, err := c.seats(tx, &held.Rule, meeting.Organ, today(tx))
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		if !seated(seats, unit) {
			wrong.Add("unit", "council.attendance.no_seat")
		}
		reason := line(&wrong, "reason", reason, 200, aside)
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if aside {
			err = saveAside(tx, id, unit, reason)
		} else {
			err = dropAside(tx, id, unit)
		}
		return m, errors.Join(err, journal.Record(tx, m.action, m.ID, map[string]any{"unit": unit, "aside": aside, "reason": reason}))
	})
}

// Withdraw takes a motion back that is not voted on.
func (c *Council) Withdraw(ctx context.Context, id string) (*Motion, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Motion, error) {
		m, meeting, err := takeMotion(tx, "council.motion.withdraw", id)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(meeting.amendable(), m.onFloor()); err != nil {
			return nil, err
		}
		m.Status = Withdrawn
		return m, keepMotion(tx, m)
	})
}
