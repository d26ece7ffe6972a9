package outlook

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/bulletin"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

// world is a small consortium that tests make up: nine enterprises, two schools,
// six kinds of work over three segments of the chain, and as many quarters of
// hiring as asked for. The same seed gives the same world.
type world struct {
	units      map[string]string // short name to id
	hires      []Hire
	plans      []Plan
	programmes []Programme
	cohorts    []Cohort
	openings   []Opening
}

// works are kinds of work, each with its segment and the enterprises that hire for it.
var works = []struct {
	position, segment string
	enterprises       []int
}{
	{"P013", "M02", []int{0, 1, 2, 3}},    // four enterprises: shown
	{"P014", "M02", []int{0}},             // one: withheld
	{"P018", "M04", []int{0, 1, 4, 5}},    // shown
	{"P001", "M07", []int{4, 5, 6, 7, 8}}, // shown
	{"P002", "M07", []int{6, 7}},          // two: withheld
	{"P003", "M07", []int{4, 5, 6, 8}},    // shown
}

func n(v int) *int64 { i := int64(v); return &i }

func newWorld(seed uint64, quarters int) *world {
	rng := rand.New(rand.NewPCG(seed, 1))
	w := &world{units: map[string]string{"S0": "s0", "S1": "s1"}}
	for i := range 9 {
		w.units[fmt.Sprint("E", i)] = fmt.Sprint("e", i)
	}
	for _, k := range works {
		for _, e := range k.enterprises {
			w.line(rng, k.position, k.segment, w.units[fmt.Sprint("E", e)], quarters)
		}
	}
	for i, code := range []string{"660701", "660102", "460701"} {
		school := w.units[fmt.Sprint("S", i%2)]
		w.programmes = append(w.programmes, Programme{School: school, Code: code, Level: "secondary", Name: "专业" + code, Years: 3, Places: 120})
		for y := 2026; y < 2029; y++ {
			k := Cohort{School: school, Code: code, Year: y, Students: 100 - 40*i}
			if y == 2026 {
				k.Graduated, k.Further = k.Students, k.Students/5
			}
			w.cohorts = append(w.cohorts, k)
		}
	}
	w.openings = []Opening{{Unit: "e0", Position: "P013", Segment: "M02", Places: 7}}
	return w
}

// line makes up the hiring of one enterprise and kind of work, and its plans.
func (w *world) line(rng *rand.Rand, position, segment, unit string, quarters int) {
	season := []float64{1.4, 0.9, 1.1, 0.6}
	size := 6 + 14*rng.Float64()
	for q := range quarters {
		p := period("2026Q2").Add(q+1-quarters, 4)
		mean := size * season[p.Sub-1] * (1 + 0.02*float64(q))
		hired := max(0, int(mean+rng.NormFloat64()*mean/6))
		w.hires = append(w.hires, Hire{Quarter: label(p), Unit: unit, Position: position, Segment: segment,
			Planned: n(int(mean)), Applied: n(hired * 2), Hired: n(hired), Left: n(hired / 3)})
	}
	for q := range Horizon {
		w.plans = append(w.plans, Plan{Quarter: later("2026Q2", q+1), Unit: unit, Position: position, Planned: int64(size), Confidence: "high", SubmittedOn: "2026-06-20"})
	}
}

func (w *world) Programmes(*db.Tx) ([]Programme, error) { return w.programmes, nil }
func (w *world) Cohorts(*db.Tx) ([]Cohort, error)       { return w.cohorts, nil }
func (w *world) Openings(*db.Tx) ([]Opening, error)     { return w.openings, nil }
func (w *world) Enterprises(*db.Tx) (int, error)        { return 9, nil }

var usualTerms = Terms{Assumed: rule.Held[Rule]{Rule: Usual}, Listed: rule.Held[Listing]{Rule: UsualListing}, Advised: rule.Held[Advising]{Rule: UsualAdvising}}

func (w *world) snapshot() Snapshot {
	s := Snapshot{AsOf: "2026Q2", Terms: usualTerms, Hires: w.hires, Plans: w.plans, Programmes: w.programmes, Cohorts: w.cohorts, Openings: w.openings, Members: 9, Units: map[string]string{}}
	for name, id := range w.units {
		s.Units[id] = name
	}
	return s
}

// house is an outlook over an empty database, and the people who come to it.
type house struct {
	*Outlook
	world *world
	press *bulletin.Press
}

// each runs a test on each engine with a world of its own.
func each(t *testing.T, quarters int, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, directory.Room, act.Room, rule.Room, bulletin.Room, Room)
		w := newWorld(7, quarters)
		h := &house{New(d, w, w), w, &bulletin.Press{DB: d, URL: "https://house.example"}}
		var units []*directory.Unit
		for name := range w.units {
			units = append(units, &directory.Unit{Ref: name, Name: name, ShortName: name, Class: "enterprise"})
		}
		if err := db.Do(db.In(h.secretariat(t), db.House), d, func(tx *db.Tx) error { return directory.Enrol(tx, units) }); err != nil {
			t.Fatal(err)
		}
		renamed := map[string]string{}
		for _, u := range units {
			renamed[w.units[u.Ref]], w.units[u.Ref] = u.ID, u.ID
		}
		w.rename(renamed)
		test(t, h)
	})
}

// rename puts the directory's ids in the place of the made-up ones.
func (w *world) rename(to map[string]string) {
	for i := range w.hires {
		w.hires[i].Unit = to[w.hires[i].Unit]
	}
	for i := range w.plans {
		w.plans[i].Unit = to[w.plans[i].Unit]
	}
	for i := range w.programmes {
		w.programmes[i].School = to[w.programmes[i].School]
	}
	for i := range w.cohorts {
		w.cohorts[i].School = to[w.cohorts[i].School]
	}
	for i := range w.openings {
		w.openings[i].Unit = to[w.openings[i].Unit]
	}
}

const body = "b"

func (h *house) secretariat(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Name: "李", Body: body, Roles: []string{auth.Secretariat}})
}

func (h *house) staff(t *testing.T, unit string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "hr", Name: "HR", Body: body, Unit: h.world.units[unit], Roles: []string{auth.Staff}})
}

func (h *house) stranger(t *testing.T) context.Context { return db.In(t.Context(), body) }

// report notes all the world's hires up to a quarter, and all its plans.
func (h *house) report(t *testing.T, until string) {
	t.Helper()
	var some []Hire
	for _, one := range h.world.hires {
		if one.Quarter <= until {
			some = append(some, one)
		}
	}
	if err := h.Report(h.secretariat(t), some); err != nil {
		t.Fatal(err)
	}
	if err := h.Plan(h.secretariat(t), h.world.plans); err != nil {
		t.Fatal(err)
	}
}

// run computes a release.
func (h *house) run(t *testing.T) *Release {
	t.Helper()
	r, err := h.Run(h.secretariat(t), Beginning{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// publish computes, reviews and publishes a release.
func (h *house) publish(t *testing.T) *Release {
	t.Helper()
	r := h.run(t)
	if _, err := h.Review(h.secretariat(t), r.ID); err != nil {
		t.Fatal(err)
	}
	r, err := h.Publish(h.secretariat(t), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// pass lets time pass for the database.
func (h *house) pass(d time.Duration) {
	now := h.DB.Now()
	h.DB.Now = func() time.Time { return now.Add(d) }
}
