package hier_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"guildhall/forecast/hier"
)

// BenchmarkMinT reconciles 89,000 leaves in 25,000 crossed sums over eight horizons.
func BenchmarkMinT(b *testing.B) {
	rng := rand.New(rand.NewPCG(8, 8))
	const n = 88917
	var keys []string
	var values [][]string
	for i := range n {
		keys = append(keys, fmt.Sprint("leaf ", i))
		values = append(values, []string{fmt.Sprint(i / 15), fmt.Sprint(rng.IntN(300)), fmt.Sprint(rng.IntN(60)), fmt.Sprint(rng.IntN(40))})
	}
	h, err := hier.New(hier.Cross(keys, []string{"enterprise", "occupation", "segment", "region"}, values, [][2]int{{1, 2}, {2, 3}}))
	if err != nil {
		b.Fatal(err)
	}
	bottom := random(rng, n, 8, 3)
	for _, row := range bottom {
		for c := range row {
			row[c] += 10
		}
	}
	base := h.Sum(bottom)
	for i := range base {
		for c := range base[i] {
			base[i][c] *= 1 + 0.1*rng.NormFloat64()
		}
	}
	errs := random(rng, len(base), 16, 1)
	for i := range errs {
		k := 1 + 0.1*base[i][0]
		for t := range errs[i] {
			errs[i][t] *= k
		}
	}
	for _, m := range []hier.Method{hier.MinT, hier.Tempered} {
		b.Run(string(m), func(b *testing.B) {
			var rep hier.Report
			for b.Loop() {
				if _, rep, err = h.Reconcile(base, hier.Weights{Method: m, Errors: errs}); err != nil {
					b.Fatal(err)
				}
			}
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			b.ReportMetric(float64(mem.Sys)/1e6, "MB")
			b.ReportMetric(float64(rep.Iterations), "iterations")
			b.ReportMetric(float64(len(base)), "nodes")
			b.ReportMetric(rep.Residual, "incoherence")
		})
	}
}
