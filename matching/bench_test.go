package matching

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
)

// bigSizes tells whether the benchmarks of a million and more are wanted.
func bigSizes() bool { return os.Getenv("GUILDHALL_BENCH_BIG") != "" }

func sizes() []int {
	if bigSizes() {
		return []int{10_000, 100_000, 1_000_000}
	}
	return []int{10_000, 100_000}
}

func BenchmarkSolve(b *testing.B) {
	for _, firm := range []int{0, 10} {
		for _, n := range sizes() {
			b.Run(fmt.Sprintf("firm%d/%d", firm, n), func(b *testing.B) {
				m := Random(Shape{Candidates: n, Firm: firm, Seed: 1})
				runtime.GC()
				for b.Loop() {
					if _, err := Solve(context.Background(), m, Rule{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, firm := range []int{0, 10} {
		for _, n := range sizes() {
			b.Run(fmt.Sprintf("firm%d/%d", firm, n), func(b *testing.B) {
				m := Random(Shape{Candidates: n, Firm: firm, Seed: 1})
				out, _ := Solve(context.Background(), m, Rule{})
				runtime.GC()
				for b.Loop() {
					if v := verify(m, Rule{}, out.Of); !v.rep.OK {
						b.Fatal(v.rep.Violations)
					}
				}
			})
		}
	}
}

func BenchmarkMaxWeight(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := Random(Shape{Candidates: n, Weights: 10_000, Seed: 1})
			runtime.GC()
			for b.Loop() {
				_, cert, err := MaxWeight(context.Background(), m, WeightOptions{})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(cert.Bound-cert.Total), "gap")
			}
		})
	}
}
