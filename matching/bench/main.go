// Bench measures the matching engines against their goals and their peers.
//
//	go run ./matching/bench                the table at 100,000 candidates and below
//	go run ./matching/bench -big           also a million and more (needs 5 GB and some minutes)
//	go run ./matching/bench -only weight   one part: stable, closing, weight, ties
//	go run ./matching/bench data -n 1000000 -out DIR   a round as CSV files, for guildhall match
//
// All times are processor time of the whole process, medians of several runs.
// The machine's own limits, from which the bounds are computed, are measured in
// the same run. A peer that is not installed is left out and said so.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] == "data" {
		return writeData(args[1:])
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	big := f.Bool("big", false, "also a million candidates and more")
	only := f.String("only", "", "only this part: stable, closing, weight, ties, huge")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	fmt.Printf("%s %s/%s, %d processors, %s\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor())
	t := &table{big: *big}
	for _, part := range []struct {
		name string
		run  func(*table) error
	}{{"stable", stable}, {"closing", closing}, {"weight", weight}, {"ties", ties}, {"huge", huge}} {
		if *only != part.name && (*only != "" || part.name == "huge") {
			continue
		}
		if err := part.run(t); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// table prints lines as they are measured.
type table struct{ big bool }

func (t *table) head(format string, args ...any) {
	fmt.Printf("\n## %s\n\n", fmt.Sprintf(format, args...))
}

func (t *table) line(what, figure string) { fmt.Printf("| %-58s | %s |\n", what, figure) }

// processor names the machine, where it can be told.
func processor() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimLeft(name, "\t :")
		}
	}
	return "unknown processor"
}

// cpu is the processor time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// median is the middle processor time of several runs. The collector runs before
// each and not during it, so that its work on other things is not counted.
func median(runs int, f func()) time.Duration {
	var list []time.Duration
	for range runs {
		runtime.GC()
		begun := cpu()
		f()
		list = append(list, cpu()-begun)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// grown is by how much the heap holds more at its peak while f runs; f says when
// it is there by what it returns.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.2f", float64(a)/float64(b)) }
