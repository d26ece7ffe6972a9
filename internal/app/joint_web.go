package app

import (
	"context"
	"log/slog"
	"time"

	"guildhall/internal/web"
)

// sweepRequests forgets, every hour, the requests that are no longer known again
// when they are repeated.
func (h *House) sweepRequests(ctx context.Context) {
	for {
		if err := web.Sweep(ctx, h.DB); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: repeated requests", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}
