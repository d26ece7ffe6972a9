package measure

import (
	"errors"
	"io"
	"net/http"

	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the measurement.
func (m *Measure) Routes(rs *web.Routes) {
	rs.Add("GET /standards", "measure.standard.read", m.getStandards, web.Out[[]*Standard]())
	rs.Add("POST /standards", "measure.standard.load", m.postStandard, web.In[Loading](), web.Out[Standard](), web.Upload(fileLimit+1<<16))
	rs.Add("GET /standards/{id}", "measure.standard.read", m.getStandard, web.Out[Standard]())
	rs.Add("POST /standards/{id}/watch", "measure.standard.watch", m.postWatch, web.In[watching](), web.Out[Standard]())
	rs.Add("GET /reports", "measure.report.read", m.getReports, web.Out[[]*Period]())
	rs.Add("POST /reports", "measure.report.begin", m.postReport, web.In[Beginning](), web.Out[Period]())
	rs.Add("GET /reports/{id}", "measure.report.read", m.getReport, web.Asks[asked](), web.Out[Report]())
	rs.Add("POST /reports/{id}/freezing", "measure.report.freeze", m.postFreezing, web.Out[Period]())
	rs.Add("GET /reports/{id}/comparison", "measure.report.read", m.getComparison, web.Asks[comparing](), web.Out[Comparison]())
	rs.Add("GET /reports/{id}/binder", "measure.report.export", m.getBinder)
	rs.Add("GET /reports/{id}/rows/{code}", "measure.report.read", m.getRow, web.Out[rowPage]())
	rs.Add("POST /reports/{id}/rows/{code}/statement", "measure.entry.write", m.postStatement, web.In[statement](), web.Out[Entry]())
	rs.Add("POST /reports/{id}/rows/{code}/review", "measure.entry.review", m.postReview, web.In[statement](), web.Out[Entry]())
	m.factRoutes(rs)
	rs.Add("GET /warnings", "measure.warning.read", m.getWarnings, web.Out[[]*Watched]())
}

type asked struct {
	With   string `json:"with"`   // the report to compare with
	Format string `json:"format"` // xlsx, csv, pdf or docx
}

type watching struct {
	Watched bool `json:"watched"`
}

type statement struct {
	Value   string `json:"value"`
	Words   string `json:"words"`
	Verdict string `json:"verdict"`
}

// rowPage is a line with the records behind it.
type rowPage struct {
	Report  string   `json:"report"`
	Line    *Line    `json:"line"`
	Records []Record `json:"records"`
	Past    []Past   `json:"past"` // the row in the frozen reports of the standard, and in this one
}

func mendable(err error) bool { return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) }

func (m *Measure) getStandards(r *http.Request) (web.Reply, error) {
	return m.standardsReply(r, Loading{}, nil)
}

func (m *Measure) standardsReply(r *http.Request, in Loading, wrong error) (web.Reply, error) {
	list, err := m.Standards(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: standardsPage(list, in, wrong)}, wrong
}

func (m *Measure) postStandard(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "measure.standard.load", Thing{}); err != nil {
		return web.Reply{}, err
	}
	in, err := web.Read[Loading](r)
	var s *Standard
	if err == nil {
		content := Draft
		if !in.Draft {
			content, err = sent(r)
		}
		if err == nil {
			s, err = m.LoadStandard(r.Context(), in, content)
		}
	}
	if mendable(err) {
		return m.standardsReply(r, in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Goto: "/standards/" + s.ID, Done: "measure.done.loaded"}, nil
}

// sent gives the file of a form.
func sent(r *http.Request) ([]byte, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		var wrong fault.List
		wrong.Add("file", "measure.load.none")
		return nil, wrong
	}
	f, err := r.MultipartForm.File["file"][0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, fileLimit+1))
}

func (m *Measure) getStandard(r *http.Request) (web.Reply, error) {
	s, err := m.Standard(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Page: standardPage(s)}, nil
}

func (m *Measure) postWatch(r *http.Request) (web.Reply, error) {
	in, err := web.Read[watching](r)
	var s *Standard
	if err == nil {
		s, err = m.Watch(r.Context(), r.PathValue("id"), in.Watched)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Goto: "/standards/" + s.ID, Done: "measure.done.watched"}, nil
}

func (m *Measure) getReports(r *http.Request) (web.Reply, error) {
	return m.reportsReply(r, Beginning{}, nil)
}

func (m *Measure) reportsReply(r *http.Request, in Beginning, wrong error) (web.Reply, error) {
	list, err := m.Periods(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	standards, err := m.Standards(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: reportsPage(list, standards, in, wrong)}, wrong
}

func (m *Measure) postReport(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Beginning](r)
	var p *Period
	if err == nil {
		p, err = m.Begin(r.Context(), in)
	}
	if mendable(err) {
		return m.reportsReply(r, in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Goto: "/reports/" + p.ID, Done: "measure.done.begun"}, nil
}

func (m *Measure) getReport(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	q, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if q.Format == "pdf" || q.Format == "docx" {
		p, err := m.Gather(ctx, r.PathValue("id"), q.With)
		if err != nil {
			return web.Reply{}, err
		}
		return m.print(ctx, p, q.Format)
	}
	rep, err := m.Report(ctx, r.PathValue("id"), q.With)
	if err != nil {
		return web.Reply{}, err
	}
	switch q.Format {
	case "":
		return web.Reply{Data: rep, Page: reportPage(rep, q)}, nil
	case "csv":
		return web.Reply{File: &web.File{Name: rep.Name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, tableHead(ctx), rep.table(ctx)) }}}, nil
	case "xlsx":
		return web.Reply{File: &web.File{Name: rep.Name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error { return sheet.WriteXLSX(w, rep.Name, tableHead(ctx), rep.table(ctx)) }}}, nil
	}
	return web.Reply{}, fault.Invalid.New("measure.format", q.Format)
}

func (m *Measure) postFreezing(r *http.Request) (web.Reply, error) {
	p, err := m.Freeze(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Goto: "/reports/" + p.ID, Done: "measure.done.frozen"}, nil
}

func (m *Measure) getBinder(r *http.Request) (web.Reply, error) {
	b, err := m.Bind(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: b.Report.Name + ".zip", Type: "application/zip",
		Write: func(w io.Writer) error { return b.Write(r.Context(), w) }}}, nil
}

func (m *Measure) getRow(r *http.Request) (web.Reply, error) { return m.rowReply(r, nil) }

func (m *Measure) rowReply(r *http.Request, wrong error) (web.Reply, error) {
	rep, line, records, err := m.Records(r.Context(), r.PathValue("id"), r.PathValue("code"))
	if err != nil {
		return web.Reply{}, err
	}
	past, err := m.Past(r.Context(), rep, line)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: rowPage{rep.ID, line, records, past}, Page: linePage(rep, line, records, past, wrong)}, wrong
}

func (m *Measure) postStatement(r *http.Request) (web.Reply, error) {
	in, err := web.Read[statement](r)
	var e *Entry
	if err == nil {
		e, err = m.State(r.Context(), r.PathValue("id"), r.PathValue("code"), in.Value, in.Words)
	}
	return m.entryDone(r, e, err, "measure.done.stated")
}

func (m *Measure) postReview(r *http.Request) (web.Reply, error) {
	in, err := web.Read[statement](r)
	var e *Entry
	if err == nil {
		e, err = m.Review(r.Context(), r.PathValue("id"), r.PathValue("code"), in.Verdict)
	}
	return m.entryDone(r, e, err, "measure.done.reviewed")
}

func (m *Measure) entryDone(r *http.Request, e *Entry, err error, done string) (web.Reply, error) {
	if mendable(err) {
		return m.rowReply(r, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: e, Goto: rowPath(r.PathValue("id"), r.PathValue("code")), Done: done}, nil
}

func (m *Measure) getWarnings(r *http.Request) (web.Reply, error) {
	list, err := m.Warnings(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: warningsPage(list)}, nil
}
