package measure

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/sheet"
)

// Binder is everything that stands behind a frozen report, to be handed over: the
// table, the standard, each row's records with their marks, and a list of the
// files with theirs. Persons stand in it under names that are made for this report
// and that nobody can lead back.
type Binder struct {
	Report  *Report
	Records map[string][]Record

	pdf []byte // the printed report; empty where there is no font to print it with
}

// Bind gathers the binder of a frozen report; the journal tells that it was handed
// out.
func (m *Measure) Bind(ctx context.Context, id string) (*Binder, error) {
	p, err := db.View(ctx, m.DB, func(tx *db.Tx) (*Printed, error) {
		if err := policy.Allow(ctx, "measure.report.export", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		if r.FrozenAt == nil {
			return nil, fault.Conflict.New("measure.not_frozen")
		}
		return r.gather(tx, "")
	})
	if err != nil {
		return nil, err
	}
	b := &Binder{Report: p.Report, Records: p.Records}
	if b.pdf, err = m.pdf(ctx, p); err != nil && !errors.Is(err, fault.Away) {
		return nil, err
	}
	return b, journal.Note(ctx, m.DB, "measure.report.export", id, map[string]any{"name": b.Report.Name})
}

// Write writes the binder as an archive.
func (b *Binder) Write(ctx context.Context, w io.Writer) error {
	archive := zip.NewWriter(w)
	marks := map[string]string{}
	put := func(name string, write func(io.Writer) error) error {
		var content bytes.Buffer
		if err := write(&content); err != nil {
			return err
		}
		sum := sha256.Sum256(content.Bytes())
		marks[name] = hex.EncodeToString(sum[:])
		f, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: *b.Report.FrozenAt})
		if err == nil {
			_, err = f.Write(content.Bytes())
		}
		return err
	}
	if err := put("report.csv", func(w io.Writer) error { return sheet.WriteCSV(w, tableHead(ctx), b.Report.table(ctx)) }); err != nil {
		return err
	}
	if err := put("report.xlsx", func(w io.Writer) error {
		return sheet.WriteXLSX(w, b.Report.Name, tableHead(ctx), b.Report.table(ctx))
	}); err != nil {
		return err
	}
	if err := put("report.json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(b.Report)
	}); err != nil {
		return err
	}
	if len(b.pdf) > 0 {
		if err := put("report.pdf", func(w io.Writer) error { _, err := w.Write(b.pdf); return err }); err != nil {
			return err
		}
	}
	for i, l := range b.Report.Lines {
		if len(b.Records[l.Code]) == 0 {
			continue
		}
		name := fmt.Sprintf("records/%03d-%s.csv", i+1, fileName(l.Code))
		if err := put(name, func(w io.Writer) error { return sheet.WriteCSV(w, recordHead(ctx), b.rows(ctx, l)) }); err != nil {
			return err
		}
	}
	sums, err := archive.CreateHeader(&zip.FileHeader{Name: "SHA256SUMS", Method: zip.Deflate, Modified: *b.Report.FrozenAt})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(marks)) {
		fmt.Fprintf(sums, "%s  %s\n", marks[name], name)
	}
	return archive.Close()
}

func fileName(code string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '.') {
			return r
		}
		return '_'
	}, code)
}

func tableHead(ctx context.Context) (head []string) {
	for _, word := range []string{"code", "name", "kind", "value", "unit", "threshold", "verdict", "how", "figures", "point", "words"} {
		head = append(head, say(ctx, "column."+word))
	}
	return head
}

// table lays the report out, a line for each row.
func (r *Report) table(ctx context.Context) iter.Seq[sheet.Row] {
	return func(yield func(sheet.Row) bool) {
		for _, l := range r.Lines {
			verdict := ""
			if l.Verdict != "" {
				verdict = say(ctx, "verdict."+l.Verdict)
			}
			if !yield(sheet.Row{l.Code, l.in(ctx), say(ctx, "kind."+l.Kind), l.text(), l.Unit, l.Threshold, verdict, l.how(ctx), l.others(ctx), l.Point, l.words()}) {
				return
			}
		}
	}
}

func recordHead(ctx context.Context) (head []string) {
	for _, word := range []string{"at", "act", "title", "units", "persons", "amounts", "act_id", "sha256"} {
		head = append(head, say(ctx, "column."+word))
	}
	return head
}

// rows lays a row's records out; persons are masked.
func (b *Binder) rows(ctx context.Context, l *Line) iter.Seq[sheet.Row] {
	return func(yield func(sheet.Row) bool) {
		for _, a := range b.Records[l.Code] {
			k, _ := act.Find(a.Kind)
			if !yield(sheet.Row{i18n.Time(ctx, a.At), k.In(ctx), a.Title, strings.Join(a.Units, " "), b.masked(a.Persons), amountsOf(ctx, a.Act), a.ID, a.SHA256}) {
				return
			}
		}
	}
}

// masked gives names for persons that hold within this report only: the same
// person bears the same one, and it cannot be led back to them or to another
// report.
func (b *Binder) masked(persons []string) string {
	said := make([]string, len(persons))
	for i, p := range persons {
		sum := sha256.Sum256([]byte(b.Report.ID + "\x00" + p))
		said[i] = "P" + hex.EncodeToString(sum[:5])
	}
	return strings.Join(said, " ")
}
