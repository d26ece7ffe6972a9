// Package outlook (供需展望) tells how many people the enterprises of a consortium
// will want, of which kind and when, how many graduates will come, and what is
// missing: hiring history and plans come in, releases of forecasts with their gap
// tables are computed, reviewed and published, and bulletins make them citable.
package outlook

import (
	"context"
	"embed"
	"errors"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/bulletin"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the outlook's tables.
var Room = db.Room{Name: "outlook", Schema: schema}

// Roll answers how many enterprises the body has, so that coverage can be told.
type Roll interface {
	Enterprises(tx *db.Tx) (int, error)
}

// Surveyed is how far the survey reached that a release rests on.
type Surveyed struct {
	Title    string  `json:"title"`
	Asked    int     `json:"asked"`
	Answered int     `json:"answered"`
	Coverage float64 `json:"coverage"` // share of the answered in the hiring of all
}

// Outlook keeps hiring history, plans and releases.
type Outlook struct {
	DB          *db.DB
	Schooling   Schooling // nil: no supply is known
	Enterprises Roll      // nil: coverage is not told

	// Surveyed gives what the newest survey reached, which a release tells beside its
	// figures; nil where nobody asks.
	Surveyed func(tx *db.Tx) (*Surveyed, error)

	wake chan struct{} // tells Work that there is a release to compute
}

// New gives an outlook over d.
func New(d *db.DB, s Schooling, r Roll) *Outlook {
	return &Outlook{DB: d, Schooling: s, Enterprises: r, wake: make(chan struct{}, 1)}
}

// Report notes what enterprises tell of their hiring; a quarter that was told
// before is told anew, and figures left out stay as they were. Everyone but the
// secretariat reports for their own unit only. All that is wrong is told at once,
// by record.
func (o *Outlook) Report(ctx context.Context, hs []Hire) error {
	return db.Do(ctx, o.DB, func(tx *db.Tx) error {
		if err := allowAll(tx, "outlook.hiring.report", hs, func(h Hire) string { return h.Unit }); err != nil {
			return err
		}
		if err := settleAll(hs, (*Hire).settle); err != nil {
			return err
		}
		if err := saveHires(tx, hs); err != nil {
			return err
		}
		return journal.Record(tx, "outlook.hiring.report", "hiring", map[string]int{"records": len(hs)})
	})
}

// Plan notes what enterprises say that they will hire, as Report does.
func (o *Outlook) Plan(ctx context.Context, ps []Plan) error {
	return db.Do(ctx, o.DB, func(tx *db.Tx) error { return Submit(tx, ps) })
}

// Beginning says of what a release is to be made.
type Beginning struct {
	AsOf    string `json:"as_of"`   // the last quarter that is looked at; the last that was told, if empty
	Revises string `json:"revises"` // number of the bulletin in whose place its own stands, if one
	Why     string `json:"why"`     // it does
}

// Begin makes a release that is to be computed, by Work or by Compute, under the
// rules that hold today. It is refused while another is computed, and where less
// than a year has been told.
func (o *Outlook) Begin(ctx context.Context, b Beginning) (*Release, error) {
	r, err := db.Update(ctx, o.DB, func(tx *db.Tx) (*Release, error) {
		r := &Release{ID: db.NewID(), State: Computing, Steps: steps, MadeBy: auth.From(tx.Context()).ID, MadeAt: tx.Now}
		if err := allow(tx, "outlook.release.run", r); err != nil {
			return nil, err
		}
		if err := errors.Join(r.revise(tx, b), o.ready(tx, r, b.AsOf)); err != nil {
			return nil, err
		}
		terms, err := termsToday(tx)
		if err != nil {
			return nil, err
		}
		r.Terms = terms
		n, err := nextRelease(tx)
		if err != nil {
			return nil, err
		}
		r.Number = n
		return r, keep(tx, r)
	})
	if err == nil && o.wake != nil {
		select {
		case o.wake <- struct{}{}:
		default:
		}
	}
	return r, err
}

// ready sets the quarter as of which a release is made, and refuses it where there
// is too little to make it from or another is being made.
func (o *Outlook) ready(tx *db.Tx, r *Release, asOf string) error {
	busy, err := latest(tx, []State{Computing}, 0, 0)
	if err != nil {
		return err
	}
	if busy != nil {
		return fault.Conflict.New("outlook.release.busy", busy.Number)
	}
	span, err := db.One(tx, db.Pair[string, string], `SELECT coalesce(min(quarter), ''), coalesce(max(quarter), '')
		FROM outlook_hiring WHERE body = $1 AND hired IS NOT NULL`, tx.Body)
	if err != nil {
		return err
	}
	last := span.B
	if asOf = strings.TrimSpace(asOf); asOf != "" {
		var wrong fault.List
		if last = quarter(asOf, &wrong); wrong == nil && (last > span.B || span.B == "") {
			wrong.Add("as_of", "outlook.release.not_told", last, span.B)
		}
		if wrong != nil {
			return fault.List{{Place: "as_of", Err: wrong[0].Err}}.Err()
		}
	}
	if span.A == "" || last < span.A || apart(span.A, last) < 3 {
		return fault.Invalid.New("outlook.release.too_little")
	}
	r.AsOf, r.Year, r.Backdated = last, classYear(last), last < span.B
	return nil
}

// revise notes in whose place the bulletin of a release is to stand, and why.
func (r *Release) revise(tx *db.Tx, b Beginning) error {
	r.Revises, r.Why = strings.TrimSpace(b.Revises), strings.TrimSpace(b.Why)
	if r.Revises == "" {
		r.Why = ""
		return nil
	}
	var wrong fault.List
	if _, err := bulletin.Find(tx, r.Revises); errors.Is(err, fault.NotFound) {
		wrong.Add("revises", "outlook.release.no_issue", r.Revises)
	} else if err != nil {
		return err
	}
	if n := len([]rune(r.Why)); n == 0 || n > 500 {
		wrong.Add("why", "outlook.release.no_why")
	}
	return wrong.Err()
}

// Review notes that somebody has looked through a release and found it fit.
func (o *Outlook) Review(ctx context.Context, id string) (*Release, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Release, error) {
		r, err := take(tx, "outlook.release.review", id)
		if err != nil {
			return nil, err
		}
		if err := r.review(auth.From(tx.Context()).ID, tx.Now); err != nil {
			return nil, err
		}
		return r, keep(tx, r)
	})
}

// Publish shows a reviewed release to everyone and issues its bulletin.
func (o *Outlook) Publish(ctx context.Context, id string) (*Release, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Release, error) {
		r, err := take(tx, "outlook.release.publish", id)
		if err != nil {
			return nil, err
		}
		if err := r.publish(tx.Now); err != nil {
			return nil, err
		}
		if err := keep(tx, r); err != nil {
			return nil, err
		}
		if err := notePublished(tx, r); err != nil {
			return nil, err
		}
		c, err := draft(tx, r)
		if err != nil {
			return nil, err
		}
		_, err = bulletin.Publish(tx, *c, r.ID, r.Revises, r.Why)
		return r, err
	})
}

// Release gives a release that the actor may see.
func (o *Outlook) Release(ctx context.Context, id string) (*Release, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Release, error) { return see(tx, id) })
}

// Releases lists what the actor may see, newest first.
func (o *Outlook) Releases(ctx context.Context) ([]*Release, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) ([]*Release, error) {
		return releases(tx, releasesIn(tx, visible(auth.From(ctx))))
	})
}

// see gets a release, if the actor may so much as know of it.
func see(tx *db.Tx, id string) (*Release, error) {
	r, err := findRelease(tx, id)
	if err == nil && !policy.Can(tx.Context(), "outlook.release.read", of(r)) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return r, err
}

// take gets a release for an action. It is the one way to one that can be changed.
func take(tx *db.Tx, action, id string) (*Release, error) {
	r, err := see(tx, id)
	if err != nil {
		return nil, err
	}
	return r, allow(tx, action, r)
}

func allow(tx *db.Tx, action string, r *Release) error {
	r.action = action
	return policy.Allow(tx.Context(), action, of(r))
}

// keep saves a release and lets the journal tell of it.
func keep(tx *db.Tx, r *Release) error {
	if r.action == "" {
		panic("outlook: a release is kept that was taken for no action")
	}
	if err := saveRelease(tx, r); err != nil {
		return err
	}
	return journal.Record(tx, r.action, r.ID, r)
}

// allowAll asks the rule book for each unit that records are about.
func allowAll[T any](tx *db.Tx, action string, records []T, unit func(T) string) error {
	if len(records) == 0 {
		if err := policy.Allow(tx.Context(), action, about{unit: auth.From(tx.Context()).Unit}); err != nil {
			return err
		}
		var wrong fault.List
		wrong.Add("records", "outlook.records.none")
		return wrong.Err()
	}
	for _, r := range records {
		if err := policy.Allow(tx.Context(), action, about{unit: unit(r)}); err != nil {
			return err
		}
	}
	return nil
}
