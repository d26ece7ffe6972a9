package intake

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/sheet"
)

// rebuilt gives a row's cells by the sheet's columns, where the cells as read
// are no longer at hand.
func (r *Row) rebuilt(f *File) []string {
	h := match(r.Kind, f.Headers)
	cells := make([]string, len(f.Headers))
	if h == nil {
		return cells
	}
	for i, c := range h.columns {
		if c.field != extra && (c.quarter == "" || c.quarter == r.Text("quarter")) {
			cells[i] = r.Values[c.field].Text
			if r.Kind.Fields[c.field].Cell == Gender {
				cells[i] = genderWord(cells[i])
			}
		}
	}
	return cells
}

// Why says all that is amiss with a row, in the language of ctx.
func (r *Row) Why(ctx context.Context) string {
	var all []string
	for _, f := range r.Findings {
		line := FaultWord(ctx, f.Fault)
		if f.Header != "" {
			line = f.Header + "：" + line
		}
		all = append(all, line+"（"+MendWord(ctx, f)+"）")
	}
	for _, reason := range r.Reasons {
		all = append(all, reason.Say(ctx))
	}
	return strings.Join(all, "；")
}

// Say says the reason in the language of ctx.
func (r Reason) Say(ctx context.Context) string {
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = a
		if strings.HasPrefix(a, "intake.field.") {
			args[i] = i18n.Key(a)
		}
	}
	return i18n.T(ctx, r.Key, args...)
}

// FaultWord names a fault in the language of ctx: one of our own by its word, a
// Taker's reason by its key.
func FaultWord(ctx context.Context, name string) string {
	if strings.Contains(name, ".") {
		return strings.ReplaceAll(i18n.T(ctx, name), "%s", "…")
	}
	return i18n.T(ctx, "intake.fault."+name)
}

// MendWord tells how to mend a finding.
func MendWord(ctx context.Context, f Finding) string {
	key := "intake.mend." + f.Fault
	if f.Fault == "row_duplicate_changed" && len(f.Args) == 2 { // the other line, and what differs
		return i18n.T(ctx, "intake.twin", f.Args[0], f.Args[1]) + i18n.T(ctx, key)
	}
	if i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "intake.mend."+string(f.Action))
}

// Rejected writes the rows of one file that were not taken as the same sheet:
// its columns, then one that says why. Mended, it can be sent as it is.
func (in *Intake) Rejected(ctx context.Context, job, file string) (*File, func(w io.Writer) error, error) {
	j, err := db.Update(ctx, in.DB, func(tx *db.Tx) (*Job, error) {
		j, err := take(tx, "intake.job.rejected", job)
		if err != nil {
			return nil, err
		}
		return j, journal.Record(tx, "intake.job.rejected", job, map[string]any{"file": file})
	})
	if err != nil {
		return nil, nil, err
	}
	for _, f := range j.Files {
		if f.ID == file {
			return f, func(w io.Writer) error { return in.writeRejected(ctx, w, []*File{f}) }, nil
		}
	}
	return nil, nil, fault.NotFound.New("fault.not_found")
}

// WriteRejected writes the rows of all files of an import that were not taken,
// each file as a sheet of one workbook.
func (in *Intake) WriteRejected(ctx context.Context, w io.Writer, job string) error {
	j, err := in.Job(ctx, job)
	if err != nil {
		return err
	}
	return in.writeRejected(ctx, w, j.Files)
}

func (in *Intake) writeRejected(ctx context.Context, w io.Writer, files []*File) error {
	var tables []sheet.Table
	var failed error
	for _, f := range files {
		if f.Left() == 0 {
			continue
		}
		name := f.Name[strings.LastIndex(f.Name, "/")+1:]
		if at := strings.LastIndexByte(name, '.'); at > 0 {
			name = name[:at]
		}
		tables = append(tables, sheet.Table{Name: name, Header: append(append([]string{}, f.Headers...), i18n.T(ctx, "intake.reason")),
			Rows: in.left(ctx, f, &failed)})
	}
	if len(tables) == 0 {
		tables = []sheet.Table{{Name: i18n.T(ctx, "intake.reason"), Rows: func(func(sheet.Row) bool) {}}}
	}
	if err := sheet.WriteBook(w, tables); err != nil {
		return err
	}
	return failed
}

// left gives the rows of a file that were not taken, as cells with the reason
// behind them. A record that made several rows comes once.
func (in *Intake) left(ctx context.Context, f *File, failed *error) iter.Seq[sheet.Row] {
	return func(yield func(sheet.Row) bool) {
		last := 0
		for n := range f.Chunks {
			rows, err := db.View(ctx, in.DB, func(tx *db.Tx) ([]*Row, error) {
				c, err := findChunk(tx, f.ID, n)
				if err != nil {
					return nil, err
				}
				return unpack(in.Keys, Find(f.Kind), c.Content)
			})
			if err != nil {
				*failed = fmt.Errorf("run %d: %w", n, err)
				return
			}
			for _, r := range rows {
				if r.Verdict < Decision || r.Number == last {
					continue
				}
				last = r.Number
				if !yield(r.cells(ctx, f)) {
					return
				}
			}
		}
	}
}

func (r *Row) cells(ctx context.Context, f *File) sheet.Row {
	raw := r.Raw
	if raw == nil {
		raw = r.rebuilt(f)
	}
	cells := make(sheet.Row, len(f.Headers)+1)
	for i := range f.Headers {
		cells[i] = ""
		if i < len(raw) {
			cells[i] = raw[i]
		}
	}
	cells[len(f.Headers)] = i18n.T(ctx, "intake.row_number", strconv.Itoa(r.Number)) + r.Why(ctx)
	return cells
}
