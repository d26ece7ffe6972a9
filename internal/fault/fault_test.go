package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"guildhall/internal/fault"
)

func TestKindIsFoundThroughWrapping(t *testing.T) {
	err := fmt.Errorf("row 3: %w", fault.Conflict.New("fault.duplicate"))
	if !errors.Is(err, fault.Conflict) || errors.Is(err, fault.Invalid) {
		t.Errorf("%v is not told to be a conflict alone", err)
	}
	if f := fault.Of(errors.New("boom")); f.Kind != fault.Internal {
		t.Errorf("an error that is no fault is told as %s", f.Kind)
	}
}

func TestListTellsAllFaultsWithTheirPlaces(t *testing.T) {
	var l fault.List
	if l.Err() != nil {
		t.Fatal("an empty list is an error")
	}
	l.Add("name", "x.empty")
	l.Add("pay", "x.low", 100)
	err := fmt.Errorf("form: %w", l.Err())
	if !errors.Is(err, fault.Invalid) {
		t.Errorf("a list is not invalid: %v", err)
	}
	if at := fault.At(err, "pay"); at == nil || at.Key != "x.low" {
		t.Errorf("at pay stands %v", at)
	}
	if at := fault.At(err, "phone"); at != nil {
		t.Errorf("at phone stands %v, want nothing", at)
	}
	if f := fault.Of(err); f.Kind != fault.Invalid || f.Args[0] != 2 {
		t.Errorf("above the list stands %v", f)
	}
}
