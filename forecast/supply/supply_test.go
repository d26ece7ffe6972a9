package supply_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/supply"
)

func coins(rng *rand.Rand, n int, p float64) int {
	k := 0
	for range n {
		if rng.Float64() < p {
			k++
		}
	}
	return k
}

// world draws programmes with rates of their own, six years of record and a
// cohort in its last year, of which it also draws what really happens.
func world(rng *rand.Rand) (past []supply.Past, cohorts []supply.Cohort, leads supply.Leads, truth map[string]float64) {
	leads, truth = supply.Leads{}, map[string]float64{}
	for i := range 40 {
		name := fmt.Sprintf("p%02d", i)
		path := []string{"higher", fmt.Sprintf("school %d", i%8)}
		stay := 1 / (1 + math.Exp(-0.3-0.5*rng.NormFloat64()))
		further := 1 / (1 + math.Exp(1.5-0.4*rng.NormFloat64()))
		size := 15 + rng.IntN(90)
		pass := func(n int, record func(s supply.Step, of, did int)) int {
			for _, st := range []struct {
				s    supply.Step
				p    float64
				away bool
			}{{supply.Graduate, 0.95, false}, {supply.Further, further, true}, {supply.Enlist, 0.02, true}, {supply.Stay, stay, false}} {
				x := coins(rng, n, st.p)
				record(st.s, n, x)
				if st.away {
					x = n - x
				}
				n = x
			}
			return n
		}
		for y := range 6 {
			pass(size, func(s supply.Step, of, did int) {
				past = append(past, supply.Past{Programme: name, Path: path, Step: s, Year: 2019 + y, Of: of, Did: did})
			})
		}
		cohorts = append(cohorts, supply.Cohort{Programme: name, Path: path, Years: 3, Done: 2, Students: size})
		leads[name] = map[string]float64{"occupation " + name: 1}
		truth["occupation "+name] = float64(pass(size, func(supply.Step, int, int) {}))
	}
	return past, cohorts, leads, truth
}

func TestIntervalsHoldWhatTheyPromise(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	in, n, wrong, sure := 0.0, 0.0, 0.0, 0.0
	for range 25 {
		past, cohorts, leads, truth := world(rng)
		rates, err := supply.Learn(past)
		if err != nil {
			t.Fatal(err)
		}
		s, err := rates.Project(cohorts, leads, supply.Options{From: forecast.Period{Year: 2026, Sub: 1}, Horizon: 4, Levels: []float64{0.8}, Draws: 400})
		if err != nil {
			t.Fatal(err)
		}
		for occ, came := range truth {
			row := s.Occupations[occ][1] // the third quarter
			n++
			// Whole numbers make any interval hold too much; ends count half.
			switch {
			case row.Lo[0] < came && came < row.Hi[0]:
				in++
			case row.Lo[0] <= came && came <= row.Hi[0]:
				in += 0.5
			}
			want := row.Mean * (0.5 + rng.Float64())
			d := supply.Demand{Mean: want, Sigma: math.Sqrt(want)}
			realised := math.Max(0, want+math.Sqrt(want)*rng.NormFloat64())
			g := supply.GapOf(d, &row, []float64{0.8}, 1)
			if g.Shortage > 0.9 || g.Shortage < 0.1 {
				sure++
				if (realised > came) != (g.Shortage > 0.5) {
					wrong++
				}
			}
		}
	}
	if c := in / n; c < 0.77 || c > 0.83 {
		t.Errorf("80 %% intervals hold %.3f of %v outcomes", c, n)
	}
	if r := wrong / sure; r > 0.1 {
		t.Errorf("of %v gaps told with 90 %% certainty %.3f had the other sign", sure, r)
	}
}

func TestOrderOfCohortsChangesNothing(t *testing.T) {
	past, cohorts, leads, _ := world(rand.New(rand.NewPCG(1, 1)))
	rates, err := supply.Learn(past)
	if err != nil {
		t.Fatal(err)
	}
	o := supply.Options{From: forecast.Period{Year: 2026, Sub: 3}, Horizon: 8, Levels: []float64{0.8, 0.95}, Draws: 100}
	a, err := rates.Project(cohorts, leads, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(cohorts)-1; i < j; i, j = i+1, j-1 {
		cohorts[i], cohorts[j] = cohorts[j], cohorts[i]
	}
	b, err := rates.Project(cohorts, leads, o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("another order of the cohorts gives other numbers")
	}
}
