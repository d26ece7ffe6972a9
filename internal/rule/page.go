package rule

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// Summary is a kind in the list of rules.
type Summary struct {
	Kind     string   `json:"kind"`
	Now      *Version `json:"now"`            // that holds today
	Next     *Version `json:"next,omitempty"` // the first that begins later
	Versions int      `json:"versions"`       // that the body has decided
}

// Whole is all about one kind of rule.
type Whole struct {
	Kind     string     `json:"kind"`
	Today    string     `json:"today"`
	Now      *Version   `json:"now"`
	Versions []*Version `json:"versions"` // the one that begins last first; the usual rule is not among them
	Setups   []Setup    `json:"setups"`

	kind *Kind
}

// List tells every kind of rule and what holds of it today.
func (r *Rules) List(ctx context.Context) ([]Summary, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (list []Summary, err error) {
		if err := policy.Allow(ctx, "rule.version.read", ""); err != nil {
			return nil, err
		}
		for _, k := range Kinds() {
			w, err := whole(tx, k)
			if err != nil {
				return nil, err
			}
			s := Summary{Kind: k.Name, Now: w.Now, Versions: len(w.Versions)}
			for _, v := range w.Versions {
				if v.Since > w.Today {
					s.Next = v
				}
			}
			list = append(list, s)
		}
		return list, nil
	})
}

// Whole tells all about one kind of rule.
func (r *Rules) Whole(ctx context.Context, kind string) (*Whole, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*Whole, error) {
		if err := policy.Allow(ctx, "rule.version.read", kind); err != nil {
			return nil, err
		}
		k, ok := Known(kind)
		if !ok {
			return nil, fault.NotFound.New("fault.not_found")
		}
		return whole(tx, k)
	})
}

func whole(tx *db.Tx, k *Kind) (w *Whole, err error) {
	w = &Whole{Kind: k.Name, Today: today(tx), Setups: k.Setups(), kind: k}
	if w.Versions, err = versions(tx, k.Name); err != nil {
		return nil, err
	}
	for _, v := range w.Versions {
		if v.Data, err = k.whole(v.Data); err != nil {
			return nil, err
		}
	}
	w.Now, err = inForce(tx, k, w.Today)
	return w, err
}

// form is the change as it stands on the page.
type form struct {
	Change
	fields []field
	err    error
}

// begin gives the form filled with the rule that holds now, or with a set-up.
func (w *Whole) begin(setup string) (form, error) {
	f := form{Change: Change{Data: w.Now.Data}}
	if s, ok := w.kind.Setup(setup); ok {
		f.Change = Change{Data: s.Data, Article: s.Article, Setup: s.Code}
	}
	var err error
	f.fields, err = w.kind.fields(f.Data)
	return f, err
}

// mend gives the form as it was filled in, with what is wrong.
func (w *Whole) mend(c Change, said url.Values, wrong error) (form, error) {
	list, err := w.kind.fields(w.Now.Data)
	return form{Change: c, fields: again(list, said), err: wrong}, err
}

// compared is what a version says of a field, and what the one before said.
type compared struct {
	fact
	before string
	differ bool
}

// told tells what a version says, and which of it differs from the one before.
func (w *Whole) told(ctx context.Context, v *Version) (list []compared) {
	was := map[string]string{}
	for _, f := range w.factsOf(ctx, w.before(v).Data) {
		was[f.name] = f.text
	}
	for _, f := range w.factsOf(ctx, v.Data) {
		before, had := was[f.name]
		list = append(list, compared{fact: f, before: before, differ: !had || before != f.text})
	}
	return list
}

// changes gives only what differs.
func (w *Whole) changes(ctx context.Context, v *Version) (list []compared) {
	for _, f := range w.told(ctx, v) {
		if f.differ {
			list = append(list, f)
		}
	}
	return list
}

// before gives the version that held until v began: the usual rule before the first.
func (w *Whole) before(v *Version) *Version {
	for i, had := range w.Versions {
		if had.ID == v.ID && i+1 < len(w.Versions) {
			return w.Versions[i+1]
		}
	}
	return w.kind.usual()
}

func (w *Whole) factsOf(ctx context.Context, data json.RawMessage) []fact {
	list, err := w.kind.fields(data)
	if err != nil {
		return nil
	}
	return facts(ctx, list, "")
}

// stage tells whether a version has begun, holds, or is over.
func (w *Whole) stage(v *Version) string {
	switch {
	case v.Since > w.Today:
		return "coming"
	case v.ID == w.Now.ID:
		return "holds"
	}
	return "over"
}

// until tells the day from which a version no longer holds.
func (w *Whole) until(v *Version) string {
	for i, had := range w.Versions {
		if had.ID == v.ID && i > 0 {
			return w.Versions[i-1].Since
		}
	}
	return ""
}

func (w *Whole) may(ctx context.Context, action string) bool { return policy.Can(ctx, action, w.Kind) }

func article(ctx context.Context, v *Version) string {
	if v.Since == "" {
		return say(ctx, "shipped")
	}
	return v.Article
}

func since(ctx context.Context, v *Version) string {
	if v.Since == "" {
		return say(ctx, "always")
	}
	return v.Since
}

func help(ctx context.Context, word string) string {
	if i18n.Has(word + ".help") {
		return i18n.T(ctx, word+".help")
	}
	return ""
}

func choicesOf(ctx context.Context, f field) []web.Choice {
	var list []web.Choice
	if f.value == "" {
		list = append(list, web.Choice{Text: say(ctx, "choose")})
	}
	for _, c := range f.choices {
		list = append(list, web.Choice{Value: c, Text: i18n.T(ctx, f.word+"."+c)})
	}
	return list
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "rule."+word, args...)
}

// plain tells what a version says outside its lists.
func (w *Whole) plain(ctx context.Context, v *Version) []fact {
	list, err := w.kind.fields(v.Data)
	if err != nil {
		return nil
	}
	return facts(ctx, slices.DeleteFunc(list, func(f field) bool { return f.sort == "list" }), "")
}

// lists gives the lists of a version that have rows.
func (w *Whole) lists(v *Version) []field {
	list, err := w.kind.fields(v.Data)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(list, func(f field) bool { return f.sort != "list" || len(f.rows) == spareRows })
}

// wrongWithin tells whether something is wrong with a field of a row.
func wrongWithin(err error, row string) bool {
	list, _ := errors.AsType[fault.List](err)
	return slices.ContainsFunc(list, func(i fault.Item) bool { return strings.HasPrefix(i.Place, row) })
}

// rowName heads a row of the form: its first field, or that it is to be added.
func rowName(ctx context.Context, row []field, had bool) string {
	if !had {
		return say(ctx, "add")
	}
	return "· " + row[0].said(ctx)
}
