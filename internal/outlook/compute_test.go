package outlook

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
)

func computed(t *testing.T, s Snapshot) *result {
	t.Helper()
	r, err := compute(t.Context(), s, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Persons are whole, and lines add up to kinds, segments and the total exactly.
func TestWholeNumbersAddUp(t *testing.T) {
	for seed := range uint64(4) {
		r := computed(t, newWorld(seed, 16).snapshot())
		for _, sum := range r.lines {
			if sum.Level == OfLine {
				continue
			}
			for h, q := range sum.Ahead4 {
				var parts int64
				for _, l := range r.lines {
					if l.Level == OfLine && sum.over(l) {
						parts += l.Ahead4[h].Whole
					}
				}
				if parts != q.Whole {
					t.Errorf("seed %d: %s says %d in %s, its lines %d", seed, sum.Key, q.Whole, q.Quarter, parts)
				}
			}
		}
		sums := map[Level][3]int64{}
		for _, g := range r.gaps {
			if g.Gap != g.Demand-g.Supply {
				t.Errorf("seed %d: %s: gap %d is not %d - %d", seed, g.Code, g.Gap, g.Demand, g.Supply)
			}
			s := sums[g.Level]
			sums[g.Level] = [3]int64{s[0] + g.Hires, s[1] + g.Demand, s[2] + g.Supply}
		}
		if sums[OfKind] != sums[OfTotal] || sums[OfSegment] != sums[OfTotal] {
			t.Errorf("seed %d: kinds %v, segments %v, total %v", seed, sums[OfKind], sums[OfSegment], sums[OfTotal])
		}
	}
}

// Intervals hold what they are about, and the wider one holds the narrower.
func TestIntervalsAreOrdered(t *testing.T) {
	r := computed(t, newWorld(3, 16).snapshot())
	for _, l := range r.lines {
		for _, q := range l.Ahead4 {
			if q.Lo95 < 0 || q.Lo95 > q.Lo80 || q.Lo80 > q.Whole || q.Whole > q.Hi80 || q.Hi80 > q.Hi95 {
				t.Errorf("%s %+v", l.Key, q)
			}
		}
	}
	for _, g := range r.gaps {
		if g.Lo95 > g.Lo80 || g.Lo80 > g.Gap || g.Gap > g.Hi80 || g.Hi80 > g.Hi95 || g.Low > g.Demand || g.Demand > g.High {
			t.Errorf("%s %+v", g.Code, g)
		}
		if g.Chance < 0 || g.Chance > 1 || g.Index < 0 || g.Index > 1 {
			t.Errorf("%s: chance %v, index %v", g.Code, g.Chance, g.Index)
		}
	}
	for _, s := range r.supplies {
		if s.Lo95 > s.Lo80 || s.Lo80 > s.People || s.People > s.Hi80 || s.Hi80 > s.Hi95 {
			t.Errorf("supply %s %s %+v", s.Level, s.Code, s)
		}
	}
}

// The same snapshot gives the same bytes.
func TestSameSnapshotSameRelease(t *testing.T) {
	var told [2]string
	for i := range told {
		r := computed(t, newWorld(5, 13).snapshot())
		text, err := json.Marshal([]any{r.lines, r.gaps, r.supplies, r.advice, r.summary})
		if err != nil {
			t.Fatal(err)
		}
		told[i] = string(text)
	}
	if told[0] != told[1] {
		t.Error("two runs over one snapshot differ")
	}
}

// A line that nobody told of for a year is left out and says so; one that is a
// quarter late is forecast for the same quarters as the others.
func TestLateAndStaleLines(t *testing.T) {
	s := newWorld(1, 16).snapshot()
	late, stale := lineKey("e0", "P013"), lineKey("e1", "P013")
	var kept []Hire
	for _, h := range s.Hires {
		key := lineKey(h.Unit, h.Position)
		if key == late && h.Quarter == "2026Q2" || key == stale && h.Quarter > "2025Q2" {
			continue
		}
		kept = append(kept, h)
	}
	s.Hires = kept
	r := computed(t, s)
	for _, l := range r.lines {
		switch l.Key {
		case late:
			if len(l.Ahead4) != Horizon || l.Ahead4[0].Quarter != "2026Q3" {
				t.Errorf("the late line says %+v", l.Ahead4)
			}
		case stale:
			if len(l.Ahead4) != 0 || len(l.Refused) != 1 || l.Refused[0] != "stale" {
				t.Errorf("the stale line says %+v, refused %v", l.Ahead4, l.Refused)
			}
		}
	}
	if r.summary.Left != 1 {
		t.Errorf("%d lines left out, want 1", r.summary.Left)
	}
}

func TestNothingToForecast(t *testing.T) {
	s := newWorld(1, 16).snapshot()
	s.Hires = nil
	if _, err := compute(t.Context(), s, func(int) {}); !errors.Is(err, errNothing) {
		t.Errorf("without hires: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := compute(gone, newWorld(1, 16).snapshot(), func(int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("after its reader went away: %v", err)
	}
}

// A class is counted by its roster where that is whole, else by its places; a
// programme whose work nobody wants, or that leads nowhere, supplies nothing.
func TestSupplyStartsFromRosterOrPlaces(t *testing.T) {
	r := computed(t, newWorld(2, 12).snapshot())
	want := map[string]struct {
		students int
		places   bool
	}{"s0.660701": {100, false}, "s1.660102": {60, false}, "s0.460701": {120, true}}
	for _, s := range r.supplies {
		if w, ok := want[s.Code]; ok && s.Level == ofProgramme && s.Year == 2026 {
			if s.Students != w.students || s.Places != w.places {
				t.Errorf("%s starts from %d, places %v; want %v", s.Code, s.Students, s.Places, w)
			}
			delete(want, s.Code)
		}
	}
	if len(want) > 0 {
		t.Errorf("no supply of %v", want)
	}
	s := newWorld(2, 12).snapshot()
	s.Programmes, s.Cohorts = nil, nil
	for _, g := range computed(t, s).gaps {
		if g.Supply != 0 || g.Ratio.Known() || g.Gap != g.Demand {
			t.Errorf("without schools %s has supply %d, ratio %v", g.Code, g.Supply, g.Ratio)
		}
	}
}

// What a release said is set against what happened since.
func TestCameTrue(t *testing.T) {
	all := newWorld(9, 16)
	before := all.snapshot()
	before.AsOf = "2025Q2"
	said := computed(t, before)
	now := all.snapshot()
	now.Before, now.BeforeSaid = &Release{Number: 4}, said.lines
	r := computed(t, now)
	b := r.summary.Before
	if b == nil || b.Number != 4 || b.Quarters != 4 || b.Values != 4*20 || b.WAPE <= 0 || b.WAPE > 0.6 || b.Within < b.Values/2 {
		t.Fatalf("%+v", b)
	}
	for _, l := range r.lines {
		if l.Before == nil || l.Before.Happened != float64(l.Recent) {
			t.Errorf("%s: %+v, but %d were hired", l.Key, l.Before, l.Recent)
		}
	}
}
