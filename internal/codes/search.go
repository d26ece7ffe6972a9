package codes

import (
	"cmp"
	"slices"
	"strings"
)

// Search finds the entries that hold every word of text in their code, their
// name or their English name, the best first: a code or name that is the text,
// one that begins with it, one that holds it. An empty text finds all; a limit
// of 0 or less does not limit.
func (c *Catalogue) Search(list, text string, limit int) []Code {
	l := c.list(list)
	words := strings.FieldsFunc(strings.ToLower(strings.Map(half, text)), func(r rune) bool { return Fold(string(r)) == "" })
	for i, w := range words {
		words[i] = Fold(w)
	}
	type hit struct{ at, rank int }
	var hits []hit
	for i, c := range l.codes {
		if rank := rank(c, l.folded()[i], words); rank >= 0 {
			hits = append(hits, hit{i, rank})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	codes := make([]Code, len(hits))
	for i, h := range hits {
		codes[i] = l.codes[h.at]
	}
	return codes
}

// rank says how well an entry answers the words: 0 best, negative not at all.
func rank(c Code, name string, words []string) int {
	total := 0
	code, english := Fold(c.Code), Fold(c.NameEN)
	for _, w := range words {
		switch {
		case w == code || w == name || w == english:
		case strings.HasPrefix(code, w):
			total++
		case strings.HasPrefix(name, w):
			total += 2
		case strings.Contains(name, w):
			total += 3
		case strings.Contains(english, w):
			total += 4
		default:
			return -1
		}
	}
	return total
}
