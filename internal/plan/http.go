package plan

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the plan.
func (p *Plan) Routes(rs *web.Routes) {
	p.taskRoutes(rs)
	p.projectRoutes(rs)
	p.policyRoutes(rs)
}

// mendable tells whether an error is shown on the form that caused it.
func mendable(err error) bool { return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) }

// units gives all units that a form can choose from.
func (p *Plan) units(ctx context.Context) ([]Named, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) ([]Named, error) {
		all, err := directory.Units(tx)
		list := make([]Named, 0, len(all))
		for id := range all {
			list = append(list, named(all, id))
		}
		sortNamed(list)
		return list, err
	})
}

// export gives a table as a file.
func export(ctx context.Context, format, name string, words []string, rows iter.Seq[sheet.Row]) (web.Reply, error) {
	if format != "xlsx" && format != "csv" {
		return web.Reply{}, fault.Invalid.New("plan.format", format)
	}
	header := make([]string, len(words))
	for i, w := range words {
		header[i] = say(ctx, "column."+w)
	}
	file := &web.File{Name: say(ctx, name) + "." + format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if format == "xlsx" {
		file.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, name), header, rows) }
	}
	return web.Reply{File: file}, nil
}

// received takes the files of a form's field into the store.
func (p *Plan) received(r *http.Request, field string) (list []*fileTaken, err error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	for _, head := range r.MultipartForm.File[field] {
		if head.Size == 0 {
			continue
		}
		f, err := head.Open()
		if err != nil {
			return nil, err
		}
		kept, err := p.Files.Put(f, head.Filename, evidenceLimit)
		f.Close()
		if err != nil {
			return nil, err
		}
		list = append(list, kept)
	}
	return list, nil
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "plan."+word, args...)
}
