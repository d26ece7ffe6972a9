package codes

import (
	"cmp"
	"slices"
	"sync"
)

// Code is one entry of a list, as published.
type Code struct {
	List    string `json:"list"`    // the list's name: industry, region, programme, …
	Edition string `json:"edition"` // the list's edition, to be kept beside whatever was decided by this code
	Code    string `json:"code"`
	Name    string `json:"name"`              // the published Chinese name
	NameEN  string `json:"name_en,omitempty"` // the English name, empty where the list has none
	Parent  string `json:"parent,omitempty"`  // code of the entry above, empty at the top and in flat lists
	Level   int    `json:"level,omitempty"`   // depth from 1 at the top; 0 in flat lists
	Kind    string `json:"kind,omitempty"`    // what the list itself tells apart, see the constants; empty where it tells nothing
	// Attr holds the list's further columns, nil where there are none. Many
	// entries share one map: it is to be read only.
	Attr map[string]string `json:"attr,omitempty"`
}

// The kinds of programmes. Codes of different kinds never coincide.
const (
	Secondary          = "secondary"           // 中等职业教育
	Higher             = "higher"              // 高等职业教育专科
	VocationalBachelor = "vocational_bachelor" // 高等职业教育本科
	Undergraduate      = "undergraduate"       // 普通高等学校本科
)

// The kinds of regions.
const (
	Division        = "gbt2260"      // an administrative division
	DivisionLike    = "gbt2260-like" // a district of Hong Kong or Macao
	VirtualRegion   = "virtual"      // a node without a government (市辖区, 县)
	StatisticalZone = "statistical"  // used by statistics only, never in a company code or identity number
	Abolished       = "abolished"    // gone in this edition; stays valid in numbers given out before
)

// Edition tells which edition of a list is at hand, whose it is, and how far it
// can be trusted.
type Edition struct {
	List        string   `json:"list"`
	Edition     string   `json:"edition"`
	Title       string   `json:"title"` // Chinese
	TitleEN     string   `json:"title_en"`
	Licence     string   `json:"licence"`
	Attribution string   `json:"attribution,omitempty"` // the words that the licence asks to be shown, empty where it asks for none
	Source      string   `json:"source"`
	Standing    Standing `json:"standing"`
	Count       int      `json:"count"` // entries of all levels
	// ValidFrom and ValidTo are the first and the last day on which the edition
	// is the one to use, as 2026-01-31; empty where it is not bounded.
	ValidFrom string `json:"valid_from,omitempty"`
	ValidTo   string `json:"valid_to,omitempty"`
	Shipped   bool   `json:"shipped"` // built into the program
}

// Standing says how far a list can be trusted.
type Standing string

const (
	Official Standing = "official" // complete; its counts agree with the published ones
	Near     Standing = "near"     // official, with known gaps: ask about an unknown code, don't refuse it
	Own      Standing = "own"      // compiled by this project, not reviewed by an authority
)

// Catalogue is a set of code lists and the relations between them. It never
// changes and is safe for concurrent use.
type Catalogue struct {
	editions  []Edition
	lists     map[string]func() *codeList
	relations map[string]func() *relations
}

// codeList is one unpacked list.
type codeList struct {
	codes  []Code           // in published order, which is code order within each parent
	byCode []int32          // indexes of codes, sorted by code
	folded func() []string  // names of codes, folded
	byName func() [][]int32 // runs of indexes of codes with one folded name, sorted by that name

	reworded func() []string   // folded names, reworded
	pairs    func() [][]uint64 // pairs of characters of the folded names
}

// Lists tells of every list in the catalogue.
func (c *Catalogue) Lists() []Edition { return slices.Clone(c.editions) }

// Edition tells of one list, and whether there is such a list.
func (c *Catalogue) Edition(list string) (Edition, bool) {
	i := slices.IndexFunc(c.editions, func(e Edition) bool { return e.List == list })
	if i < 0 {
		return Edition{}, false
	}
	return c.editions[i], true
}

// Get finds a code exactly as it is written in the list.
func (c *Catalogue) Get(list, code string) (Code, bool) {
	l := c.list(list)
	i, ok := slices.BinarySearchFunc(l.byCode, code, func(i int32, code string) int {
		return cmp.Compare(l.codes[i].Code, code)
	})
	if !ok {
		return Code{}, false
	}
	return l.codes[l.byCode[i]], true
}

// ByName finds the codes of that name, width, spaces and the form of brackets
// aside. Several entries can bear one name: a class and its only group, a
// programme at two levels of schooling, districts of two cities.
func (c *Catalogue) ByName(list, name string) []Code {
	name = Fold(name)
	if name == "" {
		return nil
	}
	l := c.list(list)
	runs, folded := l.byName(), l.folded()
	i, ok := slices.BinarySearchFunc(runs, name, func(run []int32, name string) int {
		return cmp.Compare(folded[run[0]], name)
	})
	if !ok {
		return nil
	}
	codes := make([]Code, len(runs[i]))
	for n, at := range runs[i] {
		codes[n] = l.codes[at]
	}
	return codes
}

// All gives a whole list in its published order: parents before children,
// siblings by code.
func (c *Catalogue) All(list string) []Code { return slices.Clone(c.list(list).codes) }

// Children gives the entries directly below parent, or the top of the list where
// parent is empty.
func (c *Catalogue) Children(list, parent string) (children []Code) {
	for _, code := range c.list(list).codes {
		if code.Parent == parent {
			children = append(children, code)
		}
	}
	return children
}

// Path gives the entries from the top of the list down to code, code included,
// or nothing where the list has no such code.
func (c *Catalogue) Path(list, code string) (path []Code) {
	for at, ok := c.Get(list, code); ok; at, ok = c.Get(list, at.Parent) {
		path = append(path, at)
	}
	slices.Reverse(path)
	return path
}

var none = newList(nil)

func (c *Catalogue) list(name string) *codeList {
	if l, ok := c.lists[name]; ok {
		return l()
	}
	return none
}

func newList(codes []Code) *codeList {
	l := &codeList{codes: codes, byCode: indexes(len(codes))}
	slices.SortFunc(l.byCode, func(a, b int32) int { return cmp.Compare(codes[a].Code, codes[b].Code) })
	l.folded = sync.OnceValue(func() []string {
		folded := make([]string, len(codes))
		for i, c := range codes {
			folded[i] = Fold(c.Name)
		}
		return folded
	})
	l.byName = sync.OnceValue(func() [][]int32 { return runs(l.folded()) })
	l.reworded = sync.OnceValue(func() []string { return each(l.folded(), reword) })
	l.pairs = sync.OnceValue(func() [][]uint64 { return each(l.folded(), pairsOf) })
	return l
}

// runs groups the indexes of equal words, and orders the groups by their word.
func runs(words []string) (runs [][]int32) {
	order := indexes(len(words))
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(words[a], words[b]) })
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && words[order[end]] == words[order[start]] {
			end++
		}
		runs = append(runs, order[start:end:end])
		start = end
	}
	return runs
}

// each gives what f makes of every word.
func each[T any](words []string, f func(string) T) []T {
	made := make([]T, len(words))
	for i, w := range words {
		made[i] = f(w)
	}
	return made
}

func indexes(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}
