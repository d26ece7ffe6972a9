package codes

import (
	"runtime"
	"testing"
)

// BenchmarkOpen is what every start pays.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		open()
	}
}

// BenchmarkUnpackAll is what a process pays that looks at every list and every
// relation, once; MB is what it then keeps in memory.
func BenchmarkUnpackAll(b *testing.B) {
	var kept []*Catalogue
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		c := open()
		for _, e := range c.Lists() {
			c.ByName(e.List, "x")
		}
		for _, r := range Relations {
			c.Related(r, "x")
		}
		kept = append(kept[:0], c)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	runtime.KeepAlive(kept)
}

func BenchmarkMatchProgramme(b *testing.B) {
	for name, written := range map[string]string{"sure": "新能源汽车技术专业（专科）", "similar": "新能源汽车枝术", "nothing": "与任何专业都不相干的名字"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Shipped().MatchProgramme(Higher, written)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	for b.Loop() {
		Shipped().Search("region", "区", 50)
	}
}
