package round_test

import (
	"context"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"guildhall/internal/act"
	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
	"guildhall/internal/recommend"
	"guildhall/internal/round"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
	"guildhall/internal/talent"
)

// world is a body with its units, and the people who act in it.
type world struct {
	*talent.Talent
	Office *round.Office
	t      testing.TB
	body   string
	units  map[string]string // id by ref
	office context.Context   // the secretariat's
}

func newWorld(t testing.TB, address string, units []*directory.Unit) *world {
	t.Helper()
	d := dbtest.Open(t, address, journal.Room, directory.Room, demand.Room, talent.Room, recommend.Room, round.Room, rule.Room, act.Room)
	keys, err := seal.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	dir := directory.New(d, keys)
	root := auth.Actor{ID: "root", Roles: []string{auth.Admin}}
	ctx := auth.With(t.Context(), root)
	body, err := dir.Found(ctx, &directory.Body{Name: "龙壶", Kind: "city"})
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.EnrolUnits(ctx, units); err != nil {
		t.Fatal(err)
	}
	people := talent.New(d, keys, codes.Shipped())
	w := &world{Talent: people, Office: app.Rounds(d, keys, people), t: t, body: body.ID, units: map[string]string{}}
	for _, u := range units {
		w.units[u.Ref] = u.ID
	}
	w.office = w.as(auth.Actor{ID: "office", Roles: []string{auth.Secretariat}})
	return w
}

func (w *world) as(a auth.Actor) context.Context {
	a.Body = w.body
	return dbtest.As(w.t, a)
}

// staff is somebody who works for a unit.
func (w *world) staff(ref string) context.Context {
	return w.as(auth.Actor{ID: "staff of " + ref, Unit: w.units[ref], Roles: []string{auth.Staff}})
}

// student is a candidate at a school.
func (w *world) student(ref string) context.Context {
	w.t.Helper()
	type who struct{ id, school string }
	p, err := db.View(w.office, w.DB, func(tx *db.Tx) (who, error) {
		id, school, _, err := w.CandidateByRef(tx, ref)
		return who{id, school}, err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.as(auth.Actor{ID: "student " + ref, Unit: p.school, About: p.id, Roles: []string{auth.Student}})
}

// take gives rows of a kind to their Taker, as an import does, and counts them
// by verdict.
func (w *world) take(ctx context.Context, kind string, rows []*intake.Row) map[intake.Verdict]int {
	w.t.Helper()
	var taker intake.Taker
	for _, t := range w.Takers() {
		if t.Kind() == kind {
			taker = t
		}
	}
	counts := map[intake.Verdict]int{}
	for from := 0; from < len(rows); from += intake.Run {
		run := rows[from:min(from+intake.Run, len(rows))]
		if err := db.Do(ctx, w.DB, func(tx *db.Tx) error {
			b := intake.NewBatch(kind, nil)
			if err := taker.Weigh(tx, b, run); err != nil {
				return err
			}
			var keep []*intake.Row
			for _, row := range run {
				if row.Verdict == intake.New || row.Verdict == intake.Changed {
					keep = append(keep, row)
				}
			}
			return taker.Take(tx, b, keep)
		}); err != nil {
			w.t.Fatal(err)
		}
		for _, row := range run {
			counts[row.Verdict]++
			if row.Verdict == intake.Refused || row.Verdict == intake.Decision {
				w.t.Logf("%s row %d: %v %v", kind, row.Number, row.Verdict, row.Reasons)
			}
		}
	}
	return counts
}

// sheet makes rows of a kind from lines, the first naming the fields.
func sheet(kind, text string) []*intake.Row {
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	lines, err := r.ReadAll()
	if err != nil {
		panic(err)
	}
	return rowsOf(kind, lines)
}

func rowsOf(kind string, lines [][]string) (rows []*intake.Row) {
	for i, line := range lines[1:] {
		texts := map[string]string{}
		for j, field := range lines[0] {
			field = strings.TrimPrefix(strings.TrimSpace(field), "\ufeff")
			if field == "min_education" {
				field = "education"
			}
			texts[field] = strings.TrimSpace(line[j])
		}
		rows = append(rows, intake.NewRow(kind, i+2, texts))
	}
	return rows
}

// file reads a sheet of the generator.
func file(t testing.TB, path, kind string) []*intake.Row {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rowsOf(kind, lines)
}

// must gives v, as no error was to be expected.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
