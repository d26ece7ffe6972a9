package chain

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Join adds an edge that is not there, or that was ended.
func (c *Chain) Join(ctx context.Context, f EdgeForm) (*Version, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Version, error) {
		g, err := c.graphOf(tx)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "chain.edge.join", Node{}); err != nil {
			return nil, err
		}
		var wrong fault.List
		f.check(today(tx), &wrong)
		a, b, fresh := f.ends(g, &wrong)
		v := g.version(a, b)
		if v == nil {
			v = &Version{A: a, B: b}
		} else if !v.Ended {
			wrong.Add("to", "chain.edge.there")
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		next := v.filled(f).confirmed(tx)
		next.Action = "chain.edge.join"
		if err := saveNode(tx, fresh); err != nil {
			return nil, err
		}
		return &next, keep(tx, &next)
	})
}

// Amend says something else of an edge: a new version, that its maker confirms.
func (c *Chain) Amend(ctx context.Context, from, to string, f EdgeForm) (*Version, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Version, error) {
		v, _, err := c.take(tx, "chain.edge.amend", from, to)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		f.check(today(tx), &wrong)
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if v.Ended {
			return nil, fault.Conflict.New("chain.edge.ended")
		}
		next := v.filled(f).confirmed(tx)
		if v.same(next) {
			return nil, fault.Conflict.New("chain.edge.unchanged")
		}
		return &next, keep(tx, &next)
	})
}

// Confirm says that an edge still holds.
func (c *Chain) Confirm(ctx context.Context, from, to string) (*Version, error) {
	return c.step(ctx, "chain.edge.confirm", from, to, func(tx *db.Tx, v Version) Version { return v.confirmed(tx) })
}

// End takes an edge off the map. Its versions stay to be read.
func (c *Chain) End(ctx context.Context, from, to string) (*Version, error) {
	return c.step(ctx, "chain.edge.end", from, to, func(_ *db.Tx, v Version) Version {
		v.Ended = true
		return v
	})
}

func (c *Chain) step(ctx context.Context, action, from, to string, step func(*db.Tx, Version) Version) (*Version, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Version, error) {
		v, _, err := c.take(tx, action, from, to)
		if err != nil {
			return nil, err
		}
		if v.Ended {
			return nil, fault.Conflict.New("chain.edge.ended")
		}
		next := step(tx, *v)
		return &next, keep(tx, &next)
	})
}

// Lead lets a code lead on to the one that took its place.
func (c *Chain) Lead(ctx context.Context, r Redirect) (*Redirect, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Redirect, error) {
		g, err := c.graphOf(tx)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "chain.code.redirect", Node{}); err != nil {
			return nil, err
		}
		if err := r.check(g); err != nil {
			return nil, err
		}
		return &r, saveRedirect(tx, &r)
	})
}

// check tells all that is wrong with a redirect.
func (r *Redirect) check(g *graph) error {
	r.Code, r.Successor, r.Reason = strings.TrimSpace(r.Code), strings.TrimSpace(r.Successor), strings.TrimSpace(r.Reason)
	var wrong fault.List
	old, to := Ref{r.Kind, r.Code}, Ref{r.Kind, r.Successor}
	if _, moved := g.moved[old]; moved {
		wrong.Add("code", "chain.redirect.twice", r.Code)
	} else if _, ok := g.at[old]; !ok {
		wrong.Add("code", "chain.edge.no_node", old.String())
	}
	if _, ok := g.at[g.successor(to)]; !ok {
		wrong.Add("successor", "chain.edge.no_node", to.String())
	} else if g.successor(to) == old {
		wrong.Add("successor", "chain.redirect.circle")
	}
	if n := utf8.RuneCountInString(r.Reason); n == 0 || n > 300 {
		wrong.Add("reason", "chain.redirect.no_reason")
	}
	return wrong.Err()
}

func today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
