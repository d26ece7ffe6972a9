package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"guildhall/forecast"
	"guildhall/forecast/hier"
	"guildhall/forecast/longform"
)

var errHierarchy = errors.New("the hierarchy does not fit the series")

// coherent forecasts the series and their sums and makes them add up. Series that
// are refused are left out of the sums, and it is told.
func (j *forecastJob) coherent(ctx context.Context, items []longform.Item, series []forecast.Series, at []int, g *longform.Groups, o forecast.Options) ([]forecast.Forecast, []longform.Row, error) {
	leaves, err := groupsOf(items, at, g)
	if err != nil {
		return nil, nil, err
	}
	base, err := forecast.Panel(ctx, series, o)
	if err != nil {
		return nil, nil, err
	}
	keep := j.keepable(items, series, base, at)
	if len(keep) == 0 {
		return base, nil, nil
	}
	h, hist, err := sumHistories(items, series, at, keep, leaves, g.Columns)
	if err != nil {
		return nil, nil, err
	}
	all, rep, err := reconcileAll(ctx, h, hist, series, keep, base, o, hier.Method(j.reconcile))
	if err != nil {
		return nil, nil, err
	}
	if !j.quiet {
		fmt.Fprintf(j.streams.err, "%d series and %d sums brought together by %s\n", len(keep), len(h.Nodes())-len(keep), rep.Method)
	}
	return base, j.sumRows(h, &items[at[keep[0]]], all), nil
}

// groupsOf finds the groups of every series and lists those that have none.
func groupsOf(items []longform.Item, at []int, g *longform.Groups) (leaves [][]string, err error) {
	var missing []string
	for _, i := range at {
		of, ok := g.Of[items[i].Key]
		if !ok {
			missing = append(missing, items[i].Key)
		}
		leaves = append(leaves, of)
	}
	if n := len(missing); n > 0 {
		return nil, fmt.Errorf("%w: %d series are not in it: %s", errHierarchy, n, strings.Join(missing[:min(n, 20)], ", "))
	}
	return leaves, nil
}

// keepable are the series that can be added up: not refused, on the same time axis,
// and with the same last period as the most recent one.
func (j *forecastJob) keepable(items []longform.Item, series []forecast.Series, base []forecast.Forecast, at []int) []int {
	last, axis := int64(math.MinInt64), ""
	end := func(k int) int64 {
		b, _ := items[at[k]].Base()
		n := len(series[k].Y)
		for n > 0 && math.IsNaN(series[k].Y[n-1]) {
			n--
		}
		return b + int64(n)
	}
	for k := range series {
		if !base[k].Refused() && end(k) > last {
			last = end(k)
			_, axis = items[at[k]].Base()
		}
	}
	var keep []int
	for k := range series {
		if base[k].Refused() {
			continue
		}
		if _, a := items[at[k]].Base(); a != axis || end(k) != last {
			j.tell("series %q: ends at another time than the newest one, so it is not part of the sums", series[k].Key)
			continue
		}
		keep = append(keep, k)
	}
	return keep
}

// summed are the histories of all nodes on one axis that ends with the newest
// observation.
type summed struct {
	length int
	values [][]float64 // by node
	season int
}

// sumHistories adds the histories up. Before a series begins it counts as zero only
// where all observed ones do; a sum begins where all its leaves have begun.
func sumHistories(items []longform.Item, series []forecast.Series, at, keep []int, leaves [][]string, columns []string) (*hier.Hierarchy, *summed, error) {
	var keys []string
	var values [][]string
	longest := 0
	for _, k := range keep {
		keys, values = append(keys, series[k].Key), append(values, leaves[k])
		longest = max(longest, len(series[k].Y))
	}
	h, err := hier.New(hier.Cross(keys, columns, values, nil))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errHierarchy, err)
	}
	bottom := make([][]float64, len(keep))
	for n, key := range h.Leaves() {
		k := keep[indexOf(keys, key, n)]
		y := series[k].Y
		row := make([]float64, longest)
		for i := range row {
			row[i] = math.NaN()
		}
		copy(row[longest-len(y):], y)
		bottom[n] = row
	}
	return h, &summed{length: longest, values: h.Sum(bottom), season: int(series[keep[0]].Freq)}, nil
}

// indexOf is where key stands; the guess is right as leaves keep their order.
func indexOf(keys []string, key string, guess int) int {
	if guess < len(keys) && keys[guess] == key {
		return guess
	}
	for i, k := range keys {
		if k == key {
			return i
		}
	}
	return -1
}

// reconcileAll forecasts the sums, reconciles the means and moves the intervals with
// them. It changes the series' own forecasts in base and gives those of all nodes.
func reconcileAll(ctx context.Context, h *hier.Hierarchy, hist *summed, series []forecast.Series, keep []int, base []forecast.Forecast, o forecast.Options, m hier.Method) ([]*forecast.Forecast, hier.Report, error) {
	nodes := h.Nodes()
	all := make([]*forecast.Forecast, len(nodes))
	leafAt := map[string]int{}
	for _, k := range keep {
		leafAt[series[k].Key] = k
	}
	var sums []forecast.Series
	var sumAt []int
	for i, n := range nodes {
		if n.Level == "leaf" {
			all[i] = &base[leafAt[n.Key]]
			continue
		}
		sums = append(sums, forecast.Series{Key: n.Key, Freq: forecast.Freq(hist.season), Y: hist.values[i]})
		sumAt = append(sumAt, i)
	}
	o.Progress = nil
	f, err := forecast.Panel(ctx, sums, o)
	if err != nil {
		return nil, hier.Report{}, err
	}
	for k, i := range sumAt {
		all[i] = &f[k]
	}
	means := make([][]float64, len(nodes))
	floor := true
	for i := range all {
		if all[i].Refused() {
			continue // never observed whole: gets the sum of its leaves
		}
		means[i] = all[i].Mean
		for _, v := range hist.values[i] {
			floor = floor && !(v < 0)
		}
	}
	got, rep, err := h.Reconcile(means, weights(m, hist, floor))
	if err != nil {
		return nil, rep, err
	}
	for i := range all {
		if all[i].Refused() {
			*all[i] = sumOf(h, i, all, o)
		}
		moveTo(all[i], got[i], floor)
	}
	return all, rep, nil
}

// weights gathers the past errors that a method needs; where there is too little
// history for them it falls back to least squares.
func weights(m hier.Method, hist *summed, floor bool) hier.Weights {
	w := hier.Weights{Method: m, NonNegative: floor}
	if m == hier.BottomUp || m == hier.TopDown || m == hier.OLS {
		return w
	}
	k := min(36, hist.length/2)
	for _, y := range hist.values {
		from := len(y)
		for from > 0 && !math.IsNaN(y[from-1]) {
			from--
		}
		e := forecast.RecentErrors(y[from:], hist.season, k)
		if e == nil {
			e = make([]float64, k)
		}
		w.Errors = append(w.Errors, e)
	}
	if k < 4 {
		w.Method, w.Errors = hier.OLS, nil
	}
	return w
}

// sumOf makes a forecast for a sum that was never observed whole: that of its
// leaves, with a deviation as if their errors were independent.
func sumOf(h *hier.Hierarchy, i int, all []*forecast.Forecast, o forecast.Options) forecast.Forecast {
	f := forecast.Forecast{Key: h.Nodes()[i].Key, Levels: o.Levels, Mean: make([]float64, o.Horizon), Sigma: make([]float64, o.Horizon)}
	for _, l := range h.Below(i) {
		leaf := all[h.Index(l)]
		for t, s := range leaf.Sigma {
			f.Mean[t] += leaf.Mean[t]
			f.Sigma[t] = math.Hypot(f.Sigma[t], s)
		}
	}
	for _, l := range o.Levels {
		z := math.Sqrt2 * math.Erfinv(l)
		lo, hi := make([]float64, o.Horizon), make([]float64, o.Horizon)
		for t := range lo {
			lo[t], hi[t] = f.Mean[t]-z*f.Sigma[t], f.Mean[t]+z*f.Sigma[t]
		}
		f.Lo, f.Hi = append(f.Lo, lo), append(f.Hi, hi)
	}
	return f
}

// moveTo shifts a forecast and its intervals to the reconciled mean.
func moveTo(f *forecast.Forecast, mean []float64, floor bool) {
	for h := range mean {
		d := mean[h] - f.Mean[h]
		for l := range f.Lo {
			f.Lo[l][h] += d
			f.Hi[l][h] += d
			if floor {
				f.Lo[l][h] = math.Max(0, f.Lo[l][h])
				f.Hi[l][h] = math.Max(f.Lo[l][h], f.Hi[l][h])
			}
		}
	}
	f.Mean = mean
}

// sumRows makes the rows of the sums. Their times are those of the series.
func (j *forecastJob) sumRows(h *hier.Hierarchy, like *longform.Item, all []*forecast.Forecast) []longform.Row {
	var rows []longform.Row
	n := len(like.Y)
	for n > 0 && math.IsNaN(like.Y[n-1]) {
		n--
	}
	for i, node := range h.Nodes() {
		if node.Level == "leaf" {
			continue
		}
		rows = append(rows, longform.Row{Key: node.Key, Label: func(i int) string { return like.Label(n + i) },
			Forecast: all[i], Method: "sum, " + j.reconcile})
	}
	return rows
}
