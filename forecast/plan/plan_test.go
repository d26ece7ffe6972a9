package plan_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/plan"
)

func poisson(rng *rand.Rand, mu float64) float64 {
	if mu > 50 {
		return math.Max(0, math.Round(mu+math.Sqrt(mu)*rng.NormFloat64()))
	}
	limit, k, p := math.Exp(-mu), -1.0, 1.0
	for {
		k++
		if p *= rng.Float64(); p < limit {
			return k
		}
	}
}

// firms simulates enterprises whose demand wanders, so that statistics see it late,
// and whose plans know it, each with its own bias and noise.
func firms(rng *rand.Rand, noise float64) (records []plan.Record, next []plan.Record) {
	for i := range 150 {
		mean := math.Exp(3 + 0.7*rng.NormFloat64())
		bias := math.Exp(0.3 * rng.NormFloat64())
		for age := 8; age >= 0; age-- {
			mu := mean * math.Exp(0.4*rng.NormFloat64())
			r := plan.Record{Key: fmt.Sprint(i), Group: []string{fmt.Sprint(i % 5)}, Age: age - 1,
				Planned: math.Round(mu * bias * math.Exp(noise*rng.NormFloat64())), Actual: poisson(rng, mu), Statistical: mean}
			if age == 0 {
				next = append(next, r)
			} else {
				records = append(records, r)
			}
		}
	}
	return records, next
}

func rmse(next []plan.Record, f func(plan.Record) float64) float64 {
	s := 0.0
	for _, r := range next {
		s += (f(r) - r.Actual) * (f(r) - r.Actual) / (r.Statistical + 1)
	}
	return math.Sqrt(s / float64(len(next)))
}

func TestInformativePlansHelpAndUselessOnesDoNoHarm(t *testing.T) {
	for _, c := range []struct {
		noise, most float64
	}{{0.12, 0.90}, {3, 1.02}} {
		stat, blend, raw := 0.0, 0.0, 0.0
		for seed := range 6 {
			records, next := firms(rand.New(rand.NewPCG(uint64(seed), 1)), c.noise)
			b, err := plan.Learn(records)
			if err != nil {
				t.Fatal(err)
			}
			stat += rmse(next, func(r plan.Record) float64 { return r.Statistical })
			raw += rmse(next, func(r plan.Record) float64 { return r.Planned })
			blend += rmse(next, func(r plan.Record) float64 {
				return b.Blend(r.Key, r.Group, r.Planned, r.Statistical, 10*r.Statistical).Mean
			})
		}
		t.Logf("plans with noise %.2f: blend %.3f of statistics, %.3f of plans", c.noise, blend/stat, blend/raw)
		if blend/stat > c.most || blend > raw {
			t.Errorf("plans with noise %.2f: blend is %.3f of statistics (at most %.2f) and %.3f of plans", c.noise, blend/stat, c.most, blend/raw)
		}
	}
}

func TestPlansWrittenAfterTheFactEarnNothing(t *testing.T) {
	records, _ := firms(rand.New(rand.NewPCG(3, 3)), 0.1)
	for i := range records {
		records[i].Planned = records[i].Actual
	}
	b, err := plan.Learn(records)
	if err != nil {
		t.Fatal(err)
	}
	if w, _ := b.Weight("0", []string{"0"}); !b.Hindsight() || w > 0.2 {
		t.Errorf("hindsight %v, weight %.2f, should be at most 0.2", b.Hindsight(), w)
	}
}

func TestRulesForSinglePlans(t *testing.T) {
	b, err := plan.Learn(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		planned, stat, largest float64
		status                 plan.Status
		mean                   float64
	}{
		{math.NaN(), 10, 20, plan.NoPlan, 10},
		{0, 10, 20, plan.NoPlan, 10},
		{20, 10, 20, plan.Used, 12},
		{201, 10, 20, plan.Quarantined, 10},
		{5, 0, 0, plan.Used, 1},
	} {
		got := b.Blend("a", nil, c.planned, c.stat, c.largest)
		if got.Status != c.status || math.Abs(got.Mean-c.mean) > 1e-9 {
			t.Errorf("plan %v against %v: %s and %v, should be %s and %v", c.planned, c.stat, got.Status, got.Mean, c.status, c.mean)
		}
	}
}

func TestImpossibleRecordsAreAllTold(t *testing.T) {
	_, err := plan.Learn([]plan.Record{{Planned: 1}, {Key: "a", Planned: -1}, {Key: "b", Actual: math.Inf(1)}, {Key: "c", Age: -1}})
	for _, want := range []string{"record 1 has no key", `"a": plan -1`, `"b": realised +Inf`, `"c": age -1`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestPanelShowsWhatItDid(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var s []forecast.Series
	declared := map[string]plan.Declared{}
	for i := range 20 {
		x := forecast.Series{Key: fmt.Sprint(i), Freq: 4, Kind: forecast.Count}
		var past []float64
		for range 14 {
			v := poisson(rng, 12)
			x.Y, past = append(x.Y, v), append(past, math.Round(v*1.3*math.Exp(0.4*rng.NormFloat64())))
		}
		s = append(s, x)
		declared[x.Key] = plan.Declared{Past: past, Next: []float64{26, math.NaN()}}
	}
	got, err := plan.Panel(context.Background(), s, declared, forecast.Options{Horizon: 2, Levels: []float64{0.8}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range got {
		a, b := r.Blends[0], r.Blends[1]
		if a.Status != plan.Used || b.Status != plan.NoPlan || r.Mean[1] != b.Statistical {
			t.Fatalf("%s: %+v", r.Key, r.Blends)
		}
		if a.Correction > 1 || a.Mean < a.Statistical || a.Mean > float64(a.Corrected) {
			t.Errorf("%s: a plan of 26 where plans are 30 %% too high became %+v", r.Key, a)
		}
		if r.Lo[0][0] > r.Median[0] || r.Hi[0][0] < r.Median[0] {
			t.Errorf("%s: %v..%v does not hold %v", r.Key, r.Lo[0][0], r.Hi[0][0], r.Median[0])
		}
	}
}
