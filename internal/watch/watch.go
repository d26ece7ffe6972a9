// Package watch knows how the house is (运行状况): it counts what happens, tells it to
// whoever measures, and shows an operator what stands well, what does not, and what to do.
//
// Nothing here knows a person. What is counted is counted by the pattern of a route, the
// kind of a transaction, the name of a queue: words of the program, so that there are never
// more of them than the program has.
package watch

import (
	"context"
	"embed"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Watch counts, and shows what it knows.
type Watch struct {
	DB      *db.DB
	Build   string                                                // which program this is
	From    []netip.Prefix                                        // who may read the figures without a token
	Samples []func(ctx context.Context) ([]Sample, error)         // what the rooms tell
	Parts   []func(ctx context.Context) ([]Part, error)           // of the operations page
	Retry   map[string]func(ctx context.Context, id string) error // what can be tried again, by its kind

	began    time.Time
	inFlight atomic.Int64
	requests table[requestKey, requests]
	trips    table[string, trips]
	slow     slow
}

// New makes a watch over a database.
func New(d *db.DB, build string) *Watch {
	return &Watch{DB: d, Build: build, began: time.Now(), Retry: map[string]func(context.Context, string) error{}}
}

// Request begins to watch a request; see web.Watcher.
func (w *Watch) Request() func(web.Seen) {
	w.inFlight.Add(1)
	return func(s web.Seen) {
		w.inFlight.Add(-1)
		if s.Pattern == "" {
			s.Pattern = "none" // turned away before any route was found
		}
		r := w.requests.at(requestKey{s.Method, route(s.Pattern)})
		r.took.observe(s.Took)
		r.class[min(max(s.Status/100, 1), 5)-1].Add(1)
	}
}

// route gives the path of a pattern; strange methods are all one.
func route(pattern string) string {
	_, path, ok := strings.Cut(pattern, " ")
	if !ok {
		return pattern
	}
	return path
}

// Trip counts a transaction; see db.DB.Watch.
func (w *Watch) Trip(ctx context.Context, t db.Trip) {
	c := w.trips.at(t.Kind)
	c.took.observe(t.Took)
	c.again.Add(int64(t.Again))
	switch {
	case t.Busy:
		c.busy.Add(1)
	case t.Failed:
		c.failed.Add(1)
	default:
		c.kept.Add(1)
	}
	if t.Kind == "update" && t.Took >= slowFrom {
		w.slow.add(Slow{At: time.Now().UTC(), Took: t.Took, Pattern: web.Pattern(ctx), Body: db.Body(ctx), Again: t.Again})
	}
}

// Networks reads addresses and networks from a list with commas between them.
func Networks(list string) (all []netip.Prefix, err error) {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			a, err := netip.ParseAddr(part)
			if err != nil {
				return nil, fault.Invalid.New("watch.network", part)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}
