package council

import (
	"errors"

	"guildhall/internal/fault"
)

// faultsOf gives the places of all that an error tells.
func faultsOf(err error) (places []string) {
	all, _ := errors.AsType[fault.List](err)
	for _, f := range all {
		places = append(places, f.Place)
	}
	return places
}

// list gathers faults and gives their places.
type list struct{ all fault.List }

func (l *list) list() *fault.List { return &l.all }
func (l *list) places() []string  { return faultsOf(l.all.Err()) }
