package round

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Preview is what terms would come to on candidates, wishes and posts as they
// stood, without anybody being placed.
type Preview struct {
	ID      string    `json:"id"`
	Terms   Terms     `json:"terms"`
	Figures Figures   `json:"figures"`
	People  int       `json:"candidates"`
	Places  int       `json:"places"`
	Caps    []CapUse  `json:"caps"` // that turned somebody away
	MadeAt  time.Time `json:"made_at"`
}

// previewed is what of a preview is kept beside its terms.
type previewed struct {
	Figures
	People, Places int
}

// mostPreviews are kept of a round.
const mostPreviews = 10

// Preview computes what terms would come to, before the freeze, and keeps the
// figures beside those of other terms. Big rounds take a while, so it goes on
// beside the request that asked for it.
func (o *Office) Preview(ctx context.Context, id string, t Terms) (*Round, error) {
	r, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.preview", id)
		if err != nil {
			return nil, err
		}
		if r.State != Draft && r.State != Collecting {
			return nil, fault.Conflict.New("round.preview.late", r.Number)
		}
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	if t.Ties == "" {
		t = r.Terms
	}
	var wrong fault.List
	t.Caps = splitLines(t.Caps)
	if t.check(&wrong, ""); wrong.Err() != nil {
		return r, wrong.Err()
	}
	return r, o.begin(ctx, id, func(ctx context.Context, j *job) error { return o.preview(ctx, id, t, j) })
}

func (o *Office) preview(ctx context.Context, id string, t Terms, j *job) error {
	tb, err := db.View(ctx, o.DB, func(tx *db.Tx) (*table, error) {
		r, err := takeRound(tx, "round.round.preview", id)
		if err != nil {
			return nil, err
		}
		r.Terms, r.Seed = t, "preview"
		return o.live(tx, r)
	})
	if err != nil {
		return err
	}
	if err := tb.contradictions(); err != nil {
		return err
	}
	j.whole.Store(int64(len(tb.entrants)))
	x, err := o.solve(ctx, tb, &j.done)
	if err != nil {
		return err
	}
	d := x.figure()
	return db.Do(ctx, o.DB, func(tx *db.Tx) error {
		if err := savePreview(tx, tb.round, t, d); err != nil {
			return err
		}
		return journal.Record(tx, "round.round.preview", id, t)
	})
}

func savePreview(tx *db.Tx, r *Round, t Terms, d *decision) error {
	used := slices.DeleteFunc(d.caps, func(c CapUse) bool { return c.Turned == 0 })
	slices.SortStableFunc(used, func(a, b CapUse) int { return b.Turned - a.Turned })
	terms, err1 := json.Marshal(t)
	figures, err2 := json.Marshal(previewed{d.figures, r.Candidates, r.Places})
	caps, err3 := json.Marshal(used[:min(len(used), 20)])
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO round_preview (id, round_id, body, terms, figures, caps, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID(), r.ID, tx.Body, string(terms), string(figures), string(caps), tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM round_preview WHERE round_id = $1 AND id NOT IN
		(SELECT id FROM round_preview WHERE round_id = $1 ORDER BY id DESC LIMIT $2)`, r.ID, mostPreviews)
	return err
}

// previews gives what was computed for a round before its freeze, newest first.
func previews(tx *db.Tx, r *Round) ([]Preview, error) {
	return db.All(tx, func(row db.Row) (p Preview, err error) {
		var terms, figures, caps string
		if err := row.Scan(&p.ID, &terms, &figures, &caps, &p.MadeAt); err != nil {
			return p, err
		}
		var kept previewed
		err = errors.Join(json.Unmarshal([]byte(terms), &p.Terms), json.Unmarshal([]byte(figures), &kept), json.Unmarshal([]byte(caps), &p.Caps))
		p.Figures, p.People, p.Places = kept.Figures, kept.People, kept.Places
		return p, err
	}, `SELECT v.id, v.terms, v.figures, v.caps, v.made_at FROM round_preview v WHERE v.round_id = $1 ORDER BY v.id DESC`, r.ID)
}

// begin does something long for a round beside the request that asked for it, one
// thing at a time in this process.
func (o *Office) begin(ctx context.Context, id string, do func(context.Context, *job) error) error {
	j := &job{over: make(chan struct{})}
	if had, running := o.jobs.LoadOrStore(id, j); running {
		select {
		case <-had.(*job).over:
			o.jobs.Store(id, j)
		default:
			return nil // somebody was faster
		}
	}
	ctx = context.WithoutCancel(ctx)
	o.work.Go(func() {
		defer close(j.over)
		if j.err = do(ctx, j); j.err != nil {
			slog.ErrorContext(ctx, "round: computation", "round", id, "error", j.err)
		}
	})
	return nil
}
