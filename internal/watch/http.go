package watch

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/netip"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

const promText = "text/plain; version=0.0.4; charset=utf-8"

// Routes adds the routes of the watch.
func (w *Watch) Routes(rs *web.Routes) {
	rs.Add("GET /metrics", "watch.metrics.read", w.getMetrics)
	rs.Add("GET /operations", "watch.operations.read", w.getOperations, web.Out[Operations]())
	rs.Add("POST /operations/{kind}/{id}/retrying", "watch.work.retry", w.postRetrying)
}

// getMetrics tells the figures to the administrator, and to machines at the addresses that
// the operator has named. Those must ask us themselves: of what a proxy passes on, anybody
// may have been the sender.
func (w *Watch) getMetrics(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "watch.metrics.read", ""); err != nil && !w.named(r) {
		return web.Reply{}, err
	}
	var b bytes.Buffer
	if err := w.Write(r.Context(), &b); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: "metrics.txt", Type: promText, Write: func(to io.Writer) error { _, err := to.Write(b.Bytes()); return err }}}, nil
}

func (w *Watch) named(r *http.Request) bool {
	if r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range w.From {
		if p.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// Handler tells the figures to whoever asks it, for a listener of its own.
func (w *Watch) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(to http.ResponseWriter, r *http.Request) {
		to.Header().Set("Content-Type", promText)
		to.Header().Set("Cache-Control", "no-store")
		w.Write(r.Context(), to)
	})
	return mux
}

func (w *Watch) getOperations(r *http.Request) (web.Reply, error) {
	o, err := w.Operations(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: o, Page: operationsPage(o)}, nil
}

func (w *Watch) postRetrying(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	if err := policy.Allow(ctx, "watch.work.retry", ""); err != nil {
		return web.Reply{}, err
	}
	try := w.Retry[r.PathValue("kind")]
	if try == nil {
		return web.Reply{}, fault.NotFound.New("fault.not_found")
	}
	if err := try(ctx, r.PathValue("id")); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/operations", Data: r.PathValue("id"), Done: "watch.done.retried"}, nil
}

// Operations is what the operations page shows.
type Operations struct {
	Level Level  `json:"level"` // the worst of all
	Parts []Part `json:"parts"`
}

// Operations asks every room how its part of the house is.
func (w *Watch) Operations(ctx context.Context) (*Operations, error) {
	if err := policy.Allow(ctx, "watch.operations.read", ""); err != nil {
		return nil, err
	}
	o := &Operations{}
	var lines []Line
	for _, of := range w.Parts {
		parts, err := of(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			lines = append(lines, p.Lines...)
			o.Parts = append(o.Parts, p)
		}
	}
	o.Level = Worst(lines)
	return o, nil
}

// House tells whether the actor of ctx may know of the house as a whole, not only of their
// body.
func House(ctx context.Context) bool { return policy.Can(ctx, "watch.house.read", "") }

// count gives how many lines have a level.
func (o *Operations) count(level Level) (n int) {
	for _, p := range o.Parts {
		for _, l := range p.Lines {
			if l.Level == level {
				n++
			}
		}
	}
	return n
}
