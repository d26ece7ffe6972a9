package matching

// worse tells whether entry a, held at part p, comes after entry b, at part q:
// by key, and where keys are equal by the lottery.
func (e *engine) worse(a uint64, p int32, b uint64, q int32) bool {
	if a>>32 != b>>32 {
		return a>>32 > b>>32
	}
	if e.tie != nil { // whole groups stand or fall: any fixed order will do
		return a > b
	}
	return e.lots.loses(uint32(a), e.position(p), uint32(b), e.position(q))
}

// smallRoom is up to how many places a part's holders are kept in no order behind
// the worst, which one pass without a branch finds. Above it they are a heap.
const smallRoom = 16

// lift puts the worst of a few holders first. It tells if several share its key,
// which only the lottery can tell apart.
func lift(h []uint64) (tied bool) {
	worst, second := h[0], uint64(0)
	for i := 1; i < len(h); i++ {
		x := h[i]
		h[i] = min(worst, x)
		second = max(second, h[i])
		worst = max(worst, x)
	}
	h[0] = worst
	return len(h) > 1 && second>>32 == worst>>32
}

// liftDrawn is lift where the lottery is needed.
func (e *engine) liftDrawn(p int32, h []uint64) {
	for i := 1; i < len(h); i++ {
		if e.worse(h[i], p, h[0], p) {
			h[0], h[i] = h[i], h[0]
		}
	}
}

// push adds an entry to a part that has room.
func (e *engine) push(p int32, entry uint64) {
	s := &e.part[p]
	h := e.hold[s.base : s.base+uint32(s.count)+1]
	i := int(s.count)
	if s.room <= smallRoom {
		if h[i] = entry; i > 0 && e.worse(entry, p, h[0], p) {
			h[0], h[i] = entry, h[0]
		}
		s.count++
		if e.top != nil {
			e.top[p] = h[0]
		}
		return
	}
	for i > 0 {
		up := (i - 1) / 2
		if !e.worse(entry, p, h[up], p) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = entry
	s.count++
	if e.top != nil {
		e.top[p] = h[0]
	}
}

// replaceTop puts an entry in the place of the part's worst.
func (e *engine) replaceTop(p int32, entry uint64) {
	s := &e.part[p]
	h := e.hold[s.base : s.base+uint32(s.count)]
	e.sift(p, h, 0, entry)
	if e.top != nil {
		e.top[p] = h[0]
	}
}

// popTop removes the part's worst.
func (e *engine) popTop(p int32) {
	s := &e.part[p]
	s.count--
	h := e.hold[s.base : s.base+uint32(s.count)]
	if len(h) == 0 {
		e.top[p] = 0
		return
	}
	e.sift(p, h, 0, e.hold[s.base+uint32(s.count)])
	if e.top != nil {
		e.top[p] = h[0]
	}
}

// heapify makes a heap of holders that were only lined up so far.
func (e *engine) heapify(p int32) {
	s := &e.part[p]
	h := e.hold[s.base : s.base+uint32(s.count)]
	if s.room <= smallRoom {
		e.sift(p, h, 0, h[0])
	} else {
		for i := len(h)/2 - 1; i >= 0; i-- {
			e.sift(p, h, i, h[i])
		}
	}
	if e.top != nil {
		e.top[p] = h[0]
	}
}

// sift lets an entry sink from place i.
func (e *engine) sift(p int32, h []uint64, i int, entry uint64) {
	if e.part[p].room <= smallRoom {
		h[0] = entry
		if lift(h) {
			e.liftDrawn(p, h)
		}
		return
	}
	for {
		k := 2*i + 1
		if k >= len(h) {
			break
		}
		if k+1 < len(h) && e.worse(h[k+1], p, h[k], p) {
			k++
		}
		if !e.worse(h[k], p, entry, p) {
			break
		}
		h[i] = h[k]
		i = k
	}
	h[i] = entry
}
