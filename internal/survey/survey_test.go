package survey

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

func n(v int64) *int64 { return &v }

// house is the surveys over an empty database, with three enterprises whose records
// are made up.
type house struct {
	*Survey
	units  []string
	joined int // how many of them belong to the body
	known  map[string][]Known
	wanted map[string][]Wanted
	taken  []Planned
	begun  int
}

func (h *house) Enterprises(*db.Tx) (list []Enterprise, err error) {
	for i, u := range h.units[:h.joined] {
		list = append(list, Enterprise{u, int64(100 * (i + 1))})
	}
	return list, nil
}
func (h *house) Known(_ *db.Tx, unit string) ([]Known, error)   { return h.known[unit], nil }
func (h *house) Wanted(_ *db.Tx, unit string) ([]Wanted, error) { return h.wanted[unit], nil }
func (h *house) Take(_ *db.Tx, plans []Planned) error {
	h.taken = append(h.taken, plans...)
	return nil
}
func (h *house) Begin(context.Context, string) (string, error) { h.begun++; return "release", nil }

func each(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, directory.Room, web.Room, Room)
		d.Now = func() time.Time { return time.Date(2026, 9, 10, 2, 0, 0, 0, time.UTC) }
		h := &house{joined: 2, known: map[string][]Known{}, wanted: map[string][]Wanted{}}
		units := []*directory.Unit{{Ref: "E0", Name: "甲电池", Class: "enterprise"}, {Ref: "E1", Name: "乙电机", Class: "enterprise"}, {Ref: "E2", Name: "丙电控", Class: "enterprise"}}
		if err := db.Do(db.In(li(t), db.House), d, func(tx *db.Tx) error { return directory.Enrol(tx, units) }); err != nil {
			t.Fatal(err)
		}
		for _, u := range units {
			h.units = append(h.units, u.ID)
		}
		for i, q := range []string{"2025Q3", "2025Q4", "2026Q1", "2026Q2"} {
			h.known[h.units[0]] = append(h.known[h.units[0]], Known{"P013", q, n(int64(10 + i)), n(20)})
		}
		h.wanted[h.units[0]] = []Wanted{{"d", "0012", "P001", 30}}
		h.Survey = &Survey{d, h}
		test(t, h)
	})
}

func li(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
}

func (h *house) hr(t *testing.T, i int) context.Context {
	return dbtest.As(t, auth.Actor{ID: "hr", Body: "b", Unit: h.units[i], Roles: []string{auth.Staff}})
}

func (h *house) opened(t *testing.T) *Round {
	t.Helper()
	r, err := h.Draft(li(t), Draft{Title: "2026 年供需调查", First: "2026q3", Closes: "2026-09-30"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = h.Open(li(t), r.ID); err != nil {
		t.Fatal(err)
	}
	return r
}

func waiting(t *testing.T, ctx context.Context, h *house) []Task {
	t.Helper()
	list, err := db.View(ctx, h.DB, h.Survey.Waiting)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// From a draft to a revised round: forms are filled in, answered once, looked
// through, and become plans; the round follows its forecast.
func TestRound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := h.opened(t)
		s, err := h.Sheet(h.hr(t, 0), r.ID, h.units[0])
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Offers) != 2 || s.Offers[0].Position != "P013" || s.Offers[0].Planned[3] != 13 || s.Offers[0].Kept != 46.0/80 || s.Offers[1].Planned[0] != 30 || s.Offers[1].From != "demand" {
			t.Errorf("filled in: %+v", s.Offers)
		}
		if _, err := h.Sheet(h.hr(t, 1), r.ID, h.units[0]); !errors.Is(err, fault.NotFound) {
			t.Errorf("another enterprise opened the form: %v", err)
		}
		if list := waiting(t, h.hr(t, 0), h); len(list) != 1 || list[0].Due != "2026-09-30" || list[0].Link != "/surveys/"+r.ID+"/forms/"+h.units[0] {
			t.Errorf("waiting for the enterprise: %+v", list)
		}
		h.joined = 3
		if n, err := h.Remind(li(t), r.ID); err != nil || n != 3 {
			t.Errorf("reminded %d, %v; want the third, who has just joined, too", n, err)
		}
		if list := waiting(t, h.hr(t, 2), h); len(list) != 1 || list[0].Why != "survey.waiting.reminded_why" {
			t.Errorf("after a reminder: %+v", list)
		}
		answer := Answer{Lines: []Line{{Position: "p013", Planned: []int64{200, 0, 0, 0}, Confidence: "high"}, {Position: "P001", Planned: []int64{5, 5, 5, 5}}}}
		f, err := h.Answer(h.hr(t, 0), r.ID, h.units[0], answer)
		if err != nil || len(f.Doubts) != 2 || f.Doubts[0].Word != "more" || f.Doubts[1] != (Doubt{"P001", "demand", 20, 30}) {
			t.Fatalf("%+v, %v", f, err)
		}
		_, err = h.Answer(h.hr(t, 0), r.ID, h.units[0], answer)
		if !errors.Is(err, fault.Conflict) || fault.Of(err).Key != "survey.form.twice" {
			t.Errorf("answered twice: %v", err)
		}
		if _, err := h.Answer(h.hr(t, 1), r.ID, h.units[1], Answer{Nothing: true}); err != nil {
			t.Error(err)
		}
		if list := waiting(t, h.hr(t, 0), h); len(list) != 0 {
			t.Errorf("it still waits: %+v", list)
		}
		h.finish(t, r)
	})
}

// finish closes, checks and models a round, to its revision.
func (h *house) finish(t *testing.T, r *Round) {
	t.Helper()
	if _, err := h.Check(li(t), r.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("an open round was checked: %v", err)
	}
	if _, err := h.Close(li(t), r.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Answer(h.hr(t, 2), r.ID, h.units[2], Answer{Nothing: true}); !errors.Is(err, fault.Conflict) || fault.Of(err).Key != "survey.round.over" {
		t.Errorf("answered after the end: %v", err)
	}
	if _, err := h.Check(li(t), r.ID); fault.Of(err).Key != "survey.round.doubts" || len(h.taken) != 0 {
		t.Errorf("checked with doubts: %v, %v", err, h.taken)
	}
	if _, err := h.Model(li(t), r.ID); !errors.Is(err, fault.Conflict) || h.begun != 0 {
		t.Errorf("modelled before the check: %v", err)
	}
	if _, err := h.Accept(li(t), r.ID, h.units[0]); err != nil {
		t.Fatal(err)
	}
	got, err := h.Check(li(t), r.ID)
	if err != nil || got.State != Checked || got.Counted != (Counted{3, 2, 1, 600, 300}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(h.taken) != 8 || h.taken[0].Quarter != "2026Q3" || h.taken[0].On != "2026-09-10" {
		t.Errorf("plans taken: %+v", h.taken)
	}
	if _, err := h.Model(li(t), r.ID); err != nil || h.begun != 1 {
		t.Fatal(err)
	}
	for _, step := range []string{"failed", "computed", "computed", "reviewed", "published"} {
		if err := db.Do(li(t), h.DB, func(tx *db.Tx) error { return h.Hear(tx, "release", step) }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Revise(li(t), r.ID, " "); fault.At(err, "why") == nil {
		t.Errorf("revised for no reason: %v", err)
	}
	got, err = h.Revise(li(t), r.ID, "甲电池误报")
	if err != nil || got.State != Revised || got.Revisions != 1 || got.Release != "" {
		t.Errorf("%+v, %v", got, err)
	}
	facts, err := db.View(li(t), h.DB, Latest)
	if err != nil || facts == nil || facts.Answered != 2 || facts.Coverage != 0.5 {
		t.Errorf("%+v, %v", facts, err)
	}
	if list := waiting(t, li(t), h); len(list) != 1 || list[0].Word != "survey.waiting.model" {
		t.Errorf("waiting for the secretariat: %+v", list)
	}
}

// A form that was given back is answered anew, and one round is open at a time.
func TestGivenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := h.opened(t)
		second, err := h.Draft(li(t), Draft{Title: "又一次", First: "2026Q4", Closes: "2026-10-30"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Open(li(t), second.ID); fault.Of(err).Key != "survey.round.another" {
			t.Errorf("two rounds at once: %v", err)
		}
		if _, err := h.Round(h.hr(t, 0), second.ID, Search{}); !errors.Is(err, fault.NotFound) {
			t.Errorf("an enterprise sees a draft: %v", err)
		}
		answer := Answer{Lines: []Line{{Position: "P013", Planned: []int64{10, 10, 10, 10}}}}
		if _, err := h.GiveBack(li(t), r.ID, h.units[0], "请核对"); fault.Of(err).Key != "survey.form.unanswered" {
			t.Errorf("an unanswered form was given back: %v", err)
		}
		if _, err := h.Answer(h.hr(t, 0), r.ID, h.units[0], answer); err != nil {
			t.Fatal(err)
		}
		if _, err := h.GiveBack(h.hr(t, 0), r.ID, h.units[0], "请核对"); !errors.Is(err, fault.Denied) {
			t.Errorf("an enterprise gave its own form back: %v", err)
		}
		if _, err := h.GiveBack(li(t), r.ID, h.units[0], "请核对第三季度"); err != nil {
			t.Fatal(err)
		}
		if list := waiting(t, h.hr(t, 0), h); len(list) != 1 || list[0].WhyArgs[0] != "请核对第三季度" {
			t.Errorf("%+v", list)
		}
		if f, err := h.Answer(h.hr(t, 0), r.ID, h.units[0], answer); err != nil || f.State != Answered || f.Why != "" {
			t.Errorf("%+v, %v", f, err)
		}
		h.DB.Now = func() time.Time { return time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC) }
		if _, err := h.Answer(h.hr(t, 1), r.ID, h.units[1], answer); fault.Of(err).Key != "survey.round.late" {
			t.Errorf("answered after the last day: %v", err)
		}
	})
}

// Everything that is wrong with an answer is told at once, each fault with its line.
func TestAnswerTellsAllFaults(t *testing.T) {
	a := Answer{Lines: []Line{
		{Position: "P999", Planned: []int64{1, 2, 3}, Reason: "why"},
		{Position: "P013", Planned: []int64{-1, 2, 3, 4}, Three: n(3), Confidence: "sure"},
		{Position: "P013", Planned: []int64{0, 0, 0, 0}},
	}, Nothing: true}
	err := a.settle()
	for _, at := range []string{"nothing", "1.position", "1.planned", "1.reason", "2.q1", "2.three", "2.confidence", "3.position"} {
		if fault.At(err, at) == nil {
			t.Errorf("nothing said at %s", at)
		}
	}
	if err := (&Answer{}).settle(); fault.At(err, "lines") == nil {
		t.Error("an empty answer was taken")
	}
	r := &Round{First: "2026", Closes: "2026-01-01"}
	for _, at := range []string{"title", "first", "closes"} {
		if fault.At(r.settle("2026-09-10"), at) == nil {
			t.Errorf("nothing said of a round's %s", at)
		}
	}
}

// The page of a form keeps what was typed and says what is wrong with it; nobody
// needs scripts to answer.
func TestFormPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := h.opened(t)
		rs := &web.Routes{DB: h.DB}
		h.Routes(rs)
		send := func(ctx context.Context, method, path string, form url.Values) (int, string) {
			q := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(form.Encode()))
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Accept", "text/html")
			rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil }
			rs.Body = func(_ context.Context, a auth.Actor) (web.Body, error) { return web.Body{ID: a.Body}, nil }
			w := httptest.NewRecorder()
			rs.ServeHTTP(w, q)
			return w.Code, w.Body.String()
		}
		path := "/surveys/" + r.ID + "/forms/" + h.units[0]
		form := url.Values{"position": {"P013", ""}, "q1": {"77", ""}, "q2": {"x", ""}, "q3": {"1", ""}, "q4": {"1", ""}, "remark": {"新线"}}
		code, page := send(h.hr(t, 0), "POST", path, form)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="77"`) || !strings.Contains(page, "新线") || !strings.Contains(page, `class="wrong"`) {
			t.Errorf("%d %.300s", code, page)
		}
		form["q2"][0] = "0"
		if code, page := send(h.hr(t, 0), "POST", path, form); code != http.StatusSeeOther {
			t.Errorf("%d %.300s", code, page)
		}
		if code, page := send(h.hr(t, 0), "POST", path, form); code != http.StatusConflict || !strings.Contains(page, "不能重复填报") {
			t.Errorf("a second answer: %d %.300s", code, page)
		}
		for _, path := range []string{"/surveys", "/surveys/" + r.ID, path} {
			if code, _ := send(li(t), "GET", path, nil); code != http.StatusOK {
				t.Errorf("%s: %d", path, code)
			}
		}
		if code, sheet := send(li(t), "GET", "/surveys/"+r.ID+"?format=csv", nil); code != http.StatusOK || !strings.Contains(sheet, "P013") {
			t.Errorf("%d %q", code, sheet)
		}
	})
}

func TestWords(t *testing.T) {
	for action := range policy {
		if !i18n.Has(action) {
			t.Errorf("%s has no words", action)
		}
	}
	for _, s := range States {
		if !i18n.Has("survey.state."+string(s)) || !i18n.Has("survey.state_line."+string(s)) {
			t.Errorf("%s has no words", s)
		}
	}
	for _, s := range FormStates {
		if !i18n.Has("survey.form."+string(s)) || !i18n.Has("survey.mine."+string(s)) {
			t.Errorf("%s has no words", s)
		}
	}
}
