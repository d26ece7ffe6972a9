package talent

import (
	"fmt"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
)

// Takers gives what this room does with sheets of programmes, students, workers,
// their skills and consents, positions and theirs, and demands.
func (t *Talent) Takers() []intake.Taker {
	return []intake.Taker{programmeTaker{t}, studentTaker{t}, workerTaker{t}, skillTaker{t}, consentTaker{t}, positionTaker{t}, needTaker{t}, demandTaker{t}}
}

// finder finds the units that rows name.
type finder struct {
	batch *intake.Batch
	units map[string]*directory.Unit
	names map[string]string // plain name to id
}

func newFinder(tx *db.Tx, b *intake.Batch) (*finder, error) {
	all, err := units(tx)
	if err != nil {
		return nil, err
	}
	names, err := directory.Aliases(tx)
	return &finder{b, all, names}, err
}

// unit finds the unit that a row names in the first of these fields that is
// told. coming says that it stands in the same upload and is not kept yet.
func (f *finder) unit(row *intake.Row, fields ...string) (id string, coming bool) {
	for _, field := range fields {
		text := row.Text(field)
		if text == "" {
			continue
		}
		if id := f.names[directory.Plain(text)]; id != "" {
			return id, false
		}
		if field == "uscc" {
			for _, u := range f.units {
				if u.CreditCode == text {
					return u.ID, false
				}
			}
		}
		if f.batch.Pending("members", text) {
			return "", true
		}
		row.Refuse(field, "talent.import.no_unit", text)
		return "", false
	}
	return "", false
}

// put gives a thing the value that a row tells, and notes what it changes.
func put[T comparable](row *intake.Row, field string, to *T, v T) {
	if !row.Has(field) || *to == v {
		return
	}
	row.Differs(field, fmt.Sprint(*to), fmt.Sprint(v))
	*to = v
}

// putHidden is put for values that no preview may show.
func putHidden(row *intake.Row, field string, to *string, v string, mask func(string) string) {
	if !row.Has(field) || *to == v {
		return
	}
	row.Differs(field, mask(*to), mask(v))
	*to = v
}

// putList is put for lists of codes.
func putList(row *intake.Row, field string, to *[]string) {
	had := packList(*to)
	text := had
	put(row, field, &text, row.Text(field))
	if text != had {
		*to = parseList(text)
	}
}

// mine tells whether the actor may import what concerns a unit, and else refuses
// the row.
func mine(tx *db.Tx, row *intake.Row, field, action string, on Subject) bool {
	if may(tx.Context(), action, on) {
		return true
	}
	row.Refuse(field, "talent.import.not_yours")
	return false
}

// told lets the journal tell what an import kept: how many, and of which file.
func told(tx *db.Tx, action string, b *intake.Batch, rows int) error {
	return journal.Record(tx, action, b.Job, map[string]any{"file": b.File, "rows": rows, "unit": auth.From(tx.Context()).Unit})
}

// texts gathers what rows tell in a field, each text once.
func texts(rows []*intake.Row, field string) []string {
	seen := map[string]bool{}
	var list []string
	for _, row := range rows {
		if text := row.Text(field); text != "" && !seen[text] {
			seen[text] = true
			list = append(list, text)
		}
	}
	return list
}

// quietly runs fn on a row that was weighed already, without noting its changes
// a second time.
func quietly(row *intake.Row, fn func()) {
	changes := row.Changes
	fn()
	row.Changes = changes
}
