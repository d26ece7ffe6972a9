package act

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the acts.
func (s *Acts) Routes(rs *web.Routes) {
	rs.Add("GET /acts/vocabulary", "act.vocabulary.read", s.getVocabulary, web.Out[vocabulary]())
	rs.Add("GET /acts", "act.act.read", s.getList, web.Asks[Search](), web.Out[Page]())
	rs.Add("GET /acts/{id}", "act.act.read", s.getAct, web.Out[Act]())
}

// vocabulary is what is published of the kinds.
type vocabulary struct {
	Edition string `json:"edition"`
	Kinds   []Kind `json:"kinds"`
}

func (s *Acts) getVocabulary(*http.Request) (web.Reply, error) {
	v := vocabulary{EditionMark(), Vocabulary()}
	return web.Reply{Data: v, Page: vocabularyPage(v)}, nil
}

// Search asks for a part of the acts. Empty fields narrow nothing.
type Search struct {
	Kind    string    `json:"kind"`
	Unit    string    `json:"unit"`    // took part
	Subject string    `json:"subject"` // the id of what it is about
	From    time.Time `json:"from"`    // the first day
	To      time.Time `json:"to"`      // the last day
	All     bool      `json:"all"`     // with those taken back
	After   string    `json:"after"`
	Format  string    `json:"format"` // xlsx or csv: all that was asked for, as a file
}

// Page is a part of the acts.
type Page struct {
	Found int64  `json:"found"`
	Acts  []Act  `json:"acts"`
	Next  string `json:"next,omitempty"`

	names map[string][2]string
}

const pageSize = 50

func (q Search) filter(ctx context.Context) Filter {
	f := Filter{Kind: q.Kind, Subject: q.Subject, All: q.All}
	if q.Unit != "" {
		f.Units = []string{q.Unit}
	}
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Zone(ctx))
	}
	if !q.From.IsZero() {
		f.From = day(q.From)
	}
	if !q.To.IsZero() {
		f.Until = day(q.To.AddDate(0, 0, 1))
	}
	return f
}

// List gives a page of the acts.
func (s *Acts) List(ctx context.Context, q Search, size int) (*Page, error) {
	return db.View(ctx, s.DB, func(tx *db.Tx) (p *Page, err error) {
		if err := policy.Allow(ctx, "act.act.read", nil); err != nil {
			return nil, err
		}
		p = new(Page)
		if p.Found, err = Count(tx, q.filter(ctx)); err != nil {
			return nil, err
		}
		if p.Acts, err = List(tx, q.filter(ctx), q.After, size+1); err != nil {
			return nil, err
		}
		if len(p.Acts) > size {
			p.Acts = p.Acts[:size]
			p.Next = p.Acts[size-1].ID
		}
		p.names, err = s.names(tx)
		return p, err
	})
}

func (s *Acts) names(tx *db.Tx) (map[string][2]string, error) {
	if s.Names == nil {
		return nil, nil
	}
	return s.Names(tx)
}

func (s *Acts) getList(r *http.Request) (web.Reply, error) {
	q, err := web.Query[Search](r)
	if err != nil {
		return web.Reply{}, err
	}
	if q.Format != "" {
		return s.export(r, q)
	}
	p, err := s.List(r.Context(), q, pageSize)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: listPage(p, q)}, nil
}

func (s *Acts) getAct(r *http.Request) (web.Reply, error) {
	a, err := s.Act(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	names, err := db.View(r.Context(), s.DB, s.names)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: a, Page: actPage(a, names)}, nil
}

// export writes all that was asked for, a page at a time.
func (s *Acts) export(r *http.Request, q Search) (web.Reply, error) {
	ctx := r.Context()
	if q.Format != "xlsx" && q.Format != "csv" {
		return web.Reply{}, fault.Invalid.New("act.format", q.Format)
	}
	q.After = ""
	p, err := s.List(ctx, q, 100_000)
	if err != nil {
		return web.Reply{}, err
	}
	var header []string
	for _, word := range []string{"at", "kind", "title", "unit", "units", "persons", "amounts", "marks", "entry"} {
		header = append(header, say(ctx, "column."+word))
	}
	rows := func(yield func(sheet.Row) bool) {
		for _, a := range p.Acts {
			k, _ := Find(a.Kind)
			if !yield(sheet.Row{i18n.Time(ctx, a.At), k.In(ctx), a.Title, p.name(ctx, a.Unit), p.list(ctx, a.Units), len(a.Persons), amounts(ctx, a), marks(a), a.Entry}) {
				return
			}
		}
	}
	file := &web.File{Name: say(ctx, "acts") + "." + q.Format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if q.Format == "xlsx" {
		file.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "acts"), header, rows) }
	}
	return web.Reply{File: file}, nil
}

func (p *Page) name(ctx context.Context, unit string) string { return nameOf(ctx, p.names, unit) }

func (p *Page) list(ctx context.Context, units []string) string {
	said := make([]string, len(units))
	for i, u := range units {
		said[i] = p.name(ctx, u)
	}
	return strings.Join(said, say(ctx, "and"))
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "act."+word, args...)
}
