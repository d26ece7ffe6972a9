package outlook

import (
	"cmp"
	"slices"

	"guildhall/forecast/supply"
)

// withhold marks the cells that must not be shown outside (小单元抑制): those of fewer
// than three enterprises or of which one enterprise makes more than four fifths, and
// as many more, the smallest first, as keep a reader from subtracting what is shown
// from a sum that is shown and being left with so few. Each partition lays the same
// lines out another way: by kind of work, segment, occupation, grade. They cross, so
// these sums are looked at: all less the shown cells of each partition, and each shown
// cell less those of another partition that lie wholly within it. In the end no
// withheld cell may follow from the shown ones by any sum of multiples of them at all
// (see follows).
//
// Kinds of work and segments are settled first, by themselves; then the groups give
// way wherever they would tell more.
func withhold(lines []*Line, kinds, segments []*Gap, groups ...[]*Gap) {
	for _, g := range slices.Concat(kinds, segments, slices.Concat(groups...)) {
		g.Withheld = few(lines, g.lines)
	}
	settle(lines, [][]*Gap{kinds, segments}, nil)
	if len(groups) > 0 {
		settle(lines, groups, [][]*Gap{kinds, segments})
	}
}

// settle withholds cells of partitions until nothing follows from what is shown of
// them and of those that are settled already.
func settle(lines []*Line, partitions, settled [][]*Gap) {
	all := make([]int, len(lines))
	for i := range all {
		all[i] = i
	}
	cells := slices.Concat(partitions...)
	every := slices.Concat(cells, slices.Concat(settled...))
	for again := true; again; {
		again = concealAlike(every, cells)
		for i, parts := range partitions {
			again = conceal(all, parts, lines) || again
			for j, whole := range slices.Concat(partitions, settled) {
				if i != j {
					again = concealBetween(whole, parts, lines, j < len(partitions)) || again
				}
			}
		}
		for _, parts := range settled {
			for _, whole := range partitions {
				again = concealOver(whole, parts, lines) || again
			}
		}
		again = again || concealFollowing(all, every, cells, lines)
	}
}

// concealBetween looks at each shown cell less the parts of another partition within
// it. Where the cell may give way and no part is left to, it does.
func concealBetween(whole, parts []*Gap, lines []*Line, may bool) (again bool) {
	for _, s := range whole {
		if !s.Withheld {
			again = concealWithin(s, parts, lines, may) || again
		}
	}
	return again
}

// concealOver withholds each cell of which shown parts that are settled leave few.
func concealOver(whole, parts []*Gap, lines []*Line) (again bool) {
	for _, s := range whole {
		if s.Withheld {
			continue
		}
		rest := less(s.lines, within(s, parts))
		if len(rest) > 0 && len(rest) < len(s.lines) && few(lines, rest) {
			s.Withheld, again = true, true
		}
	}
	return again
}

// concealAlike withholds cells that hold just the lines of a withheld one: they tell
// the same.
func concealAlike(every, cells []*Gap) (again bool) {
	for _, g := range every {
		if !g.Withheld {
			continue
		}
		for _, other := range cells {
			if !other.Withheld && slices.Equal(g.lines, other.lines) {
				other.Withheld, again = true, true
			}
		}
	}
	return again
}

// concealFollowing withholds one of the cells if any cell of few follows from what is
// shown: the smallest that overlaps it and without which it does not follow, or else
// the smallest that overlaps it, or else the smallest of all.
func concealFollowing(all []int, every, cells []*Gap, lines []*Line) bool {
	shown := shownSpace(all, every, lines, nil)
	for _, g := range every {
		if !g.Withheld || !few(lines, g.lines) || !shown.follows(g.lines) {
			continue
		}
		near := inSize(slices.DeleteFunc(slices.Clone(cells), func(o *Gap) bool { return o.Withheld || !overlap(o.lines, g.lines) }))
		for _, next := range near {
			if !shownSpace(all, every, lines, next).follows(g.lines) {
				next.Withheld = true
				return true
			}
		}
		if len(near) == 0 {
			near = inSize(slices.DeleteFunc(slices.Clone(cells), func(o *Gap) bool { return o.Withheld }))
		}
		if len(near) > 0 {
			near[0].Withheld = true
			return true
		}
	}
	return false
}

// shownSpace is all that follows from the total and the shown cells but one.
func shownSpace(all []int, cells []*Gap, lines []*Line, but *Gap) *space {
	s := newSpace(lines)
	s.add(all)
	for _, g := range cells {
		if !g.Withheld && g != but {
			s.add(g.lines)
		}
	}
	return s
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

// concealWithin does the same for a cell and the parts wholly within it; with none of
// those left to withhold, it withholds the cell, if that may be.
func concealWithin(s *Gap, parts []*Gap, lines []*Line, may bool) bool {
	inner := within(s, parts)
	rest := less(s.lines, inner)
	if len(rest) == 0 || len(rest) == len(s.lines) || !few(lines, rest) {
		return false
	}
	if next := smallest(inner); next != nil {
		next.Withheld = true
	} else if may {
		s.Withheld = true
	} else {
		return false
	}
	return true
}

// within gives the parts that lie wholly within a cell.
func within(s *Gap, parts []*Gap) (inner []*Gap) {
	for _, k := range parts {
		if contains(s.lines, k.lines) {
			inner = append(inner, k)
		}
	}
	return inner
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
	return inSize(shown)[0]
}

// inSize orders cells from the smallest.
func inSize(cells []*Gap) []*Gap {
	slices.SortFunc(cells, func(a, b *Gap) int {
		return cmp.Or(cmp.Compare(a.want, b.want), cmp.Compare(a.Code, b.Code))
	})
	return cells
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

// contains and overlap compare sets of lines, which are in order.
func contains(whole, part []int) bool {
	at := 0
	for _, i := range part {
		for at < len(whole) && whole[at] < i {
			at++
		}
		if at == len(whole) || whole[at] != i {
			return false
		}
	}
	return true
}

func overlap(a, b []int) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}
