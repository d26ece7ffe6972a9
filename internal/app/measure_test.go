package app_test

import (
	"testing"

	"guildhall/internal/measure"
)

// The standard that is shipped counts only what some room really notes.
func TestTheShippedStandardLoads(t *testing.T) {
	rows, err := measure.Load(measure.Draft)
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, r := range rows {
		if r.Calculator != "" {
			counted++
		}
	}
	if counted < 25 {
		t.Errorf("%d of %d rows have a calculator, want 25", counted, len(rows))
	}
}
