package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"guildhall/forecast"
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
