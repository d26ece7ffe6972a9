package matching

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with a market or a rule. Code names the kind,
// for programs; Names are the things concerned, by their outside names.
type Fault struct {
	Code    string   `json:"code"`
	Names   []string `json:"names,omitempty"`
	Message string   `json:"message"`
}

func (f Fault) Error() string { return f.Message }

// Kinds of fault.
const (
	FaultDuplicate   = "duplicate"         // a name or a pair that is there twice
	FaultUnknown     = "unknown"           // a number that the builder never gave out
	FaultCapacity    = "capacity"          // a negative or too large capacity or minimum
	FaultMinimum     = "minimum"           // a minimum above the capacity
	FaultPinned      = "pinned"            // positions fixed open that cannot all open
	FaultClosedAbove = "closed_above"      // a minimum that a cap above makes impossible
	FaultCrossing    = "crossing"          // two sets of positions that overlap without nesting
	FaultCycle       = "cycle"             // nodes that stand under themselves
	FaultScale       = "scale"             // a cap above keys of two scales
	FaultReserve     = "reserve"           // reserved seats that cannot be
	FaultTypes       = "overlapping_types" // a candidate of several types, and a rule that wants one
	FaultWeight      = "weight"            // a weight out of range
	FaultKey         = "key"               // a key out of range
	FaultRank        = "rank"              // a rank below 1 or list order that is not one
	FaultTarget      = "target"            // targets of a region above its cap
	FaultSize        = "size"              // more than the numbers can hold
	FaultRule        = "rule"              // a rule that does not exist or does not fit the market
)

// Faults is the error that Build and Solve return: every fault found, not only
// the first. Beyond the builder's limit the rest is only counted.
type Faults struct {
	List []Fault
	More int // found, but not listed
}

func (f *Faults) Error() string {
	var b strings.Builder
	for i, one := range f.List {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(one.Message)
	}
	if f.More > 0 {
		fmt.Fprintf(&b, "; and %d more", f.More)
	}
	return b.String()
}

// faultList gathers faults up to a limit.
type faultList struct {
	limit int
	Faults
}

func (l *faultList) add(code string, names []string, format string, args ...any) {
	if len(l.List) >= l.limit {
		l.More++
		return
	}
	l.List = append(l.List, Fault{Code: code, Names: names, Message: fmt.Sprintf(format, args...)})
}

func (l *faultList) err() error {
	if len(l.List) == 0 {
		return nil
	}
	f := l.Faults
	return &f
}
