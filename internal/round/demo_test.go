package round_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
	"guildhall/internal/round"
	"guildhall/internal/talent"
)

// shared gives a folder of the generator's clean tables, or leaves the test out.
func shared(t testing.TB, sub string) string {
	root := os.Getenv("GUILDHALL_SHARED")
	if root == "" {
		t.Skip("left out: GUILDHALL_SHARED is not set")
	}
	return filepath.Join(root, sub)
}

// members makes units of the generator's members.
func members(t testing.TB, dir string) []*directory.Unit {
	f, err := os.Open(filepath.Join(dir, "members.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	classes := map[string]string{"higher": "higher_vocational"}
	var list []*directory.Unit
	for _, l := range lines[1:] {
		class := l[3]
		if c, ok := classes[class]; ok {
			class = c
		}
		list = append(list, &directory.Unit{Ref: l[0], Name: l[1], ShortName: l[2], Class: class, CreditCode: l[5], Region: l[7], Staff: 200})
	}
	return list
}

// loadFolder imports the clean tables and notes everybody's consent.
func loadFolder(t testing.TB, address, dir string) *world {
	w := newWorld(t, address, members(t, dir))
	for _, kind := range []string{"programmes", "students", "student_skills", "positions", "position_skills"} {
		rows := file(t, filepath.Join(dir, kind+".csv"), kind)
		counts := w.take(w.office, kind, rows)
		if counts[intake.New] != len(rows) {
			t.Fatalf("%s: %v of %d rows", kind, counts, len(rows))
		}
	}
	consentAll(t, w)
	return w
}

func consentAll(t testing.TB, w *world) {
	for ref, unit := range w.units {
		ctx := w.as(auth.Actor{ID: "school " + ref, Unit: unit, Roles: []string{auth.UnitAdmin}})
		must[int](t)(w.Consent(ctx, talent.ConsentForm{Purposes: talent.Purposes, Guardian: true}))
	}
}

func TestDemoRound(t *testing.T) {
	dir := shared(t, "data/sample/demo")
	w := loadFolder(t, filepath.Join(t.TempDir(), "demo.db"), dir)
	r := must[*round.Round](t)(w.Office.RunRound(w.office, round.Form{Name: "2027 届第一轮", Statuses: talent.Seeking}, "20260301-0815"))
	t.Logf("round: %d candidates, %d positions, %d places, %+v, left out %v", r.Candidates, r.Positions, r.Places, r.Figures, r.LeftOut)
	if r.State != round.Published || r.Figures.Matched == 0 {
		t.Errorf("the round is %s with %d matched", r.State, r.Figures.Matched)
	}
}
