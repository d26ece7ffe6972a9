package main

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"guildhall/matching"
	"guildhall/matching/sample"
)

//go:embed lemon.cpp.txt
var lemonSource string

// weight measures goal 9, beside LEMON where it is installed.
func weight(t *table) error {
	lemon, clean := buildLemon()
	defer clean()
	if lemon == "" {
		fmt.Println("\nLEMON is left out: it needs g++ and liblemon-dev (apt-get install liblemon-dev).")
	}
	sizes := []int{1000, 10_000, 100_000}
	if t.big {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		t.head("Largest weight, %d candidates × 20", n)
		a := sample.Market(sample.Shape{Candidates: n, Weights: 10_000, Seed: 2})
		m := market(a)
		opt := matching.WeightOptions{}
		if n >= 1_000_000 {
			opt.Gap = 1e-6
		}
		var cert *matching.WeightCertificate
		var out *matching.Outcome
		runs := 3
		if n >= 1_000_000 {
			runs = 1
		}
		find := func() {
			var err error
			if out, cert, err = matching.MaxWeight(context.Background(), m, opt); err != nil {
				panic(err)
			}
		}
		took := median(runs, find)
		one := median(3, func() { solve(m, matching.Rule{}) })
		t.line("largest weight", ms(took))
		t.line("total, bound, gap", fmt.Sprintf("%d, %d, %.1e", cert.Total, cert.Bound, float64(cert.Bound-cert.Total)/float64(cert.Bound)))
		t.line("largest weight / stable round", ratio(took, one))
		t.line("memory allocated by it", fmt.Sprintf("%d MB", allocated(find)>>20))
		rep := matching.VerifyWeight(m, matching.Rule{}, out.Of, cert)
		if !rep.OK {
			panic(fmt.Sprint(rep.Violations))
		}
		t.line("blocking pairs that it leaves", fmt.Sprint(rep.Blocking))
		if lemon != "" && n < 1_000_000 { // it takes more than five minutes for a million
			if err := besideLemon(t, lemon, a, cert, took); err != nil {
				return err
			}
		}
	}
	return nil
}

// buildLemon compiles the driver; "" if that cannot be done here.
func buildLemon() (program string, clean func()) {
	dir, err := os.MkdirTemp("", "lemon")
	if err != nil {
		return "", func() {}
	}
	clean = func() { os.RemoveAll(dir) }
	source := filepath.Join(dir, "lemon.cpp")
	if err := os.WriteFile(source, []byte(lemonSource), 0o644); err != nil {
		return "", clean
	}
	program = filepath.Join(dir, "lemon")
	if out, err := exec.Command("g++", "-O2", "-DNDEBUG", "-o", program, source, "-llemon").CombinedOutput(); err != nil {
		if !strings.Contains(string(out), "lemon/") {
			fmt.Fprintf(os.Stderr, "bench: LEMON's driver: %v\n%s", err, out)
		}
		return "", clean
	}
	return program, clean
}

// besideLemon gives the same round to LEMON and compares.
func besideLemon(t *table, program string, a *sample.Arrays, cert *matching.WeightCertificate, ours time.Duration) error {
	path := program + ".txt"
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, len(a.Off)-1, len(a.Capacity), len(a.Edge))
	for _, c := range a.Capacity {
		fmt.Fprintln(w, c)
	}
	for c := range len(a.Off) - 1 {
		for e := a.Off[c]; e < a.Off[c+1]; e++ {
			fmt.Fprintln(w, c, a.Edge[e]>>32, a.Weight[e])
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, method := range []string{"cost_scaling", "network_simplex"} {
		if method == "network_simplex" && len(a.Off) > 200_000 {
			continue
		}
		raw, err := exec.Command(program, method, path).Output()
		if err != nil {
			return fmt.Errorf("LEMON: %w", err)
		}
		var total int64
		var seconds float64
		var kb int64
		if _, err := fmt.Sscan(string(raw), &total, &seconds, &kb); err != nil {
			return fmt.Errorf("LEMON said %q: %w", raw, err)
		}
		if total < cert.Total || total > cert.Bound {
			return fmt.Errorf("LEMON's optimum is %d, ours %d to %d", total, cert.Total, cert.Bound)
		}
		took := time.Duration(seconds * 1e9)
		t.line("LEMON "+method+", solve", ms(took)+fmt.Sprintf(", peak %d MB", kb>>10))
		t.line("LEMON / ours", ratio(took, ours))
	}
	return nil
}
