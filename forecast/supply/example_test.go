package supply_test

import (
	"fmt"

	"guildhall/forecast"
	"guildhall/forecast/supply"
)

// One programme with a record of two years and a class about to graduate.
func Example() {
	var past []supply.Past
	for year := 2024; year <= 2025; year++ {
		for _, p := range []supply.Past{
			{Step: supply.Graduate, Of: 100, Did: 95},
			{Step: supply.Further, Of: 95, Did: 20},
			{Step: supply.Enlist, Of: 75, Did: 2},
			{Step: supply.Stay, Of: 73, Did: 50},
		} {
			p.Programme, p.Path, p.Year = "机电一体化", []string{"高职", "一职院"}, year
			past = append(past, p)
		}
	}
	rates, err := supply.Learn(past)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := rates.Project([]supply.Cohort{{Programme: "机电一体化", Path: []string{"高职", "一职院"}, Years: 3, Done: 2, Students: 110}},
		supply.Leads{"机电一体化": {"设备维护": 1}}, supply.Options{From: forecast.Period{Year: 2026, Sub: 2}, Horizon: 1, Levels: []float64{0.8}})
	if err != nil {
		fmt.Println(err)
		return
	}
	row := &s.Occupations["设备维护"][0]
	fmt.Printf("%s: %.0f, with 80 %% between %.0f and %.0f\n", row.Period, row.Mean, row.Lo[0], row.Hi[0])
	g := supply.GapOf(supply.Demand{Mean: 90, Sigma: 12}, row, []float64{0.8}, 1)
	fmt.Printf("short of %.0f, %s, probability %.2f\n", g.Mean, g.Word, g.Shortage)
	// Output:
	// 2026Q3: 55, with 80 % between 46 and 64
	// short of 35, shortage, probability 1.00
}
