package watch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sample is one figure as a monitoring system reads it.
type Sample struct {
	Name   string // without the prefix guildhall_ that all of ours bear
	Help   string
	Kind   string   // counter, gauge or histogram; empty: gauge
	Labels []string // pairs of name and value: words of the program, never of a person
	Value  float64

	histogram *histogram
}

// Write writes all figures in Prometheus's text format. A room that cannot tell its own
// is counted as such; the others are told all the same.
func (w *Watch) Write(ctx context.Context, out io.Writer) error {
	all := slices.Concat(w.counted(), w.pools(), machine(), []Sample{
		{Name: "build_info", Help: "Which program this is.", Labels: []string{"version", w.Build, "go", goVersion, "engine", w.DB.Engine()}, Value: 1},
		{Name: "up_seconds", Help: "How long the program has run.", Value: time.Since(w.began).Seconds()},
	})
	missed := 0.0
	for _, of := range w.Samples {
		list, err := of(ctx)
		if err != nil {
			missed++
			slog.ErrorContext(ctx, "watch: figures", "error", err)
		}
		all = append(all, list...)
	}
	all = append(all, Sample{Name: "figures_missed", Help: "Groups of figures that could not be found out now.", Value: missed})
	slices.SortStableFunc(all, func(a, b Sample) int { return strings.Compare(a.Name, b.Name) })
	b := bufio.NewWriter(out)
	for i, s := range all {
		if i == 0 || all[i-1].Name != s.Name {
			kind := s.Kind
			if kind == "" {
				kind = "gauge"
			}
			fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", s.full(), s.Help, s.full(), kind)
		}
		s.write(b)
	}
	return b.Flush()
}

// full gives the name that is told. What every process tells bears no prefix of ours.
func (s Sample) full() string {
	if strings.HasPrefix(s.Name, "process_") || strings.HasPrefix(s.Name, "go_") {
		return s.Name
	}
	return "guildhall_" + s.Name
}

func (s Sample) write(b *bufio.Writer) {
	if s.histogram == nil {
		fmt.Fprintf(b, "%s%s %s\n", s.full(), labels(s.Labels), number(s.Value))
		return
	}
	n := int64(0)
	for i := range s.histogram.classes {
		n += s.histogram.classes[i].Load()
		end := "+Inf"
		if i < len(bounds) {
			end = number(bounds[i])
		}
		fmt.Fprintf(b, "%s_bucket%s %d\n", s.full(), labels(append(slices.Clone(s.Labels), "le", end)), n)
	}
	fmt.Fprintf(b, "%s_sum%s %s\n", s.full(), labels(s.Labels), number(time.Duration(s.histogram.sum.Load()).Seconds()))
	fmt.Fprintf(b, "%s_count%s %d\n", s.full(), labels(s.Labels), n)
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func labels(pairs []string) string {
	if len(pairs) == 0 {
		return ""
	}
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		b.WriteString(pairs[i] + `="` + escaped.Replace(pairs[i+1]) + `"`)
	}
	return b.String() + "}"
}

func number(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// counted gives what the watch has counted itself.
func (w *Watch) counted() (all []Sample) {
	w.requests.each(func(k requestKey, r *requests) {
		all = append(all, Sample{Name: "http_request_seconds", Help: "How long requests took, by route.", Kind: "histogram",
			Labels: []string{"method", k.method, "route", k.route}, histogram: &r.took})
		for i := range r.class {
			if n := r.class[i].Load(); n > 0 {
				all = append(all, Sample{Name: "http_requests_total", Help: "Requests answered, by route and class of status.", Kind: "counter",
					Labels: []string{"method", k.method, "route", k.route, "class", strconv.Itoa(i+1) + "xx"}, Value: float64(n)})
			}
		}
	})
	w.trips.each(func(kind string, t *trips) {
		all = append(all, Sample{Name: "db_transaction_seconds", Help: "How long transactions took, with their waiting.", Kind: "histogram",
			Labels: []string{"kind", kind}, histogram: &t.took})
		for _, o := range []struct {
			outcome string
			n       int64
		}{{"kept", t.kept.Load()}, {"undone", t.failed.Load()}, {"busy", t.busy.Load()}} {
			all = append(all, Sample{Name: "db_transactions_total", Help: "Transactions, by how they ended.", Kind: "counter",
				Labels: []string{"kind", kind, "outcome", o.outcome}, Value: float64(o.n)})
		}
		all = append(all, Sample{Name: "db_retries_total", Help: "Transactions run once more because the database asked for it.", Kind: "counter",
			Labels: []string{"kind", kind}, Value: float64(t.again.Load())})
	})
	slices.SortFunc(all, func(a, b Sample) int { return slices.Compare(a.Labels, b.Labels) })
	w.slow.mu.Lock()
	defer w.slow.mu.Unlock()
	return append(all,
		Sample{Name: "http_in_flight", Help: "Requests being answered now.", Value: float64(w.inFlight.Load())},
		Sample{Name: "db_slow_updates_total", Help: "Updates that took a second or more.", Kind: "counter", Value: float64(w.slow.count)})
}

func (w *Watch) pools() (all []Sample) {
	for _, pool := range []string{"read", "write"} {
		s, l := w.DB.Pools()[pool], []string{"pool", pool}
		all = append(all,
			Sample{Name: "db_connections_open", Help: "Connections to the database.", Labels: l, Value: float64(s.OpenConnections)},
			Sample{Name: "db_connections_in_use", Help: "Connections at work.", Labels: l, Value: float64(s.InUse)},
			Sample{Name: "db_connections_most", Help: "As many connections may be open.", Labels: l, Value: float64(s.MaxOpenConnections)},
			Sample{Name: "db_waits_total", Help: "How often work had to wait for a connection.", Kind: "counter", Labels: l, Value: float64(s.WaitCount)},
			Sample{Name: "db_wait_seconds_total", Help: "How long work waited for a connection.", Kind: "counter", Labels: l, Value: s.WaitDuration.Seconds()})
	}
	return append(all, Sample{Name: "db_wal_bytes", Help: "Size of SQLite's write-ahead log; 0 on PostgreSQL.", Value: float64(w.DB.LogSize())})
}
