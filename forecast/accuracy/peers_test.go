package accuracy

import (
	"math"
	"sort"

	"testing"

	"guildhall/forecast"
	"guildhall/forecast/plan"
)

// TestPeers holds single models, with the competition's seasonal adjustment, against
// what others publish for the same 3,003 series.
func TestPeers(t *testing.T) {
	all := standard(t, "m3.csv.gz")
	for _, c := range []struct {
		source      string
		model       forecast.Model
		smape, mase float64
		within      float64 // share
	}{
		{"competition, SINGLE", forecast.Classical(forecast.SES()), 13.913, 1.633, 0.04},
		{"competition, HOLT", forecast.Classical(forecast.Holt()), 14.843, 1.540, 0.06},
		{"competition, DAMPEN", forecast.Classical(forecast.Damped(0)), 13.284, 1.484, 0.06},
		{"R 8.20, thetaf", forecast.Classical(forecast.Theta()), 12.790, 1.419, 0.01},
		{"statsforecast 2.1.1, DynamicOptimizedTheta", forecast.Classical(forecast.DynamicTheta()), 12.527, 1.352, 0.015},
		{"statsforecast 2.1.1, AutoETS", forecast.ETS(), 12.841, 1.382, 0.04},
	} {
		var x measure
		for i := range all {
			x.add(all[i].Y, all[i].test, say(c.model, all[i].Y, int(all[i].Freq), len(all[i].test)), int(all[i].Freq))
		}
		s, m := x.smape/x.n, x.mase/x.n
		t.Logf("%-44s published %.3f / %.3f, ours %.3f / %.3f", c.source, c.smape, c.mase, s, m)
		if math.Abs(s/c.smape-1) > c.within || math.Abs(m/c.mase-1) > c.within {
			t.Errorf("%s: farther than %.1f %% from what is published", c.source, 100*c.within)
		}
	}
}

// TestDeclaredOpenings takes the openings at the end of a quarter as a plan for the
// next quarter's hires, by industry, up to 2019. Such a plan knows little: blending it
// must do no harm.
func TestDeclaredOpenings(t *testing.T) {
	type key struct{ industry, element string }
	quarters := map[key][]float64{}
	var names []string
	for _, r := range lines(t, shared(t, "forecast/jolts_national_levels.csv.gz")) {
		n := len(r)
		k := key{r[2], r[n-3]}
		if r[1] != "U" || r[n-2] < "2001" || r[n-2] >= "2020" {
			continue
		}
		if quarters[k] == nil && k.element == "HI" {
			names = append(names, k.industry)
		}
		quarters[k] = append(quarters[k], number(t, r[n-1]))
	}
	sort.Strings(names)
	hires, openings := map[string][]float64{}, map[string][]float64{}
	for _, n := range names {
		hi, jo := quarters[key{n, "HI"}], quarters[key{n, "JO"}]
		for q := 0; q+2 < len(hi) && q+2 < len(jo); q += 3 {
			hires[n] = append(hires[n], hi[q]+hi[q+1]+hi[q+2])
			openings[n] = append(openings[n], jo[q+2])
		}
	}
	var stat, blend, face, count float64
	for origin := 44; origin+1 < len(hires[names[0]]); origin += 4 {
		var s []forecast.Series
		declared := map[string]plan.Declared{}
		for _, n := range names {
			past := append([]float64{math.NaN()}, openings[n][:origin-1]...)
			s = append(s, forecast.Series{Key: n, Freq: forecast.Quarterly, Kind: forecast.Level, Start: forecast.Period{Year: 2001, Sub: 1}, Y: hires[n][:origin]})
			declared[n] = plan.Declared{Past: past, Next: []float64{openings[n][origin-1]}}
		}
		got, err := plan.Panel(t.Context(), s, declared, forecast.Options{Horizon: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range names {
			y, scale := hires[n][origin], forecast.ScaleOf(s[i].Y, 4).MAE
			stat += math.Abs(got[i].Blends[0].Statistical-y) / scale
			blend += math.Abs(got[i].Mean[0]-y) / scale
			face += math.Abs(openings[n][origin-1]-y) / scale
			count++
		}
	}
	t.Logf("MASE of %d industries: statistics %.3f, blended %.3f, openings at face value %.3f", len(names), stat/count, blend/count, face/count)
	atMost(t, "blended against statistics", blend/stat, 1.02)
}
