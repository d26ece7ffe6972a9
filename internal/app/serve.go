package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"guildhall/internal/fault"
)

// Listener takes the address before anything slow is done, so that a port in
// use is told at once and nothing is half-started.
func Listener(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fault.Conflict.New("app.port", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.Invalid.New("app.addr", addr), err)
	}
	return l, nil
}

// Lock keeps a second server out of the data folder until release.
func Lock(c Config) (release func(), err error) {
	if !c.embedded() {
		return func() {}, nil // replicas share the database, and may share the folder
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", c.Data), err)
	}
	f, err := lock(filepath.Join(c.Data, "lock"))
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}

// drain is how long a server that stops waits for the requests under way.
const drain = 15 * time.Second

// Serve answers on l until ctx is done, then lets the requests under way end.
func (h *House) Serve(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	figures, err := h.figures()
	if err != nil {
		return err
	}
	var jobs sync.WaitGroup
	jobs.Go(func() { figures(ctx) })
	for _, job := range h.jobs {
		jobs.Go(func() { job(ctx) })
	}
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // an upload over a slow line
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		h.leaving.Store(true)
		select { // whoever sends readers here is told first, and goes on sending until it has heard
		case err = <-failed:
		case <-time.After(h.unready):
		}
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		err = errors.Join(err, server.Shutdown(wait))
	}
	stop()
	jobs.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// ready tells whether readers should be sent here: the database answers, and the
// house is not about to leave.
func (h *House) ready(ctx context.Context) error {
	if h.leaving.Load() {
		return fault.Away.New("app.leaving")
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return h.DB.Ping(ctx)
}

// readyWithin is how long the database may take to answer a probe.
const readyWithin = 3 * time.Second
