// Soak asks guildhall so many times a second for a long time, one in ten a write, and prints
// every so often how it stands: answers, times, memory, files, goroutines, and the log of the
// database.
//
//	go run ./soak -guildhall BINARY -house DATA -lasts 10m
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"guildhall/bench/load"
)

func main() {
	guildhall := flag.String("guildhall", "guildhall", "the program")
	house := flag.String("house", "", "its data: 84 members and 100,000 students")
	lasts := flag.Duration("lasts", 10*time.Minute, "how long")
	rate := flag.Int("rate", 300, "requests a second")
	every := flag.Duration("every", 30*time.Second, "how often a line is printed")
	flag.Parse()
	quiet, err := os.Create(os.DevNull)
	if err != nil {
		log.Fatal(err)
	}
	const figures = "127.0.0.1:18122"
	s, err := load.Run("127.0.0.1:18120", "/healthz", quiet, *guildhall, "serve", "--data", *house, "--addr", "127.0.0.1:18120", "--metrics-addr", figures)
	if err != nil {
		log.Fatal(err)
	}
	defer s.Stop()
	h, err := load.Enter(s)
	if err != nil {
		s.Stop()
		log.Fatal(err)
	}
	fmt.Println("| minute | requests | p50 ms | p99 ms | 5xx | other | memory MiB | files | goroutines | log MiB | load of the machine |")
	fmt.Println("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	client, began, bad, done := load.Client(256), time.Now(), 0, 0
	for time.Since(began) < *lasts {
		r := load.Open(client, *rate, min(*every, *lasts), func(i int) *load.Request { return h.Mixed(done + i) })
		done, bad = done+r.Requests, bad+r.Bad()
		f := read("http://" + figures + "/metrics")
		fmt.Printf("| %.1f | %d | %.1f | %.1f | %d | %d | %.0f | %.0f | %.0f | %.1f | %s |\n", time.Since(began).Minutes(), r.Requests, r.At(.5), r.At(.99), r.Bad(), r.Other()-r.Bad(),
			f["process_resident_memory_bytes"]/(1<<20), f["process_open_fds"], f["go_goroutines"], f["guildhall_db_wal_bytes"]/(1<<20), machine())
	}
	if bad > 0 {
		fmt.Printf("%d of %d requests failed\n", bad, done)
		s.Stop()
		os.Exit(1)
	}
}

// read gives the figures that bear no labels.
func read(address string) map[string]float64 {
	all := map[string]float64{}
	w, err := http.Get(address)
	if err != nil {
		return all
	}
	defer w.Body.Close()
	for lines := bufio.NewScanner(w.Body); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), " "); ok && name != "#" {
			if v, err := strconv.ParseFloat(value, 64); err == nil {
				all[name] = v
			}
		}
	}
	return all
}

func machine() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
