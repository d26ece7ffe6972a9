package outlook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// Bulletin (人才供需公报) is a release as it was told to the public: numbered, citable,
// and unchanged for ever.
type Bulletin struct {
	Number      string    `json:"number"` // 2026-1: the first of that year
	Release     string    `json:"release"`
	Title       string    `json:"title"`
	TitleEN     string    `json:"title_en"`
	Hash        string    `json:"hash"` // SHA-256 of the content as kept
	PublishedAt time.Time `json:"published_at"`
	Content     Content   `json:"content"`
}

// Content is what a bulletin says, frozen.
type Content struct {
	AsOf     string              `json:"as_of"`
	Year     int                 `json:"year"`
	Rule     Rule                `json:"rule"`
	Summary  Summary             `json:"summary"`
	Total    Gap                 `json:"total"`
	Segments []Gap               `json:"segments"`
	Kinds    []Gap               `json:"kinds"`
	Findings map[string][]string `json:"findings"` // by language
}

// Bulletins lists the bulletins, newest first, without their tables.
func (o *Outlook) Bulletins(ctx context.Context) ([]*Bulletin, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) ([]*Bulletin, error) {
		all, err := bulletins(tx, 100)
		for _, b := range all {
			b.Content.Kinds, b.Content.Segments = nil, nil
		}
		return all, err
	})
}

// Bulletin gives one bulletin by its number.
func (o *Outlook) Bulletin(ctx context.Context, number string) (*Bulletin, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Bulletin, error) {
		return db.One(tx, scanBulletin, `SELECT `+bulletinColumns+` FROM outlook_bulletin b WHERE b.body = $1 AND b.number = $2`, tx.Body, number)
	})
}

// Latest gives the newest bulletin, or nil.
func Latest(tx *db.Tx) (*Bulletin, error) {
	all, err := bulletins(tx, 1)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// issue makes the bulletin of a release that is being published: what a stranger
// may see of it, in every language.
func issue(tx *db.Tx, r *Release) error {
	b, err := draft(tx, r)
	if err != nil {
		return err
	}
	year := countedIn(tx.Now)
	n, err := db.One(tx, db.Value[int], `SELECT count(*) + 1 FROM outlook_bulletin WHERE body = $1 AND number LIKE $2`, tx.Body, year+"-%")
	if err != nil {
		return err
	}
	b.Number, b.PublishedAt = year+"-"+strconv.Itoa(n), tx.Now
	data, err := json.Marshal(b.Content)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	b.Hash = hex.EncodeToString(sum[:])
	if _, err := tx.Exec(`INSERT INTO outlook_bulletin (body, number, release_id, title, title_en, content, hash, published_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, tx.Body, b.Number, b.Release, b.Title, b.TitleEN, string(data), b.Hash, b.PublishedAt); err != nil {
		return err
	}
	return journal.Record(tx, "outlook.bulletin.issue", b.Number, map[string]string{"release": r.ID, "hash": b.Hash})
}

// draft writes a bulletin from what a stranger may see.
func draft(tx *db.Tx, r *Release) (*Bulletin, error) {
	gaps, err := listGaps(tx, r.ID)
	if err != nil {
		return nil, err
	}
	t := tableFor(auth.Actor{}, r, gaps, Search{})
	b := &Bulletin{Release: r.ID, Content: Content{AsOf: r.AsOf, Year: r.Year, Rule: r.Rule, Summary: r.Summary,
		Total: t.Total, Segments: t.Segments, Kinds: t.Kinds, Findings: map[string][]string{}}}
	for _, language := range i18n.Languages {
		ctx := i18n.With(tx.Context(), language)
		b.Content.Findings[language] = findings(ctx, t)
		if title := say(ctx, "bulletin.title", r.Year); i18n.Chinese(ctx) {
			b.Title = title
		} else {
			b.TitleEN = title
		}
	}
	return b, nil
}

// countedIn gives the year in which a bulletin is counted: that of our own zone.
func countedIn(now time.Time) string { return strconv.Itoa(now.In(i18n.China).Year()) }

const bulletinColumns = `b.number, b.release_id, b.title, b.title_en, b.content, b.hash, b.published_at`

func scanBulletin(row db.Row) (*Bulletin, error) {
	b := new(Bulletin)
	var content string
	if err := row.Scan(&b.Number, &b.Release, &b.Title, &b.TitleEN, &content, &b.Hash, &b.PublishedAt); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256([]byte(content)); hex.EncodeToString(sum[:]) != b.Hash {
		return nil, fault.Internal.New("outlook.bulletin.changed", b.Number)
	}
	return b, json.Unmarshal([]byte(content), &b.Content)
}

// bulletins gives the newest so many.
func bulletins(tx *db.Tx, most int) ([]*Bulletin, error) {
	return db.All(tx, scanBulletin, `SELECT `+bulletinColumns+` FROM outlook_bulletin b WHERE b.body = $1
		ORDER BY b.published_at DESC, b.number DESC LIMIT $2`, tx.Body, most)
}
