package outlook

import (
	"context"
	"strconv"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Ask narrows, orders and pages the list of lines.
type Ask struct {
	Text     string `json:"q"`
	Release  string `json:"release"` // id; the newest, if empty
	Unit     string `json:"unit"`
	Position string `json:"position"`
	Segment  string `json:"segment"`
	Level    string `json:"level"` // line, kind, segment, total
	Sort     string `json:"sort"`  // ahead, recent, change, wape, label; a minus before it: falling
	After    string `json:"after"` // a List's Next
	Format   string `json:"format"`
}

// List is a part of the lines of a release.
type List struct {
	Release *Release `json:"release"`
	Lines   []*Line  `json:"lines"`
	Next    string   `json:"next,omitempty"` // ask for what comes after it; empty at the end
}

// PageSize is how many lines a page of the list has.
const PageSize = 50

// Lines lists the lines that the reader may see, or gives nil where there is no
// release to be seen.
func (o *Outlook) Lines(ctx context.Context, a Ask) (*List, error) {
	return o.lines(ctx, a, PageSize)
}

func (o *Outlook) lines(ctx context.Context, a Ask, most int) (*List, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*List, error) {
		r, err := shown(tx, a.Release, 0)
		if err != nil || r == nil {
			return nil, err
		}
		w := linesOf(tx, r)
		a.narrow(&w)
		column, falling := a.order()
		direction := "ASC"
		if falling {
			direction = "DESC"
		}
		if err := a.goOn(&w, column, falling); err != nil {
			return nil, err
		}
		lines, err := listLines(tx, w, "l."+column+" "+direction+", l.key "+direction, most+1)
		if err != nil {
			return nil, err
		}
		l := &List{Release: r, Lines: lines}
		if len(lines) > most {
			l.Lines = lines[:most]
			last := lines[most-1]
			l.Next = last.cursor(column) + "|" + last.Key
		}
		return l, nil
	})
}

func (a Ask) narrow(w *db.Where) {
	w.Like(a.Text, "l.label")
	for column, value := range map[string]string{"l.unit_id": a.Unit, "l.position": a.Position, "l.segment": a.Segment, "l.level": a.Level} {
		if value != "" {
			w.And(column+" = ?", value)
		}
	}
}

// order gives the column of the order asked for; the largest expectation first if none.
func (a Ask) order() (column string, falling bool) {
	column, falling = strings.CutPrefix(a.Sort, "-")
	switch column {
	case "ahead", "recent", "change", "wape", "label":
		return column, falling
	}
	return "ahead", true
}

// goOn narrows to what comes after a cursor.
func (a Ask) goOn(w *db.Where, column string, falling bool) error {
	if a.After == "" {
		return nil
	}
	at := strings.LastIndex(a.After, "|")
	if at < 0 {
		return fault.Invalid.New("outlook.cursor")
	}
	var value any = a.After[:at]
	if column != "label" {
		v, err := strconv.ParseFloat(a.After[:at], 64)
		if err != nil {
			return fault.Invalid.New("outlook.cursor")
		}
		if value = v; column == "ahead" || column == "recent" {
			value = int64(v)
		}
	}
	sign := ">"
	if falling {
		sign = "<"
	}
	w.And("l."+column+" "+sign+" ? OR l."+column+" = ? AND l.key "+sign+" ?", value, value, a.After[at+1:])
	return nil
}

// cursor gives a line's value in a column, as Ask.After begins.
func (l *Line) cursor(column string) string {
	switch column {
	case "ahead":
		return strconv.FormatInt(l.Ahead, 10)
	case "recent":
		return strconv.FormatInt(l.Recent, 10)
	case "change":
		return strconv.FormatFloat(l.Change, 'g', -1, 64)
	case "wape":
		return strconv.FormatFloat(l.WAPE(), 'g', -1, 64)
	}
	return l.label()
}

// label is by what a line is searched and sorted.
func (l *Line) label() string {
	return strings.TrimSpace(l.UnitName + " " + l.Name + " " + l.NameEN + " " + l.Position + l.Segment)
}

// Forecast is one line with the release that it is of.
type Forecast struct {
	Release *Release `json:"release"`
	Line    *Line    `json:"line"`
}

// Line gives one line that the reader may see, by its key.
func (o *Outlook) Line(ctx context.Context, key, release string) (*Forecast, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Forecast, error) {
		r, err := shown(tx, release, 0)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return nil, fault.NotFound.New("fault.not_found")
		}
		l, err := findLine(tx, r.ID, key)
		if err == nil && !policy.Can(tx.Context(), "outlook.line.read", ofLine(r, l)) {
			return nil, fault.NotFound.New("fault.not_found")
		}
		return &Forecast{r, l}, err
	})
}

// Mine tells whether an enterprise's own lines are what the reader comes for.
func Mine(ctx context.Context) bool {
	a := auth.From(ctx)
	return !a.Runs() && a.For(a.Unit)
}
