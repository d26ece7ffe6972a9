package council

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/ical"
)

// invite writes a letter, with a calendar file, to everybody who is written to for
// a unit of the meeting. Work sends them.
func (c *Council) invite(tx *db.Tx, m *Meeting) error {
	held, err := rules(tx)
	if err != nil {
		return err
	}
	seats, err := c.seats(tx, &held.Rule, m.Organ, today(tx))
	if err != nil {
		return err
	}
	items, err := itemsOf(tx, m.ID)
	if err != nil {
		return err
	}
	zh := i18n.With(tx.Context(), "zh-CN")
	subject, words := say(zh, "letter.subject", m.Title), c.letter(zh, m, numbered(items))
	seen := map[string]bool{}
	var rows [][]any
	for _, s := range seats {
		people, err := c.Roll.Reached(tx, s.Unit)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.Email == "" || seen[p.Email] {
				continue
			}
			seen[p.Email] = true
			rows = append(rows, []any{db.NewID(), tx.Body, m.ID, p.Email, subject, say(zh, "letter.dear", p.Name, s.Name) + "\n\n" + words, c.calendar(zh, m, tx.Now), tx.Now, 0})
		}
	}
	return db.Insert(tx, "council_letter", []string{"id", "body", "meeting_id", "to_email", "subject", "words", "calendar", "due_at", "attempts"}, "", rows)
}

// letter writes the invitation: when and where, the agenda, and what to do.
func (c *Council) letter(ctx context.Context, m *Meeting, items []*Item) string {
	var b strings.Builder
	fmt.Fprintln(&b, say(ctx, "letter.when", m.Title, span(ctx, m)))
	if m.Place != "" {
		fmt.Fprintln(&b, say(ctx, "letter.where", m.Place))
	}
	if m.Link != "" {
		fmt.Fprintln(&b, say(ctx, "letter.remote", m.Link))
	}
	fmt.Fprintln(&b, "\n"+say(ctx, "agenda"))
	for _, i := range items {
		fmt.Fprintf(&b, "%s  %s\n", i.Number, i.Title)
	}
	fmt.Fprintln(&b, "\n"+say(ctx, "letter.answer", c.URL+"/meetings/"+m.ID))
	return b.String()
}

// span tells from when to when a meeting is, in the body's zone.
func span(ctx context.Context, m *Meeting) string {
	zone := i18n.Zone(ctx)
	from, until := m.StartsAt.In(zone), m.EndsAt.In(zone)
	if from.Format(time.DateOnly) == until.Format(time.DateOnly) {
		return i18n.Day(ctx, m.StartsAt) + " " + from.Format("15:04") + "–" + until.Format("15:04")
	}
	return i18n.Day(ctx, m.StartsAt) + " " + from.Format("15:04") + " – " + i18n.Day(ctx, m.EndsAt) + " " + until.Format("15:04")
}

// calendar gives the meeting as a calendar file.
func (c *Council) calendar(ctx context.Context, m *Meeting, now time.Time) string {
	page := c.URL + "/meetings/" + m.ID
	return ical.Write("Council", c.URL, ical.Event{ID: m.ID, Made: now, From: m.StartsAt, To: m.EndsAt, Summary: m.Title,
		Description: say(ctx, "letter.answer", page), URL: page, Place: m.Place, Alarm: "-P1D"})
}

type letter struct {
	id, body, to, subject, words, calendar string
	attempts                               int
}

// sendNext sends the letter that has waited the longest: claimed, sent, taken
// away, at least once; one that cannot be sent is tried ever later, for about a
// day.
func (c *Council) sendNext(ctx context.Context) (bool, error) {
	due, err := db.View(ctx, c.DB, func(tx *db.Tx) ([]letter, error) {
		return db.All(tx, func(row db.Row) (l letter, err error) {
			return l, row.Scan(&l.id, &l.body, &l.to, &l.subject, &l.words, &l.calendar, &l.attempts)
		}, `SELECT id, body, to_email, subject, words, calendar, attempts FROM council_letter WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1`, tx.Now)
	})
	if err != nil || len(due) == 0 {
		return false, err
	}
	l := due[0]
	in := db.In(ctx, l.body)
	claimed, err := db.Update(in, c.DB, func(tx *db.Tx) (int64, error) {
		return tx.Exec(`UPDATE council_letter SET attempts = attempts + 1, due_at = $3 WHERE id = $1 AND attempts = $2`, l.id, l.attempts, tx.Now.Add(time.Minute<<min(l.attempts, 10)))
	})
	if err != nil || claimed == 0 {
		return err == nil, err // another replica has it
	}
	if err := c.Mail.SendWith(ctx, l.to, l.subject, l.words, "meeting.ics", "text/calendar; charset=utf-8", []byte(l.calendar)); err != nil && l.attempts < 10 {
		return true, err
	}
	return true, db.Do(in, c.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM council_letter WHERE id = $1`, l.id)
		return err
	})
}
