package outlook

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

func TestSteps(t *testing.T) {
	now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for state, want := range map[State][2]bool{Computing: {}, Failed: {}, Computed: {true, false}, Reviewed: {false, true}, Published: {}} {
		r := &Release{State: state}
		if err := r.review("li", now); (err == nil) != want[0] || err != nil && !errors.Is(err, fault.Conflict) {
			t.Errorf("reviewing a %s release: %v", state, err)
		}
		r = &Release{State: state}
		if err := r.publish(now); (err == nil) != want[1] || err != nil && !errors.Is(err, fault.Conflict) {
			t.Errorf("publishing a %s release: %v", state, err)
		}
	}
	for asOf, want := range map[string]int{"2026Q1": 2026, "2026Q2": 2026, "2026Q3": 2027, "2026Q4": 2027} {
		if got := classYear(asOf); got != want {
			t.Errorf("after %s the class of %d comes, got %d", asOf, want, got)
		}
	}
}

func TestRuleTellsEveryWrongShare(t *testing.T) {
	err := Rule{Entrants: 0, Reach: 1.2, Stay: -1, Roster: 2, Alike: 3, Relative: 4}.Check()
	for _, place := range []string{"entrants", "reach", "stay", "roster", "alike", "relative"} {
		if fault.At(err, place) == nil {
			t.Errorf("nothing said at %s", place)
		}
	}
	if err := Usual.Check(); err != nil {
		t.Error(err)
	}
}

// From records to a published release with its bulletin; what is said is told in the journal.
func TestRelease(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		li := h.secretariat(t)
		if _, err := h.Begin(li, Beginning{}); !errors.Is(err, fault.Invalid) {
			t.Errorf("without records: %v", err)
		}
		h.report(t, "2026Q2")
		if _, err := h.Begin(h.staff(t, "E0"), Beginning{}); !errors.Is(err, fault.Denied) {
			t.Errorf("an enterprise began a release: %v", err)
		}
		r := h.run(t)
		if r.State != Computed || r.AsOf != "2026Q2" || r.Year != 2026 || r.Done != steps || r.Summary.Lines != 20 || r.Summary.Enterprises != 9 || r.Summary.Members != 9 || r.Summary.Hash == "" {
			t.Errorf("%+v", r)
		}
		if _, err := h.Release(h.stranger(t), r.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a stranger knows of an unpublished release: %v", err)
		}
		if _, err := h.Publish(li, r.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("published without review: %v", err)
		}
		if _, err := h.Review(li, r.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Publish(li, r.ID); err != nil {
			t.Fatal(err)
		}
		if seen, err := h.Release(h.stranger(t), r.ID); err != nil || seen.State != Published {
			t.Errorf("%+v, %v", seen, err)
		}
		entries := view(t, h, func(tx *db.Tx) ([]journal.Entry, error) { return journal.About(tx, r.ID) })
		var did []string
		for _, e := range entries {
			did = append(did, strings.TrimPrefix(e.Action, "outlook.release."))
		}
		if !slices.Equal(did, []string{"run", "run", "review", "publish"}) {
			t.Errorf("the journal tells %v", did)
		}
	})
}

// A process that dies leaves a release that another one computes from the beginning.
func TestBegunReleaseIsTakenUp(t *testing.T) {
	each(t, 8, func(t *testing.T, h *house) {
		li := h.secretariat(t)
		if err := db.Do(db.In(li, db.House), h.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`SELECT 1`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.report(t, "2026Q2")
		r, err := h.Begin(li, Beginning{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Begin(li, Beginning{}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second release was begun: %v", err)
		}
		// It died after it had written some rows.
		if got, err := h.claim(li, r.ID); err != nil || got == nil {
			t.Fatal(got, err)
		}
		if err := h.stage(li, r, &result{lines: []*Line{{Key: "left", Level: OfTotal}}, gaps: []*Gap{{Level: OfKind, Code: "left"}}, snapshot: keptSnapshot{"left", []byte("left")}}); err != nil {
			t.Fatal(err)
		}
		if err := h.Compute(li, r.ID); err != nil {
			t.Fatal(err)
		}
		if got, _ := h.Release(li, r.ID); got.State != Computing {
			t.Errorf("it was computed while another process may be at it: %s", got.State)
		}
		h.pass(2 * stale)
		if err := h.Compute(li, r.ID); err != nil {
			t.Fatal(err)
		}
		got, err := h.Release(li, r.ID)
		if err != nil || got.State != Computed {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := h.Line(li, "left", r.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a row of the dead process is left: %v", err)
		}
	})
}

// Work computes what was begun, and ends when it is told to.
func TestWork(t *testing.T) {
	each(t, 8, func(t *testing.T, h *house) {
		admin := directory.As(t.Context(), rootActor)
		b, err := (&directory.Directory{DB: h.DB}).Found(admin, &directory.Body{Name: "甲", NameEN: "A", Kind: "city", Industry: "汽车", Region: "450200"})
		if err != nil {
			t.Fatal(err)
		}
		a := rootActor
		a.Body = b.ID
		in := directory.As(t.Context(), a)
		if err := h.Report(in, h.world.hires); err != nil {
			t.Fatal(err)
		}
		r, err := h.Begin(in, Beginning{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { h.Work(ctx); close(ended) }()
		for {
			got, err := h.Release(in, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.State != Computing {
				if got.State != Computed {
					t.Errorf("%s: %s", got.State, got.Failure)
				}
				break
			}
			select {
			case <-t.Context().Done():
				t.Fatal("never computed")
			default:
			}
		}
		stop()
		<-ended
	})
}

// A release that cannot be made says why, and leaves nothing.
func TestFailedRelease(t *testing.T) {
	each(t, 8, func(t *testing.T, h *house) {
		var old []Hire
		for _, one := range h.world.hires {
			if one.Quarter < "2025Q2" {
				old = append(old, one)
			}
		}
		// One line without figures moves the last quarter past all others.
		old = append(old, Hire{Quarter: "2026Q2", Unit: h.world.units["E0"], Position: "P085", Hired: n(0)})
		h.world.hires = old
		li := h.secretariat(t)
		if err := h.Report(li, old); err != nil {
			t.Fatal(err)
		}
		r, err := h.Begin(li, Beginning{})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Do(li, h.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM outlook_hiring WHERE position = 'P085'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := h.Compute(li, r.ID); err == nil {
			t.Error("it was computed")
		}
		got, err := h.Release(li, r.ID)
		if err != nil || got.State != Failed || got.Failure != "outlook.release.nothing" {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := h.Begin(li, Beginning{}); err == nil {
			t.Log("another may be begun after a failure")
		}
	})
}
