package measure

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func (m *Measure) factRoutes(rs *web.Routes) {
	rs.Add("GET /facts", "measure.fact.read", m.getFacts, web.Asks[FactSearch](), web.Out[[]*Fact]())
	rs.Add("POST /facts", "measure.fact.note", m.postFact, web.In[FactForm](), web.Out[Fact]())
	rs.Add("POST /facts/{id}/ending", "measure.fact.end", m.postFactEnding, web.In[ending](), web.Out[Fact]())
	rs.Add("POST /facts/{id}/withdrawal", "measure.fact.withdraw", m.postFactWithdrawal, web.In[ending](), web.Out[Fact]())
	rs.Add("POST /reports/{id}/rows/{code}/checks", "measure.evidence.check", m.postCheck, web.In[Check](), web.Out[Check]())
}

type ending struct {
	Day string `json:"day"`
	How string `json:"how"`
}

func (m *Measure) getFacts(r *http.Request) (web.Reply, error) {
	return m.factsReply(r, FactForm{}, nil)
}

func (m *Measure) factsReply(r *http.Request, in FactForm, wrong error) (web.Reply, error) {
	ctx := r.Context()
	s, err := web.Query[FactSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := m.Facts(ctx, s)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" && wrong == nil {
		return exportFacts(ctx, list, s.Format)
	}
	return web.Reply{Data: list, Page: factsPage(list, s, in, wrong)}, wrong
}

func (m *Measure) postFact(r *http.Request) (web.Reply, error) {
	in, err := web.Read[FactForm](r)
	var f *Fact
	if err == nil {
		f, err = m.NoteFact(r.Context(), in)
	}
	return m.factDone(r, in, f, err, "measure.done.fact_noted")
}

func (m *Measure) postFactEnding(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ending](r)
	var f *Fact
	if err == nil {
		f, err = m.EndFact(r.Context(), r.PathValue("id"), in.Day, in.How)
	}
	return m.factDone(r, FactForm{}, f, err, "measure.done.fact_ended")
}

func (m *Measure) postFactWithdrawal(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ending](r)
	var f *Fact
	if err == nil {
		f, err = m.WithdrawFact(r.Context(), r.PathValue("id"), in.How)
	}
	return m.factDone(r, FactForm{}, f, err, "measure.done.fact_withdrawn")
}

func (m *Measure) factDone(r *http.Request, in FactForm, f *Fact, err error, done string) (web.Reply, error) {
	if mendable(err) {
		return m.factsReply(r, in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Goto: "/facts", Done: done}, nil
}

func (m *Measure) postCheck(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Check](r)
	var c *Check
	if err == nil {
		c, err = m.CheckEvidence(r.Context(), r.PathValue("id"), r.PathValue("code"), in)
	}
	if mendable(err) {
		return m.rowReply(r, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Goto: rowPath(r.PathValue("id"), r.PathValue("code")), Done: "measure.done.checked"}, nil
}

func exportFacts(ctx context.Context, list []*Fact, format string) (web.Reply, error) {
	var head []string
	for _, word := range []string{"fact.kind", "fact.title", "fact.document", "words", "fact.persons", "fact.since", "fact.end_day", "fact.how", "fact.state"} {
		head = append(head, say(ctx, word))
	}
	rows := func(yield func(sheet.Row) bool) {
		for _, f := range list {
			if !yield(sheet.Row{say(ctx, "fact.kind."+f.Kind), f.Title, f.Document, f.Words, f.Persons, f.Since, f.Until, f.Ending, f.state(ctx)}) {
				return
			}
		}
	}
	name := say(ctx, "facts_title")
	switch format {
	case "csv":
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, head, rows) }}}, nil
	case "xlsx":
		return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, head, rows) }}}, nil
	}
	return web.Reply{}, fault.Invalid.New("measure.format", format)
}

func factKinds(ctx context.Context, any bool) (all []web.Choice) {
	if any {
		all = append(all, web.Choice{Text: say(ctx, "fact.any")})
	}
	for _, k := range FactKinds {
		all = append(all, web.Choice{Value: k, Text: say(ctx, "fact.kind."+k)})
	}
	return all
}

func persons(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func (f *Fact) state(ctx context.Context) string {
	switch {
	case f.Withdrawn:
		return say(ctx, "fact.withdrawn")
	case f.Until != "":
		return say(ctx, "fact.ended")
	}
	return say(ctx, "fact.stands")
}

// tint shows what presses: an accident or a finding that stands.
func (f *Fact) tint() string {
	switch {
	case !f.Stands():
		return "tag"
	case f.Kind == "entity" || f.Kind == "staff":
		return "tag go"
	}
	return "tag none"
}

func checkTint(verdict string) string {
	if verdict == "agrees" {
		return "tag go"
	}
	return "tag none"
}
