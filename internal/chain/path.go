package chain

import "slices"

// paths gives the shortest paths between two nodes, at most so many, those over
// the closest neighbours first. A node and itself are joined by one path of no
// edge.
func (g *graph) paths(from, to Ref, most int) [][]Step {
	start, ok1 := g.at[from]
	end, ok2 := g.at[to]
	if !ok1 || !ok2 {
		return [][]Step{}
	}
	left := g.distances(end)
	paths := [][]Step{}
	var walk func(at int, steps []Step)
	walk = func(at int, steps []Step) {
		if at == end {
			paths = append(paths, slices.Clone(steps))
			return
		}
		for _, e := range g.edges[at] {
			if far := e.far(at); far >= 0 && left[far] == left[at]-1 && len(paths) < most {
				walk(far, append(steps, Step{g.nodes[far], e}))
			}
		}
	}
	if left[start] >= 0 {
		walk(start, []Step{{Node: g.nodes[start]}})
	}
	return paths
}

// distances gives how many edges lead from each node to end, -1 where none do.
func (g *graph) distances(end int) []int {
	left := make([]int, len(g.nodes))
	for i := range left {
		left[i] = -1
	}
	left[end] = 0
	for queue := []int{end}; len(queue) > 0; queue = queue[1:] {
		for _, e := range g.edges[queue[0]] {
			if far := e.far(queue[0]); far >= 0 && left[far] < 0 {
				left[far] = left[queue[0]] + 1
				queue = append(queue, far)
			}
		}
	}
	return left
}
