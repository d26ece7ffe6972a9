package matching

import (
	"container/heap"
	"context"
)

// flow finds the heaviest assignment under a tree of caps by successive shortest
// paths: one candidate after another is sent to the top of the tree the cheapest
// way, which may send others elsewhere or out. Vertices are candidates, then
// parts, then nodes, then the top; potentials keep all lengths at 0 or more, and
// at the end they are the certificate's prices.
type flow struct {
	ctx context.Context
	*problem
	m    *Market
	high int64   // largest weight: the length of staying out
	held []int64 // by candidate: its edge, -1 on the way or out
	load []int32 // by part and node: candidates below
	sits [][]uint32
	kids [][]int32 // by node: vertices below it
	h    []int64

	dist  []int64
	from  []int32
	by    []int64 // the edge of a step from a candidate
	seen  []int32
	queue flowHeap
}

type flowStep struct {
	dist int64
	v    int32
}

type flowHeap []flowStep

func (h flowHeap) Len() int { return len(h) }
func (h flowHeap) Less(i, j int) bool {
	return h[i].dist < h[j].dist || h[i].dist == h[j].dist && h[i].v > h[j].v
}
func (h flowHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *flowHeap) Push(x any)   { *h = append(*h, x.(flowStep)) }
func (h *flowHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func newFlow(ctx context.Context, pr *problem) *flow {
	m := pr.m
	n, parts, nodes := m.Candidates(), len(pr.room), len(pr.cap)
	f := &flow{ctx: ctx, problem: pr, m: m}
	for _, w := range m.weight {
		f.high = max(f.high, w)
	}
	f.held = make([]int64, n)
	for c := range f.held {
		f.held[c] = -1
	}
	f.load = make([]int32, parts+nodes)
	f.sits, f.kids = make([][]uint32, parts), make([][]int32, nodes+1)
	for p, up := range pr.up {
		f.kids[f.kid(up)] = append(f.kids[f.kid(up)], int32(n+p))
	}
	for k, up := range pr.nup {
		f.kids[f.kid(up)] = append(f.kids[f.kid(up)], int32(n+parts+k))
	}
	all := n + parts + nodes + 1
	f.h, f.dist, f.from, f.by = make([]int64, all), make([]int64, all), make([]int32, all), make([]int64, all)
	for v := range f.dist {
		f.dist[v] = -1
	}
	return f
}

func (f *flow) kid(up int32) int32 {
	if up < 0 {
		return int32(len(f.cap))
	}
	return up
}

func (f *flow) top() int32 { return int32(len(f.h) - 1) }

// parent and limit are of a part or node, as vertices.
func (f *flow) parent(v int32) int32 {
	i := int(v) - f.m.Candidates()
	up := int32(-1)
	if i < len(f.room) {
		up = f.up[i]
	} else {
		up = f.nup[i-len(f.room)]
	}
	if up < 0 {
		return f.top()
	}
	return int32(f.m.Candidates()+len(f.room)) + up
}

func (f *flow) limit(v int32) int32 {
	i := int(v) - f.m.Candidates()
	if i < len(f.room) {
		return f.room[i]
	}
	return f.cap[i-len(f.room)]
}

func (f *flow) run() error {
	for c := range f.m.Candidates() {
		if f.ctx.Err() != nil {
			return f.ctx.Err()
		}
		f.send(int32(c))
	}
	return nil
}

// send finds the shortest way from a candidate to the top and goes it.
func (f *flow) send(c int32) {
	f.reach(c, 0, -1, -1)
	for f.queue.Len() > 0 {
		s := heap.Pop(&f.queue).(flowStep)
		if s.dist > f.dist[s.v] {
			continue
		}
		if s.v == f.top() {
			break
		}
		f.relax(s.v, s.dist)
	}
	end := f.dist[f.top()]
	f.advance(c)
	for _, v := range f.seen {
		if f.dist[v] < end {
			f.h[v] += f.dist[v] - end
		}
		f.dist[v] = -1
	}
	f.seen, f.queue = f.seen[:0], f.queue[:0]
}

func (f *flow) reach(v int32, d int64, from int32, by int64) {
	if f.dist[v] >= 0 && f.dist[v] <= d {
		return
	}
	if f.dist[v] < 0 {
		f.seen = append(f.seen, v)
	}
	f.dist[v], f.from[v], f.by[v] = d, from, by
	heap.Push(&f.queue, flowStep{d, v})
}

// relax follows the arcs out of a vertex.
func (f *flow) relax(v int32, d int64) {
	n := int32(f.m.Candidates())
	step := func(to int32, length, by int64) { f.reach(to, d+length+f.h[v]-f.h[to], v, by) }
	switch {
	case v < n:
		step(f.top(), f.high, -1)
		for e := f.off[v]; e < f.off[v+1]; e++ {
			if int64(e) != f.held[v] && f.room[f.edge[e]>>32] > 0 {
				step(n+int32(f.edge[e]>>32), f.high-f.m.Weight(EdgeID(e)), int64(e))
			}
		}
		return
	case v < n+int32(len(f.room)):
		for _, c := range f.sits[v-n] {
			step(int32(c), f.m.Weight(EdgeID(f.held[c]))-f.high, -1)
		}
	default:
		for _, k := range f.kids[v-n-int32(len(f.room))] {
			if f.load[k-n] > 0 {
				step(k, 0, -1)
			}
		}
	}
	if f.load[v-n] < f.limit(v) {
		step(f.parent(v), 0, -1)
	}
}

// advance changes loads and seats along the way that was found.
func (f *flow) advance(c int32) {
	n := int32(f.m.Candidates())
	for v := f.top(); v != c; {
		u := f.from[v]
		switch {
		case u < n && v == f.top():
			f.held[u] = -1
		case u < n:
			f.held[u] = f.by[v]
			f.sits[v-n] = append(f.sits[v-n], uint32(u))
		case v < n:
			list := f.sits[u-n]
			for i := range list {
				if list[i] == uint32(v) {
					list[i] = list[len(list)-1]
					f.sits[u-n] = list[:len(list)-1]
					break
				}
			}
		case f.parent(u) == v:
			f.load[u-n]++
		default:
			f.load[v-n]--
		}
		v = u
	}
}

func (f *flow) of() []EdgeID {
	of := make([]EdgeID, len(f.held))
	for c, e := range f.held {
		of[c] = NoEdge
		if e >= 0 {
			of[c] = EdgeID(e)
		}
	}
	return of
}

// pricesInto reads the prices off the potentials: what a place is dearer above a
// full set than below it.
func (f *flow) pricesInto(c *WeightCertificate) {
	n := int32(f.m.Candidates())
	for i := range f.load {
		v := n + int32(i)
		price := max(0, f.h[f.parent(v)]-f.h[v])
		switch {
		case i < len(f.room) && f.room[i] == 0:
			c.Positions[i] = f.high // nobody can have it, so it may cost anything
		case i < len(f.room):
			c.Positions[i] = price
		default:
			c.Nodes[f.nodeOf[i-len(f.room)]] = price
		}
	}
}
