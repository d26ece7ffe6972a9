package council

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"

	"guildhall/ballot"
)

// Resolution is what was carried (决议). Its words, and the votes by which it was
// carried, never change; the frozen roll and rule stand with its ballot.
type Resolution struct {
	ID      string    `json:"id"`
	Year    int       `json:"year"`
	Number  int       `json:"number"` // counts up from 1 in the year, without a gap
	Meeting string    `json:"meeting"`
	Motion  string    `json:"motion"`
	Ballot  string    `json:"ballot"`
	Title   string    `json:"title"`
	Words   string    `json:"words"`
	Hash    string    `json:"hash"` // SHA-256 of the words
	Votes   Votes     `json:"votes"`
	At      time.Time `json:"at"`
}

// Votes is a snapshot of the ballot that carried a resolution.
type Votes struct {
	Level    string          `json:"level"`
	RuleID   string          `json:"rule_id"`
	Class    string          `json:"class"`
	Article  string          `json:"article"`
	Question ballot.Question `json:"question"`
	Result   ballot.Result   `json:"result"`
	Seal     string          `json:"seal"` // of the board
}

// Mark gives the number by which people call it: 2026-14.
func (r *Resolution) Mark() string { return fmt.Sprintf("%d-%d", r.Year, r.Number) }

// resolve numbers what was carried. In an Update no one else writes for the body,
// so the numbers have no gap.
func (c *Council) resolve(tx *db.Tx, m *Motion, b *Ballot) error {
	year := tx.Now.In(i18n.Zone(tx.Context())).Year()
	n, err := db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM council_resolution WHERE body = $1 AND year = $2`, tx.Body, year)
	if err != nil {
		return err
	}
	r := &Resolution{ID: db.NewID(), Year: year, Number: n, Meeting: m.Meeting, Motion: m.ID, Ballot: b.ID, Title: m.Title, Words: m.Words, At: tx.Now,
		Votes: Votes{b.Level, b.RuleID, b.Class.Name, b.Article, b.Question, b.Result, b.Seal}}
	if m.Kind == ballot.Election {
		zh := i18n.With(tx.Context(), "zh-CN")
		r.Words = strings.TrimSpace(m.Words + "\n" + say(zh, "resolution.elected", strings.Join(m.names(), say(zh, "and"))))
	}
	r.Hash = tx.Digest([]byte(r.Words))
	votes, err := json.Marshal(r.Votes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO council_resolution (id, body, year, number, meeting_id, motion_id, ballot_id, title, words, hash, votes, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, tx.Body, r.Year, r.Number, r.Meeting, r.Motion, r.Ballot, r.Title, r.Words, r.Hash, string(votes), r.At)
	if err != nil {
		return err
	}
	if err := journal.Record(tx, "council.resolution.carry", r.ID, map[string]any{"number": r.Mark(), "title": r.Title, "words": r.Words, "hash": r.Hash,
		"motion": r.Motion, "meeting": r.Meeting, "class": m.Class, "kind": m.Kind, "path": "/resolutions/" + r.ID}); err != nil {
		return err
	}
	return act.Note(tx, act.Act{Kind: "council.resolution.carried", Subject: r.ID, Title: r.Title, Marks: map[string]string{"class": m.Class}})
}

const resolutionColumns = `r.id, r.year, r.number, r.meeting_id, r.motion_id, r.ballot_id, r.title, r.words, r.hash, r.votes, r.at`

func scanResolution(row db.Row) (*Resolution, error) {
	r := new(Resolution)
	var votes string
	if err := row.Scan(&r.ID, &r.Year, &r.Number, &r.Meeting, &r.Motion, &r.Ballot, &r.Title, &r.Words, &r.Hash, &votes, &r.At); err != nil {
		return nil, err
	}
	return r, json.Unmarshal([]byte(votes), &r.Votes)
}

// ResolutionSearch narrows the list of resolutions.
type ResolutionSearch struct {
	Q     string `json:"q"`
	Year  int    `json:"year"`
	After string `json:"after"` // the one after which the list goes on: 2026-14
	Limit int    `json:"limit"`
}

// ResolutionPage is a part of the list, the newest first.
type ResolutionPage struct {
	Resolutions []*Resolution `json:"resolutions"`
	Years       []int         `json:"years"`
	Found       int           `json:"found"`
	Next        string        `json:"next,omitempty"`
}

const (
	pageSize = 30
	mostSize = 200
)

// Resolutions lists the resolutions.
func (c *Council) Resolutions(ctx context.Context, s ResolutionSearch) (*ResolutionPage, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*ResolutionPage, error) {
		if err := policy.Allow(ctx, "council.resolution.read", Thing{}); err != nil {
			return nil, err
		}
		var w db.Where
		w.And("r.body = ?", tx.Body)
		w.Like(s.Q, "r.title", "r.words")
		if s.Year > 0 {
			w.And("r.year = ?", s.Year)
		}
		p := &ResolutionPage{}
		var err error
		if p.Found, err = db.One(tx, db.Value[int], `SELECT count(*) FROM council_resolution r`+w.String(), w.Args...); err != nil {
			return nil, err
		}
		var year, number int
		if _, err := fmt.Sscanf(s.After, "%d-%d", &year, &number); err == nil {
			w.And("(r.year, r.number) < (?, ?)", year, number)
		}
		limit := size(s.Limit)
		where := w.String()
		p.Resolutions, err = db.All(tx, scanResolution, `SELECT `+resolutionColumns+` FROM council_resolution r`+where+
			` ORDER BY r.year DESC, r.number DESC LIMIT `+w.Next(limit+1), w.Args...)
		if len(p.Resolutions) > limit {
			p.Resolutions = p.Resolutions[:limit]
			p.Next = p.Resolutions[limit-1].Mark()
		}
		years, also := db.All(tx, db.Value[int], `SELECT DISTINCT r.year FROM council_resolution r WHERE r.body = $1 ORDER BY r.year DESC`, tx.Body)
		p.Years = years
		return p, errors.Join(err, also)
	})
}

func size(limit int) int {
	if limit <= 0 {
		return pageSize
	}
	return min(limit, mostSize)
}

// Resolution gives one resolution.
func (c *Council) Resolution(ctx context.Context, id string) (*Resolution, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Resolution, error) {
		if err := policy.Allow(ctx, "council.resolution.read", Thing{}); err != nil {
			return nil, err
		}
		return FindResolution(tx, id)
	})
}

// FindResolution gives a resolution for rooms that build on it, by way of app.
func FindResolution(tx *db.Tx, id string) (*Resolution, error) {
	return db.One(tx, scanResolution, `SELECT `+resolutionColumns+` FROM council_resolution r WHERE r.id = $1 AND r.body = $2`, id, tx.Body)
}

func resolutionsOf(tx *db.Tx, meeting string) (map[string]*Resolution, error) {
	list, err := db.All(tx, scanResolution, `SELECT `+resolutionColumns+` FROM council_resolution r WHERE r.meeting_id = $1 AND r.body = $2 ORDER BY r.year, r.number`, meeting, tx.Body)
	by := map[string]*Resolution{}
	for _, r := range list {
		by[r.Motion] = r
	}
	return by, err
}

// Marked gives the id and title of the resolution of a number, such as 2026-14.
// Whoever asks works for the house.
func Marked(tx *db.Tx, mark string) (id, title string, err error) {
	var year, number int
	if _, err := fmt.Sscanf(mark, "%d-%d", &year, &number); err != nil {
		return "", "", fault.NotFound.New("fault.not_found")
	}
	found, err := db.One(tx, db.Pair[string, string], `SELECT r.id, r.title FROM council_resolution r WHERE r.body = $1 AND r.year = $2 AND r.number = $3`, tx.Body, year, number)
	return found.A, found.B, err
}
