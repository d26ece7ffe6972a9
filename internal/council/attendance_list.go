package council

import (
	"context"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
)

// Line is a unit in the attendance list.
type Line struct {
	Number int         `json:"number"` // on the roll, from 1
	Member Member      `json:"member"`
	At     *Attendance `json:"at,omitempty"`
	Holder string      `json:"holder,omitempty"` // name of the unit that votes for it
	Scope  string      `json:"scope,omitempty"`  // numbers of the items for which it may
}

// attendanceAsked narrows the list.
type attendanceAsked struct {
	Q      string `json:"q"`
	State  string `json:"state"` // one of States, or absent, or here
	Class  string `json:"class"`
	After  int    `json:"after"`
	Limit  int    `json:"limit"`
	Format string `json:"format"`
}

// Attendance gives where every unit of the meeting stands.
func (c *Council) Attendance(ctx context.Context, id string, s attendanceAsked) (*Whole, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Whole, error) {
		m, err := see(tx, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "council.attendance.list", m.thing()); err != nil {
			return nil, err
		}
		w, err := c.whole(tx, m)
		if err != nil {
			return nil, err
		}
		limit := size(s.Limit)
		if s.Format != "" {
			limit = len(w.Seats)
		}
		for i, seat := range w.Seats {
			at := w.At[seat.Unit]
			if !s.takes(seat, at) {
				continue
			}
			if w.found++; i < s.After || len(w.lines) > limit {
				continue
			}
			l := &Line{Number: i + 1, Member: seat, At: at}
			if at != nil {
				l.Holder, l.Scope = w.names[at.Holder], w.places(at.Scope)
			}
			w.lines = append(w.lines, l)
		}
		return w, nil
	})
}

func (s *attendanceAsked) takes(m Member, at *Attendance) bool {
	if s.Class != "" && m.Class != s.Class || s.Q != "" && !strings.Contains(strings.ToLower(m.Name+" "+m.NameEN), strings.ToLower(strings.TrimSpace(s.Q))) {
		return false
	}
	switch s.State {
	case "":
		return true
	case "absent":
		return at == nil
	case "here":
		return at != nil && at.State != Apology && at.State != Left
	}
	return at != nil && at.State == s.State
}

// places gives the numbers of items by their ids.
func (w *Whole) places(ids []string) string {
	var list []string
	for _, i := range w.Items {
		for _, id := range ids {
			if i.ID == id {
				list = append(list, i.Number)
			}
		}
	}
	return strings.Join(list, ", ")
}

// page gives the lines of this page, and the number after which the next begins.
func (w *Whole) page(s attendanceAsked) (lines []*Line, next int) {
	if limit := size(s.Limit); len(w.lines) > limit {
		return w.lines[:limit], w.lines[limit-1].Number
	}
	return w.lines, 0
}

func attendanceHead(ctx context.Context) (head []string) {
	for _, word := range []string{"number", "unit", "class", "state", "person", "holder", "proof", "at"} {
		head = append(head, say(ctx, "column."+word))
	}
	return head
}

func (l *Line) row(ctx context.Context) sheet.Row {
	row := sheet.Row{l.Number, l.Member.In(ctx), i18n.T(ctx, string(classKey(l.Member.Class))), say(ctx, "state."+l.state()), "", l.Holder, "", ""}
	if l.At != nil {
		row[4], row[6], row[7] = l.At.Person, l.At.Proof, i18n.Time(ctx, l.At.At)
	}
	return row
}

func (l *Line) state() string {
	if l.At == nil {
		return "absent"
	}
	return l.At.State
}

func meetingHead(ctx context.Context) (head []string) {
	for _, word := range []string{"number", "title", "organ", "form", "starts", "place", "status"} {
		head = append(head, say(ctx, "column."+word))
	}
	return head
}

func (m *Meeting) row(ctx context.Context) sheet.Row {
	return sheet.Row{m.Number, m.Title, say(ctx, "organ."+m.Organ), say(ctx, "form."+m.Form), m.StartsAt.In(i18n.Zone(ctx)).Truncate(time.Minute), m.Place,
		say(ctx, "status."+string(m.Status))}
}
