package measure

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/paper"
	"guildhall/internal/seal"
	"guildhall/internal/web"
)

var _ = act.Declare(
	act.Kind{Name: "test.class.finished", ZH: "结业", EN: "Class finished", MeansZH: "一个班结业。", MeansEN: "A class ended.", Path: "/classes/{subject}",
		Amounts: []act.Amount{{Name: "hours", Unit: act.Hour, ZH: "学时", EN: "hours"}}, Marks: []string{"base"}},
	act.Kind{Name: "test.unit.joined", ZH: "入会", EN: "Joined", MeansZH: "一家单位加入。", MeansEN: "A unit joined."},
	act.Kind{Name: "test.accident.noted", ZH: "事故", EN: "Accident", MeansZH: "一起事故。", MeansEN: "An accident."},
)

type house struct {
	*Measure
	firm, school string
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, directory.Room, act.Room, Room)
		keys, err := seal.New(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		units := []*directory.Unit{{Name: "恒岳精密机械", Class: "enterprise"}, {Name: "壶城工学院", Class: "higher_vocational"}}
		if err := directory.New(d, keys).EnrolUnits(li(t), units); err != nil {
			t.Fatal(err)
		}
		test(t, &house{&Measure{DB: d}, units[0].ID, units[1].ID})
	})
}

func li(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
}

func wang(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "wang", Body: "b", Roles: []string{auth.Secretariat}})
}

func (h *house) note(t *testing.T, acts ...act.Act) {
	t.Helper()
	err := db.Do(li(t), h.DB, func(tx *db.Tx) error {
		if err := journal.Record(tx, "test.note", "x", nil); err != nil {
			return err
		}
		for i := range acts {
			if acts[i].Subject == "" {
				acts[i].Subject, acts[i].Title = db.NewID(), "记录"
			}
		}
		return act.Note(tx, acts...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func day(n int) time.Time { return dbtest.Noon.AddDate(0, 0, -n) }

// story notes two classes of the school, one in the year before, and two members.
func (h *house) story(t *testing.T) {
	h.note(t,
		act.Act{Kind: "test.unit.joined", At: day(500), Unit: h.firm},
		act.Act{Kind: "test.unit.joined", At: day(500), Unit: h.school},
		act.Act{Kind: "test.class.finished", At: day(90), Unit: h.school, Persons: []string{"pupil_1", "pupil_2"}, Amounts: map[string]int64{"hours": 40}, Marks: map[string]string{"base": "own"}},
		act.Act{Kind: "test.class.finished", At: day(20), Unit: h.school, Units: []string{h.firm}, Persons: []string{"pupil_2", "pupil_3"}, Amounts: map[string]int64{"hours": 16}, Marks: map[string]string{"base": "shared"}})
}

func TestCalculators(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.story(t)
		for text, want := range map[string]string{
			"count(test.class.finished)":                                                                               "1",
			"count(test.class.finished, always)":                                                                       "2",
			"persons(test.class.finished, always)":                                                                     "3",
			"sum(test.class.finished, hours, always) / 7":                                                              "8",
			"sum(test.class.finished, hours)":                                                                          "16",
			"count(test.class.finished, last=12m)":                                                                     "2",
			"count(test.class.finished, last=30d)":                                                                     "1",
			"count(test.class.finished, base=own|none, always)":                                                        "1",
			"count(test.class.finished, base!=own, always)":                                                            "1",
			"values(test.class.finished, base, always)":                                                                "2",
			"subjects(test.class.finished, always, until=test.accident.noted)":                                         "2",
			"both(units(test.unit.joined, always), units(test.class.finished))":                                        "2",
			"only(units(test.unit.joined, always), owners(test.class.finished))":                                       "1",
			"only(persons(test.class.finished, always), persons(test.class.finished))":                                 "1",
			"count(test.class.finished, hours>=20, always)":                                                            "1",
			"count(test.class.finished, hours<=20, always)":                                                            "1",
			"units(test.class.finished, always)":                                                                       "2",
			"units(test.class.finished, class=enterprise, always)":                                                     "1",
			"owners(test.class.finished|test.unit.joined, class=enterprise, always)":                                   "1",
			"subjects(test.class.finished, always)":                                                                    "2",
			"percent(units(test.class.finished, class=enterprise), units(test.unit.joined, class=enterprise, always))": "100",
			"percent(1, count(test.class.finished, base=none))":                                                        "",
			"1 / (count(test.class.finished) - 1)":                                                                     "",
			"2 + 3 * 4 - -1":                                                                                           "15",
			"(2 + 3) * 4":                                                                                              "20",
			"1 / 3":                                                                                                    "1/3",
			"0.5 + 0.25":                                                                                               "3/4",
			"min(3, 1, 2) + max(3, 1, 2)":                                                                              "4",
			"(count(test.accident.noted) = 0) * (age() >= 365)":                                                        "1",
			"age() < 501": "1",
		} {
			figures, wrong := parse(text)
			if len(wrong) > 0 {
				t.Errorf("%s: %v", text, wrong)
				continue
			}
			got, err := db.View(li(t), h.DB, func(tx *db.Tx) (string, error) {
				s, err := sightOf(tx, "2026-01-01", "2026-12-31")
				if err != nil {
					return "", err
				}
				v, err := figures[0].expr.eval(s)
				return kept(v), err
			})
			if err != nil || got != want {
				t.Errorf("%s is %q, want %q (%v)", text, got, want, err)
			}
		}
	})
}

func TestFaultsOfCalculators(t *testing.T) {
	for text, want := range map[string][]string{
		"":                               nil,
		"count(a.b.c)":                   {"7 kind"},
		"count(a.b.c) + tally(d.e.f)":    {"7 kind", "16 function", "22 kind"},
		"count(test.class.finished":      {"26 bracket"},
		"sum(test.class.finished)":       {"24 amount_missing"},
		"sum(test.class.finished, days)": {"26 amount"},
		"count(test.class.finished, colour=red, days>=1, class=firm, last=1y)": {"28 mark", "40 amount", "49 class", "61 last"},
		"count(test.class.finished, base=)":                                    {"28 values"},
		"percent(1)":                                                           {"1 arguments"},
		"both(count(test.class.finished), 3)":                                  {"6 set", "34 set", "35 open"},
		"only(units(test.class.finished), persons(test.class.finished))":       {"1 unlike"},
		"values(test.class.finished, colour)":                                  {"29 mark"},
		"count(test.class.finished, until=no.such.kind)":                       {"28 kind"},
		"1 +":                      {"4 ends"},
		"1 2":                      {"3 rest"},
		"甲 + 1":                    {"1 unread"},
		"人数: ":                     {"4 value"},
		"a: 1; b: count(x.y.z)":    {"16 kind"},
		strings.Repeat("(", 60):    {"41 deep"},
		strings.Repeat("1+", 2000): {"2000 long"},
	} {
		_, wrong := parse(text)
		var got []string
		for _, w := range wrong {
			got = append(got, fmt.Sprint(w.Args[0], " ", strings.TrimPrefix(w.Key, "measure.expr.")))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
		for _, w := range wrong {
			if said := i18n.T(i18n.With(t.Context(), "en"), w.Key, w.Args...); strings.Contains(said, "%!") || !i18n.Has(w.Key) {
				t.Errorf("%.60q says %q", text, said)
			}
		}
	}
}

// Whatever is written, the parser ends, and either tells what is wrong or gives
// something that counts.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"count(test.class.finished, base=own|none, always) / 3", "a: 1; b: percent(1, 2) >= 3", "sum(test.class.finished, hours, last=12m)", "only(units(test.unit.joined, always), owners(test.class.finished, until=test.accident.noted))", "both(values(test.class.finished, base), values(", "((((", "min(1,2,", "-", "类: 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		figures, wrong := parse(text)
		if len(wrong) > 0 {
			return
		}
		for _, one := range figures {
			if len(one.calls) == 0 {
				now := dbtest.Noon
				if _, err := one.expr.eval(&sight{began: &now, until: now, tx: &db.Tx{Now: now}}); err != nil {
					t.Errorf("%q: %v", text, err)
				}
			}
		}
	})
}

const small = `id,parent,kind,level3,calculator,threshold,unit,observation_point_zh,english
A,,group,培训,,,,,
A1,A,quantitative,班次,"班次: count(test.class.finished); 学时: sum(test.class.finished, hours)",>= 1,个,年度结业班次,Classes finished
A2,A,quantitative,经费,,>= 10,万元,,Money
A3,A,qualitative,机制,,,,,Ways of working
N,,group,否定项,,,,,
N1,N,veto,安全,count(test.accident.noted),>= 1,起,,Accidents
`

func TestLoad(t *testing.T) {
	rows, err := Load([]byte("\ufeff" + small))
	if err != nil || len(rows) != 6 || rows[1].Depth != 1 || rows[1].Name != "班次" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	levels := "id,level1,level2,level3,kind\nX,一,甲,子,qualitative\nY,一,乙,丑,qualitative\nZ,二,,寅,qualitative\n"
	rows, err = Load([]byte(levels))
	if err != nil || len(rows) != 7 || rows[2].Code != "X" || rows[2].Depth != 2 || rows[6].Depth != 1 {
		t.Errorf("by levels: %d rows, %v", len(rows), err)
	}
	bad := `id,parent,kind,level3,calculator,threshold
A,B,group,甲,,
B,C,group,乙,,
C,A,group,丙,,
D,nowhere,qualitative,丁,,
E,,quantitative,戊,tally(test.class.finished),
F,,wish,,,
F,,veto,己,count(no.such.kind),
G,,qualitative,庚,count(test.class.finished),
H,,quantitative,辛,count(test.class.finished),many
,,quantitative,壬,,
`
	_, err = Load([]byte(bad))
	list, _ := errors.AsType[fault.List](err)
	got := map[string]string{}
	for _, item := range list {
		got[item.Place] += " " + item.Err.Key[strings.LastIndex(item.Err.Key, ".")+1:]
	}
	want := map[string]string{"line 2": " cycle", "line 3": " cycle", "line 4": " cycle", "line 5": " parent", "line 6": " function", "line 7": " kind unnamed",
		"line 8": " twice kind bound", "line 9": " counts", "line 10": " threshold", "line 11": " code"}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for name, text := range map[string]string{"nothing": "", "no columns": "a,b\n1,2\n", "another encoding": "id,kind\n\xff,\xfe\n", "a bad quote": "id,kind,name\nA,group,\"x\n"} {
		if _, err := Load([]byte(text)); !errors.Is(err, fault.Invalid) {
			t.Errorf("of %s: %v", name, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("id,level1,level2,level3,kind\nX,a,b,c,veto\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, err := Load(content)
		if err != nil {
			return
		}
		seen := map[string]bool{"": true}
		for _, r := range rows {
			if !seen[r.Parent] {
				t.Errorf("%s stands before its parent %s", r.Code, r.Parent)
			}
			seen[r.Code] = true
		}
	})
}

func (h *house) load(t *testing.T) *Standard {
	t.Helper()
	s, err := h.LoadStandard(li(t), Loading{Name: "试行标准", Edition: "1", Source: "试"}, []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lineOfCode(r *Report, code string) *Line {
	for _, l := range r.Lines {
		if l.Code == code {
			return l
		}
	}
	return &Line{Row: &Row{}}
}

// A report counts live, is stated by hand where the acts cannot tell, and once it
// is frozen says the same whatever happens later.
func TestAReportIsFrozen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.story(t)
		s := h.load(t)
		if _, err := h.LoadStandard(li(t), Loading{Name: "试行标准", Edition: "1", Source: "试"}, []byte(small)); !errors.Is(err, fault.Conflict) {
			t.Errorf("loaded twice: %v", err)
		}
		p, err := h.Begin(li(t), Beginning{Standard: s.ID, Name: "2026 年一季度", From: "2026-01-01", To: "2026-03-31"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.State(li(t), p.ID, "A2", "many", "")
		if fault.At(err, "value") == nil || fault.At(err, "words") == nil {
			t.Errorf("a poor statement: %v", err)
		}
		if _, err := h.State(li(t), p.ID, "N1", "0", "没有"); fault.At(err, "value") == nil {
			t.Errorf("a veto is stated by hand: %v", err)
		}
		for code, value := range map[string]string{"A2": "12.5", "A3": ""} {
			if _, err := h.State(li(t), p.ID, code, value, "见附件"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Review(li(t), p.ID, "A3", "met"); !errors.Is(err, fault.Conflict) {
			t.Errorf("one reviews one's own words: %v", err)
		}
		if _, err := h.Review(wang(t), p.ID, "A3", "partly"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Bind(li(t), p.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("a binder of what is not frozen: %v", err)
		}
		if _, err := h.Freeze(li(t), p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Freeze(li(t), p.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("frozen twice: %v", err)
		}
		h.note(t, act.Act{Kind: "test.class.finished", Unit: h.school, Amounts: map[string]int64{"hours": 99}})
		q, _ := h.Begin(li(t), Beginning{Standard: s.ID, Name: "2026 年", From: "2026-01-01", To: "2026-12-31"})
		r, err := h.Report(li(t), q.ID, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if l := lineOfCode(r, "A1"); l.text() != "2" || l.change() != "+1" || l.Verdict != "met" || l.Figures[1].Text != "115" {
			t.Errorf("live, beside the frozen: %s, %s, %s, %v", l.text(), l.change(), l.Verdict, l.Figures)
		}
		r, err = h.Report(li(t), p.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if l := lineOfCode(r, "A1"); l.text() != "1" || !l.Counted() || lineOfCode(r, "A2").text() != "12.50" || !lineOfCode(r, "A2").ByHand || lineOfCode(r, "A2").Verdict != "met" || lineOfCode(r, "A3").Verdict != "partly" || lineOfCode(r, "N1").Verdict != "clear" {
			t.Errorf("frozen: %+v", r.Tally())
		}
		_, _, records, err := h.Records(li(t), p.ID, "A1")
		if err != nil || len(records) != 1 || records[0].Changed || records[0].Link() == "" {
			t.Errorf("records %+v, %v", records, err)
		}
		if n, err := db.View(li(t), h.DB, func(tx *db.Tx) (int64, error) { return act.Count(tx, act.Filter{Kind: "measure.report.frozen"}) }); err != nil || n != 1 {
			t.Errorf("%d reports were frozen, %v", n, err)
		}
		h.binder(t, p.ID)
	})
}

// binder checks that the archive holds what it says, and nobody's id.
func (h *house) binder(t *testing.T, id string) {
	t.Helper()
	b, err := h.Bind(li(t), id)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(li(t), &out); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]string{}
	for _, f := range archive.File {
		r, _ := f.Open()
		content, _ := io.ReadAll(r)
		held[f.Name] = string(content)
	}
	want := 5
	if _, err := paper.Find(""); err == nil {
		want++ // printed too, where there is a font for it
		if !strings.HasPrefix(held["report.pdf"], "%PDF") {
			t.Errorf("the printed report begins with %.8q", held["report.pdf"])
		}
	}
	if len(held) != want {
		t.Errorf("it holds %v", slices.Sorted(maps.Keys(held)))
	}
	for l := range strings.SplitSeq(strings.TrimSpace(held["SHA256SUMS"]), "\n") {
		sum, name, _ := strings.Cut(l, "  ")
		if got := sha256.Sum256([]byte(held[name])); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s does not bear its mark", name)
		}
	}
	for name, content := range held {
		if strings.HasPrefix(name, "records/") && (!strings.Contains(content, ",P") || strings.Contains(content, "pupil_")) {
			t.Errorf("%s does not mask persons:\n%s", name, content)
		}
	}
	entries, err := db.View(li(t), h.DB, func(tx *db.Tx) ([]journal.Entry, error) {
		return journal.List(tx, journal.Search{Action: "measure.report.export", Limit: 5})
	})
	if err != nil || len(entries) != 1 {
		t.Errorf("the journal tells of %d exports, %v", len(entries), err)
	}
}

// A row that must not be hit warns on the day on which it is, and the report of
// the year still says so when it no longer is.
func TestAVetoWarnsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.load(t)
		if _, err := h.Watch(li(t), s.ID, true); err != nil {
			t.Fatal(err)
		}
		house := db.In(t.Context(), "b")
		look := func(at time.Time) int {
			t.Helper()
			h.DB.Now = func() time.Time { return at }
			n, err := h.LookOnce(house)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		march, december := dbtest.Noon.AddDate(0, 0, 10), time.Date(2026, 12, 20, 4, 0, 0, 0, time.UTC)
		if n := look(dbtest.Noon); n != 0 {
			t.Errorf("%d warnings before anything happened", n)
		}
		h.DB.Now = func() time.Time { return march }
		h.note(t, act.Act{Kind: "test.accident.noted", Unit: h.firm, Subject: "a1", Title: "事故"})
		if n := look(march); n != 1 {
			t.Errorf("%d warnings on the day", n)
		}
		if n := look(march.AddDate(0, 0, 1)); n != 0 {
			t.Errorf("%d warnings on the next day", n)
		}
		list, err := h.Warnings(li(t))
		if err != nil || len(list) != 1 || !list[0].Hit || len(list[0].Warnings) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := db.Do(li(t), h.DB, func(tx *db.Tx) error {
			if err := journal.Record(tx, "test.note", "a1", nil); err != nil {
				return err
			}
			_, err := act.TakeBack(tx, "test.accident.noted", "a1", "误录")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		look(march.AddDate(0, 1, 0))
		look(december)
		p, _ := h.Begin(li(t), Beginning{Standard: s.ID, Name: "年度", From: "2026-01-01", To: "2026-12-31"})
		r, err := h.Report(li(t), p.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if l := lineOfCode(r, "N1"); l.Verdict != "hit" || l.Warning == nil || !l.Warning.RaisedAt.Equal(march) || l.Warning.ClearedAt == nil {
			t.Errorf("in December: %s, %+v", l.Verdict, l.Warning)
		}
		acts, err := db.View(li(t), h.DB, func(tx *db.Tx) ([]act.Tally, error) { return act.ByKind(tx, act.Filter{}) })
		if err != nil || !slices.Equal(acts, []act.Tally{{Key: "measure.warning.cleared", Count: 1}, {Key: "measure.warning.raised", Count: 1}}) {
			t.Errorf("acts %v, %v", acts, err)
		}
	})
}

func TestThresholds(t *testing.T) {
	for text, holds := range map[string]bool{">= 3": true, "> 3": false, "<=3": true, "< 3": false, "= 3": true, ">= 2.5": true} {
		if b, ok := parseThreshold(text); !ok || b.holds(big.NewRat(3, 1)) != holds {
			t.Errorf("3 %s: want %v", text, holds)
		}
	}
	for _, text := range []string{"3", ">=", "about 3", ">= x"} {
		if _, ok := parseThreshold(text); ok {
			t.Errorf("%q was read", text)
		}
	}
}

const matrix = `
                        stranger  staff  secretariat
measure.entry.review    -         -      yes
measure.entry.write     -         -      yes
measure.evidence.check  -         -      yes
measure.fact.end        -         -      yes
measure.fact.note       -         -      yes
measure.fact.read       -         yes    yes
measure.fact.withdraw   -         -      yes
measure.report.begin    -         -      yes
measure.report.export   -         -      yes
measure.report.freeze   -         -      yes
measure.report.read     -         yes    yes
measure.standard.load   -         -      yes
measure.standard.read   yes       yes    yes
measure.standard.watch  -         -      yes
measure.warning.read    -         yes    yes
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{}, {ID: "w", Unit: "u", Roles: []string{auth.Staff}}, {ID: "li", Roles: []string{auth.Secretariat}}}
	got := fmt.Sprintf("\n%-24s%s\n", "", "stranger  staff  secretariat")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		l := fmt.Sprintf("%-24s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, Thing{}) {
				word = "yes"
			}
			l += fmt.Sprintf("%-*s", []int{10, 7, 0}[i], word)
		}
		got += strings.TrimRight(l, " ") + "\n"
		if !i18n.Has(action) {
			t.Errorf("no words for %s", action)
		}
	}
	if got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

func (h *house) send(ctx context.Context, method, path, language string, form url.Values) *httptest.ResponseRecorder {
	rs := &web.Routes{
		Who:  func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
		Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: "b", Name: "壶城"}, nil },
	}
	h.Routes(rs)
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.story(t)
		s := h.load(t)
		w := h.send(li(t), "POST", "/standards", "zh-CN", url.Values{"name": {"草案"}, "edition": {"0"}, "source": {"草案"}, "draft": {"1"}})
		if w.Code != 422 || strings.Count(w.Body.String(), "行为词表中没有") < 10 { // its kinds are those of rooms that are not here
			t.Errorf("the shipped draft without the rooms that it counts: %d %.400s", w.Code, w.Body)
		}
		if w := h.send(li(t), "POST", "/standards", "en", url.Values{"name": {"x"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "choose a file") {
			t.Errorf("no file: %d", w.Code)
		}
		w = h.send(li(t), "POST", "/reports", "zh-CN", url.Values{"standard": {s.ID}, "name": {"一季度"}, "from": {"2026-01-01"}, "to": {"2026-03-31"}})
		report := w.Header().Get("Location")
		if w.Code != 303 {
			t.Fatalf("a report is begun: %d %s", w.Code, w.Body)
		}
		h.send(li(t), "POST", report+"/rows/A2/statement", "zh-CN", url.Values{"value": {"12"}, "words": {"财政局批复"}})
		h.send(li(t), "POST", "/standards/"+s.ID+"/watch", "zh-CN", url.Values{"watched": {"1"}})
		for path, words := range map[string][]string{
			"/standards":           {"试行标准", "工作草案", "working draft"},
			"/standards/" + s.ID:   {"count(test.accident.noted)", "监测", "watching"},
			"/reports":             {"一季度", "新建报告", "Begin a report"},
			report:                 {"年度结业班次|班次", "人工填报", "by hand", "定稿", "Freeze"},
			report + "/rows/A1":    {"学时 16", "结业", "Class finished", "佐证记录"},
			report + "/rows/A2":    {"财政局批复", "审核|部分达标", "partly met"},
			"/warnings":            {"触发条件", "hit when"},
			report + "?format=csv": {"班次", "A1"},
		} {
			both := h.send(li(t), "GET", path, "zh-CN", nil).Body.String() + h.send(li(t), "GET", path, "en", nil).Body.String()
			for _, any := range words {
				if !slices.ContainsFunc(strings.Split(any, "|"), func(word string) bool { return strings.Contains(both, word) }) {
					t.Errorf("%s does not say %q", path, any)
				}
			}
			if strings.Contains(both, ">measure.") || strings.Contains(both, "%!") || strings.Contains(both, " style=") {
				t.Errorf("%s lacks a word, or holds a style", path)
			}
		}
		if w := h.send(li(t), "POST", report+"/freezing", "en", url.Values{}); w.Code != 303 {
			t.Errorf("freezing: %d", w.Code)
		}
		if w := h.send(li(t), "GET", report+"/binder", "zh-CN", nil); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
			t.Errorf("the binder: %d", w.Code)
		}
		if w := h.send(db.In(t.Context(), "b"), "GET", report, "en", nil); w.Code != 303 {
			t.Errorf("a report for a stranger: %d", w.Code)
		}
	})
}

func TestWords(t *testing.T) {
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "measure.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
}
