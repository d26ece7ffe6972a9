package member

import "guildhall/internal/db"

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
