package member

import (
	"slices"
	"strings"

	"guildhall/internal/db"
)

// Since gives, for every unit that belongs to the body today, the day from which
// it has. Other rooms ask it by way of app.
func Since(tx *db.Tx) (map[string]string, error) {
	day := todayText(tx)
	all, err := on(tx, day)
	since := make(map[string]string, len(all))
	for unit, s := range all {
		if m, ok := s.On(day); ok {
			since[unit] = m.Since
		}
	}
	return since, err
}

// Held is a rank above the one that every member holds, and since when.
type Held struct{ Unit, Rank, Since string }

// RanksHeld gives the ranks that units hold today, those that they hold longest
// first. Other rooms ask it by way of app.
func RanksHeld(tx *db.Tx) (list []Held, err error) {
	ranks, err := ranksOf(tx)
	if err != nil {
		return nil, err
	}
	day := todayText(tx)
	all, err := on(tx, day)
	for unit, s := range all {
		for _, t := range s.Ranks {
			if !ranks.base(t.Rank) && holds(t.Since, t.Until, day) {
				list = append(list, Held{unit, t.Rank, t.Since})
			}
		}
	}
	slices.SortFunc(list, func(a, b Held) int { return strings.Compare(a.Since+a.Unit, b.Since+b.Unit) })
	return list, err
}
