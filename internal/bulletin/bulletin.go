// Package bulletin (供需公报) publishes: numbered, citable issues whose content is
// frozen, and the forms in which anybody can have them. A room hands it a Content,
// which is tables, charts over them and sentences in every language; the page, PDF,
// Excel, CSV, JSON and the feed are all made of it and of nothing else, so the same
// issue gives the same bytes whenever and wherever it is asked for.
package bulletin

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the bulletins.
var Room = db.Room{Name: "bulletin", Schema: schema}

// Press shows issues and gives them as files.
type Press struct {
	DB    *db.DB
	URL   string // of the house, for feeds and links in files
	Fonts string // of PDF files, as paper.Find takes them

	// Postings gives the positions that are open, for the open data; nil: none.
	Postings func(tx *db.Tx) ([]Posting, error)
}

// Issue (一期公报) is what was published.
type Issue struct {
	Number      string    `json:"number"` // 2026-1: the first of that year
	Source      string    `json:"source"`
	Revises     string    `json:"revises,omitempty"` // number of the issue in whose place it stands
	Why         string    `json:"why,omitempty"`     // it does
	RevisedBy   string    `json:"revised_by,omitempty"`
	Hash        string    `json:"hash"` // SHA-256 of the content as kept
	PublishedAt time.Time `json:"published_at"`
	Content     Content   `json:"content"`

	kept []byte // the content as it was written
}

// The rule book of the bulletins: what is published is everybody's.
var policy = auth.Policy[struct{}]{
	"bulletin.issue.read":   auth.Everyone[struct{}],
	"bulletin.posting.read": auth.Everyone[struct{}],
}

// Publish issues a content in the transaction of the room that made it, which has
// settled who may. revises names an issue in whose place the new one stands, and why
// says what was wrong with that.
func Publish(tx *db.Tx, c Content, source, revises, why string) (*Issue, error) {
	year := strconv.Itoa(tx.Now.In(i18n.Zone(tx.Context())).Year())
	n, err := db.One(tx, db.Value[int], `SELECT count(*) + 1 FROM bulletin_issue WHERE body = $1 AND number LIKE $2`, tx.Body, year+"-%")
	if err != nil {
		return nil, err
	}
	kept, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	b := &Issue{Number: year + "-" + strconv.Itoa(n), Source: source, Revises: revises, Why: why, Hash: tx.Digest(kept), PublishedAt: tx.Now, Content: c, kept: kept}
	if _, err := tx.Exec(`INSERT INTO bulletin_issue (body, number, source, revises, why, content, hash, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Body, b.Number, b.Source, b.Revises, b.Why, string(kept), b.Hash, b.PublishedAt); err != nil {
		return nil, err
	}
	return b, journal.Record(tx, "bulletin.issue.publish", b.Number, map[string]string{"source": source, "hash": b.Hash, "revises": revises, "why": why})
}

// Issues lists the issues, newest first, without their tables.
func (p *Press) Issues(ctx context.Context) ([]*Issue, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) ([]*Issue, error) {
		if err := policy.Allow(ctx, "bulletin.issue.read", struct{}{}); err != nil {
			return nil, err
		}
		all, err := newest(tx, 100)
		for _, b := range all {
			b.Content.Tables, b.Content.Charts = nil, nil
		}
		return all, err
	})
}

// Issue gives one issue by its number.
func (p *Press) Issue(ctx context.Context, number string) (*Issue, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*Issue, error) {
		if err := policy.Allow(ctx, "bulletin.issue.read", struct{}{}); err != nil {
			return nil, err
		}
		return Find(tx, number)
	})
}

const columns = `b.number, b.source, b.revises, b.why, coalesce((SELECT max(x.number) FROM bulletin_issue x WHERE x.body = b.body AND x.revises = b.number), ''),
	b.content, b.hash, b.published_at`

func scan(row db.Row) (*Issue, error) {
	b := new(Issue)
	var content string
	if err := row.Scan(&b.Number, &b.Source, &b.Revises, &b.Why, &b.RevisedBy, &content, &b.Hash, &b.PublishedAt); err != nil {
		return nil, err
	}
	b.kept = []byte(content)
	if same, err := seal.Matches(b.Hash, b.kept); err != nil || !same {
		return nil, errors.Join(fault.Internal.New("bulletin.changed", b.Number), err)
	}
	return b, json.Unmarshal(b.kept, &b.Content)
}

// Find gives an issue, and fails where somebody has changed what is kept.
func Find(tx *db.Tx, number string) (*Issue, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM bulletin_issue b WHERE b.body = $1 AND b.number = $2`, tx.Body, number)
}

// Of gives the issue that was made of a source, or nil.
func Of(tx *db.Tx, source string) (*Issue, error) {
	b, err := db.One(tx, scan, `SELECT `+columns+` FROM bulletin_issue b WHERE b.body = $1 AND b.source = $2`, tx.Body, source)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return b, err
}

// Latest gives the newest issue, or nil.
func Latest(tx *db.Tx) (*Issue, error) {
	all, err := newest(tx, 1)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// newest gives the newest so many. Numbers count up within a year, so their length
// comes before their letters.
func newest(tx *db.Tx, most int) ([]*Issue, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM bulletin_issue b WHERE b.body = $1
		ORDER BY b.published_at DESC, length(b.number) DESC, b.number DESC LIMIT $2`, tx.Body, most)
}

// Kept gives the content as it was written: its SHA-256 is Hash.
func (b *Issue) Kept() []byte { return b.kept }
