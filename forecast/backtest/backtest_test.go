package backtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/backtest"
)

func ramp(key, group string, n int) forecast.Series {
	s := forecast.Series{Key: key, Group: []string{group}, Freq: 4}
	for i := range n {
		s.Y = append(s.Y, float64(10+i))
	}
	return s
}

// last says the last value for every period, with an interval of two around it.
func last(_ context.Context, s []forecast.Series, o forecast.Options) ([]forecast.Forecast, error) {
	var out []forecast.Forecast
	for _, x := range s {
		f := forecast.Forecast{Key: x.Key, Levels: o.Levels, Lo: [][]float64{nil}, Hi: [][]float64{nil}}
		for range o.Horizon {
			v := x.Y[len(x.Y)-1]
			f.Mean = append(f.Mean, v)
			f.Lo[0], f.Hi[0] = append(f.Lo[0], v-2), append(f.Hi[0], v+2)
		}
		out = append(out, f)
	}
	return out, nil
}

// A ramp of one a period: the last value is off by the horizon, the seasonal naive
// by four, which is also the scale.
func TestErrorsThatCanBeWorkedOutByHand(t *testing.T) {
	r, err := backtest.Run(context.Background(), []forecast.Series{ramp("a", "g", 20), ramp("b", "h", 2)},
		backtest.Protocol{Options: forecast.Options{Horizon: 3, Levels: []float64{0.8}}, Origins: 2, Gap: 3, Forecaster: last})
	if err != nil {
		t.Fatal(err)
	}
	for h, want := range []float64{0.25, 0.5, 0.75} {
		s := r.ByHorizon[h]
		if math.Abs(float64(s.MASE)-want) > 1e-9 || math.Abs(float64(s.Bias)+want) > 1e-9 || math.Abs(float64(s.RMSSE)-4*want) > 1e-9 || s.NaiveMASE != 1 {
			t.Errorf("%d ahead: %+v", h+1, s)
		}
		held := 1.0
		if h == 2 {
			held = 0
		}
		if float64(s.Coverage[0]) != held {
			t.Errorf("%d ahead: interval holds %v", h+1, s.Coverage)
		}
	}
	if math.Abs(float64(r.Skill)-0.5) > 1e-9 || r.Overall.N != 6 || r.ByGroup["g"].N != 6 || r.BySeries["a"].Origins != 2 {
		t.Errorf("overall %+v, skill %v", r.Overall, r.Skill)
	}
	// MSIS three ahead: width 4 plus 2/0.2 times one beyond, over the scale of 4.
	if got := float64(r.ByHorizon[2].MSIS[0]); math.Abs(got-3.5) > 1e-9 {
		t.Errorf("MSIS %v, should be 3.5", got)
	}
	if !reflect.DeepEqual(r.Skipped, []string{"b"}) {
		t.Errorf("skipped %v", r.Skipped)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestNothingOfTheFutureIsSeen(t *testing.T) {
	s := []forecast.Series{ramp("a", "g", 20)}
	seen := 0
	peek := func(ctx context.Context, past []forecast.Series, o forecast.Options) ([]forecast.Forecast, error) {
		seen = max(seen, len(past[0].Y))
		return last(ctx, past, o)
	}
	if _, err := backtest.Run(context.Background(), s, backtest.Protocol{Options: forecast.Options{Horizon: 4, Levels: []float64{0.8}}, Gap: 2, Forecaster: peek}); err != nil {
		t.Fatal(err)
	}
	if seen != 18 {
		t.Errorf("the longest history shown was %d, should be 18", seen)
	}
}

func TestPublishedForecastsAgainstWhatHappened(t *testing.T) {
	known := []forecast.Series{ramp("a", "g", 16), ramp("gone", "g", 16)}
	now := []forecast.Series{ramp("a", "g", 18)}
	f, err := last(context.Background(), known, forecast.Options{Horizon: 4, Levels: []float64{0.8}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := backtest.Against(f, known, now)
	if err != nil {
		t.Fatal(err)
	}
	if r.Overall.N != 2 || math.Abs(float64(r.Overall.MASE)-0.375) > 1e-9 {
		t.Errorf("%+v", r.Overall)
	}
	if _, err := backtest.Against(f, now[:1], known); err == nil {
		t.Error("a history that got shorter was taken")
	}
}

func TestSenselessProtocols(t *testing.T) {
	_, err := backtest.Run(context.Background(), nil, backtest.Protocol{Step: -1})
	if !errors.Is(err, backtest.ErrProtocol) {
		t.Error(err)
	}
}
