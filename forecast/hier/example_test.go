package hier_test

import (
	"fmt"

	"guildhall/forecast/hier"
)

// Two occupations and their sum were forecast apart and do not add up.
func ExampleHierarchy_Reconcile() {
	h, err := hier.New([]hier.Node{{Key: "city"}, {Key: "welders", Parents: []string{"city"}}, {Key: "fitters", Parents: []string{"city"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	v, _, err := h.Reconcile([][]float64{{13}, {4}, {6}}, hier.Weights{Method: hier.OLS})
	fmt.Printf("%.1f %v\n", v, err)
	fmt.Println(h.Round([][]float64{{11.9}, {4.7}, {7.2}}))
	// Output:
	// [[12.0] [5.0] [7.0]] <nil>
	// [[12] [5] [7]]
}
