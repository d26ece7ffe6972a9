package council

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Call makes a new meeting as a draft. Its agenda begins with the open work of
// earlier resolutions, and with the motions that the meeting before did not get to.
func (c *Council) Call(ctx context.Context, in MeetingForm) (*Meeting, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Meeting, error) {
		m := &Meeting{ID: db.NewID(), Status: Draft, door: rand.Text(), action: "council.meeting.call"}
		if err := policy.Allow(ctx, m.action, m.thing()); err != nil {
			return nil, err
		}
		if err := m.fill(ctx, in, tx.Now); err != nil {
			return nil, err
		}
		n, err := nextMeeting(tx)
		if err != nil {
			return nil, err
		}
		m.Number = n
		if err := keep(tx, m); err != nil {
			return nil, err
		}
		return m, errors.Join(c.draftTasks(tx, m), carryOver(tx, m))
	})
}

// draftTasks writes the first item from what earlier resolutions left to do.
func (c *Council) draftTasks(tx *db.Tx, m *Meeting) error {
	if c.Tasks == nil {
		return nil
	}
	tasks, err := c.Tasks(tx)
	if err != nil || len(tasks) == 0 {
		return err
	}
	zh := i18n.With(tx.Context(), "zh-CN")
	var words strings.Builder
	for _, t := range tasks {
		parts := []string{t.Title}
		if t.Owner != "" {
			parts = append(parts, t.Owner)
		}
		if t.Due != "" {
			parts = append(parts, say(zh, "task.due", t.Due))
		}
		if t.Late {
			parts = append(parts, say(zh, "task.late"))
		}
		fmt.Fprintln(&words, say(zh, "task.line", t.Resolution, strings.Join(parts, "，")))
	}
	return saveItem(tx, &Item{ID: db.NewID(), Meeting: m.ID, Place: 1, Kind: "report", Title: say(zh, "task.item"), Words: strings.TrimSpace(words.String()), Length: 10})
}

// carryOver puts the motions on the agenda that the last meeting of the organ left.
func carryOver(tx *db.Tx, m *Meeting) error {
	var w db.Where
	w.And("m.organ = ? AND m.id <> ? AND m.status IN ('closed', 'minuted', 'confirmed', 'archived')", m.Organ, m.ID)
	last, err := meetings(tx, w, 0, 1)
	if err != nil || len(last) == 0 {
		return err
	}
	left, err := motionsOf(tx, last[0].ID)
	if err != nil {
		return err
	}
	for _, o := range left {
		if o.Status != Adjourned || o.Amends != "" {
			continue
		}
		items, err := itemsOf(tx, m.ID)
		if err != nil {
			return err
		}
		i := &Item{ID: db.NewID(), Meeting: m.ID, Place: len(items) + 1, Kind: "motion", Title: o.Title, Length: 15}
		n := *o
		n.ID, n.Meeting, n.Item, n.Status, n.Elected = db.NewID(), m.ID, i.ID, Floor, nil
		if err := errors.Join(saveItem(tx, i), saveMotion(tx, &n), saveCandidates(tx, &n)); err != nil {
			return err
		}
	}
	return nil
}

// Change changes what a meeting that has not begun was called with.
func (c *Council) Change(ctx context.Context, id string, in MeetingForm) (*Meeting, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Meeting, error) {
		m, err := take(tx, "council.meeting.change", id)
		if err != nil {
			return nil, err
		}
		if m.Status != Draft && m.Status != Notified {
			return nil, fault.Conflict.New("council.meeting.step", stateKey(m.Status))
		}
		before := *m
		if err := m.fill(ctx, in, tx.Now); err != nil {
			return nil, err
		}
		if m.Status == Notified && (before.Organ != m.Organ || before.Form != m.Form || m.StartsAt.Before(before.StartsAt)) {
			var wrong fault.List
			wrong.Add("day", "council.meeting.told_already")
			return nil, wrong
		}
		if err := keep(tx, m); err != nil {
			return nil, err
		}
		if m.Status == Notified && (!m.StartsAt.Equal(before.StartsAt) || m.Place != before.Place || m.Link != before.Link) {
			return m, c.invite(tx, m)
		}
		return m, nil
	})
}

// Notify tells the members of the meeting: the notice period is checked, and the
// invitations are written.
func (c *Council) Notify(ctx context.Context, id string) (*Meeting, error) {
	return c.step(ctx, "council.meeting.notify", id, func(tx *db.Tx, m *Meeting) error {
		held, err := rules(tx)
		if err != nil {
			return err
		}
		items, err := itemsOf(tx, id)
		if err != nil {
			return err
		}
		seats, err := c.seats(tx, &held.Rule, m.Organ, today(tx))
		if err != nil {
			return err
		}
		if err := m.ready(ctx, &held.Rule, items, len(seats), tx.Now); err != nil {
			return err
		}
		return c.invite(tx, m)
	})
}

// Check lets the members check in.
func (c *Council) Check(ctx context.Context, id string) (*Meeting, error) {
	return c.step(ctx, "council.meeting.check", id, nil)
}

// Begin opens the meeting.
func (c *Council) Begin(ctx context.Context, id string) (*Meeting, error) {
	return c.step(ctx, "council.meeting.open", id, nil)
}

// End closes the meeting. Ballots that are open must be closed first; motions that
// were not got to are adjourned.
func (c *Council) End(ctx context.Context, id string) (*Meeting, error) {
	return c.step(ctx, "council.meeting.close", id, func(tx *db.Tx, m *Meeting) error {
		open, err := openIn(tx, id)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return fault.Conflict.New("council.meeting.ballot_open")
		}
		motions, err := motionsOf(tx, id)
		if err != nil {
			return err
		}
		for _, o := range motions {
			if !o.decided() {
				o.Status, o.action = Adjourned, m.action
				if err := saveMotion(tx, o); err != nil {
					return err
				}
			}
		}
		return nil
	}, c.noteMeeting)
}

// Archive ends all work on the meeting's record.
func (c *Council) Archive(ctx context.Context, id string) (*Meeting, error) {
	return c.step(ctx, "council.meeting.archive", id, nil)
}

// step moves a meeting on, if what is asked before holds; what is done after
// follows the journal's entry.
func (c *Council) step(ctx context.Context, action, id string, before func(*db.Tx, *Meeting) error, after ...func(*db.Tx, *Meeting) error) (*Meeting, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Meeting, error) {
		m, err := take(tx, action, id)
		if err != nil {
			return nil, err
		}
		if err := m.advance(tx.Now); err != nil {
			return nil, err
		}
		if before != nil {
			if err := before(tx, m); err != nil {
				return nil, err
			}
		}
		if err := keep(tx, m); err != nil {
			return nil, err
		}
		for _, do := range after {
			if err := do(tx, m); err != nil {
				return nil, err
			}
		}
		return m, nil
	})
}

var _ = act.Declare(
	act.Kind{Name: "council.meeting.held", ZH: "会议召开", EN: "Meeting held",
		MeansZH: "一次会议按通知召开并闭会；通讯表决的会议以截止为闭会。", MeansEN: "A meeting was held as notified and has closed; a meeting in writing closes when its votes are due.",
		Path: "/meetings/{subject}", Amounts: []act.Amount{{Name: "entitled", Unit: act.Unit, ZH: "应到单位", EN: "units entitled"}, {Name: "present", Unit: act.Unit, ZH: "到会单位", EN: "units taking part"},
			{Name: "minutes", Unit: act.Minute, ZH: "会议时长", EN: "length"}},
		Marks: []string{"organ", "form"}},
	act.Kind{Name: "council.ballot.held", ZH: "表决完成", EN: "Ballot held",
		MeansZH: "一次表决截止并计票，无论是否通过。", MeansEN: "A ballot was closed and counted, carried or not.",
		Path: "/ballots/{subject}/board", Amounts: []act.Amount{{Name: "entitled", Unit: act.Unit, ZH: "应投单位", EN: "units entitled"}, {Name: "votes", Unit: act.Vote, ZH: "票数", EN: "votes cast"}},
		Marks: []string{"level", "kind", "outcome"}},
	act.Kind{Name: "council.resolution.carried", ZH: "决议通过", EN: "Resolution carried",
		MeansZH: "议案或选举按章程通过，成为编号的决议。", MeansEN: "A motion or election was carried by the rules and became a numbered resolution.",
		Path: "/resolutions/{subject}", Marks: []string{"class"}},
)

// noteMeeting notes that a meeting was held, with the units that took part.
func (c *Council) noteMeeting(tx *db.Tx, m *Meeting) error {
	held, err := rules(tx)
	if err != nil {
		return err
	}
	seats, err := c.seats(tx, &held.Rule, m.Organ, dayOf(tx.Context(), m.StartsAt))
	if err != nil {
		return err
	}
	at, err := attendances(tx, m.ID)
	if err != nil {
		return err
	}
	voters, err := db.All(tx, db.Value[string], `SELECT DISTINCT e.unit_id FROM council_elector e JOIN council_ballot b ON b.id = e.ballot_id
		JOIN council_motion o ON o.id = b.motion_id WHERE o.meeting_id = $1 AND b.status = 'closed' AND e.present`, m.ID)
	if err != nil {
		return err
	}
	took := map[string]bool{}
	for _, u := range voters {
		took[u] = true
	}
	var units []string
	for _, s := range seats {
		if a := at[s.Unit]; took[s.Unit] || votesFor(s.Unit, "", at) != "" || a != nil && a.State == Left {
			units = append(units, s.Unit)
		}
	}
	amounts := map[string]int64{"entitled": int64(len(seats)), "present": int64(len(units))}
	if !m.written() && m.OpenedAt != nil && m.ClosedAt != nil {
		amounts["minutes"] = int64(m.ClosedAt.Sub(*m.OpenedAt).Minutes())
	}
	return act.Note(tx, act.Act{Kind: "council.meeting.held", At: earliest(m.StartsAt, tx.Now), Units: units, Subject: m.ID, Title: m.Title,
		Amounts: amounts, Marks: map[string]string{"organ": m.Organ, "form": m.Form}})
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func noteBallot(tx *db.Tx, b *Ballot, m *Motion) error {
	return act.Note(tx, act.Act{Kind: "council.ballot.held", Subject: b.ID, Title: m.Title,
		Amounts: map[string]int64{"entitled": b.Question.All, "votes": b.Result.Cast},
		Marks:   map[string]string{"level": b.Level, "kind": m.Kind, "outcome": m.Status}})
}
