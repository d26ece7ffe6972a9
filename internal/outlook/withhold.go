package outlook

import (
	"cmp"
	"slices"

	"guildhall/forecast/supply"
)

// withhold marks the cells that must not be shown outside (小单元抑制): those of fewer
// than three enterprises or of which one enterprise makes more than four fifths, and
// as many more, the smallest first, as keep a reader from subtracting what is shown
// from a sum that is shown and being left with so few. Kinds of work and segments
// cross, so three sums are looked at: all less the kinds shown, all less the
// segments shown, and each segment less the kinds that lie wholly within it. In the
// end no withheld cell may follow from the shown ones by any sum of multiples of
// them at all (see follows).
func withhold(kinds, segments []*Gap, lines []*Line) {
	for _, g := range slices.Concat(kinds, segments) {
		g.Withheld = few(lines, g.lines)
	}
	all := make([]int, len(lines))
	for i := range all {
		all[i] = i
	}
	for again := true; again; {
		again = conceal(all, kinds, lines) || conceal(all, segments, lines)
		for _, s := range segments {
			if !s.Withheld {
				again = concealWithin(s, kinds, lines) || again
			}
		}
		again = again || concealFollowing(all, kinds, segments, lines)
	}
}

// concealFollowing withholds one more cell if a cell of few follows from what is shown.
func concealFollowing(all []int, kinds, segments []*Gap, lines []*Line) bool {
	cells := slices.Concat(kinds, segments)
	shown := newSpace(lines)
	shown.add(all)
	for _, g := range cells {
		if !g.Withheld {
			shown.add(g.lines)
		}
	}
	for _, g := range cells {
		if g.Withheld && few(lines, g.lines) && shown.follows(g.lines) {
			for _, parts := range [][]*Gap{kinds, segments} {
				if next := smallest(parts); next != nil {
					next.Withheld = true
					return true
				}
			}
		}
	}
	return false
}

// conceal withholds one more part of a sum if the parts shown leave few.
func conceal(sum []int, parts []*Gap, lines []*Line) bool {
	rest := less(sum, parts)
	if len(rest) == 0 || !few(lines, rest) {
		return false
	}
	next := smallest(parts)
	if next == nil {
		return false
	}
	next.Withheld = true
	return true
}

// concealWithin does the same for a segment and the kinds wholly within it; with
// none of those left to withhold, it withholds the segment.
func concealWithin(s *Gap, kinds []*Gap, lines []*Line) bool {
	var within []*Gap
	for _, k := range kinds {
		if contains(s.lines, k.lines) {
			within = append(within, k)
		}
	}
	rest := less(s.lines, within)
	if len(rest) == 0 || !few(lines, rest) {
		return false
	}
	if next := smallest(within); next != nil {
		next.Withheld = true
	} else {
		s.Withheld = true
	}
	return true
}

// less gives what is left of a sum's lines when the parts that are shown are taken away.
func less(sum []int, parts []*Gap) []int {
	shown := map[int]bool{}
	for _, p := range parts {
		if !p.Withheld {
			for _, i := range p.lines {
				shown[i] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(sum), func(i int) bool { return shown[i] })
}

// smallest gives the smallest part that is shown.
func smallest(parts []*Gap) *Gap {
	shown := slices.DeleteFunc(slices.Clone(parts), func(g *Gap) bool { return g.Withheld })
	if len(shown) == 0 {
		return nil
	}
	return slices.MinFunc(shown, func(a, b *Gap) int {
		return cmp.Or(cmp.Compare(a.want, b.want), cmp.Compare(a.Code, b.Code))
	})
}

// few tells whether lines are those of too few enterprises to be shown together.
func few(lines []*Line, which []int) bool {
	n, largest := spread(lines, which)
	return n < supply.MinEnterprises || largest > supply.MaxShare
}

// spread gives how many enterprises lines are of, and the share of the largest in
// what is expected of them.
func spread(lines []*Line, which []int) (enterprises int, largest float64) {
	by, sum := map[string]float64{}, 0.0
	for _, i := range which {
		m := lines[i].mean()
		by[lines[i].Unit] += m
		sum += m
	}
	for _, v := range by {
		if sum > 0 {
			largest = max(largest, v/sum)
		}
	}
	return len(by), largest
}

func contains(whole, part []int) bool {
	return !slices.ContainsFunc(part, func(i int) bool { return !slices.Contains(whole, i) })
}
