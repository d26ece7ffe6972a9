package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"guildhall/matching"
	"guildhall/matching/sample"
)

// market makes a market of a sample.
func market(a *sample.Arrays) *matching.Market {
	m, err := matching.FromCSR(matching.CSR{Off: a.Off, Edge: a.Edge, Weight: a.Weight, Capacity: a.Capacity,
		Minimum: a.Minimum, Under: a.Under, NodeCap: a.NodeCap, NodeParent: a.NodeParent})
	if err != nil {
		panic(err)
	}
	return m
}

// solve decides a round that cannot fail.
func solve(m *matching.Market, r matching.Rule) *matching.Outcome {
	out, err := matching.Solve(context.Background(), m, r)
	if err != nil {
		panic(err)
	}
	return out
}

// stable measures goals 1, 2, 3, 5, 6 and 7.
func stable(t *table) error {
	sizes := []int{10_000, 100_000}
	if t.big {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		for _, firm := range []int{0, 10} {
			what := "positions only"
			if firm > 0 {
				what = "positions in enterprises"
			}
			t.head("Stable round, %d candidates × 20, %s", n, what)
			a := sample.Market(sample.Shape{Candidates: n, Firm: firm, Seed: 1})
			oneStable(t, a)
			if firm == 0 {
				lists(t, a)
				if n <= 100_000 {
					peer(t, a)
				}
			}
		}
	}
	return nil
}

func oneStable(t *table, a *sample.Arrays) {
	m := market(a)
	var out *matching.Outcome
	lim := measure()
	took := median(7, func() { out = solve(m, matching.Rule{}) })
	after := measure()
	lim.line, lim.perByte = (lim.line+after.line)/2, (lim.perByte+after.perByte)/2
	bound := lim.bound(m.Candidates(), out.Stats.Displacements)
	t.line("solve", ms(took))
	t.line("bound by memory (line "+lim.line.String()+fmt.Sprintf(", %.1f GB/s)", 1024/float64(lim.perByte)), ms(bound))
	t.line("solve / bound", ratio(took, bound))
	bytes := allocated(func() { out = solve(m, matching.Rule{}) })
	t.line("memory of a solve beyond the market", fmt.Sprintf("%.1f B a choice, that is %.1f B a candidate", float64(bytes)/float64(m.Edges()), float64(bytes)/float64(m.Candidates())))
	rep := &matching.Report{}
	check := median(7, func() { rep = matching.Check(m, matching.Rule{}, out.Of) })
	if !rep.OK {
		panic(fmt.Sprint(rep.Violations))
	}
	t.line("verify", ms(check))
	t.line("verify / solve", ratio(check, took))
}

// lists measures making a market of two explicit sets of lists, against solving.
func lists(t *table, a *sample.Arrays) {
	l := explicit(a)
	m := market(a)
	took := median(5, func() { solve(m, matching.Rule{}) })
	build := median(5, func() {
		if _, _, err := matching.FromLists(l); err != nil {
			panic(err)
		}
	})
	t.line("ranks from two sides' lists", ms(build))
	t.line("ranks / solve", ratio(build, took))
	x, _, err := matching.FromLists(l)
	if err != nil {
		panic(err)
	}
	if !slices.Equal(solve(x, matching.Rule{}).Of, solve(m, matching.Rule{}).Of) {
		panic("lists and keys give different rounds")
	}
}

// explicit writes the sample's keys as lists of the positions.
func explicit(a *sample.Arrays) matching.Lists {
	type entry struct{ key, cand uint32 }
	at := make([][]entry, len(a.Capacity))
	l := matching.Lists{CandidateOff: a.Off, Capacity: a.Capacity, PositionOff: []uint32{0}}
	for c := range len(a.Off) - 1 {
		for _, e := range a.Edge[a.Off[c]:a.Off[c+1]] {
			l.Wish = append(l.Wish, uint32(e>>32))
			at[e>>32] = append(at[e>>32], entry{uint32(e), uint32(c)})
		}
	}
	for _, list := range at {
		slices.SortFunc(list, func(x, y entry) int { return int(x.key) - int(y.key) })
		for _, e := range list {
			l.Order = append(l.Order, e.cand)
		}
		l.PositionOff = append(l.PositionOff, uint32(len(l.Order)))
	}
	return l
}

// peer runs the textbook program on the same round.
func peer(t *table, a *sample.Arrays) {
	m := market(a)
	var out *matching.Outcome
	took := median(7, func() { out = solve(m, matching.Rule{}) })
	building := median(3, func() { market(a) })
	runtime.GC()
	begun := cpu()
	p := newTextbook(a.Off, a.Edge, a.Capacity)
	built := cpu() - begun
	runtime.GC()
	begun = cpu()
	p.solve()
	solved := cpu() - begun
	for c, s := range p.students {
		if (s.matched == nil) != (out.Of[c] == matching.NoEdge) || s.matched != nil && s.matched.name != int(out.Position(matching.CandidateID(c))) {
			panic("the textbook program finds another round")
		}
	}
	t.line("textbook program with objects and maps, build + solve", ms(built)+" + "+ms(solved))
	t.line("textbook / ours, solve alone", ratio(solved, took))
	t.line("textbook / ours, with building from keys", ratio(built+solved, took+building))
}

// closing measures goal 8.
func closing(t *table) error {
	for _, firm := range []int{0, 10} {
		t.head("Closings: 100000 candidates, 10000 positions with a minimum of half, enterprises of %d", firm)
		a := sample.Market(sample.Shape{Candidates: 100_000, Capacity: 1.2, Popularity: 10, Minimum: 0.5, Firm: firm, Seed: 3})
		m := market(a)
		a.Minimum = nil
		free := market(a)
		one := median(7, func() { solve(free, matching.Rule{}) })
		var out *matching.Outcome
		all := median(5, func() { out = solve(m, matching.Rule{}) })
		t.line("one run", ms(one))
		t.line("with closings, worst first", ms(all))
		t.line("closings / one run", ratio(all, one))
		t.line("closed, runs from scratch", fmt.Sprintf("%d, %d", len(out.Closed), out.Stats.Runs))
		t.line("placed", fmt.Sprintf("%d", out.Matched()))
		short := solve(m, matching.Rule{Closing: matching.AllShort})
		t.line("all short at once: closed, placed", fmt.Sprintf("%d, %d", len(short.Closed), short.Matched()))
		if n, took := oneAtATime(a, m, time.Minute*4); n >= 0 {
			t.line("one at a time, each run from scratch: closed", fmt.Sprintf("%d (%s)", n, took.Round(time.Second)))
			t.line("closed more than that", fmt.Sprintf("%.1f %%", 100*float64(len(out.Closed)-n)/float64(n)))
		}
		if rep := matching.Verify(m, matching.Rule{}, out.Of); !rep.OK {
			panic(fmt.Sprint(rep.Violations))
		}
	}
	return nil
}

// oneAtATime is the rule by plain repetition: run, close the worst, run from
// scratch. It gives up, with -1, after a while.
func oneAtATime(a *sample.Arrays, m *matching.Market, limit time.Duration) (int, time.Duration) {
	begun := cpu()
	capacity := slices.Clone(a.Capacity)
	b := *a
	b.Capacity = capacity
	for n := 0; ; n++ {
		if cpu()-begun > limit {
			return -1, 0
		}
		out := solve(market(&b), matching.Rule{})
		worst, held := -1, 0
		for p, c := range out.CutOffs() {
			low := m.Minimum(matching.PositionID(p))
			if capacity[p] == 0 || c.Placed >= low {
				continue
			}
			if worst >= 0 {
				x, y := c.Placed*m.Minimum(matching.PositionID(worst)), held*low
				if x > y || x == y && low-c.Placed <= m.Minimum(matching.PositionID(worst))-held {
					continue
				}
			}
			worst, held = p, c.Placed
		}
		if worst < 0 {
			return n, cpu() - begun
		}
		capacity[worst] = 0
	}
}
