package member_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
)

// The kinds that the usual rule counts, as their rooms declare them.
var _ = act.Declare(
	act.Kind{Name: "facility.equipment.shared", ZH: "设备共享", EN: "Shared", MeansZH: "共享。", MeansEN: "Shared.", Amounts: []act.Amount{{Name: "value", Unit: act.Fen, ZH: "原值", EN: "cost"}}},
	act.Kind{Name: "plan.money.received", ZH: "到账", EN: "Received", MeansZH: "到账。", MeansEN: "Came in.", Amounts: []act.Amount{{Name: "received", Unit: act.Fen, ZH: "金额", EN: "received"}}},
	act.Kind{Name: "plan.task.accepted", ZH: "办结", EN: "Done", MeansZH: "办结。", MeansEN: "Done.", Amounts: []act.Amount{{Name: "hours", Unit: act.Hour, ZH: "工时", EN: "hours"}}},
	act.Kind{Name: "council.meeting.held", ZH: "会议", EN: "Meeting", MeansZH: "会议。", MeansEN: "Held.", Amounts: []act.Amount{{Name: "minutes", Unit: act.Minute, ZH: "时长", EN: "length"}}},
	act.Kind{Name: "placement.placement.started", ZH: "安置", EN: "Placement", MeansZH: "安置。", MeansEN: "Begun."},
	act.Kind{Name: "plan.milestone.reached", ZH: "节点", EN: "Milestone", MeansZH: "节点。", MeansEN: "Reached."},
)

func TestUsualAssessmentHolds(t *testing.T) {
	if err := member.UsualAssessment.Check(); err != nil {
		t.Error(err)
	}
	wrong := member.AssessmentRule{Base: -1, Measures: []member.Measure{{Act: "no.such.kind", Each: 0, Points: 5, Most: 3, Classes: []string{"club"}}}, Levels: []member.Level{{Name: "a", Least: 10}, {Name: "b", Least: 10}}}
	var places []string
	list, _ := errors.AsType[fault.List](wrong.Check())
	for _, item := range list {
		places = append(places, item.Place)
	}
	if got, want := strings.Join(places, " "), "base appeal_days measures.0.name measures.0.act measures.0.each measures.0.most measures.0.classes levels.1.least levels"; got != want {
		t.Errorf("faults at %s, want %s", got, want)
	}
}

// share notes that a unit shared a machine on a day.
func (h *house) share(t *testing.T, unit, day string, value int64) {
	t.Helper()
	err := db.Do(secretariat(t), h.DB, func(tx *db.Tx) error {
		if err := journal.Record(tx, "facility.equipment.import", unit, nil); err != nil {
			return err
		}
		at, _ := time.Parse(time.DateOnly, day)
		return act.Note(tx, act.Act{Kind: "facility.equipment.shared", At: at, Unit: h.units[unit], Subject: db.NewID(), Title: "设备", Amounts: map[string]int64{"value": value}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A year is counted from acts, frozen, adjusted by hand with a reason, announced,
// appealed against, and concluded; each step only in its turn.
func TestYearlyAssessment(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		li := secretariat(t)
		h.join(t, "五星", "2024-01-01")
		h.join(t, "壶职大", "2024-01-01")
		h.share(t, "五星", "2025-03-01", 120_000_000)
		h.share(t, "五星", "2025-04-01", 80_000_000)
		h.share(t, "五星", "2024-12-30", 999_000_000) // the year before
		a := must(h.Assess(li, member.AssessForm{Name: "2025 年度", Period: member.Period{Since: "2025-01-01", Until: "2025-12-31"}}))(t)
		if r := a.Results[0]; r.Unit != h.units["五星"] || r.Figures[0].Value != 2 || r.Figures[1].Value != 200_000_000 || r.Points != 60+4+4 || r.Level.Name != "合格" || a.Results[1].Points != 60 {
			t.Fatalf("%+v", a.Results)
		}
		firm := dbtest.As(t, auth.Actor{ID: "w", Body: "b", Unit: h.units["五星"], Roles: []string{auth.UnitAdmin}})
		school := dbtest.As(t, auth.Actor{ID: "x", Body: "b", Unit: h.units["壶职大"], Roles: []string{auth.UnitAdmin}})
		if _, err := h.Assessment(firm, a.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a member sees the draft: %v", err)
		}
		if _, err := h.Assess(li, member.AssessForm{Name: "2025 年度", Period: member.Period{Since: "2025-02-31", Until: "2025-12-31"}}); fault.At(err, "name") == nil || fault.At(err, "since") == nil {
			t.Errorf("the same name, a day that is none: %v", err)
		}
		if _, err := h.Adjust(li, a.ID, h.units["壶职大"], 5, " "); fault.At(err, "reason") == nil {
			t.Errorf("adjusted without a reason: %v", err)
		}
		must(h.Adjust(li, a.ID, h.units["壶职大"], 20, "承办论坛"))(t)
		h.share(t, "壶职大", "2025-05-01", 50_000_000)
		a = must(h.Recount(li, a.ID))(t)
		if r := a.Results[0]; r.Unit != h.units["壶职大"] || r.Points != 60+2+1+20 {
			t.Errorf("counted anew: %+v", r)
		}
		a = must(h.Announce(li, a.ID))(t)
		h.share(t, "五星", "2025-06-01", 999_000_000) // too late: the figures are frozen
		if a.AppealUntil != "2026-03-12" {
			t.Errorf("appeals until %s", a.AppealUntil)
		}
		if _, err := h.Recount(li, a.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("counted anew after it was announced: %v", err)
		}
		must(h.File(firm, a.ID, "六月共享的设备没有计入，请核对。"))(t)
		if _, err := h.File(firm, a.ID, "六月共享的设备没有计入，请核对。"); !errors.Is(err, fault.Conflict) {
			t.Errorf("appealed twice: %v", err)
		}
		if seen := must(h.Assessment(school, a.ID))(t); len(seen.Appeals) != 0 || len(seen.Results) != 2 {
			t.Errorf("another unit sees %d appeals and %d results", len(seen.Appeals), len(seen.Results))
		}
		h.DB.Now = func() time.Time { return dbtest.Noon.AddDate(0, 0, 11) }
		if _, err := h.File(school, a.ID, "我校的论坛应计入更多分值。"); !errors.Is(err, fault.Conflict) {
			t.Errorf("appealed late: %v", err)
		}
		if _, err := h.Conclude(li, a.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("concluded with an open appeal: %v", err)
		}
		a = must(h.Answer(li, a.ID, must(h.Assessment(li, a.ID))(t).Appeals[0].ID, member.AnswerForm{Upheld: true, Points: 12, Answer: "补计六月设备"}))(t)
		a = must(h.Conclude(li, a.ID))(t)
		firmAt := must(h.Assessment(firm, a.ID))(t)
		if firmAt.Results[1].Points != 68+12 && firmAt.Results[0].Points != 68+12 {
			t.Errorf("after the appeal: %+v", firmAt.Results)
		}
		n := must(db.View(li, h.DB, func(tx *db.Tx) (int64, error) { return act.Count(tx, act.Filter{Kind: "member.unit.assessed"}) }))(t)
		if n != 2 {
			t.Errorf("%d members are noted as assessed", n)
		}
	})
}

// Money counts for whoever paid it, hours for whoever did the task, time at a
// meeting for all who were there.
func TestMoneyAndHoursAreContributions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		li := secretariat(t)
		h.join(t, "五星", "2024-01-01")
		h.join(t, "壶职大", "2024-01-01")
		firm, school := h.units["五星"], h.units["壶职大"]
		at, _ := time.Parse(time.DateOnly, "2025-06-10")
		err := db.Do(li, h.DB, func(tx *db.Tx) error {
			if err := journal.Record(tx, "test.note", "x", nil); err != nil {
				return err
			}
			return act.Note(tx,
				act.Act{Kind: "plan.money.received", At: at, Unit: firm, Units: []string{school}, Subject: "p", Title: "项目", Amounts: map[string]int64{"received": 35_000_000}},
				act.Act{Kind: "plan.task.accepted", At: at, Unit: school, Subject: "t", Title: "任务", Amounts: map[string]int64{"hours": 120}},
				act.Act{Kind: "council.meeting.held", At: at, Units: []string{firm, school}, Subject: "m", Title: "会议", Amounts: map[string]int64{"minutes": 125}},
				act.Act{Kind: "placement.placement.started", At: at, Unit: school, Units: []string{firm}, Subject: "s", Title: "实习"})
		})
		if err != nil {
			t.Fatal(err)
		}
		c := must(h.Contributions(li, member.Period{Since: "2025-01-01", Until: "2025-12-31"}))(t)
		for _, r := range c.Results {
			got := map[string][2]int64{}
			for i, f := range r.Figures {
				if f.Value > 0 {
					got[c.Rule.Rule.Measures[i].NameEN] = [2]int64{f.Value, int64(f.Points)}
				}
			}
			want := map[string][2]int64{"Money paid in": {35_000_000, 3}, "Time at meetings": {125, 2}, "Interns and graduates taken": {1, 0}}
			if r.Unit == school { // it sent the student: that earns an enterprise's points only
				want = map[string][2]int64{"Hours put into tasks": {120, 3}, "Time at meetings": {125, 2}, "Tasks done": {1, 2}, "Interns and graduates taken": {1, 0}}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s has given %v, want %v", r.Name, got, want)
			}
		}
	})
}

// However much there is of a measure, its points never pass the most, never fall
// as the value rises, and are those of whole sums.
func TestPointsOfAMeasure(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		m := member.Measure{Each: 1 + r.Int64N(1_000_000), Points: 1 + r.IntN(20), Most: 0}
		m.Most = m.Points + r.IntN(100)
		last := 0
		for _, value := range []int64{-5, 0, 1, m.Each - 1, m.Each, m.Each * 3, m.Each*7 + 1, 1 << 60} {
			got := member.Worth(m, value)
			if got < last || got > m.Most || value >= m.Each && got < min(m.Most, m.Points) || value < m.Each && value > 0 && int64(got) != value*int64(m.Points)/m.Each {
				t.Fatalf("%+v of %d gives %d after %d", m, value, got, last)
			}
			last = got
		}
	}
}

func TestAssessmentPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		li := secretariat(t)
		h.join(t, "五星", "2024-01-01")
		h.share(t, "五星", "2026-01-05", 100_000_000)
		staff := dbtest.As(t, auth.Actor{ID: "w", Body: "b", Unit: h.units["五星"], Roles: []string{auth.Staff}})
		holds(t, "contributions", get(t, h, staff, "/contributions"), 200, "成员贡献", "五星汽车", "1,000,000", "/acts?kind=facility.equipment.shared")
		holds(t, "as a sheet", get(t, h, staff, "/contributions?format=csv"), 200, "共享设备原值", "五星汽车股份有限公司")
		holds(t, "a wrong form", send(t, h, li, "POST", "/assessments", url.Values{"since": {"x"}}), 422, "请填写名称", "日期")
		w := send(t, h, li, "POST", "/assessments", url.Values{"name": {"2026"}, "since": {"2026-01-01"}, "until": {"2026-02-28"}})
		holds(t, "made", w, 303)
		at := w.Header().Get("Location")
		holds(t, "the draft", get(t, h, li, at, "Accept-Language", "en"), 200, "Draft", "Announce", "64")
		holds(t, "one result", get(t, h, li, at+"/"+h.units["五星"]), 200, "人工调整", "2 / 10")
		holds(t, "announced", send(t, h, li, "POST", at+"/announcement", url.Values{}), 303)
		holds(t, "for its staff", get(t, h, staff, at+"/"+h.units["五星"]), 200, "!提交申诉", "!调整</button>")
		admin := dbtest.As(t, auth.Actor{ID: "w", Body: "b", Unit: h.units["五星"], Roles: []string{auth.UnitAdmin}})
		holds(t, "for its administrator", get(t, h, admin, at+"/"+h.units["五星"]), 200, "提交申诉")
		holds(t, "appealed too shortly", send(t, h, admin, "POST", at+"/appeals", url.Values{"words": {"不"}}), 422, "请说明申诉理由")
		holds(t, "appealed", send(t, h, admin, "POST", at+"/appeals", url.Values{"words": {"请核对一月共享设备的原值。"}}), 303)
		holds(t, "its answer is asked for", get(t, h, li, at+"/"+h.units["五星"]), 200, "待答复", "答复申诉")
		holds(t, "the unit's page", get(t, h, staff, "/members/"+h.units["五星"]), 200, "贡献", "计分项")
		holds(t, "the unit's public page", get(t, h, db.In(context.Background(), "b"), "/members/"+h.units["五星"]), 200, "!计分项")
	})
}
