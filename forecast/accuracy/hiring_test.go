package accuracy

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"sort"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/plan"
)

// city is what the generator made: histories, declared plans, what really happened
// and the means that it was drawn from.
type city struct {
	series   []forecast.Series
	declared map[string]plan.Declared
	future   map[string][]float64
	truth    map[string][]float64
}

func generate(t *testing.T, seed int) *city {
	t.Helper()
	dir := shared(t, "gen")
	out := t.TempDir()
	cmd := exec.Command("go", "run", ".", "-size", "city", "-students", "500", "-members", "250", "-seed", fmt.Sprint(seed), "-truth", "-bom=false", "-crlf=false", "-out", out)
	cmd.Dir = dir
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("generator: %v\n%s", err, b)
	}
	c := &city{declared: map[string]plan.Declared{}, future: map[string][]float64{}, truth: map[string][]float64{}}
	by := map[string]*forecast.Series{}
	for _, r := range lines(t, filepath.Join(out, "hiring_history.csv")) {
		key := r[1] + "/" + r[2]
		if by[key] == nil {
			p, _, err := forecast.ParsePeriod(r[0])
			if err != nil {
				t.Fatal(err)
			}
			by[key] = &forecast.Series{Key: key, Group: []string{r[4], r[2]}, Freq: forecast.Quarterly, Kind: forecast.Count, Start: p}
		}
		by[key].Y = append(by[key].Y, number(t, r[7]))
		d := c.declared[key]
		d.Past = append(d.Past, number(t, r[5]))
		c.declared[key] = d
	}
	for _, r := range lines(t, filepath.Join(out, "hiring_future.csv")) {
		c.future[r[1]+"/"+r[2]] = append(c.future[r[1]+"/"+r[2]], number(t, r[7]))
	}
	for _, r := range lines(t, filepath.Join(out, "truth_demand.csv")) {
		c.truth[r[1]+"/"+r[2]] = append(c.truth[r[1]+"/"+r[2]], number(t, r[3]))
	}
	for _, r := range lines(t, filepath.Join(out, "hiring_plans.csv")) {
		d := c.declared[r[1]+"/"+r[2]]
		d.Next = append(d.Next, number(t, r[3]))
		c.declared[r[1]+"/"+r[2]] = d
	}
	for _, s := range by {
		c.series = append(c.series, *s)
	}
	sort.Slice(c.series, func(i, j int) bool { return c.series[i].Key < c.series[j].Key })
	return c
}

// TestHiring forecasts generated hiring over five seeds, with and without plans.
func TestHiring(t *testing.T) {
	for seed := 1; seed <= 5; seed++ {
		c := generate(t, seed)
		o := forecast.Options{Horizon: 4, Levels: []float64{0.5, 0.8, 0.95}}
		got, err := plan.Panel(context.Background(), c.series, c.declared, o)
		if err != nil {
			t.Fatal(err)
		}
		rmsse, pin := map[string]float64{}, map[string]float64{}
		sure, held := 0.0, 0.0
		for i := range got {
			s := &c.series[i]
			future := c.future[s.Key]
			models := map[string][]float64{"blended": got[i].Mean, "plan": c.declared[s.Key].Next}
			for h := range future {
				models["statistics"] = append(models["statistics"], got[i].Blends[h].Statistical)
			}
			for _, m := range []string{"ses", "croston", "seasonal-naive"} {
				model, _ := forecast.ModelNamed(m)
				models[m] = say(model, s.Y, 4, 4)
			}
			scale := math.Sqrt(math.Max(forecast.ScaleOf(s.Y, 4).MSE, 0.25))
			for m, v := range models {
				e := 0.0
				for h := range future {
					e += (v[h] - future[h]) * (v[h] - future[h]) / 4
				}
				rmsse[m] += math.Sqrt(e) / scale / float64(len(got))
			}
			for h, y := range future {
				for l, level := range o.Levels {
					pin["ours"] += (pinball(y, got[i].Lo[l][h], (1-level)/2) + pinball(y, got[i].Hi[l][h], (1+level)/2)) / scale / float64(24*len(got))
					for _, m := range []string{"ses", "croston", "seasonal-naive"} {
						p := forecast.Negative{Mean: math.Max(0, models[m][h])}
						pin[m] += (pinball(y, p.Quantile((1-level)/2), (1-level)/2) + pinball(y, p.Quantile((1+level)/2), (1+level)/2)) / scale / float64(24*len(got))
					}
				}
				sure++
				if got[i].Lo[1][h] <= y && y <= got[i].Hi[1][h] {
					held++
				}
			}
		}
		t.Logf("seed %d, %d series: RMSSE %s; pinball %s; 80 %% holds %.3f", seed, len(got), figures(rmsse), figures(pin), held/sure)
		for _, m := range []string{"ses", "croston", "seasonal-naive"} {
			if rmsse["statistics"] >= rmsse[m] || pin["ours"] >= pin[m] {
				t.Errorf("seed %d: %s is not worse", seed, m)
			}
		}
		atMost(t, "blended against statistics", rmsse["blended"]/rmsse["statistics"], 1)
		atMost(t, "blended against plans", rmsse["blended"]/rmsse["plan"], 1)
	}
}

func figures(m map[string]float64) (s string) {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		s += fmt.Sprintf(" %s %.3f", k, m[k])
	}
	return s
}
