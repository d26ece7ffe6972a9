package talent

import (
	"time"

	"guildhall/internal/db"
)

// Posted gives the positions posted since a day, or changed since where no day of
// posting was told. Rooms that count how often the chain is used hear it by way of app.
func Posted(tx *db.Tx, since time.Time) ([]*Position, error) {
	return db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p
		WHERE p.body = $1 AND (p.posted >= $2 OR p.posted = '' AND p.changed_at >= $3) ORDER BY p.id`, tx.Body, since.Format(time.DateOnly), since)
}

// Classes counts the classes (班级) in training, by programme code. A class is known
// by its school and name.
func Classes(tx *db.Tx) (map[string]int, error) {
	counts := map[string]int{}
	var w db.Where
	w.And("c.body = ? AND c.class <> '' AND c.programme_code <> ''", tx.Body)
	w.In("c.status", []string{Studying, FinalYear, Internship})
	pairs, err := db.All(tx, db.Pair[string, int], `SELECT x.programme_code, count(*) FROM
		(SELECT DISTINCT c.programme_code, c.school, c.class FROM talent_candidate c`+w.String()+`) x GROUP BY x.programme_code`, w.Args...)
	for _, p := range pairs {
		counts[p.A] = p.B
	}
	return counts, err
}
