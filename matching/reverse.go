package matching

import "container/heap"

// reverse is the auction's last phase. A position that is not full must be free
// of charge, or the certificate does not close. For each seat left over at a
// price it looks for the shortest way of lowering prices until either somebody
// without a place wants one, or a price on the way reaches nothing; the
// candidates on the way move up by one each. Lengths are what a candidate is
// short of wanting to move, so the ε-optimality of the auction is kept.
func (a *auction) reverse() error {
	var open []uint32
	for p := range a.price {
		if a.price[p] > 0 && int(a.count[p]) < a.seats(uint32(p)) {
			open = append(open, uint32(p))
		}
	}
	if len(open) == 0 {
		return nil
	}
	s := newSearch(a)
	for _, p := range open {
		for a.price[p] > 0 && int(a.count[p]) < a.seats(p) {
			if a.ctx.Err() != nil {
				return a.ctx.Err()
			}
			s.lower(p)
		}
	}
	return nil
}

func (a *auction) seats(p uint32) int { return int(a.m.capacity[p]) }

// search looks for ways of lowering prices.
type search struct {
	*auction
	off  []uint32 // by position: who lists it
	who  []uint32
	edge []uint32

	dist  []int64 // by position; -1: not reached
	via   []hop   // how a position was reached
	done  []bool
	seen  []uint32
	queue distHeap
}

// hop is a candidate who would leave one position for another.
type hop struct {
	edge uint32 // the choice that it would move to
	cand uint32
	to   uint32
}

type distHeap []struct {
	dist int64
	pos  uint32
}

func (h distHeap) Len() int { return len(h) }
func (h distHeap) Less(i, j int) bool {
	return h[i].dist < h[j].dist || h[i].dist == h[j].dist && h[i].pos < h[j].pos
}
func (h distHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *distHeap) Push(x any) {
	*h = append(*h, x.(struct {
		dist int64
		pos  uint32
	}))
}
func (h *distHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func newSearch(a *auction) *search {
	m := a.m
	s := &search{auction: a, off: make([]uint32, m.Positions()+1)}
	for _, x := range m.edge {
		s.off[x>>32+1]++
	}
	for p := range m.Positions() {
		s.off[p+1] += s.off[p]
	}
	s.who, s.edge = make([]uint32, len(m.edge)), make([]uint32, len(m.edge))
	at := append([]uint32(nil), s.off...)
	for c := range m.Candidates() {
		for e := m.off[c]; e < m.off[c+1]; e++ {
			p := m.edge[e] >> 32
			s.who[at[p]], s.edge[at[p]] = uint32(c), e
			at[p]++
		}
	}
	s.dist, s.via, s.done = make([]int64, m.Positions()), make([]hop, m.Positions()), make([]bool, m.Positions())
	for p := range s.dist {
		s.dist[p] = -1
	}
	return s
}

// left is what a candidate has of its place, at today's prices.
func (s *search) left(c uint32) int64 {
	e := s.of[c]
	if e == NoEdge {
		return 0
	}
	return s.m.Weight(e)*s.scale - s.price[s.m.PositionOf(e)]
}

// lower fills one seat of p, or makes its price fall to nothing.
func (s *search) lower(p uint32) {
	limit, end, taken := s.price[p], p, hop{cand: nobody} // best way so far: its length and where it ends
	s.reach(p, 0, hop{cand: nobody})
	for s.queue.Len() > 0 {
		q := heap.Pop(&s.queue).(struct {
			dist int64
			pos  uint32
		})
		if q.dist >= limit {
			break
		}
		if s.done[q.pos] {
			continue
		}
		s.done[q.pos] = true
		if d := q.dist + s.price[q.pos]; d < limit {
			limit, end, taken = d, q.pos, hop{cand: nobody}
		}
		for i := s.off[q.pos]; i < s.off[q.pos+1]; i++ {
			c, e := s.who[i], s.edge[i]
			if s.of[c] == EdgeID(e) {
				continue
			}
			short := max(0, s.left(c)+s.price[q.pos]-s.m.Weight(EdgeID(e))*s.scale)
			d := q.dist + short
			if d >= limit {
				continue
			}
			if s.of[c] == NoEdge {
				limit, end, taken = d, q.pos, hop{e, c, q.pos}
				continue
			}
			s.reach(uint32(s.m.PositionOf(s.of[c])), d, hop{e, c, q.pos})
		}
	}
	s.apply(limit)
	s.move(p, end, taken)
	s.forget()
}

func (s *search) reach(q uint32, d int64, by hop) {
	if s.dist[q] >= 0 && s.dist[q] <= d {
		return
	}
	if s.dist[q] < 0 {
		s.seen = append(s.seen, q)
	}
	s.dist[q], s.via[q] = d, by
	heap.Push(&s.queue, struct {
		dist int64
		pos  uint32
	}{d, q})
}

// apply lowers the prices of all positions that are nearer than the end of the way.
func (s *search) apply(limit int64) {
	for _, q := range s.seen {
		if d := s.dist[q]; d < limit {
			s.price[q] -= limit - d
		}
	}
}

// move lets everybody on the way from p to its end go one place up; the last
// place is taken by somebody who had none, or stays empty free of charge.
func (s *search) move(p, end uint32, taken hop) {
	for q := end; ; {
		next := s.via[q]
		if q != p {
			s.rise(q, next.cand)
		}
		if taken.cand != nobody {
			s.sit(q, taken)
		}
		if q == p {
			return
		}
		taken, q = next, next.to
	}
}

// sit gives a free seat of q to a candidate.
func (s *search) sit(q uint32, h hop) {
	s.bids[s.base[q]+uint32(s.count[q])] = bid{cand: h.cand}
	s.count[q]++
	s.of[h.cand] = EdgeID(h.edge)
}

// rise takes a candidate off its seat at q.
func (s *search) rise(q, c uint32) {
	h := s.bids[s.base[q] : s.base[q]+uint32(s.count[q])]
	for i := range h {
		if h[i].cand == c {
			h[i] = h[len(h)-1]
			s.count[q]--
			return
		}
	}
}

func (s *search) forget() {
	for _, q := range s.seen {
		s.dist[q], s.done[q] = -1, false
	}
	s.seen, s.queue = s.seen[:0], s.queue[:0]
}
