package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"guildhall/forecast"
	"guildhall/forecast/backtest"
	"guildhall/forecast/hier"
	"guildhall/forecast/longform"
)

// forecastJob is one call of "guildhall forecast".
type forecastJob struct {
	in, out, hierarchy string
	horizon, season    int
	levels             []float64
	method, kind       string
	reconcile          string
	backtest, quiet    bool
	workers            int
	streams            streams
	told               int // faults and notes printed so far
	hidden             int // and not printed because there were too many
}

// mostTold is how many faults and notes are printed; the output file names all
// refused series anyway.
const mostTold = 1000

// forecastCommand forecasts every series of a table.
func forecastCommand(ctx context.Context, s streams, args []string) int {
	j := &forecastJob{streams: s}
	if code, ok := j.parse(args); !ok {
		return code
	}
	items, groups, err := j.read()
	if err != nil {
		fmt.Fprintf(s.err, "guildhall forecast: %v\n", err)
		return exitUsage
	}
	refused, err := j.run(ctx, items, groups)
	if err != nil {
		fmt.Fprintf(s.err, "guildhall forecast: %v\n", err)
		if errors.Is(err, errHierarchy) {
			return exitUsage
		}
		return exitFailure
	}
	if refused > 0 {
		fmt.Fprintf(s.err, "%d of %d series were refused; the column method says why\n", refused, len(items))
		return exitPartial
	}
	return exitOK
}

// parse reads the flags and tells everything that is wrong with them.
func (j *forecastJob) parse(args []string) (code int, ok bool) {
	f := flag.NewFlagSet("guildhall forecast", flag.ContinueOnError)
	f.SetOutput(j.streams.err)
	f.StringVar(&j.in, "in", "", "table unique_id,ds,y as .csv or .csv.gz; - is standard input (required)")
	f.StringVar(&j.out, "out", "", "file to write the forecasts to; - is standard output (required)")
	f.IntVar(&j.horizon, "horizon", 0, "number of periods to forecast (required)")
	f.IntVar(&j.season, "season", 0, "periods in a season (default: as the times say, 4 for quarters, 12 for months)")
	level := f.String("level", "", "levels of the intervals in percent, such as 80,95")
	f.StringVar(&j.method, "method", "auto", "auto, or one of "+strings.Join(forecast.ModelNames(), ", "))
	f.StringVar(&j.kind, "kind", "auto", "what the values are: auto, amount, count or level")
	f.StringVar(&j.hierarchy, "hierarchy", "", "table unique_id and one column per kind of group: forecast the sums too, so that all add up")
	f.StringVar(&j.reconcile, "reconcile", string(hier.Tempered), "how sums and parts are brought together: bottom-up, top-down, ols, wls, mint, half or tempered")
	f.BoolVar(&j.backtest, "backtest", false, "also forecast the past and print how good that was")
	f.IntVar(&j.workers, "workers", 0, "number of processors to use (default: all); changes nothing but the time")
	f.BoolVar(&j.quiet, "quiet", false, "show no progress")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK, false
	} else if err != nil {
		return exitUsage, false
	}
	if faults := j.check(*level, f.NArg()); len(faults) > 0 {
		for _, x := range faults {
			fmt.Fprintf(j.streams.err, "guildhall forecast: %s\n", x)
		}
		return exitUsage, false
	}
	return exitOK, true
}

// check lists everything that is wrong with the flags.
func (j *forecastJob) check(level string, rest int) (faults []string) {
	bad := func(format string, a ...any) { faults = append(faults, fmt.Sprintf(format, a...)) }
	if j.in == "" || j.out == "" {
		bad("needs --in FILE and --out FILE")
	}
	if rest > 0 {
		bad("there is something behind the flags")
	}
	if j.horizon < 1 || j.horizon > 10000 {
		bad("--horizon %d is not between 1 and 10000", j.horizon)
	}
	if j.season < 0 || j.season > 10000 {
		bad("--season %d is not between 1 and 10000", j.season)
	}
	for _, l := range strings.FieldsFunc(level, func(r rune) bool { return r == ',' || r == ' ' }) {
		v, err := strconv.ParseFloat(l, 64)
		if err != nil || !(v > 0 && v < 100) {
			bad("--level %q is not between 0 and 100", l)
			continue
		}
		j.levels = append(j.levels, v/100)
	}
	if _, ok := forecast.ModelNamed(j.method); !ok && j.method != "auto" {
		bad("there is no method %q: auto, %s", j.method, strings.Join(forecast.ModelNames(), ", "))
	}
	var k forecast.Kind
	if j.kind != "auto" && k.UnmarshalText([]byte(j.kind)) != nil {
		bad("--kind %q is not auto, amount, count or level", j.kind)
	}
	switch hier.Method(j.reconcile) {
	case hier.BottomUp, hier.TopDown, hier.OLS, hier.WLS, hier.MinT, hier.Half, hier.Tempered:
	default:
		bad("--reconcile %q is not bottom-up, top-down, ols, wls, mint, half or tempered", j.reconcile)
	}
	return faults
}

// read reads the tables.
func (j *forecastJob) read() ([]longform.Item, *longform.Groups, error) {
	items, err := readFile(j.in, j.streams.in, longform.Read)
	if err != nil {
		return nil, nil, err
	}
	if j.hierarchy == "" {
		return items, nil, nil
	}
	groups, err := readFile(j.hierarchy, j.streams.in, longform.ReadGroups)
	return items, groups, err
}

func readFile[T any](path string, std io.Reader, read func(io.Reader) (T, error)) (T, error) {
	if path == "-" {
		return read(std)
	}
	f, err := os.Open(path)
	if err != nil {
		var none T
		return none, err
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return v, err
}

// run forecasts and writes. It tells how many series were refused.
func (j *forecastJob) run(ctx context.Context, items []longform.Item, groups *longform.Groups) (refused int, err error) {
	series, at := j.series(items)
	rows := make([]longform.Row, len(items))
	for i := range items {
		rows[i] = longform.Row{Key: items[i].Key}
		if len(items[i].Faults) > 0 {
			rows[i].Method = items[i].Faults[0].Error()
			j.tellFaults(items[i].Faults)
		}
	}
	o := forecast.Options{Horizon: j.horizon, Levels: j.levels, Workers: j.workers, Progress: j.progress()}
	if m, ok := forecast.ModelNamed(j.method); ok {
		o.Models = []forecast.Model{m}
	}
	var sums []longform.Row
	var f []forecast.Forecast
	if groups != nil {
		f, sums, err = j.coherent(ctx, items, series, at, groups, o)
	} else {
		f, err = forecast.Panel(ctx, series, o)
	}
	if err != nil {
		return 0, err
	}
	for k, i := range at {
		j.fill(&rows[i], &items[i], &f[k])
	}
	for i := range rows {
		if rows[i].Forecast == nil {
			refused++
		}
	}
	if err := j.write(append(sums, rows...)); err != nil {
		return 0, err
	}
	j.tellRest()
	if j.backtest {
		return refused, j.score(ctx, series, o)
	}
	return refused, nil
}

// series takes the readable series, with season and kind set.
func (j *forecastJob) series(items []longform.Item) (s []forecast.Series, at []int) {
	for i := range items {
		it := &items[i]
		if len(it.Faults) > 0 {
			continue
		}
		it.Freq = forecast.Freq(it.Season())
		if j.season > 0 {
			it.Freq = forecast.Freq(j.season)
		}
		if j.kind == "auto" {
			it.Kind = kindOf(it.Y)
		} else if err := it.Kind.UnmarshalText([]byte(j.kind)); err != nil {
			continue // check has looked at it
		}
		if base, _ := it.Base(); it.Freq > 1 && base > -1e12 && base < 1e12 {
			m := int64(it.Freq)
			y := base / m
			if base%m < 0 {
				y--
			}
			it.Start = forecast.Period{Year: int(y), Sub: int(base-y*m) + 1}
		}
		s, at = append(s, it.Series), append(at, i)
	}
	return s, at
}

// kindOf takes small whole numbers for counts: there the distribution matters.
func kindOf(y []float64) forecast.Kind {
	sum, n, zeros := 0.0, 0.0, 0.0
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		if v < 0 || v != math.Trunc(v) {
			return forecast.Amount
		}
		if v == 0 {
			zeros++
		}
		sum += v
		n++
	}
	if n > 0 && (sum/n < 20 || zeros > 0.2*n) {
		return forecast.Count
	}
	return forecast.Amount
}

// fill puts a forecast, or the reason for having none, into its row.
func (j *forecastJob) fill(row *longform.Row, it *longform.Item, f *forecast.Forecast) {
	if f.Refused() {
		var reasons []string
		for i := range f.Faults {
			x := &f.Faults[i]
			s := string(x.Reason)
			if x.Index >= 0 {
				s = it.Label(x.Index) + ": " + s
			}
			reasons = append(reasons, s)
			j.tell("line %d: series %q: %s", it.Line(x.Index), row.Key, s)
		}
		row.Method = strings.Join(reasons[:min(3, len(reasons))], "; ")
		return
	}
	end := len(it.Y)
	for _, n := range f.Notes {
		if n.Code == forecast.Stale {
			end = n.Index
		}
		where := ""
		if n.Index >= 0 {
			where = it.Label(n.Index) + ": "
		}
		j.tell("line %d: series %q: %s%s", it.Line(n.Index), row.Key, where, n.Text)
	}
	row.Forecast = f
	row.Label = func(i int) string { return it.Label(end + i) }
	row.Method = methodOf(f, j.method)
}

// methodOf says in a word how a forecast was made.
func methodOf(f *forecast.Forecast, asked string) string {
	switch f.Route.Class {
	case forecast.Chosen:
		if len(f.Route.Weights) == 1 {
			return f.Route.Weights[0].Model // what applied where the asked one did not
		}
		return asked
	case forecast.Regular:
		return "combination"
	case forecast.Short, forecast.Tiny:
		return "pooled"
	}
	return string(f.Route.Class)
}

func (j *forecastJob) tell(format string, a ...any) {
	if j.told++; j.told > mostTold {
		j.hidden++
		return
	}
	fmt.Fprintf(j.streams.err, format+"\n", a...)
}

func (j *forecastJob) tellFaults(f []longform.Fault) {
	for _, x := range f {
		j.tell("%v", x)
	}
}

func (j *forecastJob) tellRest() {
	if j.hidden > 0 {
		fmt.Fprintf(j.streams.err, "and %d more remarks\n", j.hidden)
	}
}

// progress prints a line now and then.
func (j *forecastJob) progress() func(done, total int) {
	if j.quiet {
		return nil
	}
	return func(done, total int) {
		if total >= 2048 {
			fmt.Fprintf(j.streams.err, "\r%d of %d series", done, total)
			if total-done < 1024 {
				fmt.Fprintln(j.streams.err)
			}
		}
	}
}

// write puts the whole file in place at once, so that a reader never sees half.
func (j *forecastJob) write(rows []longform.Row) error {
	if j.out == "-" {
		return longform.Write(j.streams.out, j.levels, rows)
	}
	f, err := os.CreateTemp(filepath.Dir(j.out), ".forecast-*")
	if err != nil {
		return err
	}
	err = longform.Write(f, j.levels, rows)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), j.out)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// score repeats the past and prints how good that was.
func (j *forecastJob) score(ctx context.Context, s []forecast.Series, o forecast.Options) error {
	o.Progress = nil
	r, err := backtest.Run(ctx, s, backtest.Protocol{Options: o, Gap: j.horizon})
	if err != nil {
		return err
	}
	w := j.streams.out
	if j.out == "-" {
		w = j.streams.err
	}
	fmt.Fprintf(w, "backtest: %d origins, %d errors, everything learnt anew at each origin\n", r.Origins, r.Overall.N)
	fmt.Fprintf(w, "%-8s %9s %9s %9s %9s", "horizon", "sMAPE", "MASE", "RMSSE", "naive")
	for _, l := range j.levels {
		fmt.Fprintf(w, " %8s%% %9s", strconv.FormatFloat(100*l, 'f', -1, 64), "MSIS")
	}
	fmt.Fprintln(w)
	for h := range r.ByHorizon {
		scoreLine(w, strconv.Itoa(h+1), &r.ByHorizon[h])
	}
	scoreLine(w, "all", &r.Overall)
	fmt.Fprintf(w, "OWA %s; skill against the same period last year %s; series too short for it: %d\n", shown(r.OWA), shown(r.Skill), len(r.Skipped))
	return nil
}

func scoreLine(w io.Writer, name string, s *forecast.Score) {
	fmt.Fprintf(w, "%-8s %9s %9s %9s %9s", name, shown(s.SMAPE), shown(s.MASE), shown(s.RMSSE), shown(s.NaiveMASE))
	for l := range s.Coverage {
		fmt.Fprintf(w, " %9s %9s", shown(s.Coverage[l]), shown(s.MSIS[l]))
	}
	fmt.Fprintln(w)
}

func shown(f forecast.Figure) string {
	if !f.Known() {
		return "-"
	}
	return strconv.FormatFloat(float64(f), 'f', 3, 64)
}
