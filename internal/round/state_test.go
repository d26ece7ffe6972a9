package round

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guildhall/internal/fault"
)

// A round goes through its states in their order, and in no other.
func TestRoundStates(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	steps := []struct {
		name string
		do   func(*Round) error
	}{
		{"open", func(r *Round) error { return r.open(now) }},
		{"freeze", func(r *Round) error { return r.freeze("seed", now) }},
		{"compute", func(r *Round) error { return r.compute("run", Figures{}, "print", now) }},
		{"verify", func(r *Round) error { return r.verify(Finding{OK: true, Print: "print"}, now) }},
		{"publish", func(r *Round) error { return r.publish(Finding{OK: true, Print: "print"}, now) }},
		{"answer", func(r *Round) error { return r.answer(0, now) }},
		{"clear", func(r *Round) error { return r.clear(now) }},
	}
	allowed := map[State]map[string]State{
		Draft: {"open": Collecting}, Collecting: {"freeze": Frozen}, Frozen: {"compute": Computed},
		Computed: {"compute": Computed, "verify": Verified}, Verified: {"compute": Computed, "publish": Published}, Published: {"answer": Answered},
		Answered: {"clear": Cleared}, Cleared: {},
	}
	for _, from := range States {
		for _, step := range steps {
			r := &Round{State: from, Candidates: 1, Positions: 1, Print: "print", Verified: from == Verified || from.Public()}
			err := step.do(r)
			to, ok := allowed[from][step.name]
			if ok != (err == nil) || ok && r.State != to {
				t.Errorf("%s a round that is %s: %v, now %s", step.name, from, err, r.State)
			}
			if !ok && !errors.Is(err, fault.Conflict) {
				t.Errorf("%s a round that is %s: %v, want a conflict", step.name, from, err)
			}
		}
	}
}

func TestUnverifiedIsNotPublished(t *testing.T) {
	now := time.Now()
	r := &Round{State: Computed, Print: "print", Candidates: 1, Positions: 1}
	if err := r.verify(Finding{OK: false, Print: "print", Blocking: 1}, now); err != nil || r.State != Computed || r.Verified {
		t.Errorf("a failed check leaves %s, %v", r.State, err)
	}
	if err := r.publish(Finding{OK: true, Print: "print"}, now); !errors.Is(err, fault.Conflict) {
		t.Errorf("publishing: %v, want a conflict", err)
	}
	if err := r.verify(Finding{OK: true, Print: "other"}, now); !errors.Is(err, fault.Conflict) {
		t.Errorf("a check of another result: %v, want a conflict", err)
	}
	r.State, r.Verified = Verified, false // as no way of ours leads to
	if err := r.publish(Finding{OK: true, Print: "print"}, now); !errors.Is(err, fault.Conflict) {
		t.Errorf("publishing what only bears the name: %v, want a conflict", err)
	}
}

func TestNothingToCompute(t *testing.T) {
	r := &Round{State: Frozen, Positions: 3}
	if err := r.computable(); !errors.Is(err, fault.Conflict) {
		t.Errorf("a round of nobody: %v, want a conflict", err)
	}
}

// Everything wrong with a form is told at once.
func TestDraftTellsAllFaults(t *testing.T) {
	r := new(Round)
	err := r.settle(Form{Statuses: []string{"asleep"}, Kind: "fair", Terms: Terms{CapPercent: 101, AnswerDays: 7, Ties: "coin"}}, []string{"final_year"})
	for _, place := range []string{"name", "kind", "statuses", "cap_percent", "ties", "closing"} {
		if fault.At(err, place) == nil {
			t.Errorf("nothing is said of %s: %v", place, err)
		}
	}
}

func TestPacking(t *testing.T) {
	told := []Told{{Seq: 3, Merit: 6400, Code: "full", Place: 14, Last: 7000, Need: 7000, More: 2}, {Seq: 9, Merit: 5000}}
	if got := packChoices(told); got != "3:6400:full:14:7000:7000:2;9:5000" || !slices.Equal(parseChoices(got), told) {
		t.Errorf("choices are packed as %q and read as %v", got, parseChoices(got))
	}
}
