package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"guildhall/matching"
)

// exactTies compares max_size with the largest weakly stable round, which the
// integer program of Kwanashie and Manlove gives; CBC solves it, if installed.
func exactTies(t *table) error {
	if _, err := exec.LookPath("cbc"); err != nil {
		fmt.Println("\nThe largest stable rounds are left out: they need cbc (apt-get install coinor-cbc).")
		return nil
	}
	const rounds, students, places = 60, 200, 40
	t.head("Ties on both sides, against the largest stable round: %d students, %d positions, %d rounds", students, places, rounds)
	var promoted, lottery, most, worst float64 = 0, 0, 0, 1
	for seed := range uint64(rounds) {
		m := tiedPositions(rand.New(rand.NewPCG(seed, 12)), students, places)
		exact, err := largestStable(m)
		if err != nil {
			return err
		}
		size := float64(solve(m, matching.Rule{Ties: matching.MaxSize}).Matched())
		promoted += size
		lottery += float64(solve(m, matching.Rule{}).Matched())
		most += float64(exact)
		worst = min(worst, size/float64(exact))
	}
	t.line("mean placed: lottery, max_size, largest stable", fmt.Sprintf("%.2f, %.2f, %.2f", lottery/rounds, promoted/rounds, most/rounds))
	t.line("max_size / largest, mean and worst", fmt.Sprintf("%.4f, %.4f", promoted/most, worst))
	t.line("lottery / largest", fmt.Sprintf("%.4f", lottery/most))
	return nil
}

// tiedPositions draws a round of positions with ties on both sides.
func tiedPositions(rng *rand.Rand, students, places int) *matching.Market {
	b := matching.NewBuilder(matching.Options{})
	for range places {
		b.Position(matching.NoNode, students/places+rng.IntN(3)-1, 0)
	}
	for s := range students {
		c := b.Candidate(fmt.Appendf(nil, "s%04d", s))
		rank, listed := 0, map[int]bool{}
		for range 3 + rng.IntN(3) {
			p := min(rng.IntN(places), rng.IntN(places))
			if listed[p] {
				continue
			}
			listed[p] = true
			if rank == 0 || rng.Float64() > 0.2 {
				rank++
			}
			b.Choice(c, matching.PositionID(p), rank, int64(rng.IntN(8)), 0)
		}
	}
	m, err := b.Build()
	if err != nil {
		panic(err)
	}
	return m
}

// largestStable solves the integer program.
func largestStable(m *matching.Market) (int, error) {
	var lp bytes.Buffer
	x := func(e matching.EdgeID) string { return "x" + strconv.Itoa(int(e)) }
	at := make([][]matching.EdgeID, m.Positions())
	lp.WriteString("Maximize\n obj: 0 z\n")
	for e := range m.Edges() {
		at[m.PositionOf(matching.EdgeID(e))] = append(at[m.PositionOf(matching.EdgeID(e))], matching.EdgeID(e))
		fmt.Fprintf(&lp, " + %s\n", x(matching.EdgeID(e)))
	}
	lp.WriteString("Subject To\n")
	for c := range m.Candidates() {
		first, end := m.Choices(matching.CandidateID(c))
		for e := first; e < end; e++ {
			fmt.Fprintf(&lp, " + %s", x(e))
		}
		fmt.Fprintln(&lp, " + 0 z <= 1")
		for e := first; e < end; e++ { // no pair blocks
			p := m.PositionOf(e)
			for f := first; f < end; f++ {
				if m.ChoiceNumber(matching.CandidateID(c), f) <= m.ChoiceNumber(matching.CandidateID(c), e) {
					fmt.Fprintf(&lp, " + %d %s", m.Capacity(p), x(f))
				}
			}
			for _, f := range at[p] {
				if f != e && m.Key(f) <= m.Key(e) {
					fmt.Fprintf(&lp, " + %s", x(f))
				}
			}
			fmt.Fprintf(&lp, " >= %d\n", m.Capacity(p))
		}
	}
	for p, list := range at {
		for _, e := range list {
			fmt.Fprintf(&lp, " + %s", x(e))
		}
		fmt.Fprintf(&lp, " + 0 z <= %d\n", m.Capacity(matching.PositionID(p)))
	}
	lp.WriteString("Binary\n")
	for e := range m.Edges() {
		fmt.Fprintln(&lp, x(matching.EdgeID(e)))
	}
	lp.WriteString("End\n")
	return runCBC(lp.Bytes())
}

// runCBC gives the optimum of a program in CPLEX's format.
func runCBC(lp []byte) (int, error) {
	dir, err := os.MkdirTemp("", "cbc")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in.lp"), filepath.Join(dir, "out.txt")
	if err := os.WriteFile(in, lp, 0o644); err != nil {
		return 0, err
	}
	if told, err := exec.Command("cbc", in, "solve", "solution", out).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("cbc: %w\n%s", err, told)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		return 0, err
	}
	var value float64
	if _, err := fmt.Sscanf(string(raw), "Optimal - objective value %f", &value); err != nil {
		return 0, fmt.Errorf("cbc found no optimum: %.100s", raw)
	}
	if value < 0 { // it minimizes the negative
		value = -value
	}
	return int(value + 0.5), nil
}
