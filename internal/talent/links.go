package talent

import (
	"slices"
	"sync"

	"guildhall/internal/codes"
	"guildhall/matching/fit"
)

// Links gives what is near to what, as the catalogue's chain has it. It remembers
// what it was asked, and is safe for concurrent use.
func Links(catalogue *codes.Catalogue) fit.Links {
	var near, akin sync.Map
	return fit.Links{
		Near: func(kind, occupation, programme string) int {
			key := [3]string{kind, occupation, programme}
			if known, ok := near.Load(key); ok {
				return known.(int)
			}
			n := nearness(catalogue, kind, occupation, programme)
			near.Store(key, n)
			return n
		},
		Akin: func(skill string) []string {
			if known, ok := akin.Load(skill); ok {
				return known.([]string)
			}
			list := akinTo(catalogue, skill)
			akin.Store(skill, list)
			return list
		},
	}
}

// nearness tells in per cent how near a programme is to a kind of position: one
// that leads to it 100, one of the same class 60, of the same field 30.
func nearness(catalogue *codes.Catalogue, kind, occupation, programme string) int {
	if programme == "" {
		return 0
	}
	relation, from := "position-programme", kind
	if kind == "" {
		relation, from = "occupation-programme", occupation
	}
	best := 0
	class, field := family(programme)
	for _, edge := range catalogue.Related(relation, from) {
		c, f := family(edge.To)
		switch {
		case edge.To == programme:
			best = max(best, 100)
		case c == class:
			best = max(best, 60)
		case f == field:
			best = max(best, 30)
		}
	}
	return best
}

// family gives the class (专业类) and the field (大类) of a programme in a form
// that is alike at all vocational levels: 460701, 660701 and 260701 are of one
// class, for their first digit tells the level.
func family(code string) (class, field string) {
	if len(code) < 4 {
		return code, code
	}
	if code[0] >= '2' && code[0] <= '7' {
		code = string("vV"[code[0]&1]) + code[1:]
	}
	return code[:4], code[:2]
}

// akinTo gives the skills near to one on the chain: those of its own category that
// some kind of work asks for together with it.
func akinTo(catalogue *codes.Catalogue, skill string) (list []string) {
	own, ok := catalogue.Get("skill", skill)
	if !ok {
		return nil
	}
	for _, from := range catalogue.RelatedTo("position-skill", skill) {
		for _, edge := range catalogue.Related("position-skill", from.From) {
			if other, ok := catalogue.Get("skill", edge.To); ok && edge.To != skill && other.Kind == own.Kind && !slices.Contains(list, edge.To) {
				list = append(list, edge.To)
			}
		}
	}
	slices.Sort(list)
	return list
}
