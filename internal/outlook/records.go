package outlook

import (
	"strconv"

	"guildhall/internal/fault"
)

// settleAll puts records into their one form and tells all faults of all of them,
// each with its record, counted from 1, and field: 3.quarter.
func settleAll[T any](records []T, settle func(*T) fault.List) error {
	var all fault.List
	for i := range records {
		for _, f := range settle(&records[i]) {
			place := strconv.Itoa(i+1) + "." + f.Place
			all = append(all, fault.Item{Place: place, Err: f.Err})
		}
	}
	return all.Err()
}
