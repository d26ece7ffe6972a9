package hier

import (
	"math"
	"sort"
)

// Round makes whole numbers that add up, from values that do (rows by node as
// Reconcile gives them). Roots are rounded; then each node's whole number is shared
// among its children by largest remainders. So along the first parents every node
// ends up at its value rounded down or up; nodes of other groups are the sums of
// their leaves. Values are taken as zero where negative.
func (h *Hierarchy) Round(values [][]float64) [][]int64 {
	cols := len(values[0])
	out := make([][]int64, len(h.nodes))
	for i := range out {
		out[i] = make([]int64, cols)
	}
	real := make([]float64, len(h.nodes))
	for c := range cols {
		order := h.treeSums(values, c, real)
		for _, n := range h.roots {
			out[n][c] = int64(math.Floor(real[n] + 0.5))
		}
		for _, n := range order {
			h.share(n, c, real, out)
		}
	}
	for s, n := range h.sums {
		clear(out[n])
		for _, l := range h.rows[s] {
			for c := range cols {
				out[n][c] += out[h.leaves[l]][c]
			}
		}
	}
	return out
}

// treeSums adds the leaves up along first parents and gives the inner nodes,
// parents before children.
func (h *Hierarchy) treeSums(values [][]float64, c int, real []float64) []int {
	clear(real)
	var order []int
	stack := append([]int(nil), h.roots...)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if h.leafOf[n] >= 0 {
			real[n] = math.Max(0, values[n][c])
			continue
		}
		order = append(order, n)
		stack = append(stack, h.kids[n]...)
	}
	for i := len(order) - 1; i >= 0; i-- {
		for _, k := range h.kids[order[i]] {
			real[order[i]] += real[k]
		}
	}
	return order
}

// share gives each child of n its value rounded down, and the ones that are left
// to those with the largest remainders, in the order of the nodes where equal.
func (h *Hierarchy) share(n, c int, real []float64, out [][]int64) {
	kids := h.kids[n]
	left := out[n][c]
	rest := make([]float64, len(kids))
	by := make([]int, len(kids))
	for i, k := range kids {
		down := math.Floor(real[k])
		out[k][c] = int64(down)
		left -= int64(down)
		rest[i], by[i] = real[k]-down, i
	}
	sort.SliceStable(by, func(a, b int) bool { return rest[by[a]] > rest[by[b]] })
	for i := 0; left > 0 && len(kids) > 0; i = (i + 1) % len(kids) {
		out[kids[by[i]]][c]++
		left--
	}
}
