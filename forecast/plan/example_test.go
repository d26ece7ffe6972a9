package plan_test

import (
	"fmt"

	"guildhall/forecast/plan"
)

// An enterprise that always declares half as much again as it hires.
func ExampleBook_Blend() {
	var records []plan.Record
	for age, hired := range []float64{40, 22, 31, 45, 18, 36, 28, 41} {
		records = append(records, plan.Record{Key: "电池厂/装配", Age: age, Planned: 1.5 * hired, Actual: hired, Statistical: 32})
	}
	b, err := plan.Learn(records)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := b.Blend("电池厂/装配", nil, 60, 32, 45)
	fmt.Printf("declared %.0f, corrected %.1f with weight %.2f: %.1f\n", float64(r.Declared), float64(r.Corrected), r.Weight, r.Mean)
	r = b.Blend("电池厂/装配", nil, 6000, 32, 45)
	fmt.Println(r.Status, r.Mean)
	// Output:
	// declared 60, corrected 40.2 with weight 0.59: 36.8
	// quarantined 32
}
