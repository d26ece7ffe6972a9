package supply_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
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

func TestGapSaysOnlyWhatIsSure(t *testing.T) {
	row := supply.Row{Mean: 100}
	for _, c := range []struct {
		d    supply.Demand
		word supply.Word
	}{
		{supply.Demand{Mean: 150}, supply.Shortage},
		{supply.Demand{Mean: 60}, supply.Surplus},
		{supply.Demand{Mean: 100}, supply.Open},
		{supply.Demand{Mean: 150, Entrants: 0.5}, supply.Surplus},
	} {
		if g := supply.GapOf(c.d, &row, []float64{0.8}, 1); g.Word != c.word {
			t.Errorf("demand %+v against 100: %s, should be %s", c.d, g.Word, c.word)
		}
	}
	g := supply.GapOf(supply.Demand{Mean: 150, Enterprises: 2}, &row, nil, 1)
	if !g.Suppressed || g.Ratio != 1.5 || g.Index != 20 || g.Shortage != 1 || g.Mean != 50 {
		t.Errorf("%+v", g)
	}
	if g := supply.GapOf(supply.Demand{Mean: 150, Enterprises: 9, Largest: 0.9}, &row, nil, 1); !g.Suppressed {
		t.Error("one enterprise has nine tenths, and the figure is shown")
	}
}

// No hidden cell of a table with totals can be found by subtraction.
func TestSuppressedCellsCannotBeUncovered(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		var cells []supply.Cell
		rows, cols := 2+rng.IntN(5), 2+rng.IntN(5)
		for r := range rows {
			for c := range cols {
				cells = append(cells, supply.Cell{Row: fmt.Sprint("r", r), Column: fmt.Sprint("c", c), Value: float64(rng.IntN(100)), Enterprises: 1 + rng.IntN(20)})
			}
		}
		hidden := supply.Suppress(cells)
		count := map[string]int{}
		for i, c := range cells {
			if c.Enterprises < supply.MinEnterprises && !hidden[i] {
				t.Fatalf("%+v is shown", c)
			}
			if hidden[i] {
				count[c.Row]++
				count[c.Column]++
			}
		}
		for line, n := range count {
			if n == 1 {
				t.Fatalf("%s has one hidden cell", line)
			}
		}
	}
}

func TestImpossibleInputIsAllTold(t *testing.T) {
	_, err := supply.Learn([]supply.Past{{Programme: "", Step: supply.Stay}, {Programme: "p", Step: "jump"}, {Programme: "p", Step: supply.Stay, Of: 1, Did: 2}, {Programme: "p", Step: supply.Stay, Of: -1}})
	if err == nil || strings.Count(err.Error(), "supply: record") != 4 {
		t.Errorf("%v", err)
	}
	rates, err := supply.Learn(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rates.Project([]supply.Cohort{{Programme: "p", Years: 99}}, supply.Leads{"p": {"o": 0.7, "q": 0.7}}, supply.Options{Levels: []float64{2}})
	for _, want := range []string{"horizon of 0", "starting quarter 0", "level 2", "99 years", "add up to 1.4"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// Students who are promised come later than those who are there, and graduates
// arrive in the third quarter.
func TestWhenGraduatesArrive(t *testing.T) {
	rates, err := supply.Learn(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := rates.Project([]supply.Cohort{{Programme: "p", Years: 3, Done: 2, Students: 100}, {Programme: "p", Years: 3, Done: -1, Students: 100}, {Programme: "p", Years: 2, Done: 0, Students: 50}},
		supply.Leads{"p": {"o": 0.5}}, supply.Options{From: forecast.Period{Year: 2026, Sub: 3}, Horizon: 17, Levels: []float64{0.8}})
	if err != nil {
		t.Fatal(err)
	}
	var when []string
	for _, r := range s.Occupations["o"] {
		if r.Mean > 0 {
			when = append(when, r.Period)
		}
	}
	if !reflect.DeepEqual(when, []string{"2027Q3", "2028Q3", "2030Q3"}) {
		t.Errorf("graduates arrive in %v", when)
	}
}
