package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/demand"
)

// lapseDemands ends, every hour and in every body, the demand lines whose validity
// is over.
func (h *House) lapseDemands(ctx context.Context) {
	for {
		list, err := h.known(ctx)
		for _, b := range list {
			_, lapse := db.Update(db.In(ctx, b.ID), h.DB, demand.Lapse)
			err = errors.Join(err, lapse)
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: demands", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}
