// Package backtest (回测) tells how good forecasts are by making them again as they
// would have been made in the past. From each origin everything is learnt anew from
// what was known then: seasons, weights, groups and the widths of intervals.
//
// [Run] repeats the past; [Against] scores forecasts that were published against
// what has happened since.
package backtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"

	"guildhall/forecast"
)

// Protocol (回测方案) says how to repeat the past.
type Protocol struct {
	// Options are those of the forecasts to be judged. Progress and Backtest are
	// not used.
	Options forecast.Options
	// Origins is how many origins are taken, the last one Gap periods before the
	// end of the histories; 0 means 3.
	Origins int
	// Step is how many periods lie between two origins; 0 means 1.
	Step int
	// Gap is how many periods after the last origin there must be; 0 means one,
	// Options.Horizon means that every origin is scored over the whole horizon.
	Gap int
	// Forecaster, where set, makes the forecasts instead of forecast.Panel, so
	// that any method can be judged by the same protocol.
	Forecaster func(context.Context, []forecast.Series, forecast.Options) ([]forecast.Forecast, error)
}

// Result (回测结果) is how good the forecasts were.
type Result struct {
	Origins   int                       `json:"origins"`
	Levels    []float64                 `json:"levels"`
	Overall   forecast.Score            `json:"overall"`
	OWA       forecast.Figure           `json:"owa"`        // mean of sMAPE and MASE relative to Naive2
	ByHorizon []forecast.Score          `json:"by_horizon"` // from one period ahead on
	ByGroup   map[string]forecast.Score `json:"by_group"`   // by prefix of the grouping path, joined by "/"
	BySeries  map[string]forecast.Score `json:"by_series"`
	// Skill is 1 minus MASE relative to "as in the same period last year":
	// negative where that would have been better.
	Skill forecast.Figure `json:"skill"`
	// Skipped are series that were too short for any origin.
	Skipped []string `json:"skipped,omitempty"`
}

// ErrProtocol says that a protocol makes no sense.
var ErrProtocol = errors.New("backtest: the protocol makes no sense")

// Run repeats the past.
func Run(ctx context.Context, s []forecast.Series, p Protocol) (*Result, error) {
	if p.Origins < 0 || p.Step < 0 || p.Gap < 0 {
		return nil, fmt.Errorf("%w: origins, step and gap must not be negative", ErrProtocol)
	}
	p.Origins, p.Step, p.Gap = max(p.Origins, 0), max(p.Step, 1), max(p.Gap, 1)
	if p.Origins == 0 {
		p.Origins = 3
	}
	if p.Forecaster == nil {
		p.Forecaster = forecast.Panel
	}
	p.Options.Backtest, p.Options.Progress = false, nil
	c := newCounter(p.Options.Levels)
	for k := p.Origins - 1; k >= 0; k-- {
		past, future := cut(s, p.Gap+k*p.Step)
		if len(past) == 0 {
			continue
		}
		f, err := p.Forecaster(ctx, past, p.Options)
		if err != nil {
			return nil, err
		}
		c.origins++
		for i := range f {
			c.add(&past[i], &f[i], future[i])
		}
	}
	r := c.result()
	for i := range s {
		if _, ok := r.BySeries[s[i].Key]; !ok {
			r.Skipped = append(r.Skipped, s[i].Key)
		}
	}
	return r, nil
}

// Against scores published forecasts against the histories as they stand now.
// known are the histories that the forecasts were made from: they give the scales.
// Forecasts and both kinds of series are joined by their keys; actual must go on
// from where known ends.
func Against(published []forecast.Forecast, known, actual []forecast.Series) (*Result, error) {
	before, after := byKey(known), byKey(actual)
	var levels []float64
	if len(published) > 0 {
		levels = published[0].Levels
	}
	c := newCounter(levels)
	c.origins = 1
	var faults []error
	for i := range published {
		f := &published[i]
		k, a := before[f.Key], after[f.Key]
		if f.Refused() || a == nil {
			continue
		}
		if k == nil || len(a.Y) < len(k.Y) {
			faults = append(faults, fmt.Errorf("backtest: series %q: the history known then is missing or longer than the one now", f.Key))
			continue
		}
		c.add(k, f, a.Y[len(trimmed(k.Y)):])
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c.result(), nil
}

func byKey(s []forecast.Series) map[string]*forecast.Series {
	m := make(map[string]*forecast.Series, len(s))
	for i := range s {
		m[s[i].Key] = &s[i]
	}
	return m
}

// cut gives each history without its last k periods, and those.
func cut(s []forecast.Series, k int) (past []forecast.Series, future [][]float64) {
	for i := range s {
		n := len(s[i].Y) - k
		if n < 1 {
			continue
		}
		c := s[i]
		c.Y = trimmed(c.Y[:n])
		if len(c.Y) < 3 {
			continue
		}
		past = append(past, c)
		future = append(future, s[i].Y[len(c.Y):])
	}
	return past, future
}

// trimmed leaves out unobserved periods at the end, as forecasts start after the
// last observed one.
func trimmed(y []float64) []float64 {
	n := len(y)
	for n > 0 && math.IsNaN(y[n-1]) {
		n--
	}
	return y[:n]
}

// counter gathers the errors by horizon, group and series.
type counter struct {
	levels  []float64
	origins int
	all     forecast.Tally
	horizon []*forecast.Tally
	group   map[string]*forecast.Tally
	series  map[string]*forecast.Tally
	two     forecast.Tally // the same with Naive2 as the forecast
	ws      forecast.Workspace
}

func newCounter(levels []float64) *counter {
	return &counter{levels: levels, group: map[string]*forecast.Tally{}, series: map[string]*forecast.Tally{}}
}

// add scores one forecast made from past.
func (c *counter) add(past *forecast.Series, f *forecast.Forecast, future []float64) {
	if f.Refused() {
		return
	}
	y := known(past.Y)
	m := max(1, int(past.Freq))
	scale := forecast.ScaleOf(y, m)
	n := min(len(future), len(f.Mean))
	naive := c.say(forecast.SeasonalNaive(), y, m, n)
	c.all.Add(f, future, naive, scale)
	for len(c.horizon) < n {
		c.horizon = append(c.horizon, &forecast.Tally{})
	}
	for h := range n {
		one := at(f, h)
		c.horizon[h].Add(&one, future[h:h+1], naive[h:h+1], scale)
	}
	for i := range past.Group {
		tally(c.group, strings.Join(past.Group[:i+1], "/")).Add(f, future, naive, scale)
	}
	tally(c.series, f.Key).Add(f, future, naive, scale)
	two := forecast.Forecast{Mean: c.say(forecast.Naive2(), y, m, n)}
	c.two.Add(&two, future, naive, scale)
}

func tally(m map[string]*forecast.Tally, key string) *forecast.Tally {
	if m[key] == nil {
		m[key] = &forecast.Tally{}
	}
	return m[key]
}

func (c *counter) say(m forecast.Model, y []float64, season, h int) []float64 {
	out := make([]float64, h)
	fit, err := m.Fit(y, season, &c.ws)
	if err != nil {
		return out
	}
	fit.Forecast(y, out)
	return out
}

// at is the forecast of one horizon alone.
func at(f *forecast.Forecast, h int) forecast.Forecast {
	one := forecast.Forecast{Key: f.Key, Mean: f.Mean[h : h+1], Levels: f.Levels}
	for l := range f.Lo {
		one.Lo = append(one.Lo, f.Lo[l][h:h+1])
		one.Hi = append(one.Hi, f.Hi[l][h:h+1])
	}
	return one
}

func known(y []float64) []float64 {
	out := make([]float64, 0, len(y))
	for _, v := range y {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}

func (c *counter) result() *Result {
	r := &Result{Origins: c.origins, Levels: c.levels, Overall: c.all.Score(),
		ByGroup: map[string]forecast.Score{}, BySeries: map[string]forecast.Score{}}
	for _, t := range c.horizon {
		r.ByHorizon = append(r.ByHorizon, t.Score())
	}
	for k, t := range c.group {
		r.ByGroup[k] = t.Score()
	}
	for k, t := range c.series {
		r.BySeries[k] = t.Score()
	}
	two := c.two.Score()
	r.OWA = 0.5 * (r.Overall.SMAPE/two.SMAPE + r.Overall.MASE/two.MASE)
	r.Skill = 1 - r.Overall.MASE/r.Overall.NaiveMASE
	if !r.OWA.Known() {
		r.OWA = forecast.None()
	}
	if !r.Skill.Known() {
		r.Skill = forecast.None()
	}
	return r
}

// Worst names the n series with the largest MASE, worst first.
func (r *Result) Worst(n int) []string {
	var keys []string
	for k, s := range r.BySeries {
		if s.MASE.Known() {
			keys = append(keys, k)
		}
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := r.BySeries[keys[i]].MASE, r.BySeries[keys[j]].MASE
		if a != b {
			return a > b
		}
		return keys[i] < keys[j]
	})
	return keys[:min(n, len(keys))]
}
