package exchange

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with a file. Line counts from 1, the header included;
// 0 is the file as a whole.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (f Fault) Error() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s", f.File, f.Message)
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// Kinds of fault.
const (
	Missing   = "missing"   // a file or column that must be there
	Malformed = "malformed" // a line that is no CSV, a value that is no number
	Range     = "range"     // a number out of range
	Unknown   = "unknown"   // an id that no other file defines
	Duplicate = "duplicate" // a line that is there twice
	Crossing  = "crossing"  // a node under two parents
	Cycle     = "cycle"     // nodes that stand under themselves
	Market    = "market"    // the files fit together, but not to a market
)

// Faults is the error of reading: every fault found, up to a number.
type Faults struct {
	List  []Fault
	More  int // found but not listed
	limit int
}

func (l *Faults) Error() string {
	var b strings.Builder
	for i, f := range l.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.Error())
	}
	if l.More > 0 {
		fmt.Fprintf(&b, "\nand %d more", l.More)
	}
	return b.String()
}

func (l *Faults) add(file string, line int, code, format string, args ...any) {
	if len(l.List) >= l.limit {
		l.More++
		return
	}
	l.List = append(l.List, Fault{file, line, code, fmt.Sprintf(format, args...)})
}

func (l *Faults) err() error {
	if len(l.List) == 0 {
		return nil
	}
	return l
}
