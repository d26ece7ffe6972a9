package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"guildhall/matching"
	"guildhall/matching/sample"
)

// huge solves one round of ten million candidates and tells the peak memory of
// the process, the round itself included (goal 5). It is asked for by name only.
func huge(t *table) error {
	const n = 10_000_000
	t.head("Stable round, %d candidates × 20, positions only", n)
	debug.SetGCPercent(10) // the arrays are large and few
	a := sample.Market(sample.Shape{Candidates: n, Seed: 1})
	m := market(a)
	runtime.GC()
	begun, wall := cpu(), time.Now()
	out := solve(m, matching.Rule{})
	took := cpu() - begun
	t.line("solve, processor time (wall)", fmt.Sprintf("%.1f s (%.1f s)", took.Seconds(), time.Since(wall).Seconds()))
	begun = cpu()
	rep := matching.Check(m, matching.Rule{}, out.Of)
	t.line("verify", fmt.Sprintf("%.1f s", (cpu()-begun).Seconds()))
	if !rep.OK {
		return fmt.Errorf("the round does not verify: %v", rep.Violations)
	}
	t.line("placed", fmt.Sprint(rep.Matched))
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if peak, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			t.line("peak memory of the process", strings.TrimSpace(peak))
		}
	}
	return nil
}
