package council

import (
	"context"
	"fmt"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"

	"guildhall/ballot"
)

// Minute keeps the minutes of a closed meeting: built from the record where words
// is empty, or as the secretary mended them.
func (c *Council) Minute(ctx context.Context, id, words string) (*Meeting, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Meeting, error) {
		m, err := take(tx, "council.minutes.mend", id)
		if err != nil {
			return nil, err
		}
		if m.Status != Minuted {
			if err := m.advance(tx.Now); err != nil {
				return nil, err
			}
		}
		var wrong fault.List
		if words = passage(&wrong, "minutes", words, 60000); len(wrong) > 0 {
			return nil, wrong
		}
		if m.Minutes = words; words == "" {
			if m.Minutes, err = c.record(tx, m); err != nil {
				return nil, err
			}
		}
		return m, keep(tx, m)
	})
}

// Confirm is the chair's word that the minutes are right. Nothing changes in them
// from then on.
func (c *Council) Confirm(ctx context.Context, id string) (*Meeting, error) {
	return c.step(ctx, "council.minutes.confirm", id, func(tx *db.Tx, m *Meeting) error {
		a := auth.From(ctx)
		if m.ChairUnit != "" {
			if speaks, err := c.speaks(tx, a, m.ChairUnit); err != nil {
				return err
			} else if !speaks {
				return fault.Denied.New("council.minutes.chair")
			}
		}
		m.ConfirmedBy = a.Name
		return nil
	})
}

// record writes the minutes from what is on record: who was there, what was
// heard, how it was voted, what was resolved.
func (c *Council) record(tx *db.Tx, m *Meeting) (string, error) {
	w, err := c.whole(tx, m)
	if err != nil {
		return "", err
	}
	ctx := i18n.With(tx.Context(), "zh-CN")
	var b strings.Builder
	put := func(word string, args ...any) { fmt.Fprintln(&b, say(ctx, "minutes."+word, args...)) }
	put("title", m.Title)
	put("when", span(ctx, m))
	if m.Place != "" {
		put("where", m.Place)
	}
	put("who", m.Chair, m.Secretary)
	if m.written() {
		put("written", w.Count.All)
	} else {
		w.attended(ctx, put)
	}
	fmt.Fprintln(&b)
	for _, i := range w.Items {
		put("item", i.Number, i.Title)
		if i.Note != "" {
			fmt.Fprintln(&b, i.Note)
		}
		for _, o := range append(i.Changes, i.Motion) {
			if o != nil {
				o.minute(ctx, put, w.asides[o.ID], w.names)
			}
		}
		if i.Motion == nil && i.Heard {
			put("heard")
		}
		fmt.Fprintln(&b)
	}
	if m.ClosedAt != nil {
		put("closed", i18n.Time(ctx, *m.ClosedAt))
	}
	return strings.TrimSpace(b.String()), nil
}

// attended tells who was there, who was spoken for, and who was not.
func (w *Whole) attended(ctx context.Context, put func(string, ...any)) {
	k := w.Count
	put("count", k.All, k.Here(), k.Present, k.Remote, k.Proxy, k.Written)
	var proxies, excused, absent, left []string
	for _, s := range w.Seats {
		a := w.At[s.Unit]
		switch {
		case a == nil:
			absent = append(absent, s.Name)
		case a.State == Proxied:
			proxies = append(proxies, say(ctx, "minutes.proxy", s.Name, w.names[a.Holder], a.Proof))
		case a.State == Apology:
			excused = append(excused, s.Name)
		case a.State == Left:
			left = append(left, s.Name)
		}
	}
	for word, list := range map[string][]string{"proxies": proxies} {
		if len(list) > 0 {
			put(word, strings.Join(list, "；"))
		}
	}
	for _, part := range []struct {
		word string
		list []string
	}{{"excused", excused}, {"left", left}, {"absent", absent}} {
		if len(part.list) > 0 {
			put(part.word, len(part.list), strings.Join(part.list, "、"))
		}
	}
}

// minute tells how a motion was voted on.
func (m *Motion) minute(ctx context.Context, put func(string, ...any), asides, names map[string]string) {
	if m.Amends != "" {
		put("amendment", m.Title, m.Mover)
	}
	for unit, reason := range asides {
		put("aside", names[unit], reason)
	}
	for _, b := range m.Ballots {
		if b.Status == "void" {
			put("void", b.Round, i18n.Key(b.Void))
			continue
		}
		if b.Status != "closed" {
			continue
		}
		put("ballot", b.Round, levelKey(b.Level), b.Question.All, b.Question.Present, b.Result.Cast, tally(b))
		if b.Seal != "" {
			put("seal", b.Seal)
		}
	}
	switch {
	case m.Resolution != nil && m.Kind == ballot.Election:
		put("elected", strings.Join(m.names(), "、"), m.Resolution.Mark())
	case m.Resolution != nil:
		put("carried", m.Resolution.Mark())
	case m.Status != Floor:
		put("outcome", motionKey(m.Status))
	}
}

// tally tells in one line what each choice got.
func tally(b *Ballot) string {
	var parts []string
	for i, c := range b.Question.Choices {
		if i < len(b.Result.Counts) {
			parts = append(parts, fmt.Sprintf("%s %d", c.Name, b.Result.Counts[i]))
		}
	}
	return strings.Join(parts, "，")
}

// Minutes gives a meeting with its minutes, for those who may read them.
func (c *Council) Minutes(ctx context.Context, id string) (*Meeting, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Meeting, error) {
		m, err := see(tx, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "council.minutes.read", m.thing()); err != nil {
			return nil, err
		}
		if m.Status == Minuted && !policy.Can(ctx, "council.minutes.mend", m.thing()) && !policy.Can(ctx, "council.minutes.confirm", m.thing()) {
			m.Minutes = "" // a draft is for those who make it
		}
		return m, nil
	})
}
