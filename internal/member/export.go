package member

import (
	"context"
	"io"
	"iter"
	"net/http"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// export gives all that was asked for, page after page, as a file.
func (r *Roll) export(req *http.Request, a asked) (web.Reply, error) {
	ctx := req.Context()
	if a.Format != "xlsx" && a.Format != "csv" {
		return web.Reply{}, fault.Invalid.New("member.format", a.Format)
	}
	s := a.Search
	s.After, s.Limit = "", mostSize
	var all []Entry
	day := ""
	for {
		p, err := r.List(ctx, s)
		if err != nil {
			return web.Reply{}, err
		}
		all, day = append(all, p.Entries...), p.On
		if s.After = p.Next; p.Next == "" {
			break
		}
	}
	header, rows := table(ctx, all)
	f := &web.File{Name: say(ctx, "file", day) + "." + a.Format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if a.Format == "xlsx" {
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		f.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "roll"), header, rows) }
	}
	return web.Reply{File: f}, nil
}

// table lays the roll out in columns. The heads are those that an import reads.
func table(ctx context.Context, all []Entry) (header []string, rows iter.Seq[sheet.Row]) {
	for _, word := range []string{"name", "short_name", "class", "role", "credit_code", "industry_code", "region_code", "region", "segment_codes", "segments", "staff", "joined"} {
		header = append(header, say(ctx, "column."+word))
	}
	reach := phone(ctx)
	if reach {
		header = append(header, say(ctx, "column.phone"))
	}
	return header, func(yield func(sheet.Row) bool) {
		for _, e := range all {
			row := sheet.Row{e.Name, e.ShortName, className(ctx, e.Class), roleText(ctx, e), e.CreditCode, code(e.Industry), code(e.Region),
				placeName(ctx, e.Region), join(e.Segments, func(p Place) string { return p.Code }),
				join(e.Segments, func(p Place) string { return i18n.Pick(ctx, p.Name, p.NameEN) }), e.Staff, e.Since}
			if reach {
				row = append(row, e.Phone)
			}
			if !yield(row) {
				return
			}
		}
	}
}

func join(places []Place, show func(Place) string) string {
	texts := make([]string, len(places))
	for i, p := range places {
		texts[i] = show(p)
	}
	return strings.Join(texts, ";")
}

func code(p *Place) string {
	if p == nil {
		return ""
	}
	return p.Code
}

func placeName(ctx context.Context, p *Place) string {
	if p == nil {
		return ""
	}
	return i18n.Pick(ctx, p.Name, p.NameEN)
}

// className says a class of units. A class that we have no word for is shown as
// it is.
func className(ctx context.Context, class string) string {
	if key := "member.class." + class; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return class
}

// partName says what a unit is beside its rank.
func partName(ctx context.Context, part string) string {
	if key := "member.part." + part; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return part
}

// roleText says an entry's parts and ranks in one line, as people write them.
func roleText(ctx context.Context, e Entry) string {
	var said []string
	for _, r := range e.Ranks {
		said = append(said, r.In(ctx))
	}
	for _, p := range e.Parts {
		said = append(said, partName(ctx, p))
	}
	return strings.Join(said, say(ctx, "and"))
}
