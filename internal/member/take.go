package member

import (
	"context"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
)

// Takers gives what the roll does with sheets of members.
func (r *Roll) Takers() []intake.Taker { return []intake.Taker{taker{r}} }

// taker takes sheets of members. What a sheet tells of the units goes to the
// directory first (Prepare); then they join, or change rank, in the body (Take).
type taker struct{ roll *Roll }

func (taker) Kind() string { return "members" }

// Weigh says what would become of each row.
func (taker) Weigh(tx *db.Tx, _ *intake.Batch, rows []*intake.Row) error {
	if err := policy.Allow(tx.Context(), "member.unit.join", nil); err != nil {
		return err
	}
	known, err := learn(tx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		unit := known.unit(row)
		belonged := unit != nil && known.belongs(unit.ID)
		if row.Verdict != intake.Refused {
			known.facts(row, unit)
			if _, err := known.stand(row, unit); err != nil {
				return err
			}
		}
		row.Weighed(belonged)
		known.count(row, unit)
	}
	return nil
}

// Prepare notes new units in the directory, and what the sheet tells anew of
// those that are known.
func (t taker) Prepare(ctx context.Context, _ *intake.Batch, rows []*intake.Row) error {
	units, err := db.View(ctx, t.roll.DB, func(tx *db.Tx) ([]*directory.Unit, error) {
		known, err := learn(tx)
		if err != nil {
			return nil, err
		}
		var units []*directory.Unit
		for _, row := range rows {
			had := known.unit(row)
			if u := told(row, had); had == nil || differing(*had, *u) || known.unnumbered(row) {
				units = append(units, u)
			}
		}
		return units, nil
	})
	if err != nil || len(units) == 0 {
		return err
	}
	return t.roll.Directory.EnrolUnits(ctx, units)
}

// Take lets the rows' units join, or gives them the ranks that the sheet tells.
func (taker) Take(tx *db.Tx, _ *intake.Batch, rows []*intake.Row) error {
	known, err := learn(tx)
	if err != nil {
		return err
	}
	known.decided = true
	for _, row := range rows {
		unit := known.unit(row)
		if unit == nil {
			continue // Prepare did not find it worth noting, so Weigh has refused it
		}
		steps, err := known.stand(row, unit)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if err := policy.Allow(tx.Context(), s.action, s); err != nil {
				return err
			}
			if err := keep(tx, s); err != nil {
				return err
			}
		}
	}
	return nil
}
