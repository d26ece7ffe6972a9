package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/db"
)

// weighSkills weighs, every hour and in every body, the skills of those anew whose
// evidence has aged or whose body has another rule now.
func (h *House) weighSkills(ctx context.Context) {
	for {
		list, err := h.known(ctx)
		for _, b := range list {
			for n := 1; n > 0 && ctx.Err() == nil; {
				var weigh error
				n, weigh = db.Update(db.In(ctx, b.ID), h.DB, h.Talent.Reweigh)
				err = errors.Join(err, weigh)
			}
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: skills", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}
