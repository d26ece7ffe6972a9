package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"guildhall/matching"
)

// ties measures goal 11: rounds with ties on both sides, like those of Cooper and
// Manlove (2018), against an upper bound: the most that could be placed if nobody
// minded blocking pairs. The largest stable round is not larger than that.
func ties(t *table) error {
	t.head("Ties on both sides: 1000 students, 50 lecturers, 250 projects, lists of 3 to 5, 100 rounds")
	var promoted, lottery, most float64
	const rounds = 100
	for seed := range uint64(rounds) {
		m := tied(rand.New(rand.NewPCG(seed, 11)))
		promoted += float64(solve(m, matching.Rule{Ties: matching.MaxSize}).Matched())
		lottery += float64(solve(m, matching.Rule{}).Matched())
		most += float64(largest(m))
	}
	t.line("mean placed, lottery", fmt.Sprintf("%.1f", lottery/rounds))
	t.line("mean placed, max_size", fmt.Sprintf("%.1f", promoted/rounds))
	t.line("mean most possible without stability", fmt.Sprintf("%.1f", most/rounds))
	t.line("max_size / most possible", fmt.Sprintf("%.4f", promoted/most))
	t.line("lottery / most possible", fmt.Sprintf("%.4f", lottery/most))
	return exactTies(t)
}

// tied draws a round with ties on both sides. A lecturer has one key a student.
func tied(rng *rand.Rand) *matching.Market {
	const students, lecturers, projects = 1000, 50, 250
	b := matching.NewBuilder(matching.Options{})
	nodes := make([]matching.NodeID, lecturers)
	caps := make([]int, lecturers)
	for i := range 1200 {
		caps[i%lecturers]++
	}
	for l := range nodes {
		nodes[l] = b.Node(fmt.Sprintf("l%03d", l), caps[l], matching.NoNode)
	}
	pos := make([]matching.PositionID, projects)
	for p := range pos {
		pos[p] = b.Position(nodes[p%lecturers], 4+rng.IntN(3), 0)
	}
	for s := range students {
		c := b.Candidate(fmt.Appendf(nil, "s%04d", s))
		rank := 0
		keys := map[int]int64{}
		listed := map[int]bool{}
		for range 3 + rng.IntN(3) {
			p := min(rng.IntN(projects), rng.IntN(projects))
			if listed[p] {
				continue
			}
			listed[p] = true
			if rank == 0 || rng.Float64() > 0.2 {
				rank++
			}
			if _, ok := keys[p%lecturers]; !ok {
				keys[p%lecturers] = int64(rng.IntN(20))
			}
			b.Choice(c, pos[p], rank, keys[p%lecturers], 1)
		}
	}
	m, err := b.Build()
	if err != nil {
		panic(err)
	}
	return m
}

// largest is the most that caps and capacities allow to be placed.
func largest(m *matching.Market) int {
	_, cert, err := matching.MaxWeight(context.Background(), m, matching.WeightOptions{})
	if err != nil {
		panic(err)
	}
	return int(cert.Total)
}
