package survey

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the surveys.
func (s *Survey) Routes(rs *web.Routes) {
	rs.Add("GET /surveys", "survey.round.read", s.getRounds, web.Out[[]*Round]())
	rs.Add("POST /surveys", "survey.round.draft", s.postRound, web.In[Draft](), web.Out[Round]())
	rs.Add("GET /surveys/{id}", "survey.round.read", s.getRound, web.Asks[Search](), web.Out[Whole]())
	rs.Add("POST /surveys/{id}/opening", "survey.round.open", onRound(s.Open, "survey.done.open"), web.Out[Round]())
	rs.Add("POST /surveys/{id}/closing", "survey.round.close", onRound(s.Close, "survey.done.close"), web.Out[Round]())
	rs.Add("POST /surveys/{id}/check", "survey.round.check", onRound(s.Check, "survey.done.check"), web.Out[Round]())
	rs.Add("POST /surveys/{id}/model", "survey.round.model", onRound(s.Model, "survey.done.model"), web.Out[Round]())
	rs.Add("POST /surveys/{id}/reminders", "survey.round.remind", s.postReminders, web.Out[reminded]())
	rs.Add("POST /surveys/{id}/revision", "survey.round.revise", s.postRevision, web.In[reason](), web.Out[Round]())
	rs.Add("GET /surveys/{id}/forms/{unit}", "survey.form.read", s.getForm, web.Out[Sheet]())
	rs.Add("POST /surveys/{id}/forms/{unit}", "survey.form.answer", s.postForm, web.In[Answer](), web.Out[Form]())
	rs.Add("POST /surveys/{id}/forms/{unit}/return", "survey.form.return", s.postReturn, web.In[reason](), web.Out[Form]())
	rs.Add("POST /surveys/{id}/forms/{unit}/acceptance", "survey.form.accept", s.postAcceptance, web.Out[Form]())
}

type reason struct {
	Why string `json:"why"`
}

type reminded struct {
	Reminded int `json:"reminded"`
}

func (s *Survey) getRounds(r *http.Request) (web.Reply, error) {
	all, err := s.Rounds(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: all, Page: roundsPage(all, Draft{}, nil)}, nil
}

func (s *Survey) postRound(r *http.Request) (web.Reply, error) {
	d, err := web.Read[Draft](r)
	if err != nil {
		return web.Reply{}, err
	}
	made, err := s.Draft(r.Context(), d)
	if errors.Is(err, fault.Invalid) {
		all, bad := s.Rounds(r.Context())
		if bad != nil {
			return web.Reply{}, bad
		}
		return web.Reply{Page: roundsPage(all, d, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: made, Goto: "/surveys/" + made.ID}, nil
}

func (s *Survey) getRound(r *http.Request) (web.Reply, error) {
	q, err := web.Query[Search](r)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := s.Round(r.Context(), r.PathValue("id"), q)
	if err != nil {
		return web.Reply{}, err
	}
	if q.Format != "" {
		return exported(r.Context(), w, q.Format)
	}
	return web.Reply{Data: w, Page: roundPage(w, q, nil)}, nil
}

// onRound serves what needs no more than the round's id. Where it is refused, the
// round's page tells why.
func onRound(do func(context.Context, string) (*Round, error), done string) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		one, err := do(r.Context(), r.PathValue("id"))
		if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Data: one, Goto: "/surveys/" + one.ID, Done: done}, nil
	}
}

func (s *Survey) postReminders(r *http.Request) (web.Reply, error) {
	n, err := s.Remind(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: reminded{n}, Goto: "/surveys/" + r.PathValue("id"), Done: "survey.done.remind"}, nil
}

func (s *Survey) postRevision(r *http.Request) (web.Reply, error) {
	in, err := web.Read[reason](r)
	if err != nil {
		return web.Reply{}, err
	}
	one, err := s.Revise(r.Context(), r.PathValue("id"), in.Why)
	if errors.Is(err, fault.Invalid) {
		w, bad := s.Round(r.Context(), r.PathValue("id"), Search{})
		if bad != nil {
			return web.Reply{}, bad
		}
		return web.Reply{Page: roundPage(w, Search{}, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: one, Goto: "/surveys/" + one.ID, Done: "survey.done.revise"}, nil
}

func (s *Survey) getForm(r *http.Request) (web.Reply, error) {
	f, err := s.Sheet(r.Context(), r.PathValue("id"), r.PathValue("unit"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Page: formPage(f, nil)}, nil
}

// posted is an answer as a page sends it: a column for each field, a row for each line.
type posted struct {
	Answer
	Position   []string `json:"position"`
	Q1         []string `json:"q1"`
	Q2         []string `json:"q2"`
	Q3         []string `json:"q3"`
	Q4         []string `json:"q4"`
	Three      []string `json:"three"`
	Reason     []string `json:"reason"`
	Confidence []string `json:"confidence"`
}

// answer makes lines of columns; rows without a kind of work are left out. What is
// no number is told with its line, as Answer.settle tells the rest.
func (p *posted) answer(r *http.Request) (Answer, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return p.Answer, nil
	}
	a := Answer{Nothing: p.Nothing, Remark: p.Remark}
	var wrong fault.List
	at := func(list []string, i int) string {
		if i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	for i := range p.Position {
		if at(p.Position, i) == "" {
			continue
		}
		n := len(a.Lines) + 1
		number := func(field, text string) int64 {
			if text == "" {
				return 0
			}
			v, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				wrong.Add(place(n, field), "fault.number", text)
			}
			return v
		}
		l := Line{Position: at(p.Position, i), Reason: at(p.Reason, i), Confidence: at(p.Confidence, i)}
		for k, q := range [][]string{p.Q1, p.Q2, p.Q3, p.Q4} {
			l.Planned = append(l.Planned, number("q"+strconv.Itoa(k+1), at(q, i)))
		}
		if text := at(p.Three, i); text != "" {
			v := number("three", text)
			l.Three = &v
		}
		a.Lines = append(a.Lines, l)
	}
	return a, wrong.Err()
}

func (s *Survey) postForm(r *http.Request) (web.Reply, error) {
	in, err := web.Read[posted](r)
	if err != nil {
		return web.Reply{}, err
	}
	id, unit := r.PathValue("id"), r.PathValue("unit")
	a, err := in.answer(r)
	var f *Form
	if err == nil {
		f, err = s.Answer(r.Context(), id, unit, a)
	}
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) {
		sheet, bad := s.Sheet(r.Context(), id, unit)
		if bad != nil {
			return web.Reply{}, bad
		}
		if !sheet.Form.answered() { // what was typed stays
			sheet.Offers, sheet.Form.Nothing, sheet.Form.Remark = overlay(sheet.Offers, a.Lines), a.Nothing, a.Remark
		}
		return web.Reply{Page: formPage(sheet, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Goto: "/surveys/" + id + "/forms/" + unit, Done: "survey.done.answer"}, nil
}

func (s *Survey) postReturn(r *http.Request) (web.Reply, error) {
	in, err := web.Read[reason](r)
	if err != nil {
		return web.Reply{}, err
	}
	id, unit := r.PathValue("id"), r.PathValue("unit")
	f, err := s.GiveBack(r.Context(), id, unit, in.Why)
	if errors.Is(err, fault.Invalid) {
		sheet, bad := s.Sheet(r.Context(), id, unit)
		if bad != nil {
			return web.Reply{}, bad
		}
		return web.Reply{Page: formPage(sheet, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Goto: "/surveys/" + id, Done: "survey.done.return"}, nil
}

func (s *Survey) postAcceptance(r *http.Request) (web.Reply, error) {
	id := r.PathValue("id")
	f, err := s.Accept(r.Context(), id, r.PathValue("unit"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Goto: "/surveys/" + id + "?doubts=1", Done: "survey.done.accept"}, nil
}

// exported gives the forms of a round as a file, one row for each kind of work.
func exported(ctx context.Context, w *Whole, as string) (web.Reply, error) {
	if err := format(as); err != nil {
		return web.Reply{}, err
	}
	var header []string
	for _, word := range []string{"enterprise", "state", "code", "kind"} {
		header = append(header, say(ctx, "column."+word))
	}
	header = append(header, w.Round.quarters()...)
	for _, word := range []string{"three", "reason", "confidence", "answered_at"} {
		header = append(header, say(ctx, "column."+word))
	}
	var rows []sheet.Row
	for _, e := range w.Forms {
		for _, l := range e.Lines {
			row := sheet.Row{e.name(ctx), say(ctx, "form."+string(e.State)), l.Position, kindWord(ctx, l.Position)}
			for _, n := range l.Planned {
				row = append(row, n)
			}
			rows = append(rows, append(row, optional(l.Three), word(ctx, "reason.", l.Reason), word(ctx, "confidence.", l.Confidence), when(ctx, e.AnsweredAt)))
		}
		if len(e.Lines) == 0 {
			rows = append(rows, sheet.Row{e.name(ctx), say(ctx, "form."+string(e.State))})
		}
	}
	f := &web.File{Name: say(ctx, "file", w.Round.Number) + "." + as, Type: "text/csv; charset=utf-8",
		Write: func(out io.Writer) error { return sheet.WriteCSV(out, header, slices.Values(rows)) }}
	if as == "xlsx" {
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		f.Write = func(out io.Writer) error {
			return sheet.WriteXLSX(out, say(ctx, "surveys"), header, slices.Values(rows))
		}
	}
	return web.Reply{File: f}, nil
}
