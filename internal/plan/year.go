package plan

import (
	"context"
	"errors"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Year is the plan of a year (年度计划): what it aims at, and how its tasks stand.
type Year struct {
	Year       int    `json:"year"`
	Title      string `json:"title"`
	Aim        string `json:"aim"`
	Resolution string `json:"resolution"` // by which it was adopted
	Tasks      int    `json:"tasks"`
	Accepted   int    `json:"accepted"`
	Late       int    `json:"late"`
}

func (y *Year) check() error {
	var wrong fault.List
	y.Title, y.Aim, y.Resolution = strings.TrimSpace(y.Title), strings.TrimSpace(y.Aim), strings.TrimSpace(y.Resolution)
	if y.Year < 2000 || y.Year > 2100 {
		wrong.Add("year", "plan.wrong.year")
	}
	if y.Title == "" || !short(y.Title, 200) {
		wrong.Add("title", "plan.wrong.title", 200)
	}
	if !short(y.Aim, 2000) {
		wrong.Add("aim", "plan.wrong.long", 2000)
	}
	if !short(y.Resolution, 200) {
		wrong.Add("resolution", "plan.wrong.long", 200)
	}
	return wrong.Err()
}

// SetYear says what the plan of a year aims at, and by which resolution it was
// adopted.
func (p *Plan) SetYear(ctx context.Context, y Year) (*Year, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Year, error) {
		if err := policy.Allow(ctx, "plan.year.set", Thing{}); err != nil {
			return nil, err
		}
		if err := y.check(); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(`INSERT INTO plan_year (body, year, title, aim, resolution) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (body, year) DO UPDATE SET title = excluded.title, aim = excluded.aim, resolution = excluded.resolution`,
			tx.Body, y.Year, y.Title, y.Aim, y.Resolution); err != nil {
			return nil, err
		}
		return &y, journal.Record(tx, "plan.year.set", "", y)
	})
}

// year gives the plan of a year, with how its tasks stand; a year that nobody has
// said anything of has no title.
func year(tx *db.Tx, number int) (*Year, error) {
	y, err := db.One(tx, func(row db.Row) (*Year, error) {
		y := new(Year)
		return y, row.Scan(&y.Year, &y.Title, &y.Aim, &y.Resolution)
	}, `SELECT year, title, aim, resolution FROM plan_year WHERE body = $1 AND year = $2`, tx.Body, number)
	if errors.Is(err, fault.NotFound) {
		y, err = &Year{Year: number}, nil
	}
	if err != nil {
		return nil, err
	}
	_, err = db.One(tx, func(row db.Row) (int, error) { return 0, row.Scan(&y.Tasks, &y.Accepted, &y.Late) },
		`SELECT count(*), count(*) FILTER (WHERE t.state = 'accepted'), count(*) FILTER (WHERE t.state = 'open' AND t.due_on <> '' AND t.due_on < $3)
		FROM plan_task t WHERE t.body = $1 AND t.year = $2 AND t.state <> 'cancelled'`, tx.Body, number, today(tx))
	return y, err
}
