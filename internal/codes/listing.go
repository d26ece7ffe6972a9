package codes

import (
	"slices"

	"guildhall/internal/fault"
)

const (
	pageSize = 50
	mostSize = 200
)

// listing cuts from an edition what was asked for: without words or kind one
// level of the tree, else everything that answers.
func listing(book *Catalogue, e Edition, s Search) (*Listing, error) {
	all := book.All(e.List)
	l := &Listing{Edition: e, Path: book.Path(e.List, s.Under), Kinds: kinds(all), deeper: parents(all)}
	if s.Under != "" && l.Path == nil {
		return nil, fault.NotFound.New("fault.not_found")
	}
	var found []Code
	if s.Text == "" && s.Kind == "" && !s.Deep {
		found = book.Children(e.List, s.Under)
	} else {
		found = slices.DeleteFunc(book.Search(e.List, s.Text, 0), func(code Code) bool {
			return s.Kind != "" && code.Kind != s.Kind || !below(book, code, s.Under)
		})
	}
	if s.After != "" {
		at := slices.IndexFunc(found, func(code Code) bool { return code.Code == s.After })
		found = found[at+1:]
	}
	size := min(s.Limit, mostSize)
	if size <= 0 {
		size = pageSize
	}
	if len(found) > size {
		found, l.Next = found[:size], found[size-1].Code
	}
	l.Codes = found
	if l.Codes == nil {
		l.Codes = []Code{}
	}
	return l, nil
}

func below(book *Catalogue, code Code, under string) bool {
	for under != "" && code.Parent != under {
		parent, ok := book.Get(code.List, code.Parent)
		if !ok {
			return false
		}
		code = parent
	}
	return true
}

// kinds lists what the list tells apart, in the order in which it does.
func kinds(codes []Code) (kinds []string) {
	for _, c := range codes {
		if c.Kind != "" && !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}

// parents tells which codes have others below them.
func parents(codes []Code) map[string]bool {
	above := map[string]bool{}
	for _, c := range codes {
		above[c.Parent] = true
	}
	return above
}
