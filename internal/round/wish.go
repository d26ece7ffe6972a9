package round

import (
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Wish keeps the actor's own list for a round that collects wishes: ids of
// positions, the one wanted most first. An empty list leaves it to the score.
func (o *Office) Wish(ctx context.Context, round string, list []string) error {
	return db.Do(ctx, o.DB, func(tx *db.Tx) error {
		r, err := seeRound(tx, round)
		if err != nil {
			return err
		}
		c, err := o.Talent.Candidate(tx, auth.From(ctx).About)
		if err != nil {
			return err
		}
		if err := policy.Allow(ctx, "round.wish.save", c.subject()); err != nil {
			return err
		}
		if r.State != Collecting {
			return fault.Conflict.New("round.wish.late", r.Number)
		}
		if why := c.hinders(false, tx.Now); why != "" {
			return fault.Conflict.New("round.wish.hindered_" + why)
		}
		if err := o.checkWishes(tx, r, c, list); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO round_wish (round_id, candidate_id, body, list, changed_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (round_id, candidate_id) DO UPDATE SET list = excluded.list, changed_at = excluded.changed_at`,
			r.ID, c.ID, tx.Body, packList(list), tx.Now); err != nil {
			return err
		}
		return journal.Record(tx, "round.wish.save", c.ID, map[string]any{"round": r.ID, "wishes": len(list)})
	})
}

// checkWishes tells everything that is wrong with a list: too long, twice the
// same, a position that takes nobody or that something bars.
func (o *Office) checkWishes(tx *db.Tx, r *Round, c *Candidate, list []string) error {
	var wrong fault.List
	if len(list) > r.Scoring.Choices {
		wrong.Add("list", "round.wish.many", len(list), r.Scoring.Choices)
	}
	for i, id := range list {
		if slices.Contains(list[:i], id) {
			wrong.Add("list", "round.wish.twice", i+1)
			continue
		}
		p, err := o.Talent.Post(tx, id)
		if err != nil || !p.Open {
			wrong.Add("list", "round.wish.closed", i+1)
			continue
		}
		panel, err := o.Talent.Panel(r.Scoring, []string{c.Profile}, []string{p.Profile})
		if err != nil {
			return err
		}
		if _, bar := panel.Judge().Merit(0, 0); bar != "" {
			wrong.Add("list", "round.wish.barred_"+bar, i+1, p.Title)
		}
	}
	return wrong.Err()
}

// wishesOf gives the lists that were given for a round, packed, by candidate.
func wishesOf(tx *db.Tx, r *Round) (map[string]string, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT w.candidate_id, w.list FROM round_wish w WHERE w.round_id = $1`, r.ID)
	lists := make(map[string]string, len(pairs))
	for _, p := range pairs {
		lists[p.A] = p.B
	}
	return lists, err
}
