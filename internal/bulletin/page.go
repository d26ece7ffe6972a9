package bulletin

import (
	"context"
	"math"
	"strings"

	"guildhall/internal/i18n"
)

// cellClass is how a cell of a column looks.
func cellClass(c Cell, col Column) string {
	var classes []string
	if col.Kind.Number() && col.Kind != Stars {
		classes = append(classes, "num")
	}
	if col.Minor {
		classes = append(classes, "opt")
	}
	if col.Kind == Gap && !math.IsNaN(c.N) && c.N != 0 {
		classes = append(classes, map[bool]string{true: "neg", false: "pos"}[c.N > 0])
	}
	if c.Empty() {
		classes = append(classes, "muted")
	}
	return strings.Join(classes, " ")
}

// roomy is how many columns a page has room for.
const roomy = 11

// onPage tells whether a column stands on the page: minor ones do where there is room.
// Files have them all.
func (t *Table) onPage(c Column) bool {
	return !c.Code && (!c.Minor || len(t.Columns) <= roomy)
}

// said gives the findings as one paragraph.
func (c *Content) said(ctx context.Context) string {
	var said []string
	for _, f := range c.Findings {
		said = append(said, strings.TrimSpace(f.In(ctx)))
	}
	return strings.Join(said, i18n.Pick(ctx, "", " "))
}

// cardChart gives the first pairs of an issue, over fewer rows, with their table.
func (b *Issue) cardChart() (*Chart, *Table) {
	for _, x := range b.Content.Charts {
		if t := b.Content.table(x.Table); x.Form == "pairs" && t != nil {
			x.First, x.Last = 6, 2
			return &x, t
		}
	}
	return nil, nil
}
