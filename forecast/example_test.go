package forecast_test

import (
	"fmt"

	"guildhall/forecast"
)

// Eight quarters of hiring with a strong first quarter.
func ExampleOne() {
	f, err := forecast.One(forecast.Series{
		Key: "电池装配工", Freq: forecast.Quarterly, Kind: forecast.Count,
		Start: forecast.Period{Year: 2024, Sub: 3},
		Y:     []float64{12, 9, 24, 14, 13, 8, 26, 15},
	}, forecast.Options{Horizon: 4, Levels: []float64{0.8}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for h := range f.Mean {
		fmt.Printf("%s: %.0f, with 80 %% between %.0f and %.0f\n", f.Origin.Add(h+1, forecast.Quarterly).Label(forecast.Quarterly), f.Mean[h], f.Lo[0][h], f.Hi[0][h])
	}
	fmt.Println(f.Route.Class)
	// Output:
	// 2026Q3: 13, with 80 % between 9 and 18
	// 2026Q4: 10, with 80 % between 6 and 14
	// 2027Q1: 24, with 80 % between 17 and 30
	// 2027Q2: 15, with 80 % between 10 and 20
	// short
}

// A bad series tells all that is wrong with it.
func ExampleOne_refused() {
	_, err := forecast.One(forecast.Series{Key: "焊工", Freq: forecast.Quarterly, Kind: forecast.Count,
		Start: forecast.Period{Year: 2026, Sub: 1}, Y: []float64{3, -1, 2.5}}, forecast.Options{Horizon: 1})
	fmt.Println(err)
	// Output:
	// forecast: series "焊工": 2026Q2: negative count
	// forecast: series "焊工": 2026Q3: fractional count
}

func ExampleParsePeriod() {
	p, f, err := forecast.ParsePeriod("2026Q3")
	fmt.Println(p.Add(2, f).Label(f), err)
	// Output: 2027Q1 <nil>
}
