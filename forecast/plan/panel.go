package plan

import (
	"context"
	"fmt"
	"math"

	"guildhall/forecast"
)

// Declared (申报计划) are the plans of one series.
type Declared struct {
	// Past are earlier plans, one for each observation of the series; NaN or zero
	// where none was sent. It may be shorter than the history: then it lines up
	// with its end.
	Past []float64
	// Next are the plans for the horizon.
	Next []float64
}

// Result (含计划的预测) is a forecast with the plans blended in.
type Result struct {
	forecast.Forecast
	// Blends tells for each period of the horizon how plan and statistics were put
	// together.
	Blends []Blend `json:"blends"`
}

// origins is how many earlier origins the record of the plans is made of.
const origins = 6

// Panel forecasts all series, learns from declared.Past how plans came true against
// what the statistics said at the time, and blends the plans for the horizon in.
// Intervals move with the mean and keep their relative width; a plan's weight
// never narrows them. Declared plans are found by the series' key.
func Panel(ctx context.Context, s []forecast.Series, declared map[string]Declared, o forecast.Options) ([]Result, error) {
	f, err := forecast.Panel(ctx, s, o)
	if err != nil {
		return nil, err
	}
	records, err := History(ctx, s, declared, o)
	if err != nil {
		return nil, err
	}
	book, err := Learn(records)
	if err != nil {
		return nil, err
	}
	out := make([]Result, len(s))
	for i := range s {
		out[i] = book.apply(&s[i], f[i], declared[s[i].Key].Next)
	}
	return out, nil
}

// History makes the records: from six earlier origins it forecasts the panel again
// and puts beside each plan what the statistics said and what happened.
func History(ctx context.Context, s []forecast.Series, declared map[string]Declared, o forecast.Options) ([]Record, error) {
	for i := range s {
		if len(declared[s[i].Key].Past) > len(s[i].Y) {
			return nil, fmt.Errorf("plan: series %q has more past plans than observations", s[i].Key)
		}
	}
	inner := forecast.Options{Horizon: 1, Workers: o.Workers, Models: o.Models, MaxObs: o.MaxObs}
	var records []Record
	for back := origins; back >= 1; back-- {
		var past []forecast.Series
		var at []int
		for i := range s {
			n := len(s[i].Y) - back
			if n >= 3 && len(declared[s[i].Key].Past) >= back && !math.IsNaN(s[i].Y[n]) && !math.IsNaN(s[i].Y[n-1]) {
				c := s[i]
				c.Y = c.Y[:n]
				past, at = append(past, c), append(at, i)
			}
		}
		if len(past) == 0 {
			continue
		}
		f, err := forecast.Panel(ctx, past, inner)
		if err != nil {
			return nil, err
		}
		for j, i := range at {
			if f[j].Refused() {
				continue
			}
			p := declared[s[i].Key].Past
			records = append(records, Record{Key: s[i].Key, Group: s[i].Group, Age: back - 1,
				Planned: p[len(p)-back], Actual: s[i].Y[len(past[j].Y)], Statistical: f[j].Mean[0]})
		}
	}
	return records, nil
}

// apply blends the plans into one forecast.
func (b *Book) apply(s *forecast.Series, f forecast.Forecast, next []float64) Result {
	r := Result{Forecast: f}
	if f.Refused() {
		return r
	}
	largest := 0.0
	for _, v := range s.Y {
		if !math.IsNaN(v) {
			largest = math.Max(largest, v)
		}
	}
	for h := range f.Mean {
		planned := math.NaN()
		if h < len(next) {
			planned = next[h]
		}
		bl := b.Blend(s.Key, s.Group, planned, f.Mean[h], largest)
		r.Blends = append(r.Blends, bl)
		r.move(h, bl.Mean, s.Kind)
	}
	return r
}

// move shifts a forecast to a new mean; what is bounded by zero is stretched.
func (r *Result) move(h int, mean float64, k forecast.Kind) {
	old := r.Mean[h]
	shift := func(v float64) float64 {
		if k == forecast.Amount || old <= 0 {
			return v + mean - old
		}
		v *= mean / old
		if k == forecast.Count {
			v = math.Round(v)
		}
		return v
	}
	r.Mean[h] = mean
	r.Median[h] = shift(r.Median[h])
	for l := range r.Lo {
		r.Lo[l][h], r.Hi[l][h] = shift(r.Lo[l][h]), shift(r.Hi[l][h])
	}
}
