package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/watch"
)

// wholeness is what reading the database through after the start came to.
type wholeness struct {
	at     time.Time
	err    error
	summed bool
}

// glance reads the database through once after each start, beside those it serves, and
// says loudly where it is damaged. It is asked again while the database is away.
func (h *House) glance(ctx context.Context) {
	for {
		err := h.DB.Glance(ctx)
		summed := false
		if err == nil {
			summed, err = h.DB.Summed(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		if !errors.Is(err, fault.Away) {
			h.whole.Store(&wholeness{at: h.DB.Now(), err: err, summed: summed})
			if err != nil {
				slog.ErrorContext(ctx, "app: the database is damaged", "error", err)
			}
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
		}
	}
}

// wholeLine tells what came of it.
func (h *House) wholeLine(ctx context.Context) watch.Line {
	w := h.whole.Load()
	switch {
	case w == nil:
		return watch.Say(ctx, "whole", watch.Note, "looking")
	case w.err != nil:
		return watch.Say(ctx, "whole", watch.Fail, "damaged", short(w.err))
	case h.DB.Engine() != "postgres":
		return watch.Say(ctx, "whole", watch.OK, "read", i18n.Time(ctx, w.at))
	case !w.summed:
		return watch.Say(ctx, "whole", watch.Note, "unsummed", i18n.Time(ctx, w.at))
	}
	return watch.Say(ctx, "whole", watch.OK, "asked", i18n.Time(ctx, w.at))
}

func (h *House) wholeSample() []watch.Sample {
	w := h.whole.Load()
	if w == nil {
		return nil
	}
	return []watch.Sample{{Name: "db_whole", Help: "1 where nothing was damaged when the database was read through after the start, 0 where something was.", Value: map[bool]float64{true: 1}[w.err == nil]}}
}
