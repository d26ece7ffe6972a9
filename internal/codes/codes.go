// Package codes holds the code lists (代码表) that the consortium speaks in:
// industries, regions, programmes, occupations, skills and the chain's segments
// and positions, each with its edition, licence and source; what is known to
// hang together between them; and the check characters of company codes and
// resident identity numbers.
//
// The editions that are shipped are read only, packed in the binary, and
// unpacked one by one when first asked for ([Shipped]). They are not copied into
// the database: a start then loads nothing, an upgrade that brings a newer
// edition has nothing to migrate, and a list that nobody asks for costs no
// memory. The database keeps what an administrator adds: newer editions, and
// which code took the place of which ([Mapping]).
package codes

import (
	"context"
	"embed"
	"errors"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the code lists.
var Room = db.Room{Name: "codes", Schema: schema}

// Codes keeps the code lists: those that are shipped and those that were added.
type Codes struct {
	DB        *db.DB
	Catalogue *Catalogue
}

// Editions tells of every edition of every list, each list's newest first.
func (c *Codes) Editions(ctx context.Context) ([]Edition, error) {
	return db.View(house(ctx), c.DB, c.editions)
}

// Current tells of the edition of a list that is the one to use on a day.
func (c *Codes) Current(ctx context.Context, list string, day time.Time) (Edition, error) {
	return db.View(house(ctx), c.DB, func(tx *db.Tx) (Edition, error) { return c.choose(tx, list, "", day) })
}

// Listing is a part of one edition: what a search found, or one level of it.
type Listing struct {
	Edition Edition  `json:"edition"`
	Path    []Code   `json:"path,omitempty"` // from the top down to where the reader is
	Codes   []Code   `json:"codes"`
	Kinds   []string `json:"kinds,omitempty"` // what the list tells apart
	Next    string   `json:"next,omitempty"`  // ask for what comes after this code; empty at the end

	deeper map[string]bool // codes below which others stand
}

// Search asks for a part of a list. Empty fields narrow nothing.
type Search struct {
	Edition string `json:"edition"` // the one in force today, if empty
	Text    string `json:"q"`
	Kind    string `json:"kind"`
	Under   string `json:"under"` // only what stands below this code; directly below, unless Text, Kind or Deep is given
	Deep    bool   `json:"deep"`  // all levels
	After   string `json:"after"` // the last code of the page before
	Limit   int    `json:"limit"` // 1 to 200; 50 if 0
}

// List gives a part of a list.
func (c *Codes) List(ctx context.Context, list string, s Search) (*Listing, error) {
	return db.View(house(ctx), c.DB, func(tx *db.Tx) (*Listing, error) {
		e, err := c.choose(tx, list, s.Edition, tx.Now)
		if err != nil {
			return nil, err
		}
		book, err := c.book(tx, e)
		if err != nil {
			return nil, err
		}
		return listing(book, e, s)
	})
}

// Entry is one code with all that is known about it.
type Entry struct {
	Code
	Of       Edition   `json:"of"`
	Path     []Code    `json:"path"` // from the top of the list down to the code
	Children []Code    `json:"children,omitempty"`
	From     []Edge    `json:"from,omitempty"`     // what it leads to
	To       []Edge    `json:"to,omitempty"`       // what leads to it
	Mappings []Mapping `json:"mappings,omitempty"` // what took its place, and whose place it took
	Editions []Edition `json:"editions"`           // other editions of its list

	deeper map[string]bool // codes below which others stand
}

// Edge is a relation with the code at its other end.
type Edge struct {
	Relation
	Other Code `json:"other"`
}

// Entry gives one code of an edition, or of the one in force today.
func (c *Codes) Entry(ctx context.Context, list, edition, code string) (*Entry, error) {
	return db.View(house(ctx), c.DB, func(tx *db.Tx) (*Entry, error) {
		e, err := c.choose(tx, list, edition, tx.Now)
		if err != nil {
			return nil, err
		}
		book, err := c.book(tx, e)
		if err != nil {
			return nil, err
		}
		found, ok := book.Get(list, code)
		if !ok {
			return nil, fault.NotFound.New("fault.not_found")
		}
		entry := &Entry{Code: found, Of: e, Path: book.Path(list, code), Children: book.Children(list, code), deeper: parents(book.All(list))}
		entry.From, entry.To = c.edges(found)
		if entry.Mappings, err = mappingsOf(tx, found); err != nil {
			return nil, err
		}
		entry.Editions, err = c.editions(tx)
		entry.Editions = slices.DeleteFunc(entry.Editions, func(o Edition) bool {
			return o.List != list || o.Edition == e.Edition
		})
		return entry, err
	})
}

// Publish adds an edition of a list, whole: from its first day on it is the one
// to use. An edition never changes afterwards. All that is wrong with it is told
// at once.
func (c *Codes) Publish(ctx context.Context, e Edition, codes []Code) (*Edition, error) {
	return db.Update(house(ctx), c.DB, func(tx *db.Tx) (*Edition, error) {
		if err := policy.Allow(ctx, "codes.edition.publish", e); err != nil {
			return nil, err
		}
		e, codes, err := c.drawUp(e, codes)
		if err != nil {
			return nil, err
		}
		before, err := c.editions(tx)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(before, func(o Edition) bool { return o.List == e.List && o.Edition == e.Edition }) {
			return nil, fault.Conflict.New("codes.edition.there", e.Edition)
		}
		if err := save(tx, e, codes); err != nil {
			return nil, err
		}
		return &e, journal.Record(tx, "codes.edition.publish", e.List+":"+e.Edition, e)
	})
}

// Draw notes that a code of one edition means what a code of another edition or
// another list means, as exactly as the mapping says.
func (c *Codes) Draw(ctx context.Context, m Mapping) (*Mapping, error) {
	return db.Update(house(ctx), c.DB, func(tx *db.Tx) (*Mapping, error) {
		if err := policy.Allow(ctx, "codes.mapping.draw", Edition{List: m.FromList, Edition: m.FromEdition}); err != nil {
			return nil, err
		}
		var wrong fault.List
		m.check(&wrong)
		for _, end := range []struct{ place, list, edition, code string }{
			{"from", m.FromList, m.FromEdition, m.FromCode}, {"to", m.ToList, m.ToEdition, m.ToCode}} {
			known, err := c.knows(tx, end.list, end.edition, end.code)
			if err != nil {
				return nil, err
			}
			if !known {
				wrong.Add(end.place, "codes.mapping.unknown", end.code)
			}
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := saveMapping(tx, m); err != nil {
			return nil, err
		}
		return &m, journal.Record(tx, "codes.mapping.draw", m.FromList+":"+m.FromCode, m)
	})
}

// house makes the code lists' body the one that is read and written.
func house(ctx context.Context) context.Context { return db.In(ctx, db.House) }

// editions gives all editions, by list in the order of the catalogue, the newest
// first; a shipped edition is as old as anything.
func (c *Codes) editions(tx *db.Tx) ([]Edition, error) {
	added, err := list(tx)
	if err != nil {
		return nil, err
	}
	var all []Edition
	for _, shipped := range c.Catalogue.Lists() {
		for _, e := range added {
			if e.List == shipped.List {
				all = append(all, e)
			}
		}
		all = append(all, shipped)
	}
	return all, nil
}

// choose gives the edition of that name, or if it is empty the one to use on day.
func (c *Codes) choose(tx *db.Tx, list, edition string, day time.Time) (Edition, error) {
	all, err := c.editions(tx)
	if err != nil {
		return Edition{}, err
	}
	for _, e := range all {
		if e.List == list && (e.Edition == edition || edition == "" && e.inForce(day.In(i18n.China))) {
			if !policy.Can(tx.Context(), "codes.list.read", e) {
				break
			}
			return e, nil
		}
	}
	return Edition{}, fault.NotFound.New("fault.not_found")
}

// book gives a catalogue that holds that one edition.
func (c *Codes) book(tx *db.Tx, e Edition) (*Catalogue, error) {
	if e.Shipped {
		return c.Catalogue, nil
	}
	codes, err := listCodes(tx, e)
	if err != nil {
		return nil, err
	}
	l := newList(codes)
	return &Catalogue{editions: []Edition{e}, lists: map[string]func() *codeList{e.List: func() *codeList { return l }}}, nil
}

func (c *Codes) knows(tx *db.Tx, list, edition, code string) (bool, error) {
	if edition == "" {
		return false, nil
	}
	e, err := c.choose(tx, list, edition, tx.Now)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	book, err := c.book(tx, e)
	if err != nil {
		return false, err
	}
	_, ok := book.Get(list, code)
	return ok, nil
}

// edges gives what the catalogue knows to hang together with a code. The
// relations hold for codes, whatever the edition.
func (c *Codes) edges(code Code) (from, to []Edge) {
	for _, name := range Relations {
		first, second := Ends(name)
		if first == code.List {
			for _, r := range c.Catalogue.Related(name, code.Code) {
				other, ok := c.Catalogue.Get(second, r.To)
				if !ok {
					other = Code{List: second, Name: r.ToName}
				}
				from = append(from, Edge{r, other})
			}
		}
		if second == code.List {
			for _, r := range c.Catalogue.RelatedTo(name, code.Code) {
				other, _ := c.Catalogue.Get(first, r.From)
				to = append(to, Edge{r, other})
			}
		}
	}
	return from, to
}
