package placement

import (
	"encoding/csv"
	"strings"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/intake"
)

const placementSheet = `student_id,position_id,kind,since,until,work,pay,base,pay_way,pay_days,hours_day,hours_week,venue,intensity,insurance,school_mentor,firm_mentor
adult,post,internship,2026-03-02,2026-06-02,总装线装配,4200,5000,direct,30,8,40,workshop,2,保单 1,陈老师,周师傅
minor,else,internship,2026-03-02,2026-06-02,检验,4200,5000,direct,30,8,40,workshop,2,,陈老师,
adult,else,internship,2026-05-01,2026-07-01,检验,4200,5000,direct,30,8,40,workshop,2,保单 2,陈老师,周师傅
shy,post,internship,2026-03-02,2026-06-02,总装线装配,4200,5000,direct,30,8,40,workshop,2,保单 1,陈老师,周师傅
other,post,internship,2026-03-02,2026-06-02,总装线装配,4200,5000,direct,30,8,40,workshop,2,保单 1,陈老师,周师傅
nobody,post,internship,2026-03-02,2026-06-02,总装线装配,4200,5000,direct,30,8,40,workshop,2,保单 1,陈老师,周师傅
minor,else,internship,2026-09-02,2026-08-02,检验,4200,5000,direct,30,26,40,workshop,2,,陈老师,`

// take gives a sheet to the taker as an import does.
func (w *world) take(school, text string) []*intake.Row {
	w.t.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	var rows []*intake.Row
	for i, line := range lines[1:] {
		cells := map[string]string{}
		for j, field := range lines[0] {
			cells[field] = line[j]
		}
		rows = append(rows, intake.NewRow("placements", i+2, cells))
	}
	err = db.Do(w.unit(school), w.DB, func(tx *db.Tx) error {
		taker, b := w.Takers()[0], intake.NewBatch("placements", nil)
		if err := taker.Weigh(tx, b, rows); err != nil {
			return err
		}
		var keep []*intake.Row
		for _, row := range rows {
			if row.Verdict == intake.New || row.Verdict == intake.Changed {
				keep = append(keep, row)
			}
		}
		return taker.Take(tx, b, keep)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// Good rows become placements, each checked at once; the others come back with what
// is wrong with them, and nothing doubles.
func TestASheetOfPlacements(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, want := range []struct {
			verdict intake.Verdict
			key     string
		}{{intake.New, ""}, {intake.New, ""}, {intake.Refused, "placement.import.twice"}, {intake.Refused, "placement.no_consent"},
			{intake.Refused, "placement.import.not_yours"}, {intake.Refused, "placement.no_student"}, {intake.Refused, "placement.order"}} {
			row := w.take(w.s1, placementSheet)[i]
			if i == 0 && row.Verdict == intake.New {
				continue
			}
			if i < 2 {
				want.verdict = intake.Same
			}
			key := ""
			if len(row.Reasons) > 0 {
				key = row.Reasons[0].Key
			}
			if row.Verdict != want.verdict || i != 2 && key != want.key {
				t.Errorf("row %d: %v for %v, want %v for %q", i, row.Verdict, row.Reasons, want.verdict, want.key)
			}
		}
		all, err := w.List(w.unit(w.s1), Search{})
		if err != nil || len(all.List) != 2 {
			t.Fatalf("%d placements, %v", len(all.List), err)
		}
		for _, p := range all.List {
			if p.Candidate == "adult" && (p.State != Checked || p.Agreement == "") || p.Candidate == "minor" && (p.State != Refused || len(broken(p)) != 4) {
				t.Errorf("%s is %s for %v", p.Candidate, p.State, broken(p))
			}
		}
		mended := strings.Replace(placementSheet, "2,,陈老师,\nadult,else", "2,保单 9,陈老师,覃师傅\nadult,else", 1)
		if rows := w.take(w.s1, mended); rows[1].Verdict != intake.Changed {
			t.Errorf("a row that mends its placement: %v %v", rows[1].Verdict, rows[1].Reasons)
		}
	})
}
