package intake

import (
	"context"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Preview is a page of one file's rows that have a verdict.
type Preview struct {
	File *File  `json:"file"`
	Rows []Line `json:"rows"`
	Next string `json:"next,omitempty"` // where the list goes on
}

// Line is one row as a person looks it over.
type Line struct {
	Number  int      `json:"row"`
	Verdict string   `json:"verdict"`
	Cells   []string `json:"cells"`
	Why     string   `json:"why,omitempty"`
	Changes []Change `json:"changes,omitempty"`
}

const pageRows = 50

// Rows gives the rows of a file that have a verdict, from a place on that an
// earlier page named.
func (in *Intake) Rows(ctx context.Context, job, file string, v Verdict, after string) (*Preview, error) {
	from, skip := startOf(after)
	return db.View(ctx, in.DB, func(tx *db.Tx) (*Preview, error) {
		j, err := take(tx, "intake.job.read", job)
		if err != nil {
			return nil, err
		}
		p := &Preview{Rows: []Line{}}
		for _, f := range j.Files {
			if f.ID == file {
				p.File = f
			}
		}
		if p.File == nil || Find(p.File.Kind) == nil {
			return nil, fault.NotFound.New("fault.not_found")
		}
		return p, in.fill(tx, p, v, from, skip)
	})
}

// startOf reads where a page begins: a run, and how many of its rows were shown.
func startOf(after string) (run, skip int) {
	r, s, _ := strings.Cut(after, ".")
	run, _ = strconv.Atoi(r)
	skip, _ = strconv.Atoi(s)
	return max(0, run), max(0, skip)
}

func (in *Intake) fill(tx *db.Tx, p *Preview, v Verdict, from, skip int) error {
	for {
		c, err := chunkWith(tx, p.File.ID, from, v)
		if fault.Of(err).Kind == fault.NotFound && err != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if c.Number != from {
			skip = 0
		}
		rows, err := unpack(in.Keys, Find(p.File.Kind), c.Content)
		if err != nil {
			return err
		}
		seen := 0
		for _, r := range rows {
			if r.Verdict != v {
				continue
			}
			if seen++; seen <= skip {
				continue
			}
			if len(p.Rows) == pageRows {
				p.Next = strconv.Itoa(c.Number) + "." + strconv.Itoa(seen-1)
				return nil
			}
			p.Rows = append(p.Rows, Line{r.Number, v.String(), r.display(p.File), r.Why(tx.Context()), r.Changes})
		}
		from, skip = c.Number+1, 0
	}
}

// display gives a row's cells as they are kept, identity numbers and phones in
// part only.
func (r *Row) display(f *File) []string {
	cells := r.rebuilt(f)
	h := match(r.Kind, f.Headers)
	if h == nil {
		return cells
	}
	for i, c := range h.columns {
		if c.field != extra {
			cells[i] = Masked(r.Kind.Fields[c.field].Cell, cells[i])
		}
	}
	return cells
}
