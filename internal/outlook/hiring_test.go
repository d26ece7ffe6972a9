package outlook

import (
	"errors"
	"strings"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
)

func TestSettleTellsAllFaults(t *testing.T) {
	bad := Hire{Quarter: "2026-13", Position: "P999", Segment: "Z9", Planned: n(-1), Hired: n(Most + 1)}
	wrong := bad.settle().Err()
	for place, key := range map[string]string{"quarter": "outlook.hire.quarter", "position": "outlook.hire.position", "segment": "outlook.hire.segment",
		"unit": "outlook.hire.unit", "planned": "outlook.hire.range", "hired": "outlook.hire.range"} {
		if got := fault.At(wrong, place); got == nil || got.Key != key {
			t.Errorf("at %s: %v, want %s", place, got, key)
		}
	}
	if nothing := (&Hire{Quarter: "2026Q1", Unit: "u", Position: "P001"}).settle(); fault.At(nothing.Err(), "hired") == nil {
		t.Error("a record without a figure was taken")
	}
	plan := Plan{Quarter: "soon", Position: "P001", Planned: -3, Confidence: "sure", SubmittedOn: "2026-02-30"}
	for _, place := range []string{"quarter", "unit", "planned", "confidence", "submitted_on"} {
		if fault.At(plan.settle().Err(), place) == nil {
			t.Errorf("plan: nothing said at %s", place)
		}
	}
	good := Hire{Quarter: " 2026-Q3", Unit: "u", Position: "p001 ", Hired: n(0)}
	if err := good.settle().Err(); err != nil || good.Quarter != "2026Q3" || good.Position != "P001" || good.Segment != "M07" {
		t.Errorf("%+v, %v", good, err)
	}
}

// Telling a quarter again changes it; what is left out stays; nobody tells for others.
func TestReport(t *testing.T) {
	each(t, 4, func(t *testing.T, h *house) {
		e0 := h.world.units["E0"]
		one := Hire{Quarter: "2026Q1", Unit: e0, Position: "P013", Hired: n(5), Planned: n(6)}
		for range 2 {
			if err := h.Report(h.staff(t, "E0"), []Hire{one}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Report(h.staff(t, "E0"), []Hire{{Quarter: "2026Q1", Unit: e0, Position: "P013", Hired: n(9)}}); err != nil {
			t.Fatal(err)
		}
		all := view(t, h, hires)
		if len(all) != 1 || *all[0].Hired != 9 || *all[0].Planned != 6 || all[0].Left != nil || all[0].Segment == "" {
			t.Errorf("%+v", all)
		}
		if err := h.Report(h.staff(t, "E1"), []Hire{one}); !errors.Is(err, fault.Denied) {
			t.Errorf("for another enterprise: %v", err)
		}
		if err := h.Report(h.stranger(t), []Hire{one}); !errors.Is(err, fault.Unknown) {
			t.Errorf("by a stranger: %v", err)
		}
		err := h.Report(h.staff(t, "E0"), []Hire{one, {Quarter: "x", Unit: e0, Position: "P013", Hired: n(1)}})
		if got := fault.At(err, "2.quarter"); got == nil {
			t.Errorf("a wrong second record: %v", err)
		}
	})
}

func view[T any](t *testing.T, h *house, fn func(*db.Tx) (T, error)) T {
	t.Helper()
	v, err := db.View(h.secretariat(t), h.DB, fn)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sheetRow(kind string, number int, pairs ...string) *intake.Row {
	texts := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		texts[pairs[i]] = pairs[i+1]
	}
	return intake.NewRow(kind, number, texts)
}

// A sheet is looked over and kept; sending it again finds every row the same.
func TestTakers(t *testing.T) {
	each(t, 4, func(t *testing.T, h *house) {
		sheets := map[string]func() []*intake.Row{
			"hiring": func() []*intake.Row {
				return []*intake.Row{
					sheetRow("hiring", 2, "quarter", "2026Q1", "enterprise_id", "E0", "position_code", "P013", "segment_code", "M02", "hired", "5", "planned", "6"),
					sheetRow("hiring", 3, "quarter", "2026Q2", "enterprise", "E0", "position", "电池测试技术员", "hired", "0"),
					sheetRow("hiring", 4, "quarter", "2026Q2", "enterprise", "nobody", "position_code", "P013", "hired", "1"),
					sheetRow("hiring", 5, "quarter", "2026Q2", "enterprise_id", "E0", "position", "太空电梯司机", "hired", "1"),
					sheetRow("hiring", 6, "quarter", "2026Q2", "enterprise_id", "E0", "position_code", "P013"),
				}
			},
			"hiring_plans": func() []*intake.Row {
				return []*intake.Row{
					sheetRow("hiring_plans", 2, "quarter", "2026Q3", "enterprise_id", "E0", "position_code", "P013", "planned", "5", "confidence", "high", "submitted_on", "2026-06-01"),
					sheetRow("hiring_plans", 3, "quarter", "2026Q4", "enterprise_id", "E0", "position_code", "P013", "planned", "0"),
					sheetRow("hiring_plans", 4, "quarter", "2026Q4", "enterprise_id", "E1", "position_code", "P013"),
				}
			},
		}
		for _, taker := range h.Takers() {
			kind := taker.Kind()
			weigh := func(rows []*intake.Row) (verdicts string) {
				if _, err := db.View(h.secretariat(t), h.DB, func(tx *db.Tx) (bool, error) {
					return true, taker.Weigh(tx, intake.NewBatch(kind, nil), rows)
				}); err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					verdicts += r.Verdict.String() + " "
				}
				return strings.TrimSpace(verdicts)
			}
			rows := sheets[kind]()
			want := map[string]string{"hiring": "new new refused refused refused", "hiring_plans": "new new refused"}[kind]
			if got := weigh(rows); got != want {
				t.Fatalf("%s: %s, want %s: %+v", kind, got, want, rows[len(rows)-1].Reasons)
			}
			if err := db.Do(h.secretariat(t), h.DB, func(tx *db.Tx) error { return taker.Take(tx, intake.NewBatch(kind, nil), rows[:2]) }); err != nil {
				t.Fatal(err)
			}
			if got := weigh(sheets[kind]()); got != strings.Replace(want, "new new", "same same", 1) {
				t.Errorf("%s again: %s", kind, got)
			}
		}
		changed := sheetRow("hiring", 2, "quarter", "2026Q1", "enterprise_id", "E0", "position_code", "P013", "hired", "8")
		if _, err := db.View(h.secretariat(t), h.DB, func(tx *db.Tx) (bool, error) {
			return true, hiringTaker{}.Weigh(tx, intake.NewBatch("hiring", nil), []*intake.Row{changed})
		}); err != nil || changed.Verdict != intake.Changed || len(changed.Changes) != 1 {
			t.Errorf("%v %+v %v", changed.Verdict, changed.Changes, err)
		}
		foreign := sheetRow("hiring", 2, "quarter", "2026Q1", "enterprise_id", "E0", "position_code", "P013", "hired", "8")
		if _, err := db.View(h.staff(t, "E1"), h.DB, func(tx *db.Tx) (bool, error) {
			return true, hiringTaker{}.Weigh(tx, intake.NewBatch("hiring", nil), []*intake.Row{foreign})
		}); err != nil || foreign.Verdict != intake.Refused {
			t.Errorf("another enterprise's row is %v, %v", foreign.Verdict, err)
		}
	})
}
