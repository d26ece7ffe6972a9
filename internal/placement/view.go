package placement

import (
	"context"
	"slices"
	"time"

	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

// View is a placement with all that belongs to it.
type View struct {
	*Placement
	Named     bool                 `json:"named"`
	Private   *Private             `json:"private,omitempty"` // for those who may look
	Agreement *agreement.Agreement `json:"agreement_text,omitempty"`
	Versions  []agreement.Version  `json:"versions,omitempty"`
	Requests  []*Request           `json:"requests"`
	Follows   []Follow             `json:"follows"`
	Months    []int                `json:"months"` // to be asked after now
	Silence   string               `json:"silence"`
	Link      string               `json:"-"` // just made, shown once
	LinkRole  string               `json:"-"`
	minor     bool
	today     string
}

func (o *Office) view(tx *db.Tx, id string) (*View, error) {
	p, err := o.see(tx, id)
	if err != nil {
		return nil, err
	}
	v := &View{Placement: p, Named: policy.Can(tx.Context(), "placement.placement.look", p), today: day(tx)}
	v.minor = p.student.under(18, p.Since)
	if v.Requests, err = requestsOf(tx, id); err != nil {
		return nil, err
	}
	if v.Follows, err = followsOf(tx, id); err != nil {
		return nil, err
	}
	process, err := rule.Today[Process](tx, "placement.process")
	if err != nil {
		return nil, err
	}
	v.Silence = process.Rule.Silence
	for _, m := range process.Rule.months() {
		told := slices.ContainsFunc(v.Follows, func(f Follow) bool { return f.Month == m })
		if !told && p.follow(Follow{Month: m}, v.today, process.Rule) == nil {
			v.Months = append(v.Months, m)
		}
	}
	if v.Versions, err = agreement.Versions(tx, p.Agreement); err != nil {
		return nil, err
	}
	v.Agreement = p.agreed
	if v.Named {
		private := p.Private
		private.GuardianPhone = codes.MaskPhone(private.GuardianPhone)
		v.Private = &private
	} else if v.Agreement != nil {
		hide(v.Agreement)
	}
	return v, o.name(tx, []*Placement{p})
}

// hide masks the names of persons in an agreement.
func hide(a *agreement.Agreement) {
	for i := range a.Parties {
		if a.Parties[i].Person != "" {
			a.Parties[i].Name = codes.MaskName(a.Parties[i].Name)
		}
	}
	for i := range a.Signed {
		a.Signed[i].Name = codes.MaskName(a.Signed[i].Name)
	}
}

// name fills in names, masked for those who need not know them.
func (o *Office) name(tx *db.Tx, list []*Placement) error {
	if err := o.know(tx, list); err != nil {
		return err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	short := func(id string) string {
		if u := units[id]; u != nil {
			return i18n.Pick(tx.Context(), u.Short(), u.NameEN)
		}
		return ""
	}
	for _, p := range list {
		p.SchoolName, p.EnterpriseName = short(p.School), short(p.Enterprise)
		if p.Name = p.student.Name; !policy.Can(tx.Context(), "placement.placement.look", p) {
			p.Name = codes.MaskName(p.Name)
		}
	}
	return nil
}

// Search narrows a list. Empty fields narrow nothing.
type Search struct {
	Text       string `json:"q"` // in the post, or a number
	Kind       string `json:"kind"`
	State      string `json:"state"`
	School     string `json:"school"`
	Enterprise string `json:"enterprise"`
	Against    bool   `json:"against"`  // something stands against it
	Running    bool   `json:"running"`  // started or changed
	Unsigned   bool   `json:"unsigned"` // lacks the actor's signature
	Asked      bool   `json:"asked"`    // waits for the actor's answer
	Follow     int    `json:"follow"`   // employments to ask after at this month
	Before     bool   `json:"-"`        // not started yet
	Sort       string `json:"sort"`     // number, since, until; with a minus before it, falling
	After      string `json:"after"`
	Limit      int    `json:"limit"` // 1 to 200; 50 if 0
}

// List is a part of the placements.
type List struct {
	Found int          `json:"found"`
	List  []*Placement `json:"list"`
	Next  string       `json:"next,omitempty"`

	schools, enterprises []choice
}

type choice struct{ id, name string }

var sorts = map[string]string{"number": "p.number", "since": "p.since", "until": "p.until", "state": "p.state"}

// List gives a part of the placements that the actor may see.
func (o *Office) List(ctx context.Context, s Search) (*List, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*List, error) {
		if err := policy.Allow(ctx, "placement.placement.list", nil); err != nil {
			return nil, err
		}
		return o.page(tx, s)
	})
}

func (s Search) where(tx *db.Tx) (w db.Where) {
	a := auth.From(tx.Context())
	visible(a, &w)
	if n, err := number(s.Text); err == nil {
		w.And("p.number = ?", n)
	} else {
		w.Like(s.Text, "p.title", "p.programme")
	}
	for term, value := range map[string]string{"p.kind = ?": s.Kind, "p.state = ?": s.State, "p.school = ?": s.School, "p.enterprise = ?": s.Enterprise} {
		if value != "" {
			w.And(term, value)
		}
	}
	if s.Against {
		w.And("p.breaches > 0 AND p.state NOT IN ('ended', 'withdrawn')")
	}
	if s.Running {
		w.And("p.state IN ('started', 'changed')")
	}
	if s.Before {
		w.And("p.state IN ('draft', 'refused', 'checked', 'ready')")
	}
	if s.Unsigned {
		w.And(unsignedTerm, a.Unit, a.Unit, a.Unit)
	}
	if s.Asked {
		w.And(askedTerm, a.Unit, a.Unit)
	}
	if s.Follow > 0 {
		w.And("p.kind = 'employment' AND p.started_at IS NOT NULL AND p.since <= ? AND NOT EXISTS (SELECT 1 FROM placement_follow f WHERE f.placement_id = p.id AND f.month = ?)",
			later(day(tx), -s.Follow, 0), s.Follow)
	}
	return w
}

func (o *Office) page(tx *db.Tx, s Search) (*List, error) {
	size := min(s.Limit, 200)
	if size <= 0 {
		size = 50
	}
	l := new(List)
	var err error
	if l.Found, err = count(tx, s.where(tx)); err != nil {
		return nil, err
	}
	column, order := "p.number", " DESC"
	if c, ok := sorts[trimmed(s.Sort)]; ok {
		column = c
		if s.Sort[0] != '-' {
			order = ""
		}
	}
	w := s.where(tx)
	if s.After != "" {
		than := map[string]string{"": ">", " DESC": "<"}[order]
		w.And(`(`+column+`, p.id) `+than+` (SELECT x.`+column[2:]+`, x.id FROM placement_placement x WHERE x.id = ? AND x.body = ?)`, s.After, tx.Body)
	}
	if l.List, err = o.list(tx, w, column+order+", p.id"+order, size+1); err != nil {
		return nil, err
	}
	if len(l.List) > size {
		l.List = l.List[:size]
		l.Next = l.List[size-1].ID
	}
	if err := o.name(tx, l.List); err != nil {
		return nil, err
	}
	return l, o.choices(tx, l)
}

// choices gathers by what the list can be narrowed.
func (o *Office) choices(tx *db.Tx, l *List) error {
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	for column, to := range map[string]*[]choice{"school": &l.schools, "enterprise": &l.enterprises} {
		w := Search{}.where(tx)
		w.And("p.body = ?", tx.Body)
		ids, err := db.All(tx, db.Value[string], `SELECT DISTINCT p.`+column+` FROM placement_placement p`+w.String(), w.Args...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if u := units[id]; u != nil {
				*to = append(*to, choice{id, i18n.Pick(tx.Context(), u.Short(), u.NameEN)})
			}
		}
		slices.SortFunc(*to, func(a, b choice) int { return compare(a.name, b.name) })
	}
	return nil
}

// Export gives all that a search finds, and notes it.
func (o *Office) Export(ctx context.Context, s Search) ([]*Placement, error) {
	if err := policy.Allow(ctx, "placement.placement.export", nil); err != nil {
		return nil, err
	}
	s.After, s.Limit = "", 200
	var all []*Placement
	for {
		l, err := o.List(ctx, s)
		if err != nil {
			return nil, err
		}
		all = append(all, l.List...)
		if s.After = l.Next; l.Next == "" {
			return all, journal.Note(ctx, o.DB, "placement.placement.export", auth.From(ctx).Unit, map[string]any{"placements": len(all), "state": s.State})
		}
	}
}

// Snapshot gives the regulation that a placement's verdict was given under, as it
// was then.
func (o *Office) Snapshot(ctx context.Context, id string) (text string, err error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (string, error) {
		p, err := o.see(tx, id)
		if err != nil {
			return "", err
		}
		if p.Verdict == nil {
			return "", fault.NotFound.New("fault.not_found")
		}
		return findSnapshot(tx, p.Verdict.Snapshot)
	})
}

// Running counts the placements of a unit that run or are to run, for whoever asks
// what hangs on it.
func Running(tx *db.Tx, unit string) (int, error) {
	var w db.Where
	visible(auth.From(tx.Context()), &w)
	w.And("p.school = ? OR p.enterprise = ?", unit, unit)
	w.And("p.state NOT IN ('ended', 'withdrawn')")
	return count(tx, w)
}

func day(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }

func days(since, until string) int64 {
	a, err := time.Parse(time.DateOnly, since)
	b, also := time.Parse(time.DateOnly, until)
	if err != nil || also != nil {
		return 0
	}
	return int64(b.Sub(a) / (24 * time.Hour))
}
