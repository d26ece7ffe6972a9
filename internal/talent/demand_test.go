package talent_test

import (
	"errors"
	"maps"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/db/dbtest"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
	"guildhall/internal/talent"
)

func demandWorld(t *testing.T, address string) *world {
	return newWorld(t, address, []*directory.Unit{
		{Ref: "S1", Name: "甲学校", Class: "secondary"}, {Ref: "E1", Name: "乙企业", Class: "enterprise"}, {Ref: "E2", Name: "丙企业", Class: "enterprise"},
	})
}

// testers is the demand of the first journey: in five minutes, on a phone.
func testers() talent.DemandForm {
	return talent.DemandForm{Title: "动力电池包测试员", Occupation: "6-31-03-05", Quantity: 30, By: "2027-02-28", Education: "中职", Grade: "L4",
		Shift: "two_shift", PayLow: 5200, PayHigh: 7000, Modes: []string{"hire", "order_class"}, Skills: "SAF01 3 必备\nSAF04", Contact: "李工", Phone: "13800000000"}
}

// A line from its filing to its end: who sees it, who may do what with it, that
// one like it is noticed, and what becomes of it.
func TestDemandFromFilingToEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := demandWorld(t, address)
		firm, rival, school := w.staff("E1"), w.staff("E2"), w.staff("S1")
		if _, err := w.FileDemand(school, testers()); !errors.Is(err, fault.Denied) {
			t.Errorf("a school files for itself: %v", err)
		}
		d := must[*talent.Demand](t)(w.FileDemand(firm, testers()))
		if d.Name() != "0001" || d.State != demand.Open || d.PayLow != 520000 || len(d.Needs) != 2 || d.Unit != w.units["E1"] {
			t.Errorf("filed as %+v with %+v", d, d.Line)
		}
		if _, err := w.FileDemand(firm, testers()); fault.At(err, "anyway") == nil {
			t.Errorf("the same line filed twice: %v", err)
		}
		again := testers()
		again.Anyway, again.Quantity = true, 5
		must[*talent.Demand](t)(w.FileDemand(firm, again))

		if v := must[*talent.DemandView](t)(w.Demand(firm, d.ID)); v.Contact == nil || v.Contact.Phone != "13800000000" || len(v.Alike) != 1 {
			t.Errorf("its owner sees %+v", v)
		}
		if v := must[*talent.DemandView](t)(w.Demand(school, d.ID)); v.Contact != nil {
			t.Error("a school sees the contact's phone")
		}
		if _, err := w.Demand(rival, d.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a rival reads it: %v", err)
		}
		if n := must[*talent.Demands](t)(w.Demands(rival, talent.DemandSearch{})).Count; n != 0 {
			t.Errorf("a rival finds %d lines", n)
		}
		if f := must[*talent.Demands](t)(w.Demands(school, talent.DemandSearch{State: "running", Mode: "order_class", Sort: "-quantity"})); f.Count != 2 || f.Wanted != 35 || f.List[0].ID != d.ID || f.Answered.Waiting != 2 {
			t.Errorf("a school finds %+v", f)
		}
		page := must[*talent.Demands](t)(w.Demands(w.office, talent.DemandSearch{Limit: 1, Sort: "by"}))
		if next := must[*talent.Demands](t)(w.Demands(w.office, talent.DemandSearch{Limit: 1, Sort: "by", After: page.Next})); len(next.List) != 1 || next.List[0].ID == page.List[0].ID || next.Next != "" {
			t.Errorf("the second page is %+v", next)
		}

		if d := must[*talent.Demand](t)(w.AnswerDemand(school, d.ID, "可组织订单班")); d.State != demand.Underway || d.AnsweredBy != w.units["S1"] {
			t.Errorf("answered as %+v", d.Line)
		}
		p := must[*talent.Position](t)(w.PostDemand(firm, d.ID))
		if p.Headcount != 30 || p.Line != d.ID || p.Shift != "two_shift" || p.Grade != "L4" {
			t.Errorf("posted as %+v", p)
		}
		if _, err := w.PostDemand(firm, d.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("posted twice: %v", err)
		}
		must[*talent.Demand](t)(w.HiredDemand(firm, d.ID, talent.Hiring{Count: 25, Source: "校园招聘"}))
		if _, err := w.CloseDemand(firm, d.ID, ""); fault.At(err, "outcome") == nil {
			t.Errorf("closed without a word: %v", err)
		}
		d = must[*talent.Demand](t)(w.CloseDemand(firm, d.ID, "其余 5 人内部转岗"))
		v := must[*talent.DemandView](t)(w.Demand(w.office, d.ID))
		if v.State != demand.Closed || v.Filled != 25 || len(v.Links) != 2 || len(v.Replies) != 1 {
			t.Errorf("ended as %+v with %+v", v.Line, v.Links)
		}
		if _, err := w.RenewDemand(rival, d.ID, "2026-05-01"); !errors.Is(err, fault.NotFound) {
			t.Errorf("a rival renews it: %v", err)
		}
		form := must[talent.DemandForm](t)(w.CopyDemand(firm, d.ID))
		if form.Like != d.ID || form.By != "2027-02-28" || form.Phone != "13800000000" || !strings.Contains(form.Skills, "3 必备") {
			t.Errorf("copied as %+v", form)
		}
	})
}

// Everything that is wrong is told at once, each with its place.
func TestWhatIsWrongWithADemand(t *testing.T) {
	w := demandWorld(t, t.TempDir()+"/test.db")
	in := testers()
	in.Title, in.Occupation, in.Quantity, in.By = "某某某某", "", 0, "2020-01-01"
	in.PayLow, in.PayHigh, in.Grade, in.Phone, in.Skills, in.Programmes = 7000, 5000, "L9", "12", "SAF01 9\n不存在的技能", "不存在的专业"
	_, err := w.FileDemand(w.staff("E1"), in)
	for _, place := range []string{"occupation", "quantity", "by", "pay_high", "grade", "phone", "skills", "programmes"} {
		if fault.At(err, place) == nil {
			t.Errorf("nothing is said of %s: %v", place, err)
		}
	}
}

// The form on a phone: the title is matched, a fault keeps what was filled in, and
// both languages say everything.
func TestDemandPages(t *testing.T) {
	w := small(t, t.TempDir()+"/test.db")
	h := door(w)
	send := func(form url.Values) *httptest.ResponseRecorder {
		return ask(t, h, "E1", "zh-CN", "POST", "/demands", form, "text/html")
	}
	bad := send(url.Values{"title": {"电池测试"}, "quantity": {"30"}})
	if bad.Code != 422 || !strings.Contains(bad.Body.String(), `value="30"`) || !strings.Contains(bad.Body.String(), `name="occupation"`) {
		t.Errorf("a form with faults: %d", bad.Code)
	}
	good := send(url.Values{"title": {"电工"}, "quantity": {"30"}, "by": {"2026-12-31"}, "occupation": {"6-31-01-03"}, "modes": {"hire"}})
	at := good.Header().Get("Location")
	if good.Code != 303 || at == "" {
		t.Fatalf("a good form: %d %.300s", good.Code, good.Body)
	}
	for _, path := range []string{"/answers", "/closing", "/renewal", "/hires"} {
		if rec := ask(t, h, "E1", "zh-CN", "POST", at+path, url.Values{}, "text/html"); rec.Code != 422 {
			t.Errorf("%s with nothing filled in: %d", path, rec.Code)
		}
	}
	for _, c := range []struct {
		as, path string
		want     int
	}{
		{"E1", "/demands", 200}, {"office", "/demands?state=running&sort=by", 200}, {"S1", "/demands?q=zzz", 200}, {"", "/demands", 303}, {"C1", "/demands", 403},
		{"E1", "/demands/new", 200}, {"E1", "/demands/new?title=电池测试员", 200}, {"office", "/demands/new", 200}, {"S1", "/demands/new", 403},
		{"E1", at, 200}, {"S1", at, 200}, {"E2", at, 404}, {"E1", at + "/change", 200}, {"E1", "/demands/new?like=" + strings.TrimPrefix(at, "/demands/"), 200},
	} {
		for _, language := range []string{"zh-CN", "en"} {
			rec := ask(t, h, c.as, language, "GET", c.path, nil, "text/html")
			if rec.Code != c.want {
				t.Errorf("%q asks for %s: %d, want %d", c.as, c.path, rec.Code, c.want)
			}
			if found := unsaid.FindString(rec.Body.String()); found != "" && rec.Code == 200 {
				t.Errorf("%s in %s says %q", c.path, language, found)
			}
		}
	}
	if rec := ask(t, h, "office", "en", "GET", "/demands?format=csv", nil, "text/html"); rec.Code != 200 || !strings.Contains(rec.Body.String(), "电工") {
		t.Errorf("the export: %d %.100s", rec.Code, rec.Body)
	}
}

// A sheet of demands, sent twice: nothing doubles, and what a person must decide
// or mend is told.
func TestDemandsBySheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := demandWorld(t, address)
		const rows = `enterprise,title,occupation_code,quantity,wanted_by,grade,shift,pay,skills
乙企业,电池包测试员,6-31-03-05,30,2027-02-28,L4,two_shift,5200-7000,SAF01:3
乙企业,某某某某,,5,2027-02-28,,,,
乙企业,电工,6-31-01-03,5,2020-02-28,,,,
丙企业,电工,6-31-01-03,5,2027-02-28,,,,
无此企业,电工,6-31-01-03,5,2027-02-28,,,,
`
		firm := w.staff("E1")
		first := w.take(firm, "demands", sheet("demands", rows))
		if want := map[intake.Verdict]int{intake.New: 1, intake.Decision: 1, intake.Refused: 3}; !maps.Equal(first, want) {
			t.Errorf("first: %v, want %v", first, want)
		}
		if again := w.take(firm, "demands", sheet("demands", rows)); again[intake.Same] != 1 || again[intake.New] != 0 {
			t.Errorf("sent again: %v", again)
		}
		found := must[*talent.Demands](t)(w.Demands(firm, talent.DemandSearch{}))
		if found.Count != 1 || found.List[0].PayHigh != 700000 || found.List[0].Needs[0].Level != 3 || found.List[0].Grade != "L4" {
			t.Errorf("kept: %d, %+v", found.Count, found.List[0])
		}
	})
}
