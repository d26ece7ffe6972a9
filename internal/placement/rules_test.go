package placement

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/agreement"
	"guildhall/internal/i18n"
)

// sound is an internship that keeps every rule: a student of 19 in the second year.
func sound() *matter {
	p := &Placement{ID: "p", Number: 1, Kind: Internship, State: Draft, School: "s", Enterprise: "e", PostKind: "P01", Programme: "660701",
		Terms: Terms{Since: "2026-09-01", Until: "2027-03-01", Pay: 400_000, Base: 500_000, PayWay: PayDirect, PayDay: 30, HoursDay: 8, HoursWeek: 40,
			Venue: "workshop", Intensity: 2, Insurance: "PICC-1", InsuredTo: "2027-03-01"},
		Private: Private{SchoolMentor: "甲", FirmMentor: "乙"}, student: &Student{ID: "c", Name: "张小某", Entered: "2025-09-01", AdultFrom: "2025-09"}}
	p.agreed = &agreement.Agreement{Version: 1, Parties: []agreement.Party{{Role: roleSchool, Unit: "s", Name: "s"}, {Role: roleEnterprise, Unit: "e", Name: "e"}, {Role: roleStudent, Person: "c", Name: "张小某"}},
		Signed: []agreement.Signed{{Role: roleSchool, Version: 1}, {Role: roleEnterprise, Version: 1}, {Role: roleStudent, Version: 1}}}
	return &matter{Placement: p, near: 100, staff: 100, postStaff: 20}
}

func spans(n int, since, until string) (list []span) {
	for range n {
		list = append(list, span{since, until})
	}
	return list
}

// The regulation, article by article: what breaks each rule, and what just keeps it.
func TestEveryRuleByItsArticle(t *testing.T) {
	const reg, women = "《职业学校学生实习管理规定》", "《女职工劳动保护特别规定》附录"
	young := func(m *matter) { m.student.AdultFrom = "2027-01" }
	guarded := func(m *matter) {
		young(m)
		m.agreed.Parties = append(m.agreed.Parties, agreement.Party{Role: roleGuardian, Person: "g", Name: "张大某"})
	}
	for _, c := range []struct {
		what, word, article string // word "": nothing is broken
		spoil               func(*matter)
	}{
		{"a sound one", "", "", func(*matter) {}},
		{"no mentor at the firm", "mentors", reg + "第八条", func(m *matter) { m.Private.FirmMentor = "" }},
		{"another field of study", "fit", reg + "第八条", func(m *matter) { m.near = 29 }},
		{"the same broad field", "", "", func(m *matter) { m.near = 30 }},
		{"17 and no guardian named", "guardian_none", reg + "第九条", young},
		{"17 and the guardian has not signed", "guardian", reg + "第九条", guarded},
		{"17 and the guardian has signed", "", "", func(m *matter) {
			guarded(m)
			m.agreed.Signed = append(m.agreed.Signed, agreement.Signed{Role: roleGuardian, Version: 1})
		}},
		{"the month of coming of age", "guardian_none", reg + "第九条", func(m *matter) { m.student.AdultFrom = "2026-10" }},
		{"eighteen all month", "", "", func(m *matter) { m.student.AdultFrom = "2026-09" }},
		{"the eleventh of 100 staff", "staff", reg + "第十条", func(m *matter) { m.beside = spans(10, "2026-09-01", "2026-10-01") }},
		{"the tenth of 100 staff", "", "", func(m *matter) { m.beside = spans(9, "2026-09-01", "2026-10-01") }},
		{"the tenth of 99 staff", "staff", reg + "第十条", func(m *matter) { m.staff, m.beside = 99, spans(9, "2026-09-01", "2026-10-01") }},
		{"ten before and ten after", "", "", func(m *matter) {
			m.beside = append(spans(10, "2026-03-01", "2026-09-01"), spans(10, "2027-03-01", "2027-09-01")...)
		}},
		{"nine, then other nine, then all at once", "staff", reg + "第十条", func(m *matter) {
			m.beside = append(spans(9, "2026-09-01", "2026-12-02"), spans(9, "2026-12-01", "2027-03-01")...)
		}},
		{"staff is not known", "staff_unknown", reg + "第十条", func(m *matter) { m.staff = 0 }},
		{"the fifth of 20 at the post", "post", reg + "第十条", func(m *matter) { m.posted = spans(4, "2026-09-01", "2026-10-01") }},
		{"the fourth of 20 at the post", "", "", func(m *matter) { m.posted = spans(3, "2026-09-01", "2026-10-01") }},
		{"staff at the post is not known", "post_unknown", reg + "第十条", func(m *matter) { m.postStaff = 0 }},
		{"a day over six months", "length", reg + "第十一条", func(m *matter) { m.Until, m.InsuredTo = "2027-03-02", "" }},
		{"the student has not signed", "agreement", reg + "第十四条", func(m *matter) { m.agreed.Signed = m.agreed.Signed[:2] }},
		{"signed, but an older version", "agreement", reg + "第十四条", func(m *matter) { m.agreed.Version = 2 }},
		{"no agreement", "agreement_none", reg + "第十四条", func(m *matter) { m.agreed = nil }},
		{"in the first year", "year", reg + "第十六条（一）", func(m *matter) { m.student.Entered = "2026-02-20" }},
		{"under sixteen", "age", reg + "第十六条（二）", func(m *matter) {
			guarded(m)
			m.agreed.Signed = append(m.agreed.Signed, agreement.Signed{Role: roleGuardian, Version: 1})
			m.student.AdultFrom = "2028-10"
		}},
		{"sixteen all month", "guardian_none", reg + "第九条", func(m *matter) { m.student.AdultFrom = "2028-09" }},
		{"birth is not known", "age_unknown", reg + "第十六条（二）", func(m *matter) { m.student.AdultFrom = "" }},
		{"vibration for a minor", "work_minor", reg + "第十六条（三）、《未成年工特殊保护规定》第三条", func(m *matter) {
			guarded(m)
			m.agreed.Signed = append(m.agreed.Signed, agreement.Signed{Role: roleGuardian, Version: 1})
			m.Works = []string{"vibration"}
		}},
		{"vibration for one of age", "", "", func(m *matter) { m.Works = []string{"vibration"} }},
		{"heavy lifting for a woman", "work_female", reg + "第十六条（四）、" + women, func(m *matter) { m.student.Female, m.Works = true, []string{"heavy_lifting"} }},
		{"a karaoke bar", "venue", reg + "第十六条（五）", func(m *matter) { m.Venue = "karaoke" }},
		{"by an agent", "broker", reg + "第十六条（六）", func(m *matter) { m.Broker = true }},
		{"labour of intensity III", "intensity", reg + "第十六条（七）", func(m *matter) { m.Intensity = 3 }},
		{"at heights", "work", reg + "第十七条（一）", func(m *matter) { m.Works = []string{"height"} }},
		{"at heights, filed", "", "", func(m *matter) { m.Works, m.Filing = []string{"height"}, "桂教备〔2026〕8号" }},
		{"on days of rest", "rest_days", reg + "第十七条（二）", func(m *matter) { m.RestDays = true }},
		{"at night", "night", reg + "第十七条（三）", func(m *matter) { m.Night = true }},
		{"overtime", "overtime", reg + "第十七条（三）", func(m *matter) { m.Overtime = true }},
		{"nine hours a day", "hours_day", reg + "第十七条、《国务院关于职工工作时间的规定》第三条", func(m *matter) { m.HoursDay = 9 }},
		{"41 hours a week", "hours_week", reg + "第十七条、《国务院关于职工工作时间的规定》第三条", func(m *matter) { m.HoursWeek = 41 }},
		{"a fen under 80 %", "pay", reg + "第十八条", func(m *matter) { m.Pay = 399_999 }},
		{"the post's pay is not told", "pay_unknown", reg + "第十八条", func(m *matter) { m.Base = 0 }},
		{"through somebody else", "pay_way_third", reg + "第十八条", func(m *matter) { m.PayWay = PayThird }},
		{"every two months", "pay_cycle", reg + "第十八条", func(m *matter) { m.PayDay = 60 }},
		{"a deposit", "fees", reg + "第十九条", func(m *matter) { m.Fees = true }},
		{"no insurance", "insurance_none", reg + "关于投保实习责任保险的规定", func(m *matter) { m.Insurance = "" }},
		{"insurance ends a day early", "insurance", reg + "关于投保实习责任保险的规定", func(m *matter) { m.InsuredTo = "2027-02-28" }},
	} {
		m := sound()
		c.spoil(m)
		found := read[Regulation]("internship").breaches(m)
		if c.word == "" {
			if len(found) != 0 {
				t.Errorf("%s: told %+v, want nothing", c.what, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Word != c.word || found[0].Article != c.article {
			t.Errorf("%s: told %+v, want %s by %s", c.what, found, c.word, c.article)
		}
	}
	m := sound()
	m.Terms, m.Private, m.agreed, m.staff, m.postStaff, m.near = Terms{Since: "2026-09-01", Until: "2027-09-01"}, Private{}, nil, 0, 0, 0
	if found := read[Regulation]("internship").breaches(m); len(found) < 13 {
		t.Errorf("of an empty one %d are told, want all at once: %+v", len(found), found)
	}
}

// Another figure is another rule: nothing of the regulation stands in the code.
func TestRulesAreData(t *testing.T) {
	m := sound()
	m.Pay = 300_000
	r := Regulation{Limits: []Limit{{Rule: "pay", Limit: 60, Article: "示例省实施细则第三条"}}}
	if found := r.breaches(m); len(found) != 0 {
		t.Errorf("60 %% are asked for and paid: %+v", found)
	}
	r.Limits[0].Limit = 61
	if found := r.breaches(m); len(found) != 1 || found[0].Article != "示例省实施细则第三条" {
		t.Errorf("61 %% are asked for: %+v", found)
	}
	bad := Regulation{Limits: []Limit{{Rule: "pay", Limit: 101, Article: "x"}, {Rule: "pay", Limit: 80, Article: " "}, {Rule: "venue", Values: []string{"moon"}, Article: "x"}}}
	if err := bad.Check(); err == nil || strings.Count(err.Error(), "limits.") != 4 {
		t.Errorf("a bad regulation: %v", err)
	}
}

// Every rule has its words: what is wrong, how it is mended, what it is called.
func TestRulesAreSaid(t *testing.T) {
	for name := range looks {
		for _, key := range []string{"rule.", "mend."} {
			if !i18n.Has("placement." + key + name) {
				t.Errorf("no word for %s%s", key, name)
			}
		}
	}
	for _, list := range []struct {
		before string
		codes  []string
	}{{"venue.", Venues}, {"work.", Works}, {"pay_way.", PayWays}, {"pay_band.", PayBands}, {"fits.", Fits}, {"party.", Roles}, {"kind.", Kinds}} {
		for _, code := range list.codes {
			if !i18n.Has("placement." + list.before + code) {
				t.Errorf("no word for %s%s", list.before, code)
			}
		}
	}
	for _, s := range States {
		if !i18n.Has("placement.state." + string(s)) {
			t.Errorf("no word for the state %s", s)
		}
	}
}

// slowly counts day by day, which is what the regulation means, and tells whether
// the interns of some enterprise are too many.
func slowly(list []*Placement, staff, posts map[string]int) string {
	for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2028; at = at.AddDate(0, 0, 1) {
		day, all, kinds := at.Format(time.DateOnly), map[string]int{}, map[string]int{}
		for _, p := range list {
			if p.State.holds() && p.Since <= day && day < p.Until {
				all[p.Enterprise]++
				kinds[p.Enterprise+" "+p.PostKind]++
			}
		}
		for e, n := range all {
			if n*10 > staff[e] {
				return fmt.Sprintf("on %s %d at %s of %d", day, n, e, staff[e])
			}
		}
		for k, n := range kinds {
			if n*5 > posts[k] {
				return fmt.Sprintf("on %s %d at %s of %d", day, n, k, posts[k])
			}
		}
	}
	return ""
}

// No set of placements passes that a count of every day refuses; and whoever was
// refused for numbers alone would have been one too many.
func TestNoSetPassesThatADailyCountRefuses(t *testing.T) {
	reg := read[Regulation]("internship")
	chance := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 60 {
		staff := map[string]int{"e0": 20 + chance.IntN(60), "e1": 10 + chance.IntN(30)}
		posts := map[string]int{}
		for e := range 2 {
			for k := range 2 {
				posts[fmt.Sprintf("e%d k%d", e, k)] = 1 + chance.IntN(25)
			}
		}
		var list []*Placement
		var held []span
		for i := range 24 {
			m := sound()
			p := m.Placement
			since := time.Date(2026, 1, 1+chance.IntN(300), 0, 0, 0, 0, time.UTC)
			p.Number, p.Enterprise, p.PostKind = i, fmt.Sprintf("e%d", chance.IntN(2)), fmt.Sprintf("k%d", chance.IntN(2))
			p.Since, p.Until, p.InsuredTo = since.Format(time.DateOnly), since.AddDate(0, 0, 1+chance.IntN(170)).Format(time.DateOnly), ""
			p.student.Entered = "2023-09-01"
			m.staff, m.postStaff = staff[p.Enterprise], posts[p.Enterprise+" "+p.PostKind]
			held = held[:0]
			for _, o := range list {
				if o.Enterprise == p.Enterprise && o.State.holds() {
					m.beside = append(m.beside, span{o.Since, o.Until})
					if o.PostKind == p.PostKind {
						m.posted = append(m.posted, span{o.Since, o.Until})
					}
				}
			}
			p.Verdict = &Verdict{Breaches: reg.breaches(m)}
			p.settle()
			if list = append(list, p); p.State == Refused {
				refused++
				forced := slices.Clone(list)
				one := *p
				one.State = Ready
				forced[len(forced)-1] = &one
				if slowly(forced, staff, posts) == "" {
					t.Fatalf("%+v was refused for %+v, and there was room", p.Terms, p.Verdict.Breaches)
				}
			}
		}
		if wrong := slowly(list, staff, posts); wrong != "" {
			t.Fatal(wrong)
		}
	}
	if refused == 0 {
		t.Error("nobody was refused: the test tells nothing")
	}
}

func TestPeak(t *testing.T) {
	for _, c := range []struct {
		spans []span
		want  int
	}{
		{nil, 0}, {spans(3, "2026-01-01", "2026-02-01"), 0}, {spans(3, "2026-01-01", "2026-02-02"), 3},
		{append(spans(2, "2026-01-01", "2026-02-10"), spans(4, "2026-02-10", "2026-03-01")...), 4}, {spans(2, "2026-03-01", "2026-04-01"), 0},
	} {
		if got := peak(c.spans, "2026-02-01", "2026-03-01"); got != c.want {
			t.Errorf("%v: %d, want %d", c.spans, got, c.want)
		}
	}
}
