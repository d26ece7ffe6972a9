package main

import (
	"math/rand/v2"
	"time"
)

// limits are what the memory of this machine can do, measured now.
type limits struct {
	perByte time.Duration // of reading in order, times 1024
	line    time.Duration // of one independent random cache line
}

// measure takes both terms by arrays much larger than the caches.
func measure() limits {
	const words = 1 << 25 // 256 MB
	a := make([]uint64, words)
	for i := range a {
		a[i] = uint64(i)
	}
	var sink uint64
	read := median(5, func() {
		var s0, s1, s2, s3 uint64
		for i := 0; i < len(a); i += 4 {
			s0 += a[i]
			s1 += a[i+1]
			s2 += a[i+2]
			s3 += a[i+3]
		}
		sink += s0 + s1 + s2 + s3
	})
	const jumps = 1 << 22
	at := make([]uint32, jumps)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range at {
		at[i] = rng.Uint32N(words/8) * 8
	}
	jump := median(5, func() {
		var s uint64
		for _, i := range at {
			s += a[i]
		}
		sink += s
	})
	if sink == 1 {
		println()
	}
	return limits{perByte: read * 1024 / (words * 8), line: jump / jumps}
}

// bound is the least work of a stable round: every candidate's first line in
// order, one random line a hold, two a displacement.
func (l limits) bound(candidates int, displacements int64) time.Duration {
	return l.perByte*time.Duration(candidates)*64/1024 + l.line*time.Duration(int64(candidates)+2*displacements)
}
