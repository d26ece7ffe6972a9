// Package sample makes random rounds (随机轮次) of any size, for tests and
// benchmarks. The same shape gives the same round on every machine.
package sample

import (
	"math/rand/v2"
	"slices"
)

// Shape says what a round looks like. Zero fields have the value that is named.
type Shape struct {
	Candidates int
	Choices    int     // on each list; 20
	Positions  int     // Candidates/10
	Capacity   float64 // places per candidate; 1
	Popularity float64 // how much likelier the most popular position is than the least; 5
	Common     float64 // share of a key that is the candidate's own quality; 0.5
	Firm       int     // positions of an enterprise; 0: no enterprises
	FirmCap    float64 // cap of an enterprise as a share of its places; 0.85
	Minimum    float64 // minimum to open as a share of the capacity
	Keys       int     // how many different keys; 0: practically no ties
	Weights    int     // weights are 1..Weights
	Seed       uint64
}

// Arrays are a round as matching.CSR wants it.
type Arrays struct {
	Off        []uint32
	Edge       []uint64 // position<<32 | key, best choice first
	Weight     []int64
	Capacity   []int32
	Minimum    []int32
	Under      []int32
	NodeCap    []int32
	NodeParent []int32
}

// Market draws a round.
func Market(s Shape) *Arrays {
	s = s.complete()
	rng := rand.New(rand.NewPCG(s.Seed, 7))
	a := &Arrays{}
	a.places(s, rng)
	a.lists(s, rng)
	return a
}

func (s Shape) complete() Shape {
	or := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	if s.Choices == 0 {
		s.Choices = 20
	}
	if s.Positions == 0 {
		s.Positions = max(s.Candidates/10, 1)
	}
	s.Choices = min(s.Choices, s.Positions)
	or(&s.Capacity, 1)
	or(&s.Popularity, 5)
	or(&s.Common, 0.5)
	or(&s.FirmCap, 0.85)
	return s
}

// places draws capacities around the mean, and enterprises over neighbours.
func (a *Arrays) places(s Shape, rng *rand.Rand) {
	mean := s.Capacity * float64(s.Candidates) / float64(s.Positions)
	a.Capacity, a.Under = make([]int32, s.Positions), make([]int32, s.Positions)
	for p := range a.Capacity {
		a.Capacity[p] = int32(max(1, mean*(0.5+rng.Float64())+0.5))
		a.Under[p] = -1
		if s.Firm > 0 {
			a.Under[p] = int32(p / s.Firm)
		}
		if s.Minimum > 0 {
			a.Minimum = append(a.Minimum, max(1, int32(s.Minimum*float64(a.Capacity[p]))))
		}
	}
	if s.Firm == 0 {
		return
	}
	sums := make([]int32, (s.Positions+s.Firm-1)/s.Firm)
	for p, c := range a.Capacity {
		sums[a.Under[p]] += c
	}
	for p, low := range a.Minimum {
		a.Minimum[p] = min(low, int32(s.FirmCap*float64(sums[a.Under[p]])))
	}
	for _, sum := range sums {
		a.NodeCap = append(a.NodeCap, int32(s.FirmCap*float64(sum)))
		a.NodeParent = append(a.NodeParent, -1)
	}
}

// lists draws who wants what. Popularity falls linearly over the positions in a
// shuffled order, so that neighbours are not alike.
func (a *Arrays) lists(s Shape, rng *rand.Rand) {
	order := rng.Perm(s.Positions)
	a.Off = make([]uint32, s.Candidates+1)
	a.Edge = make([]uint64, 0, s.Candidates*s.Choices)
	span := uint64(1<<31 - 2)
	if s.Keys > 0 {
		span = uint64(s.Keys)
	}
	own := make([]int, 0, s.Choices)
	for c := range s.Candidates {
		own = own[:0]
		quality := rng.Float64()
		for len(own) < s.Choices {
			p := order[pick(s, rng)]
			if slices.Contains(own, p) {
				continue
			}
			own = append(own, p)
			key := uint64((s.Common*quality+(1-s.Common)*rng.Float64())*float64(span)) + 1
			a.Edge = append(a.Edge, uint64(p)<<32|key)
			if s.Weights > 0 {
				a.Weight = append(a.Weight, 1+rng.Int64N(int64(s.Weights)))
			}
		}
		a.Off[c+1] = uint32(len(a.Edge))
	}
}

// pick draws a place in the order of popularity.
func pick(s Shape, rng *rand.Rand) int {
	for {
		x := rng.Float64()
		if rng.Float64()*s.Popularity <= s.Popularity+(1-s.Popularity)*x {
			return min(int(x*float64(s.Positions)), s.Positions-1)
		}
	}
}
