// Package fault names the ways in which a request can go wrong.
//
// A fault bears a kind, which the web turns into a status, and the key of a
// message, which the web turns into the reader's language. Any other error is
// our own failure: it is logged in full and the reader sees "internal".
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the class of a fault. It is itself an error, so that
// errors.Is(err, fault.NotFound) asks for the class alone.
type Kind string

const (
	Invalid  Kind = "invalid"   // the request makes no sense as it stands
	Unknown  Kind = "unknown"   // we do not know who asks
	Denied   Kind = "denied"    // we know who asks, and they may not
	NotFound Kind = "not_found" // there is no such thing, or none for you to see
	Conflict Kind = "conflict"  // it made sense, but not any more
	Busy     Kind = "busy"      // too much asked at once: come back later
	Away     Kind = "away"      // what we stand on does not answer; it ends by itself
	Internal Kind = "internal"  // our failure
)

func (k Kind) Error() string { return string(k) }

// New makes a fault of kind k that says the message key, filled with args.
func (k Kind) New(key string, args ...any) error { return &Error{k, key, args} }

// Error is a fault that a reader may see.
type Error struct {
	Kind Kind
	Key  string
	Args []any
}

func (e *Error) Error() string { return fmt.Sprint(append([]any{e.Key}, e.Args...)...) }
func (e *Error) Unwrap() error { return e.Kind }

// List is all that is wrong with one request, each with its place, so that
// nobody mends one fault only to be told of the next.
type List []Item

// Item is one fault of a List and the place where it stands: a field's name, or
// whatever the reader can find it by.
type Item struct {
	Place string
	Err   *Error
}

// Add notes a fault at a place.
func (l *List) Add(place, key string, args ...any) {
	*l = append(*l, Item{place, &Error{Invalid, key, args}})
}

// Err gives the list as an error, or nil where nothing is wrong.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

func (l List) Error() string {
	var b strings.Builder
	for i, item := range l {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(item.Place + ": " + item.Err.Error())
	}
	return b.String()
}

func (l List) Unwrap() error { return Invalid }

// At gives the fault that stands at a place within err, or nil.
func At(err error, place string) *Error {
	list, _ := errors.AsType[List](err)
	for _, item := range list {
		if item.Place == place {
			return item.Err
		}
	}
	return nil
}

// Of gives the fault within err, or Internal where err holds none. Of a list it
// gives the sentence that stands above the list.
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if list, ok := errors.AsType[List](err); ok && len(list) > 0 {
		return &Error{Kind: Invalid, Key: "fault.several", Args: []any{len(list)}}
	}
	return &Error{Kind: Internal, Key: "fault.internal"}
}
