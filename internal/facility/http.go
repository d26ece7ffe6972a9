package facility

import (
	"context"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the equipment.
func (f *Facility) Routes(rs *web.Routes) {
	rs.Add("GET /equipment", "facility.equipment.read", f.getList, web.Asks[asked](), web.Out[Page]())
	rs.Add("GET /equipment/{id}", "facility.equipment.read", f.getPiece, web.Out[Equipment]())
	rs.Add("POST /equipment/{id}/markings", "facility.equipment.mark", f.postMarking, web.In[marking](), web.Out[Equipment]())
	f.bookingRoutes(rs)
}

type asked struct {
	Search
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

type marking struct {
	Status string `json:"status"` // one of Statuses
}

func (f *Facility) getList(r *http.Request) (web.Reply, error) {
	a, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return f.export(r, a)
	}
	p, err := f.List(r.Context(), a.Search)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: listPage(p, a.Search)}, nil
}

func (f *Facility) getPiece(r *http.Request) (web.Reply, error) {
	e, err := f.Equipment(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: e, Page: piecePage(e)}, nil
}

func (f *Facility) postMarking(r *http.Request) (web.Reply, error) {
	in, err := web.Read[marking](r)
	if err != nil {
		return web.Reply{}, err
	}
	e, err := f.Mark(r.Context(), r.PathValue("id"), Status(in.Status))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: e, Goto: "/equipment/" + e.ID, Done: "facility.done.marked"}, nil
}

// export gives all that was asked for, page after page, as a file.
func (f *Facility) export(r *http.Request, a asked) (web.Reply, error) {
	ctx := r.Context()
	if a.Format != "xlsx" && a.Format != "csv" {
		return web.Reply{}, fault.Invalid.New("facility.format", a.Format)
	}
	s := a.Search
	s.After, s.Limit = "", mostSize
	var all []*Equipment
	for {
		p, err := f.List(ctx, s)
		if err != nil {
			return web.Reply{}, err
		}
		all = append(all, p.Pieces...)
		if s.After = p.Next; p.Next == "" {
			break
		}
	}
	header, rows := table(ctx, all)
	file := &web.File{Name: say(ctx, "equipment") + "." + a.Format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if a.Format == "xlsx" {
		file.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "equipment"), header, rows) }
	}
	return web.Reply{File: file}, nil
}

// table lays the equipment out in columns. The heads are those that an import
// reads; the keepers' phones stay in the house.
func table(ctx context.Context, all []*Equipment) (header []string, rows iter.Seq[sheet.Row]) {
	inside := policy.Can(ctx, "facility.detail.read", nil)
	words := []string{"ref", "name", "owner", "skills", "hourly", "capacity", "weekend", "training", "bought", "location", "status"}
	if inside {
		words = append(words, "asset_no", "value")
	}
	for _, word := range words {
		header = append(header, say(ctx, "column."+word))
	}
	return header, func(yield func(sheet.Row) bool) {
		for _, e := range all {
			row := sheet.Row{e.Ref, e.Name, i18n.Pick(ctx, e.OwnerName, e.OwnerNameEN), strings.Join(e.Skills, ";"), number(e.Hourly, 100), number(e.Capacity, 1),
				yes(ctx, e.Weekend), yes(ctx, e.Training), bought(e), e.Location, say(ctx, "status."+string(e.Status))}
			if inside {
				row = append(row, e.AssetNo, number(e.Value, 1_000_000))
			}
			if !yield(row) {
				return
			}
		}
	}
}

// number gives a figure in units of so many, for a cell; nothing where it is not
// known.
func number(n *int64, unit int64) any {
	switch {
	case n == nil:
		return ""
	case *n%unit == 0:
		return *n / unit
	}
	return float64(*n) / float64(unit)
}

// bought gives the day of purchase for a cell.
func bought(e *Equipment) any {
	at, err := time.Parse(time.DateOnly, e.BoughtOn)
	if err != nil {
		return ""
	}
	return at
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "facility."+word, args...)
}

func yes(ctx context.Context, is bool) string {
	if is {
		return say(ctx, "yes")
	}
	return say(ctx, "no")
}
