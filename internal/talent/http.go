package talent

import (
	"context"
	"io"
	"net/http"

	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of talent.
func (t *Talent) Routes(rs *web.Routes) {
	rs.Add("GET /programmes", "talent.programme.read", t.getProgrammes, web.Asks[programmesAsked](), web.Out[Programmes]())
	rs.Add("GET /programmes/{id}", "talent.programme.read", t.getProgramme, web.Out[ProgrammeView]())
	rs.Add("GET /positions", "talent.position.read", t.getPositions, web.Asks[positionsAsked](), web.Out[Positions]())
	rs.Add("GET /positions/{id}", "talent.position.read", t.getPosition, web.Out[PositionView]())
	t.demandRoutes(rs)
	t.candidateRoutes(rs)
}

type programmesAsked struct {
	ProgrammeSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet
}

func (t *Talent) getProgrammes(r *http.Request) (web.Reply, error) {
	s, err := web.Query[programmesAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return t.exportProgrammes(r.Context(), s)
	}
	found, err := t.Programmes(r.Context(), s.ProgrammeSearch)
	if err != nil {
		return web.Reply{}, err
	}
	schools, err := t.schools(r.Context())
	return web.Reply{Data: found, Page: programmesPage(found, s.ProgrammeSearch, schools)}, err
}

func (t *Talent) getProgramme(r *http.Request) (web.Reply, error) {
	p, err := t.Programme(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: programmePage(p)}, nil
}

type positionsAsked struct {
	PositionSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet
}

func (t *Talent) getPositions(r *http.Request) (web.Reply, error) {
	s, err := web.Query[positionsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return t.exportPositions(r.Context(), s)
	}
	found, err := t.Positions(r.Context(), s.PositionSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: found, Page: positionsPage(found, s.PositionSearch)}, nil
}

func (t *Talent) getPosition(r *http.Request) (web.Reply, error) {
	p, err := t.Position(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: positionPage(p)}, nil
}

// download gives rows as a workbook or as CSV.
func download(name, format string, header []string, rows []sheet.Row) web.Reply {
	seq := func(yield func(sheet.Row) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
	if format == "csv" {
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, seq) }}}
	}
	return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, header, seq) }}}
}

func headers(ctx context.Context, words ...string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = say(ctx, w)
	}
	return list
}
