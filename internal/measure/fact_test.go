package measure

import (
	"bytes"
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/paper"
)

const registered = `id,parent,kind,level3,calculator,threshold,unit
S,,quantitative,专职人员,"sum(measure.fact.noted, persons, kind=staff, always, until=measure.fact.ended)",>= 2,人
A,,veto,安全,"count(measure.fact.noted, kind=accident, last=12m)",>= 1,起
E,,veto,数据失实,"count(measure.evidence.checked, verdict=missing|contradicts, always, until=measure.evidence.mended)",>= 1,条
C,,quantitative,班次,count(test.class.finished),>= 1,个
P,,quantitative,企业参与率,"percent(units(test.class.finished, class=enterprise), units(test.unit.joined, class=enterprise, always))",>= 50,%
`

func (h *house) register(t *testing.T) *Standard {
	t.Helper()
	h.story(t)
	s, err := h.LoadStandard(li(t), Loading{Name: "登记", Edition: "1", Source: "试"}, []byte(registered))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Watch(li(t), s.ID, true); err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) begin(t *testing.T, s *Standard, name, from, to string) *Period {
	t.Helper()
	p, err := h.Begin(li(t), Beginning{Standard: s.ID, Name: name, From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *house) hit(t *testing.T, code string) bool {
	t.Helper()
	list, err := h.Warnings(li(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		if w.Row.Code == code {
			return w.Hit
		}
	}
	t.Fatalf("%s is not watched", code)
	return false
}

// What only documents tell is registered with where it is written, is marked as
// registered where it counts, warns at once, and is counted no longer once it has
// ended or was withdrawn.
func TestFactsAreRegistered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.register(t)
		p := h.begin(t, s, "年度", "2026-01-01", "2026-12-31")
		_, err := h.NoteFact(li(t), FactForm{Kind: "rumour", Persons: 3, Since: "2030-01-01"})
		for _, place := range []string{"kind", "title", "document", "persons", "since"} {
			if fault.At(err, place) == nil {
				t.Errorf("a poor fact is not refused for its %s: %v", place, err)
			}
		}
		staff, err := h.NoteFact(li(t), FactForm{Kind: "staff", Title: "专职岗位", Document: "编制〔2026〕1 号", Persons: 3, Since: "2026-01-10"})
		if err != nil {
			t.Fatal(err)
		}
		l := func() *Line {
			t.Helper()
			r, err := h.Report(li(t), p.ID, "")
			if err != nil {
				t.Fatal(err)
			}
			return lineOfCode(r, "S")
		}
		if l := l(); l.text() != "3" || !l.Registered() || l.Counted() || l.Verdict != "met" {
			t.Errorf("three of staff: %s, registered %v, %s", l.text(), l.Registered(), l.Verdict)
		}
		if _, err := h.EndFact(li(t), staff.ID, "2025-12-01", "离岗"); fault.At(err, "day") == nil {
			t.Errorf("ended before it began: %v", err)
		}
		if _, err := h.EndFact(li(t), staff.ID, "2026-02-01", "离岗"); err != nil {
			t.Fatal(err)
		}
		if l := l(); l.text() != "0" || l.Verdict != "not_met" {
			t.Errorf("after they left: %s, %s", l.text(), l.Verdict)
		}
		accident, err := h.NoteFact(li(t), FactForm{Kind: "accident", Title: "事故", Document: "安监〔2026〕3 号", Since: "2026-02-20"})
		if err != nil || !h.hit(t, "A") {
			t.Errorf("an accident does not warn at once: %v", err)
		}
		if _, err := h.WithdrawFact(li(t), accident.ID, "误登"); err != nil || h.hit(t, "A") {
			t.Errorf("withdrawn, and still hit: %v", err)
		}
		if _, err := h.WithdrawFact(li(t), accident.ID, "误登"); !errors.Is(err, fault.Conflict) {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

// A record of a frozen report is held against its evidence; where that is missing
// the row on false data is hit at once, until it is mended.
func TestEvidenceIsSampled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.register(t)
		p := h.begin(t, s, "一季度", "2026-01-01", "2026-03-31")
		if _, err := h.CheckEvidence(li(t), p.ID, "C", Check{Act: "x", Verdict: "agrees"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a live report is sampled: %v", err)
		}
		if _, err := h.Freeze(li(t), p.ID); err != nil {
			t.Fatal(err)
		}
		_, _, records, err := h.Records(li(t), p.ID, "C")
		if err != nil || len(records) != 1 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		id := records[0].ID
		for name, c := range map[string]Check{"no reason": {Act: id, Verdict: "missing"}, "no verdict": {Act: id, Verdict: "fine"}, "no record": {Act: "other", Verdict: "agrees"}} {
			if _, err := h.CheckEvidence(li(t), p.ID, "C", c); err == nil {
				t.Errorf("a sample with %s was taken", name)
			}
		}
		if _, err := h.CheckEvidence(li(t), p.ID, "C", Check{Act: id, Verdict: "missing", Words: "缺签到表"}); err != nil || !h.hit(t, "E") {
			t.Errorf("missing evidence does not warn at once: %v", err)
		}
		if _, err := h.CheckEvidence(wang(t), p.ID, "C", Check{Act: id, Verdict: "agrees", Words: "已补"}); err != nil || h.hit(t, "E") {
			t.Errorf("mended, and still hit: %v", err)
		}
		if _, _, records, _ = h.Records(li(t), p.ID, "C"); records[0].Check == nil || records[0].Check.Verdict != "agrees" {
			t.Errorf("the record says %+v", records[0].Check)
		}
	})
}

// A report is held against the one before, and printed: the same bytes each time,
// with every row, entry by hand and count of records in it.
func TestTwoPeriodsAndTheirPaper(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.register(t)
		before := h.begin(t, s, "上年度", "2025-01-01", "2025-12-31")
		if _, err := h.State(li(t), before.ID, "S", "1", "人事台账"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Freeze(li(t), before.ID); err != nil {
			t.Fatal(err)
		}
		p := h.begin(t, s, "一季度自查", "2026-01-01", "2026-03-31")
		if _, err := h.State(li(t), p.ID, "S", "2", "依据人事台账（手工）"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Freeze(li(t), p.ID); err != nil {
			t.Fatal(err)
		}
		c, err := h.Compare(li(t), p.ID, "")
		if err != nil || c.With == nil || c.With.ID != before.ID {
			t.Fatalf("compared with %+v, %v", c.With, err)
		}
		got := map[string]string{}
		for _, ch := range c.Changes {
			got[ch.Code] = ch.Turned + " " + ch.change()
		}
		if got["S"] != "better +1" || got["P"] != "better +100" || got["C"] != "same 0" || c.Count("worse") != 0 {
			t.Errorf("turned %v", got)
		}
		if first, err := h.Compare(li(t), before.ID, ""); err != nil || first.With != nil {
			t.Errorf("the first report has one before it: %+v, %v", first.With, err)
		}
		h.printed(t, p.ID)
	})
}

func (h *house) printed(t *testing.T, id string) {
	t.Helper()
	if _, err := paper.Find(""); err != nil {
		t.Skipf("left out: %v", err)
	}
	print := func() []byte {
		w := h.send(li(t), "GET", "/reports/"+id+"?format=pdf", "zh-CN", nil)
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/pdf" {
			t.Fatalf("the paper: %d %s", w.Code, w.Header().Get("Content-Type"))
		}
		return w.Body.Bytes()
	}
	once := print()
	if !bytes.Equal(once, print()) {
		t.Error("the same report gives other bytes")
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		return
	}
	read := exec.Command(tool, "-layout", "-", "-")
	read.Stdin = bytes.NewReader(once)
	text, err := read.Output()
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(string(text)), "")
	for _, want := range []string{"一季度自查", "一、总体情况", "二、否定性指标", "三、指标明细", "专职人员", "人工填报", "依据人事台账（手工）", "五、与上期比较", "上年度", "六、佐证记录清单", "盖章处"} {
		if !strings.Contains(said, want) {
			t.Errorf("the paper does not say %s", want)
		}
	}
}

func TestPagesOfFactsAndPeriods(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.register(t)
		before := h.begin(t, s, "上年度", "2025-01-01", "2025-12-31")
		if _, err := h.Freeze(li(t), before.ID); err != nil {
			t.Fatal(err)
		}
		p := h.begin(t, s, "年度", "2026-01-01", "2026-12-31")
		if w := h.send(li(t), "POST", "/facts", "zh-CN", url.Values{"kind": {"staff"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "人数") {
			t.Errorf("a poor fact: %d", w.Code)
		}
		w := h.send(li(t), "POST", "/facts", "zh-CN", url.Values{"kind": {"audit"}, "title": {"台账缺页"}, "document": {"审〔2026〕7 号"}, "since": {"2026-02-01"}})
		if w.Code != 303 {
			t.Fatalf("a fact: %d %s", w.Code, w.Body)
		}
		for path, words := range map[string]string{
			"/facts":                           "台账缺页",
			"/facts?format=csv":                "审〔2026〕7 号",
			"/reports/" + p.ID + "/comparison": "百分比指标两期对照",
			"/reports/" + p.ID + "/comparison?turned=better":     "企业参与率",
			"/reports/" + p.ID + "/comparison?format=csv":        "企业参与率",
			"/reports/" + before.ID + "/comparison":              "没有可对比的报告",
			"/reports/" + p.ID + "/rows/P":                       "历次数值",
			"/reports/" + before.ID + "/rows/C":                  "抽查",
			"/reports/" + p.ID + "?format=csv&with=" + before.ID: "班次",
		} {
			body := h.send(li(t), "GET", path, "zh-CN", nil).Body.String()
			both := body + h.send(li(t), "GET", path, "en", nil).Body.String()
			if !strings.Contains(body, words) || strings.Contains(both, ">measure.") || strings.Contains(both, "%!") {
				t.Errorf("%s does not say %s, or lacks a word", path, words)
			}
		}
		if n, err := db.View(li(t), h.DB, func(tx *db.Tx) (int64, error) { return act.Count(tx, act.Filter{Kind: "measure.fact.noted"}) }); err != nil || n != 1 {
			t.Errorf("%d facts noted, %v", n, err)
		}
	})
}
