package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Seen tells of a request that was answered. It names nobody: the route's pattern stands
// for its address, and of whoever asked it knows only the body.
type Seen struct {
	Method, Pattern string
	Status          int
	Took            time.Duration
	Body, Trace     string
}

// Watcher hears of every request as it begins, and what it gives is told how the request
// ended.
type Watcher func() (ended func(Seen))

// answered keeps what was answered: the status, for whoever watches.
type answered struct {
	http.ResponseWriter
	status int
}

func (a *answered) WriteHeader(code int) {
	if a.status == 0 {
		a.status = code
	}
	a.ResponseWriter.WriteHeader(code)
}

func (a *answered) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController through.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// bare gives the server's own writer, which ends the connection of a body that is too large.
func bare(w http.ResponseWriter) http.ResponseWriter {
	if a, ok := w.(*answered); ok {
		return a.ResponseWriter
	}
	return w
}

// unlogged are the routes that machines ask every few seconds.
var unlogged = map[string]bool{"GET /static/": true, "GET /healthz": true, "GET /readyz": true, "GET /metrics": true}

// watched begins to watch a request, and gives what is to be called as it ends.
func (rs *Routes) watched(ctx context.Context, r *http.Request, a *answered) func() {
	started := time.Now()
	var ended func(Seen)
	if rs.Watch != nil {
		ended = rs.Watch()
	}
	f := frameOf(ctx)
	return func() {
		s := Seen{Method: r.Method, Pattern: f.pattern, Status: a.status, Took: time.Since(started), Body: f.body.ID, Trace: f.trace}
		if s.Status == 0 {
			s.Status = http.StatusOK
		}
		if ended != nil {
			ended(s)
		}
		level := slog.LevelInfo
		if unlogged[s.Pattern] {
			level = slog.LevelDebug
		}
		slog.LogAttrs(ctx, level, "request", slog.String("trace", s.Trace), slog.String("route", s.Pattern), slog.String("method", s.Method),
			slog.Int("status", s.Status), slog.Duration("took", s.Took.Round(time.Microsecond)), slog.String("body", s.Body))
	}
}

// Pattern gives the pattern of the route that a request under ctx goes by: "GET /tasks/{id}".
// Where none stands for it, the answer is empty.
func Pattern(ctx context.Context) string { return frameOf(ctx).pattern }

// remember notes a request's pattern once the mux has found it.
func remember(r *http.Request) { frameOf(r.Context()).pattern = r.Pattern }
