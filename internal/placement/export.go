package placement

import (
	"context"
	"io"
	"iter"
	"net/http"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

type table func(context.Context, []*Placement) ([]string, iter.Seq[sheet.Row])

// export gives all that was asked for as a file.
func (o *Office) export(r *http.Request, a asked, lay table) (web.Reply, error) {
	ctx := r.Context()
	if a.Format != "xlsx" && a.Format != "csv" {
		return web.Reply{}, fault.Invalid.New("placement.format", a.Format)
	}
	all, err := o.Export(ctx, a.Search)
	if err != nil {
		return web.Reply{}, err
	}
	header, rows := lay(ctx, all)
	file := &web.File{Name: say(ctx, "placements") + "." + a.Format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if a.Format == "xlsx" {
		file.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "placements"), header, rows) }
	}
	return web.Reply{File: file}, nil
}

func heads(ctx context.Context, words ...string) (list []string) {
	for _, w := range words {
		list = append(list, say(ctx, "column."+w))
	}
	return list
}

// placementTable lays placements out under the heads that an import reads.
func placementTable(ctx context.Context, all []*Placement) ([]string, iter.Seq[sheet.Row]) {
	header := heads(ctx, "number", "kind", "state", "student", "name", "school", "enterprise", "post", "title", "since", "until", "pay", "base", "hours_day", "hours_week", "against")
	return header, func(yield func(sheet.Row) bool) {
		for _, p := range all {
			if !yield(sheet.Row{p.Number, say(ctx, "kind."+p.Kind), say(ctx, "state."+string(p.State)), p.student.Ref, p.Name, p.SchoolName, p.EnterpriseName,
				p.post.Ref, p.Title, p.Since, p.last(ctx), said(p.Pay), said(p.Base), p.HoursDay, p.HoursWeek, p.against()}) {
				return
			}
		}
	}
}

// breachTable has a row for all that stands against each placement.
func breachTable(ctx context.Context, all []*Placement) ([]string, iter.Seq[sheet.Row]) {
	header := heads(ctx, "number", "student", "name", "school", "enterprise", "title", "since", "state", "breach", "article", "mend")
	return header, func(yield func(sheet.Row) bool) {
		for _, p := range all {
			row := sheet.Row{p.Number, p.student.Ref, p.Name, p.SchoolName, p.EnterpriseName, p.Title, p.Since, say(ctx, "state."+string(p.State))}
			if p.against() == 0 {
				if !yield(append(slices.Clone(row), "", "", "")) {
					return
				}
				continue
			}
			for _, b := range p.Verdict.Breaches {
				if !yield(append(slices.Clone(row), b.In(ctx), b.Article, b.Mend(ctx))) {
					return
				}
			}
		}
	}
}

// last gives the day on which a placement ends, as people read it.
func (p *Placement) last(ctx context.Context) string {
	if p.Until == Forever {
		return say(ctx, "open_end")
	}
	return later(p.Until, 0, -1)
}

// StaffLine is one kind of post of an enterprise with those who work at it.
type StaffLine struct {
	Enterprise string `json:"enterprise"`
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	KindName   string `json:"kind_name"`
	All        int    `json:"all"`   // staff of the unit
	Staff      int    `json:"staff"` // at the kind of post; 0 where it was not told
	Interns    int    `json:"interns"`
}

// StaffLines gives the kinds of post at which there are placements, with the staff
// that the shares are counted by: an enterprise's own, all for the secretariat.
func (o *Office) StaffLines(ctx context.Context) ([]StaffLine, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) ([]StaffLine, error) {
		if err := policy.Allow(ctx, "placement.staff.read", nil); err != nil {
			return nil, err
		}
		var w db.Where
		w.And("p.body = ? AND p.kind = 'internship' AND p.state NOT IN ('ended', 'withdrawn')", tx.Body)
		visible(auth.From(ctx), &w)
		units, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		return db.All(tx, func(row db.Row) (s StaffLine, err error) {
			if err = row.Scan(&s.Enterprise, &s.Kind, &s.Staff, &s.Interns); err != nil {
				return s, err
			}
			if u := units[s.Enterprise]; u != nil {
				s.Name, s.All = i18n.Pick(ctx, u.Short(), u.NameEN), u.Staff
			}
			s.KindName = kindName(ctx, s.Kind)
			return s, nil
		}, `SELECT p.enterprise, p.post_kind, coalesce(max(s.staff), 0), count(*) FILTER (WHERE p.state IN ('checked', 'ready', 'started', 'changed'))
			FROM placement_placement p LEFT JOIN placement_staff s ON s.body = p.body AND s.enterprise = p.enterprise AND s.post_kind = p.post_kind`+w.String()+`
			GROUP BY p.enterprise, p.post_kind ORDER BY p.enterprise, p.post_kind`, w.Args...)
	})
}

// kindName names a kind of position.
func kindName(ctx context.Context, code string) string {
	c, ok := codes.Shipped().Get("position", code)
	if !ok {
		return code
	}
	return i18n.Pick(ctx, c.Name, c.NameEN)
}
