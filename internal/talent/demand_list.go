package talent

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
)

// DemandSearch narrows a list of demands. Empty fields narrow nothing.
type DemandSearch struct {
	Text       string `json:"q"`
	Unit       string `json:"unit"`
	State      string `json:"state"` // one of demand.States, or "running"
	Position   string `json:"position"`
	Occupation string `json:"occupation"`
	Segment    string `json:"segment"`
	Mode       string `json:"mode"`
	Sort       string `json:"sort"`  // by, quantity, filed, each with a minus when falling; -filed if empty
	After      string `json:"after"` // the last entry of the page before
	Limit      int    `json:"limit"` // 1 to 200; 50 if 0
}

// Demands is a part of a list, with what all that was found sums up to.
type Demands struct {
	List     []*Demand `json:"list"`
	Next     string    `json:"next,omitempty"`
	Count    int       `json:"count"`
	Wanted   int       `json:"wanted"` // persons, of lines that run
	Filled   int       `json:"filled"` // persons, of all lines
	Answered *Speed    `json:"answered,omitempty"`

	units map[string]*directory.Unit
	files bool // the actor can file one
}

// Speed tells how fast demands of the last twelve months were first answered.
type Speed struct {
	Lines   int           `json:"lines"`   // that were answered
	Median  time.Duration `json:"median"`  // of their waits
	Slow    time.Duration `json:"slow"`    // nine of ten were faster
	Waiting int           `json:"waiting"` // that nobody has answered yet
}

// Demands lists the demands that the actor may see.
func (t *Talent) Demands(ctx context.Context, s DemandSearch) (*Demands, error) {
	if err := policy.Allow(ctx, "talent.demand.list", Subject{}); err != nil {
		return nil, err
	}
	return db.View(ctx, t.DB, func(tx *db.Tx) (*Demands, error) {
		found := new(Demands)
		class, err := readerClass(tx)
		if err != nil {
			return nil, err
		}
		if err := found.search(tx, s, class); err != nil {
			return nil, err
		}
		if found.units, err = units(tx); err != nil {
			return nil, err
		}
		for _, d := range found.List {
			d.class, d.UnitName = class, nameOf(found.units, d.Unit)
		}
		found.files = auth.From(ctx).Runs() || class == "enterprise"
		if auth.From(ctx).Runs() || class != "enterprise" {
			found.Answered, err = speed(tx)
		}
		return found, err
	})
}

func speed(tx *db.Tx) (*Speed, error) {
	waits, waiting, err := demand.Waits(tx, LineKind, tx.Now.AddDate(-1, 0, 0))
	if err != nil {
		return nil, err
	}
	s := &Speed{Lines: len(waits), Waiting: waiting}
	if len(waits) > 0 {
		s.Median, s.Slow = waits[len(waits)/2], waits[min(len(waits)*9/10, len(waits)-1)]
	}
	return s, nil
}

func (s DemandSearch) where(tx *db.Tx, class string) (w db.Where) {
	w.And("l.body = ? AND l.kind = ?", tx.Body, LineKind)
	visibleDemands(auth.From(tx.Context()), class, &w)
	w.Like(strings.TrimSpace(s.Text), "l.title", "d.duty")
	for _, f := range []struct{ column, value string }{
		{"l.unit", s.Unit}, {"d.position", s.Position}, {"d.occupation", s.Occupation}, {"d.segment", s.Segment},
	} {
		if f.value != "" {
			w.And(f.column+" = ?", f.value)
		}
	}
	if s.State == "running" {
		w.And("l.state IN ('open', 'underway')")
	} else if s.State != "" {
		w.And("l.state = ?", s.State)
	}
	if slices.Contains(Modes, s.Mode) {
		w.And("';' || d.modes || ';' LIKE ?", "%;"+s.Mode+";%")
	}
	return w
}

// demandOrders are the columns by which a list can be put in order.
var demandOrders = map[string]string{"by": "l.wanted_by", "quantity": "l.quantity", "filed": "l.number"}

func (found *Demands) search(tx *db.Tx, s DemandSearch, class string) error {
	w := s.where(tx, class)
	sums, err := db.One(tx, func(row db.Row) (v [3]int, err error) { return v, row.Scan(&v[0], &v[1], &v[2]) },
		`SELECT count(*), coalesce(sum(CASE WHEN l.state IN ('open', 'underway') THEN l.quantity - l.filled ELSE 0 END), 0), coalesce(sum(l.filled), 0)`+
			demandTables+w.String(), w.Args...)
	if err != nil {
		return err
	}
	found.Count, found.Wanted, found.Filled = sums[0], sums[1], sums[2]
	sort, falling := strings.CutPrefix(s.Sort, "-")
	by, than, order := demandOrders[sort], ">", ""
	if by == "" {
		by, falling = "l.number", true
	}
	if falling {
		than, order = "<", " DESC"
	}
	if s.After != "" {
		w.And(`(`+by+`, l.id) `+than+` (SELECT `+strings.ReplaceAll(by, "l.", "x.")+`, x.id FROM demand_line x WHERE x.id = ? AND x.body = ?)`, s.After, tx.Body)
	}
	limit := limitOf(s.Limit)
	where := w.String()
	found.List, err = db.All(tx, scanDemand, `SELECT `+demandColumns+demandTables+where+` ORDER BY `+by+order+`, l.id`+order+` LIMIT `+w.Next(limit+1), w.Args...)
	if err == nil && len(found.List) > limit {
		found.List = found.List[:limit]
		found.Next = found.List[limit-1].ID
	}
	return err
}

// ExportDemands lists all demands that a search finds, and notes it.
func (t *Talent) ExportDemands(ctx context.Context, s DemandSearch) ([]*Demand, error) {
	if err := policy.Allow(ctx, "talent.demand.export", Subject{}); err != nil {
		return nil, err
	}
	s.After, s.Limit = "", 200
	var all []*Demand
	for {
		found, err := t.Demands(ctx, s)
		if err != nil {
			return nil, err
		}
		all = append(all, found.List...)
		if s.After = found.Next; found.Next == "" {
			return all, journal.Note(ctx, t.DB, "talent.demand.export", auth.From(ctx).Unit, map[string]any{"demands": len(all)})
		}
	}
}

// demandsWaiting gives what waits for the actor about demands: for an owner the
// lines that are about to lapse, for those who run the body the lines that nobody
// has answered for three days.
func demandsWaiting(tx *db.Tx) (list []Task, err error) {
	a := actor(tx)
	if a.Runs() {
		n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM demand_line l WHERE l.body = $1 AND l.kind = $2 AND l.state = 'open' AND l.filed_at < $3`,
			tx.Body, LineKind, tx.Now.AddDate(0, 0, -3))
		if n > 0 {
			list = append(list, Task{Word: "talent.waiting.demands", Args: []any{n}, Link: "/demands?state=open&sort=filed"})
		}
		return list, err
	}
	if !a.For(a.Unit) {
		return nil, nil
	}
	ending, err := demand.Ending(tx, LineKind, a.Unit, 14)
	for _, l := range ending {
		list = append(list, Task{Word: "talent.waiting.renew", Args: []any{l.Title, l.Name()}, Due: l.ValidUntil, Link: "/demands/" + l.ID + "#renew"})
	}
	return list, err
}
