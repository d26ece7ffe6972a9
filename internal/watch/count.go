package watch

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// bounds are the upper ends of a histogram's classes, in seconds.
var bounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// histogram counts how long things took.
type histogram struct {
	classes [12]atomic.Int64 // one more than bounds: what took longer than all
	sum     atomic.Int64     // nanoseconds
}

func (h *histogram) observe(took time.Duration) {
	i, _ := slices.BinarySearch(bounds, took.Seconds())
	h.classes[i].Add(1)
	h.sum.Add(int64(took))
}

type requestKey struct{ method, route string }

type requests struct {
	took  histogram
	class [5]atomic.Int64 // 1xx to 5xx
}

type trips struct {
	took                      histogram
	kept, failed, busy, again atomic.Int64
}

// table holds a counter for each key that has been seen.
type table[K comparable, V any] struct{ m sync.Map }

func (t *table[K, V]) at(key K) *V {
	if v, ok := t.m.Load(key); ok {
		return v.(*V)
	}
	v, _ := t.m.LoadOrStore(key, new(V))
	return v.(*V)
}

func (t *table[K, V]) each(do func(K, *V)) {
	t.m.Range(func(k, v any) bool { do(k.(K), v.(*V)); return true })
}

// slowFrom is how long an update may take before it is told of: it holds the pen, and
// whoever else writes for the body waits.
const slowFrom = time.Second

// Slow is an update that took long.
type Slow struct {
	At      time.Time
	Took    time.Duration
	Pattern string // of the route that asked for it; empty: work in the background
	Body    string
	Again   int
}

// slow remembers the latest slow updates.
type slow struct {
	mu    sync.Mutex
	list  []Slow
	count int64
}

const slowKept = 200

func (s *slow) add(one Slow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.list = append(s.list, one)
	if len(s.list) > slowKept {
		s.list = slices.Delete(s.list, 0, len(s.list)-slowKept)
	}
}

// Slow gives the latest slow updates, the newest first, of one body or of all.
func (w *Watch) Slow(body string) (list []Slow) {
	w.slow.mu.Lock()
	defer w.slow.mu.Unlock()
	for _, s := range slices.Backward(w.slow.list) {
		if body == "" || s.Body == body {
			list = append(list, s)
		}
	}
	return list
}
