package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	"guildhall/internal/files"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/ledger"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
	"guildhall/internal/web"
)

type house struct {
	*Plan
	firm, school string
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, files.Room, directory.Room, act.Room, rule.Room, ledger.Room, Room)
		keys, err := seal.New(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		store, err := files.Open(t.TempDir(), keys)
		if err != nil {
			t.Fatal(err)
		}
		units := []*directory.Unit{
			{Name: "恒岳精密机械", Class: "enterprise", Region: "450203", Staff: 320, NameEN: "Hengyue Precision"},
			{Name: "壶城工学院", Class: "higher_vocational", Region: "450202"},
		}
		if err := directory.New(d, keys).EnrolUnits(li(t), units); err != nil {
			t.Fatal(err)
		}
		test(t, &house{&Plan{DB: d, Files: store, Since: func(*db.Tx) (map[string]string, error) {
			return map[string]string{units[0].ID: "2024-01-01"}, nil
		}}, units[0].ID, units[1].ID})
	})
}

func li(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
}

func staff(t *testing.T, unit string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "wei", Unit: unit, Body: "b", Roles: []string{auth.UnitAdmin}})
}

func (h *house) count(t *testing.T, f act.Filter) int64 {
	t.Helper()
	n, err := db.View(li(t), h.DB, func(tx *db.Tx) (int64, error) { return act.Count(tx, f) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (h *house) sum(t *testing.T, kind, amount string) int64 {
	t.Helper()
	n, err := db.View(li(t), h.DB, func(tx *db.Tx) (int64, error) { return act.Sum(tx, act.Filter{Kind: kind}, amount) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A task goes from the plan over a report with evidence to its verdict, and each
// step counts.
func TestATaskIsDone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.Open(li(t), TaskForm{Title: " ", Due: "soon", Goal: -1, Kind: "wish"})
		for _, place := range []string{"title", "due", "goal", "kind", "owner"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is said of %s: %v", place, err)
			}
		}
		task, err := h.Open(li(t), TaskForm{Title: "共建十门课程", Owner: h.school, Due: "2026-03-10", Goal: 10, Evidence: "课程清单"})
		if err != nil {
			t.Fatal(err)
		}
		if task.Ref() != "2026-1" || task.Origin != Hand {
			t.Errorf("opened as %s from %s", task.Ref(), task.Origin)
		}
		if _, err := h.ReportOn(staff(t, h.firm), task.ID, Report{Progress: 10}, nil); !errors.Is(err, fault.Denied) {
			t.Errorf("another unit reports: %v", err)
		}
		if _, err := h.ReportOn(staff(t, h.school), task.ID, Report{Progress: 50, Done: 5, Text: "五门已开课"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReportOn(staff(t, h.school), task.ID, Report{Finished: true}, nil); fault.At(err, "file") == nil {
			t.Errorf("reported done without evidence: %v", err)
		}
		shown, err := h.Files.Put(strings.NewReader("一、电池装配"), "清单.txt", 1000)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReportOn(staff(t, h.school), task.ID, Report{Done: 10, Finished: true}, []*files.File{shown}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Judge(staff(t, h.school), task.ID, Accept, ""); !errors.Is(err, fault.Denied) {
			t.Errorf("its owner judges it: %v", err)
		}
		if _, err := h.Judge(li(t), task.ID, Return, " "); fault.At(err, "text") == nil {
			t.Errorf("given back without a reason: %v", err)
		}
		if task, err = h.Judge(li(t), task.ID, Accept, "属实"); err != nil || task.State != Accepted {
			t.Fatalf("%v, %v", task, err)
		}
		if n := h.count(t, act.Filter{Kind: "plan.task.accepted", Is: map[string][]string{"timely": {"yes"}}}); n != 1 {
			t.Errorf("%d tasks done in time", n)
		}
		if _, err := h.Judge(li(t), task.ID, Accept, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("judged twice: %v", err)
		}
		whole, err := h.Task(li(t), task.ID)
		if err != nil || len(whole.notes) != 4 {
			t.Errorf("notes %+v, %v", whole.notes, err)
		}
		other, _ := h.Open(li(t), TaskForm{Title: "另一项", Owner: h.firm, Due: "2026-05-01"})
		if _, err := h.Cancel(li(t), other.ID, "并入前项"); err != nil {
			t.Fatal(err)
		}
		if n := h.count(t, act.Filter{Kind: "plan.task.opened"}); n != 1 {
			t.Errorf("%d tasks count as opened after one was cancelled", n)
		}
	})
}

func TestClauses(t *testing.T) {
	for name, c := range map[string]struct {
		words string
		want  []string
	}{
		"no clauses":       {"同意吸收新成员。", []string{"决议"}},
		"Chinese numerals": {"会议决定：\n一、成立工作组；\n二、制定章程。\n（三）公布名单。", []string{"成立工作组", "制定章程", "公布名单"}},
		"figures":          {"1. 成立\n2、制定", []string{"成立", "制定"}},
		"a year is none":   {"2026 年的工作", []string{"决议"}},
	} {
		if got := Clauses("决议", c.words); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestResolutionOpensEachTaskOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 2 { // the relay may tell it twice
			for _, title := range []string{"成立工作组", "制定办法"} {
				err := db.Do(dbtest.As(t, auth.Actor{Body: "b"}), h.DB, func(tx *db.Tx) error {
					_, err := h.OpenDraft(tx, TaskForm{Title: title, Origin: Resolution, OriginID: "r1", OriginTitle: "2026-1 号决议"})
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		unfinished, err := db.View(li(t), h.DB, h.Unfinished)
		if err != nil || len(unfinished) != 2 || unfinished[0].Owner != "" {
			t.Errorf("%d open tasks of resolutions, %v", len(unfinished), err)
		}
		waiting, err := db.View(li(t), h.DB, h.Waiting)
		if err != nil || len(waiting) != 2 || !waiting[0].Assign {
			t.Errorf("%d wait to be assigned, %v", len(waiting), err)
		}
	})
}

// What a day asks about a task, by the rule of 7 days before, 7 days again, 14 days up.
func TestAsks(t *testing.T) {
	r := Reminding{BeforeDays: 7, EveryDays: 7, EscalateDays: 14}
	for name, c := range map[string]struct {
		task Task
		day  string
		want due
	}{
		"long before":            {Task{State: Open, Due: "2026-03-20"}, "2026-03-02", due{}},
		"a week before":          {Task{State: Open, Due: "2026-03-09"}, "2026-03-02", due{remind: true}},
		"reminded already":       {Task{State: Open, Due: "2026-03-09", RemindedOn: "2026-03-02"}, "2026-03-05", due{}},
		"the day itself":         {Task{State: Open, Due: "2026-03-02", RemindedOn: "2026-02-25"}, "2026-03-02", due{}},
		"a day late":             {Task{State: Open, Due: "2026-03-01", RemindedOn: "2026-02-25"}, "2026-03-02", due{remind: true, late: true}},
		"late and told":          {Task{State: Open, Due: "2026-03-01", RemindedOn: "2026-03-02", lateNoted: true}, "2026-03-05", due{}},
		"late, a week on":        {Task{State: Open, Due: "2026-03-01", RemindedOn: "2026-03-02", lateNoted: true}, "2026-03-09", due{remind: true}},
		"two weeks late":         {Task{State: Open, Due: "2026-03-01", RemindedOn: "2026-03-09", lateNoted: true}, "2026-03-15", due{escalate: true}},
		"up already":             {Task{State: Open, Due: "2026-03-01", RemindedOn: "2026-03-15", EscalatedOn: "2026-03-15", lateNoted: true}, "2026-03-16", due{}},
		"reported, to be judged": {Task{State: Reported, Due: "2026-03-01"}, "2026-04-01", due{}},
		"no day":                 {Task{State: Open}, "2026-04-01", due{}},
	} {
		if got := c.task.asks(c.day, r); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestReminders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		task, err := h.Open(li(t), TaskForm{Title: "迟到的任务", Owner: h.firm, Due: "2026-03-04"})
		if err != nil {
			t.Fatal(err)
		}
		house := db.In(t.Context(), "b")
		for _, c := range []struct{ days, reminded int }{{0, 1}, {0, 0}, {3, 1}, {4, 0}, {16, 1}, {17, 0}} {
			h.DB.Now = func() time.Time { return dbtest.Noon.AddDate(0, 0, c.days) }
			if n, err := h.RemindOnce(house); err != nil || n != c.reminded {
				t.Errorf("after %d days %d are reminded of, want %d (%v)", c.days, n, c.reminded, err)
			}
		}
		if late, up := h.count(t, act.Filter{Kind: "plan.task.overdue"}), h.count(t, act.Filter{Kind: "plan.task.escalated", Least: map[string]int64{"late": 14}}); late != 1 || up != 1 {
			t.Errorf("late %d times, escalated %d times", late, up)
		}
		waiting, err := db.View(li(t), h.DB, h.Waiting)
		if err != nil || len(waiting) != 1 || waiting[0].Task.ID != task.ID || waiting[0].Task.Late != 15 {
			t.Errorf("what was escalated waits for the secretariat: %+v, %v", waiting, err)
		}
	})
}

func TestAProject(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.Start(li(t), ProjectForm{Milestones: "2026-06-30 签约\n六月 开工", Partners: "没有的单位", Starts: "2026-03-01", Ends: "2026-02-01"})
		for _, place := range []string{"name", "goal", "owner", "partners", "milestones", "ends"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is said of %s: %v", place, err)
			}
		}
		p, err := h.Start(li(t), ProjectForm{Name: "数字化教学工厂", Goal: "建成一座", Owner: h.school, Partners: "恒岳精密机械\n", Starts: "2026-02-01", Milestones: "2026-02-20 签约\n2026-06-30 开工"})
		if err != nil {
			t.Fatal(err)
		}
		if p, err = h.Promise(staff(t, h.school), p.ID, MoneyForm{Source: "enterprise", Payer: h.firm, Yuan: 480000.5}); err != nil {
			t.Fatal(err)
		}
		whole, err := h.Project(li(t), p.ID)
		if err != nil || whole.Promised != 48000050 || len(whole.PartnerNames) != 1 {
			t.Fatalf("%+v, %v", whole, err)
		}
		m := whole.Money[0].ID
		if _, err := h.Receive(staff(t, h.school), p.ID, m, 1, "2026-03-01"); !errors.Is(err, fault.Denied) {
			t.Errorf("its owner notes money received: %v", err)
		}
		if _, err := h.Receive(li(t), p.ID, m, 480001, "2026-03-01"); fault.At(err, "yuan") == nil {
			t.Errorf("more came in than was promised: %v", err)
		}
		if _, err := h.Receive(li(t), p.ID, m, 200000, "2026-03-01"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Reach(staff(t, h.school), p.ID, whole.Milestones[0].ID, "2026-02-25", "已签"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Finish(li(t), p.ID, "finished", ""); fault.At(err, "result") == nil {
			t.Errorf("finished without a result: %v", err)
		}
		if _, err := h.Finish(li(t), p.ID, "finished", "建成"); err != nil {
			t.Fatal(err)
		}
		if in, late := h.sum(t, "plan.money.received", "received"), h.count(t, act.Filter{Kind: "plan.milestone.reached", Is: map[string][]string{"timely": {"no"}}}); in != 20000000 || late != 1 {
			t.Errorf("received %d fen, %d milestones late", in, late)
		}
		stranger, err := h.Project(db.In(t.Context(), "b"), p.ID)
		if err != nil || stranger.Money != nil || stranger.Promised != 0 {
			t.Errorf("a stranger sees the money: %+v, %v", stranger, err)
		}
	})
}

func TestParseConditions(t *testing.T) {
	good := "class is enterprise research\nregion under 4502 # 注册地在本市\nstaff >= 50\nmember_months >= 12\nacts plan.project.started >= 1 in 24 months\nsum plan.money.received received >= 100000"
	list, wrong := ParseConditions(good)
	if len(wrong) > 0 || len(list) != 6 || list[5].Number != 10_000_000 || list[1].Words != "注册地在本市" {
		t.Fatalf("%+v, %v", list, wrong)
	}
	var lines []string
	for _, c := range list {
		lines = append(lines, c.Line())
	}
	if got := strings.Join(lines, "\n"); got != good {
		t.Errorf("written again:\n%s", got)
	}
	_, wrong = ParseConditions("colour is red\nclass is firm\nclass under enterprise\nstaff > 5\nstaff >= many\nacts x.y.z >= 1\nsum plan.money.received paid >= 1\nacts plan.project.started >= 1 in 999 months\nsum\nacts")
	if len(wrong) != 10 {
		t.Errorf("%d faults of ten lines: %v", len(wrong), wrong)
	}
}

func FuzzParseConditions(f *testing.F) {
	f.Add("class is enterprise\nsum plan.money.received received >= 1 in 3 months # 词")
	f.Fuzz(func(t *testing.T, text string) {
		list, wrong := ParseConditions(text)
		if len(wrong) > 0 {
			return
		}
		for _, c := range list {
			again, wrong := ParseConditions(c.Line())
			if len(wrong) > 0 || len(again) != 1 || fmt.Sprint(again[0]) != fmt.Sprint(c) {
				t.Errorf("%+v is written %q, which reads as %+v, %v", c, c.Line(), again, wrong)
			}
		}
	})
}

// A unit that lacks a condition is told which, and one that has all applies once a
// year, for no more than the policy gives.
func TestAPolicyIsTakenUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.ListPolicy(li(t), SchemeForm{Kind: "gift", Conditions: "x", Since: "never", Until: "x", Yuan: -1})
		for _, place := range []string{"title", "issuer", "document", "words", "kind", "conditions", "since", "until", "yuan"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is said of %s: %v", place, err)
			}
		}
		f := SchemeForm{Title: "实训设备共享补助", Issuer: "市财政局", Document: "龙财〔2026〕3 号", Kind: "fiscal", Words: "按共享时长补助", Yuan: 100000,
			Conditions: "class is enterprise\nmember_months >= 12\nacts plan.project.started >= 1 in 12 months", Since: "2026-01-01", Until: "2026-12-31"}
		s, err := h.ListPolicy(li(t), f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.ListPolicy(li(t), f); !errors.Is(err, fault.Conflict) {
			t.Errorf("listed twice: %v", err)
		}
		_, err = h.Apply(staff(t, h.school), s.ID, 200000, "")
		list, _ := errors.AsType[fault.List](err)
		if len(list) != 4 {
			t.Errorf("the school lacks all three and asks too much: %v", err)
		}
		w, err := h.Policy(staff(t, h.firm), s.ID, "")
		if err != nil || w.Qualifies || w.met() != 2 {
			t.Errorf("the firm without a project: %+v, %v", w.Reasons, err)
		}
		if _, err := h.Start(li(t), ProjectForm{Name: "共享", Goal: "共享", Owner: h.firm, Starts: "2026-02-01"}); err != nil {
			t.Fatal(err)
		}
		g, err := h.Apply(staff(t, h.firm), s.ID, 80000, "两台三坐标")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Apply(staff(t, h.firm), s.ID, 80000, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("applied twice: %v", err)
		}
		if _, err := h.JudgeGrant(li(t), g.ID, true, 90000, ""); fault.At(err, "yuan") == nil {
			t.Errorf("more is granted than asked: %v", err)
		}
		if _, err := h.JudgeGrant(li(t), g.ID, true, 60000, ""); err != nil {
			t.Fatal(err)
		}
		if given := h.sum(t, "plan.policy.granted", "granted"); given != 6_000_000 {
			t.Errorf("granted %d fen", given)
		}
		all, err := h.Policies(staff(t, h.firm), PolicySearch{Mine: true})
		if err != nil || len(all.Policies) != 1 || all.Given != 6_000_000 {
			t.Errorf("%+v, %v", all, err)
		}
		if w, err := h.Policy(staff(t, h.school), s.ID, h.firm); err != nil || w.Unit.ID != h.school || len(w.Grants) != 0 {
			t.Errorf("the school looks at another unit's standing: %+v, %v", w, err)
		}
		if _, err := h.EndPolicy(li(t), s.ID); err != nil {
			t.Fatal(err)
		}
	})
}

const matrix = `
                     stranger  student  other  own  secretariat
plan.grant.judge     -         -        -      -    yes
plan.grant.read      -         -        -      yes  yes
plan.money.correct   -         -        -      -    yes
plan.money.promise   -         -        -      yes  yes
plan.money.read      -         -        yes    yes  yes
plan.money.receive   -         -        -      -    yes
plan.policy.apply    -         -        -      yes  -
plan.policy.end      -         -        -      -    yes
plan.policy.list     -         -        -      -    yes
plan.policy.read     yes       yes      yes    yes  yes
plan.policy.weigh    -         -        yes    yes  yes
plan.project.change  -         -        -      yes  yes
plan.project.finish  -         -        -      yes  yes
plan.project.read    yes       yes      yes    yes  yes
plan.project.start   -         -        -      -    yes
plan.task.cancel     -         -        -      -    yes
plan.task.change     -         -        -      -    yes
plan.task.judge      -         -        -      -    yes
plan.task.open       -         -        -      -    yes
plan.task.read       -         -        yes    yes  yes
plan.task.report     -         -        -      yes  yes
plan.year.set        -         -        -      -    yes
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{}, {ID: "s", Unit: "own", Roles: []string{auth.Student}}, {ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin}},
		{ID: "w", Unit: "own", Roles: []string{auth.Staff}}, {ID: "li", Roles: []string{auth.Secretariat}}}
	got := fmt.Sprintf("\n%-21s%s\n", "", "stranger  student  other  own  secretariat")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-21s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, Thing{"own"}) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{10, 9, 7, 5, 0}[i], word)
		}
		got += strings.TrimRight(line, " ") + "\n"
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
		day := url.Values{"title": {"年度大会"}, "owner": {h.firm}, "due": {"2026-02-20"}, "evidence": {"纪要"}}
		w := h.send(li(t), "POST", "/tasks", "zh-CN", day)
		task := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther {
			t.Fatalf("a task is opened: %d %s", w.Code, w.Body)
		}
		w = h.send(li(t), "POST", "/projects", "zh-CN", url.Values{"name": {"教学工厂"}, "goal": {"建成"}, "owner": {h.school}, "starts": {"2026-01-01"}, "milestones": {"2026-06-30 开工"}})
		project := w.Header().Get("Location")
		w = h.send(li(t), "POST", project+"/money", "zh-CN", url.Values{"source": {"fiscal"}, "yuan": {"300000"}})
		if w.Code != http.StatusSeeOther {
			t.Fatalf("money: %d %s", w.Code, w.Body)
		}
		w = h.send(li(t), "POST", "/policies", "zh-CN", url.Values{"title": {"稳岗补贴"}, "issuer": {"市人社局"}, "document": {"1 号"}, "kind": {"talent"}, "words": {"每人 500 元"},
			"conditions": {"class is enterprise\nstaff >= 1000"}, "since": {"2026-01-01"}})
		scheme := w.Header().Get("Location")
		h.send(li(t), "POST", "/plans/2026", "zh-CN", url.Values{"title": {"2026 年工作要点"}, "aim": {"十门课"}})
		stranger := db.In(t.Context(), "b")
		for _, c := range []struct {
			about    string
			who      context.Context
			path     string
			language string
			words    []string
		}{
			{"the tasks", li(t), "/tasks?year=2026", "zh-CN", []string{"年度大会", "逾期 10 天", "2026 年工作要点", "共 1 项"}},
			{"late tasks in English", li(t), "/tasks?state=late", "en", []string{"10 days late", "Hengyue Precision"}},
			{"a task for its owner", staff(t, h.firm), task, "zh-CN", []string{"报告进展", "佐证要求", "!验收通过", "!调整任务"}},
			{"a task to change", li(t), task + "/change", "en", []string{"Change the task", "2026-02-20"}},
			{"the export", li(t), "/tasks?format=csv", "zh-CN", []string{"年度大会", "2026-1"}},
			{"the form of a task", li(t), "/tasks/new", "en", []string{"Evidence required"}},
			{"the projects for a stranger", stranger, "/projects", "zh-CN", []string{"教学工厂", "!300,000"}},
			{"a project", staff(t, h.school), project, "en", []string{"300,000", "Milestones", "!Received</button>"}},
			{"the form of a project", li(t), "/projects/new", "zh-CN", []string{"每行一个单位名称"}},
			{"the policies for a firm", staff(t, h.firm), "/policies", "zh-CN", []string{"稳岗补贴", "满足 1 / 2 条"}},
			{"a policy for a firm", staff(t, h.firm), scheme, "zh-CN", []string{"尚不符合条件", "单位类别为企业", "实际：320"}},
			{"a policy for a stranger", stranger, scheme, "en", []string{"Who qualifies", "staff at least 1,000", "!has: 320"}},
			{"the form of a policy", li(t), "/policies/new", "en", []string{"class is enterprise"}},
			{"the plan of a year", li(t), "/plans/2026", "en", []string{"十门课"}},
		} {
			w := h.send(c.who, "GET", c.path, c.language, nil)
			text := w.Body.String()
			if w.Code != 200 {
				t.Errorf("%s: %d %.300s", c.about, w.Code, text)
			}
			for _, word := range c.words {
				not, word := strings.HasPrefix(word, "!"), strings.TrimPrefix(word, "!")
				if strings.Contains(text, word) == not {
					t.Errorf("%s: does it say %q? %v", c.about, word, !not)
				}
			}
			if strings.Contains(text, ">plan.") || strings.Contains(text, "%!") || strings.Contains(text, " style=") {
				t.Errorf("%s lacks a word, or holds a style", c.about)
			}
		}
		if w := h.send(li(t), "POST", "/tasks", "en", url.Values{"title": {"x"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "a day is needed") {
			t.Errorf("a task without a day: %d", w.Code)
		}
		if w := h.send(stranger, "GET", task, "en", nil); w.Code != http.StatusSeeOther {
			t.Errorf("a task for a stranger: %d", w.Code)
		}
	})
}

func TestWords(t *testing.T) {
	need := slices.Collect(maps.Keys(policy))
	for _, k := range []string{"reminded", "escalated", "opened", "changed", "progress", "reported", "returned", "accepted", "failed", "cancelled"} {
		need = append(need, "plan.note."+k)
	}
	need = append(need, rule.Find("plan.reminding").Words()...)
	for _, key := range need {
		if !i18n.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "plan.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
}
