package bulletin

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"guildhall/forecast"
	"guildhall/internal/i18n"
)

// Edition is that of the shape of a Content. Files bear it.
const Edition = 1

// Text is a text in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In gives the text in the language of ctx.
func (t Text) In(ctx context.Context) string { return i18n.Pick(ctx, t.ZH, t.EN) }

// Say gives a word of the books, with the same arguments, in both languages.
func Say(ctx context.Context, key string, args ...any) Text {
	return Each(ctx, func(ctx context.Context) string { return i18n.T(ctx, key, args...) })
}

// Each makes a text of what say says in each language.
func Each(ctx context.Context, say func(context.Context) string) Text {
	return Text{say(i18n.With(ctx, "zh-CN")), say(i18n.With(ctx, "en"))}
}

// Content is what an issue says, frozen.
type Content struct {
	Edition   int       `json:"edition"`
	Title     Text      `json:"title"`
	Publisher Text      `json:"publisher"`
	AsOf      string    `json:"as_of"` // the last period that was looked at
	Year      int       `json:"year"`
	Findings  []Text    `json:"findings"`
	Figures   []Figure  `json:"figures"` // the first of its numbers
	Charts    []Chart   `json:"charts"`
	Tables    []Table   `json:"tables"`
	Notes     []Note    `json:"notes"` // method, meaning, sample, error
	Made      []Fact    `json:"made"`  // from what: hash of the snapshot, rules with their articles
	Links     []Related `json:"links,omitempty"`
}

// Figure is one key number, with what stands beside it.
type Figure struct {
	Key   string `json:"key"`
	Name  Text   `json:"name"`
	Value Cell   `json:"value"`
	Kind  Kind   `json:"kind"`
	Unit  Text   `json:"unit"`
	Note  Text   `json:"note"`
	Alarm bool   `json:"alarm,omitempty"`
}

// Note is a remark on the figures.
type Note struct {
	Term Text `json:"term"`
	Text Text `json:"text"`
}

// Fact is a thing that the content was made from, to be told as it is.
type Fact struct {
	Name  Text   `json:"name"`
	Value string `json:"value"`
}

// Related is a page where more stands.
type Related struct {
	Name Text   `json:"name"`
	Path string `json:"path"`
}

// Kind tells how the values of a column are shown.
type Kind string

const (
	Words   Kind = "words"
	Count   Kind = "count"   // whole persons
	Gap     Kind = "gap"     // above zero short, below spare
	Ratio   Kind = "ratio"   // two decimals
	Index   Kind = "index"   // two decimals
	Share   Kind = "share"   // of one, shown in per cent
	Decimal Kind = "decimal" // one decimal
	Stars   Kind = "stars"
)

// Number tells whether values of a kind are numbers.
func (k Kind) Number() bool { return k != Words }

// Table is rows of values under named columns.
type Table struct {
	Key     string   `json:"key"` // in the address of its file
	Name    Text     `json:"name"`
	Note    Text     `json:"note"`
	Columns []Column `json:"columns"`
	Rows    [][]Cell `json:"rows"`
	Link    string   `json:"link,omitempty"` // page of a row, with {code} for the value of the column code
}

// Column is one of a table's. Minor ones are left out where there is little room.
type Column struct {
	Key   string `json:"key"`
	Name  Text   `json:"name"`
	Kind  Kind   `json:"kind"`
	Minor bool   `json:"minor,omitempty"`
	Code  bool   `json:"code,omitempty"` // for programs: left out where people read
}

// Column gives the place of a column, or −1.
func (t *Table) Column(key string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Key == key })
}

// Cell is a number, a text, or nothing.
type Cell struct {
	N    float64 // NaN: none
	Text *Text
}

// Num, Word and None make cells.
func Num[N ~int | ~int64 | ~float64](n N) Cell { return Cell{N: float64(n)} }
func Word(t Text) Cell                         { return Cell{N: math.NaN(), Text: &t} }
func Plain(s string) Cell                      { return Word(Text{s, s}) }
func None() Cell                               { return Cell{N: math.NaN()} }

// Empty tells whether there is nothing in a cell.
func (c Cell) Empty() bool { return c.Text == nil && math.IsNaN(c.N) }

// MarshalJSON writes a number, {"zh", "en"}, or null.
func (c Cell) MarshalJSON() ([]byte, error) {
	switch {
	case c.Text != nil:
		return json.Marshal(c.Text)
	case math.IsNaN(c.N):
		return []byte("null"), nil
	}
	return json.Marshal(c.N)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Cell) UnmarshalJSON(data []byte) error {
	*c = None()
	switch data = bytes.TrimSpace(data); {
	case bytes.Equal(data, []byte("null")):
		return nil
	case bytes.HasPrefix(data, []byte("{")):
		c.Text = new(Text)
		return json.Unmarshal(data, c.Text)
	}
	return json.Unmarshal(data, &c.N)
}

// show writes a cell for people.
func (c Cell) show(ctx context.Context, k Kind) string {
	switch {
	case c.Text != nil:
		return c.Text.In(ctx)
	case math.IsNaN(c.N):
		return "–"
	}
	whole := int64(math.Round(c.N))
	switch k {
	case Gap:
		switch {
		case whole > 0:
			return say(ctx, "short", i18n.Count(whole))
		case whole < 0:
			return say(ctx, "spare", i18n.Count(-whole))
		}
		return say(ctx, "even")
	case Ratio, Index:
		return i18n.Decimal(c.N, 2)
	case Share:
		return i18n.Percent(c.N)
	case Decimal:
		return i18n.Decimal(c.N, 1)
	case Stars:
		return strings.Repeat("★", int(whole))
	}
	return i18n.Count(whole)
}

// Chart is drawn over a table of the same content, or over its own values.
type Chart struct {
	Key   string `json:"key"`
	Form  string `json:"form"` // line, pairs, bars
	Name  Text   `json:"name"`
	Line  Text   `json:"line"`  // under the name
	Title Text   `json:"title"` // the sentence that tells what is seen

	// Pairs and bars are drawn over columns of a table: the first so many rows, and
	// the last so many.
	Table string `json:"table,omitempty"`
	First int    `json:"first,omitempty"`
	Last  int    `json:"last,omitempty"`

	Unit     Text     `json:"unit,omitzero"`
	Labels   []string `json:"labels,omitempty"`
	Known    int      `json:"known,omitempty"` // points that were observed
	Boundary Text     `json:"boundary,omitzero"`
	Traces   []Trace  `json:"traces,omitempty"`
}

// Trace is one quantity of a line.
type Trace struct {
	Name  Text              `json:"name"`
	Kind  string            `json:"kind"` // demand or supply
	Y     []forecast.Figure `json:"y"`
	Bands []Band            `json:"bands,omitempty"`
}

// Band is an interval about a trace.
type Band struct {
	Lo []forecast.Figure `json:"lo"`
	Hi []forecast.Figure `json:"hi"`
}

// table gives a table by its key, or nil.
func (c *Content) table(key string) *Table {
	for i := range c.Tables {
		if c.Tables[i].Key == key {
			return &c.Tables[i]
		}
	}
	return nil
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "bulletin."+word, args...)
}
