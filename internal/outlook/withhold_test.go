package outlook

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// table makes lines over kinds and segments at random, with the cells of both.
func randomTable(rng *rand.Rand) (kinds, segments []*Gap, lines []*Line) {
	byKind, bySegment := map[string]*Gap{}, map[string]*Gap{}
	for k := range 1 + rng.IntN(6) {
		for range 1 + rng.IntN(5) {
			segment, unit := fmt.Sprint("s", rng.IntN(3)), fmt.Sprint("u", rng.IntN(7))
			if rng.IntN(3) > 0 {
				segment = fmt.Sprint("s", k%3) // most kinds lie within one segment
			}
			l := &Line{Unit: unit, Position: fmt.Sprint("k", k), Segment: segment, Ahead4: []Quarter{{Mean: 1 + 20*rng.Float64()}}}
			lines = append(lines, l)
			for code, in := range map[string]map[string]*Gap{l.Position: byKind, l.Segment: bySegment} {
				if in[code] == nil {
					in[code] = &Gap{Code: code}
				}
				in[code].lines = append(in[code].lines, len(lines)-1)
				in[code].want += l.mean()
			}
		}
	}
	for _, code := range sorted(keysOf(byKind)) {
		kinds = append(kinds, byKind[code])
	}
	for _, code := range sorted(keysOf(bySegment)) {
		segments = append(segments, bySegment[code])
	}
	return kinds, segments, lines
}

func keysOf[V any](m map[string]V) map[string]bool {
	set := map[string]bool{}
	for k := range m {
		set[k] = true
	}
	return set
}

// randomGroups puts the kinds of a random table together in two more ways.
func randomGroups(rng *rand.Rand, kinds []*Gap, lines []*Line) (groups [][]*Gap) {
	for _, many := range []int{4, 2} {
		by := make([]*Gap, many)
		for _, k := range kinds {
			i := rng.IntN(many)
			if by[i] == nil {
				by[i] = &Gap{Code: fmt.Sprint("g", many, i)}
			}
			by[i].sum(k)
		}
		groups = append(groups, slices.DeleteFunc(by, func(g *Gap) bool { return g == nil }))
	}
	return groups
}

// Nobody who adds and subtracts what is shown is left with a withheld cell that
// tells of few: the residuals of every sum over its shown parts tell of enough
// enterprises, or nothing is left of them.
func TestNoResidualTellsOfFew(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 2))
	shown := 0
	for range 1200 {
		kinds, segments, lines := randomTable(rng)
		withhold(lines, kinds, segments)
		all := make([]int, len(lines))
		for i := range all {
			all[i] = i
		}
		for _, g := range append(kinds, segments...) {
			if !g.Withheld && few(lines, g.lines) {
				t.Fatalf("%s is shown and tells of few", g.Code)
			}
			if !g.Withheld {
				shown++
			}
		}
		check := func(what string, sum []int, parts []*Gap) {
			rest := less(sum, parts)
			// With nothing left to withhold the sum itself is of few, and is told as the total.
			if len(rest) > 0 && len(rest) < len(sum) && few(lines, rest) && smallest(parts) != nil {
				t.Fatalf("%s less what is shown leaves %d lines of few enterprises", what, len(rest))
			}
		}
		check("the total less kinds", all, kinds)
		check("the total less segments", all, segments)
		for _, s := range segments {
			if s.Withheld {
				continue
			}
			var within []*Gap
			for _, k := range kinds {
				if contains(s.lines, k.lines) {
					within = append(within, k)
				}
			}
			if rest := less(s.lines, within); len(rest) > 0 && few(lines, rest) {
				t.Fatalf("segment %s less its kinds leaves %d lines of few enterprises", s.Code, len(rest))
			}
		}
	}
	if shown < 1200 {
		t.Errorf("only %d cells shown in 1200 tables: everything is withheld", shown)
	}
}

// No single line can be solved for from the cells that are shown, unless the whole
// body is of few. The check is by linear algebra: shown cells are equations.
func TestShownCellsSolveNoLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	for round := range 400 {
		kinds, segments, lines := randomTable(rng)
		if n, largest := spread(lines, everyLine(lines)); n < 3 || largest > 0.8 {
			continue
		}
		groups := randomGroups(rng, kinds, lines)
		withhold(lines, kinds, segments, groups...)
		segments = slices.Concat(segments, slices.Concat(groups...))
		rows := [][]float64{vector(len(lines), everyLine(lines))} // the total is always shown
		for _, g := range append(kinds, segments...) {
			if !g.Withheld {
				rows = append(rows, vector(len(lines), g.lines))
			}
		}
		rank := rankOf(rows)
		for _, g := range append(kinds, segments...) {
			if g.Withheld && len(g.lines) > 0 && few(lines, g.lines) && rankOf(append(rows, vector(len(lines), g.lines))) == rank {
				t.Fatalf("round %d: the withheld %s follows from what is shown", round, g.Code)
			}
		}
	}
}

func everyLine(lines []*Line) (all []int) {
	for i := range lines {
		all = append(all, i)
	}
	return all
}

func vector(n int, ones []int) []float64 {
	v := make([]float64, n)
	for _, i := range ones {
		v[i] = 1
	}
	return v
}

// rankOf eliminates a copy of the rows.
func rankOf(rows [][]float64) (rank int) {
	var m [][]float64
	for _, r := range rows {
		m = append(m, append([]float64(nil), r...))
	}
	for c := 0; len(m) > 0 && c < len(m[0]) && rank < len(m); c++ {
		best := rank
		for r := rank; r < len(m); r++ {
			if math.Abs(m[r][c]) > math.Abs(m[best][c]) {
				best = r
			}
		}
		if math.Abs(m[best][c]) < 1e-9 {
			continue
		}
		m[rank], m[best] = m[best], m[rank]
		for r := range m {
			if r != rank {
				f := m[r][c] / m[rank][c]
				for k := range m[r] {
					m[r][k] -= f * m[rank][k]
				}
			}
		}
		rank++
	}
	return rank
}

func TestMaskedCellTellsNoFigure(t *testing.T) {
	g := Gap{Level: OfKind, Code: "P014", Name: "x", Demand: 77, Gap: 70, Supply: 7, Hires: 99, Enterprises: 1, Openings: 5, History: []int64{1}, Chance: 0.9, Index: 0.5, Low: 3, High: 4, Lo80: 1, Hi80: 2, Withheld: true, Change: 0.1, Largest: 1}
	m := g.masked()
	if m.Demand+m.Gap+m.Hires+m.Openings+m.Low+m.High+m.Lo80+m.Hi80+m.Lo95+m.Hi95 != 0 || m.Enterprises != 0 || m.Chance != 0 || m.Index != 0 || m.History != nil || m.Change != 0 || m.Largest != 0 || m.Ratio.Known() {
		t.Errorf("%+v", m)
	}
	if m.Supply != 7 || m.Code != "P014" || blank(m) != 1 {
		t.Errorf("%+v", m)
	}
	g.Withheld = false
	if g.masked().Demand != 77 {
		t.Error("an open cell was masked")
	}
}
