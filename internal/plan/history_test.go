package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"guildhall/internal/fault"
)

// claim is what a client asks of a pot of promised money: some of it, or with 0 yuan what
// has come in.
type claim struct{ pot, yuan int }

// outcome is what they are told. What broke off may have been done or not.
type outcome struct {
	refused, unknown bool
	received         int // to those who asked for that, in yuan
}

const inPot = 20 // yuan

// pots says what a client may be told where claims are met one by one.
var pots = porcupine.NondeterministicModel{
	Partition: func(history []porcupine.Operation) (by [][]porcupine.Operation) {
		for _, o := range history {
			pot := o.Input.(claim).pot
			for len(by) <= pot {
				by = append(by, nil)
			}
			by[pot] = append(by[pot], o)
		}
		return by
	},
	Init: func() []any { return []any{0} },
	Step: func(state, input, output any) (next []any) {
		in, c, o := state.(int), input.(claim), output.(outcome)
		fits := in+c.yuan <= inPot
		switch {
		case c.yuan == 0 && o.received == in, o.refused && !fits:
			return []any{in}
		case c.yuan == 0 || o.refused || !fits && !o.unknown:
			return nil
		case o.unknown && fits:
			return []any{in, in + c.yuan}
		case o.unknown:
			return []any{in}
		}
		return []any{in + c.yuan}
	},
}

// linear tells of the first pot whose history cannot have come about one by one.
func linear(t *testing.T, history []porcupine.Operation) error {
	t.Helper()
	model := pots.ToModel()
	for _, part := range pots.Partition(history) {
		switch porcupine.CheckOperationsTimeout(model, part, time.Minute) {
		case porcupine.Unknown:
			t.Fatalf("a history of %d claims could not be judged in a minute", len(part))
		case porcupine.Illegal:
			var lines []string
			slices.SortFunc(part, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
			for _, o := range part {
				lines = append(lines, fmt.Sprintf("%4d to %4d  client %d  %+v  %+v", o.Call, o.Return, o.ClientId, o.Input, o.Output))
			}
			return errors.New(strings.Join(lines, "\n"))
		}
	}
	return nil
}

// teller records who was told what, in the order in which they asked and heard.
type teller struct {
	tick    atomic.Int64
	mu      sync.Mutex
	history []porcupine.Operation
}

func (r *teller) ask(client int, c claim, do func() (outcome, error)) error {
	called := r.tick.Add(1)
	o, err := do()
	heard := r.tick.Add(1)
	if o.unknown {
		heard = 1 << 40 // it may still be done at any time
	}
	if err != nil || o.unknown && c.yuan == 0 {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history = append(r.history, porcupine.Operation{ClientId: client, Input: c, Call: called, Output: o, Return: heard})
	return nil
}

// told makes of an answer what a client knows by it.
func told(err error) (outcome, error) {
	switch {
	case err == nil:
		return outcome{}, nil
	case fault.At(err, "yuan") != nil:
		return outcome{refused: true}, nil
	case errors.Is(err, fault.Away):
		return outcome{unknown: true}, nil
	}
	return outcome{}, err
}

// Histories that are wrong are found, and those that are not are not.
func TestP5AWrongHistoryIsFound(t *testing.T) {
	const later = 1 << 40
	for _, c := range []struct {
		name    string
		right   bool
		history []porcupine.Operation
	}{
		{"one after the other", true, []porcupine.Operation{
			{Input: claim{0, 15}, Call: 1, Return: 2}, {Input: claim{0, 15}, Output: outcome{refused: true}, Call: 3, Return: 4}, {Input: claim{}, Output: outcome{received: 15}, Call: 5, Return: 6}}},
		{"more than there is", false, []porcupine.Operation{
			{Input: claim{0, 15}, Call: 1, Return: 3}, {Input: claim{0, 15}, Call: 2, Return: 4}}},
		{"refused what was there", false, []porcupine.Operation{
			{Input: claim{0, 15}, Output: outcome{refused: true}, Call: 1, Return: 3}, {Input: claim{0, 5}, Call: 2, Return: 4}}},
		{"refused for one who was not before", false, []porcupine.Operation{
			{Input: claim{0, 15}, Output: outcome{refused: true}, Call: 1, Return: 2}, {Input: claim{0, 15}, Call: 3, Return: 4}}},
		{"a look while it comes in", true, []porcupine.Operation{
			{Input: claim{0, 15}, Call: 1, Return: 4}, {Input: claim{}, Call: 2, Return: 3}}},
		{"a stale look", false, []porcupine.Operation{
			{Input: claim{0, 15}, Call: 1, Return: 2}, {Input: claim{}, Call: 3, Return: 4}}},
		{"broken off and done", true, []porcupine.Operation{
			{Input: claim{0, 15}, Output: outcome{unknown: true}, Call: 1, Return: later}, {Input: claim{}, Output: outcome{received: 15}, Call: 3, Return: 4}}},
		{"broken off and not done", true, []porcupine.Operation{
			{Input: claim{0, 15}, Output: outcome{unknown: true}, Call: 1, Return: later}, {Input: claim{0, 20}, Call: 3, Return: 4}}},
		{"broken off, done and undone", false, []porcupine.Operation{
			{Input: claim{0, 15}, Output: outcome{unknown: true}, Call: 1, Return: later}, {Input: claim{}, Output: outcome{received: 15}, Call: 3, Return: 4}, {Input: claim{}, Call: 5, Return: 6}}},
		{"broken off and done twice", false, []porcupine.Operation{
			{Input: claim{0, 5}, Output: outcome{unknown: true}, Call: 1, Return: later}, {Input: claim{}, Output: outcome{received: 10}, Call: 3, Return: 4}}},
		{"out of another pot", true, []porcupine.Operation{
			{Input: claim{0, 15}, Call: 1, Return: 2}, {Input: claim{1, 15}, Call: 1, Return: 2}}},
	} {
		for i, o := range c.history {
			if o.Output == nil {
				c.history[i].Output = outcome{}
			}
		}
		if err := linear(t, c.history); (err == nil) != c.right {
			t.Errorf("%s: it is taken for right: %v", c.name, err == nil)
		}
	}
}
