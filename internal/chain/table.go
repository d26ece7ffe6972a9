package chain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
)

// columnsOfSheet are the columns of an export, in their order. Those up to "state"
// are read back by an import.
var columnsOfSheet = []string{"from_kind", "from_code", "from_name", "to_kind", "to_code", "to_name", "role", "level", "share", "source", "dated", "note", "state",
	"version", "confirmed_by", "confirmed_on", "posts", "placements", "classes", "stale"}

const (
	mostEdges   = 20_000
	mostWrong   = 500 // faults of one sheet that are told
	inForce     = "in_force"
	endedState  = "ended"
	importBytes = 8 << 20
)

var importLimits = sheet.Limits{Size: importBytes, Unpacked: 64 << 20, Rows: mostEdges + 10, Columns: 40, Length: 2000}

// sheetOf lays edges out in columns.
func sheetOf(ctx context.Context, rows []EdgeRow) (header []string, cells iter.Seq[sheet.Row]) {
	for _, column := range columnsOfSheet {
		header = append(header, say(ctx, "column."+column))
	}
	return header, func(yield func(sheet.Row) bool) {
		for _, r := range rows {
			on, stale := "", ""
			if r.ConfirmedAt != nil {
				on = i18n.Day(ctx, *r.ConfirmedAt)
			}
			if r.Stale {
				stale = say(ctx, "stale")
			}
			if !yield(sheet.Row{r.A.Kind, r.A.Code, r.A.Name, r.B.Kind, r.B.Code, r.B.Name, r.Role, r.Level, r.Weight, r.Source, r.Dated, r.Note, inForce,
				r.Version, r.ConfirmerName, on, r.Used.Posts, r.Used.Placements, r.Used.Classes, stale}) {
				return
			}
		}
	}
}

// Line is one row of a sheet of edges.
type Line struct {
	EdgeForm
	FromName string
	Ended    bool
	place    string // where it stands, for people
	wrong    fault.List
}

// Taken tells what became of a sheet.
type Taken struct {
	Rows      int `json:"rows"`
	Joined    int `json:"joined"`
	Amended   int `json:"amended"`
	Ended     int `json:"ended"`
	Unchanged int `json:"unchanged"`
}

// Import takes a sheet of edges in: what is new is joined, what differs gets a new
// version, what is marked as ended ends. With any fault nothing is taken, and all
// faults are told.
func (c *Chain) Import(ctx context.Context, lines []Line) (*Taken, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Taken, error) {
		g, err := c.graphOf(tx)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "chain.edge.import", Node{}); err != nil {
			return nil, err
		}
		done := &Taken{Rows: len(lines)}
		var wrong fault.List
		var kept []*Version
		fresh, seen := map[Ref]*Node{}, map[[2]Ref]string{}
		for i := range lines {
			v, node := lines[i].weigh(tx, g, done, seen)
			if wrong = append(wrong, lines[i].wrong...); v != nil {
				kept = append(kept, v)
			}
			if node != nil {
				fresh[node.Ref] = node
			}
		}
		if len(wrong) > 0 {
			return nil, wrong[:min(len(wrong), mostWrong)].Err()
		}
		for _, n := range fresh {
			if err := saveNode(tx, n); err != nil {
				return nil, err
			}
		}
		return done, keep(tx, kept...)
	})
}

// weigh gives the version that a line asks for, nil where it changes nothing or
// cannot be taken.
func (l *Line) weigh(tx *db.Tx, g *graph, done *Taken, seen map[[2]Ref]string) (*Version, *Node) {
	var wrong fault.List
	a, b, fresh := l.ends(g, &wrong)
	if before := seen[[2]Ref{a, b}]; before != "" && len(wrong) == 0 {
		wrong.Add("to", "chain.import.double", before)
	}
	seen[[2]Ref{a, b}] = l.place
	had := g.version(a, b)
	if !l.Ended || had == nil {
		l.check(today(tx), &wrong)
	}
	if l.Ended && had == nil && len(wrong) == 0 {
		wrong.Add("from", "chain.import.nothing_to_end")
	}
	for _, w := range wrong {
		l.wrong = append(l.wrong, fault.Item{Place: l.place + " · " + say(tx.Context(), "field."+w.Place), Err: w.Err})
	}
	if len(l.wrong) > 0 {
		return nil, nil
	}
	next := Version{A: a, B: b}
	if had != nil {
		next = *had
	}
	switch {
	case l.Ended && had.Ended:
		done.Unchanged++
		return nil, nil
	case l.Ended:
		next.Ended, done.Ended = true, done.Ended+1
	default:
		next = next.filled(l.EdgeForm)
		if had != nil && had.same(next) {
			done.Unchanged++
			return nil, nil
		}
		if next = next.confirmed(tx); had == nil || had.Ended {
			done.Joined++
		} else {
			done.Amended++
		}
	}
	next.Action = "chain.edge.import"
	return &next, fresh
}

// sent reads the edges from the sheet in a form.
func sent(r *http.Request) ([]Line, error) {
	file, header, err := r.FormFile("file")
	if err != nil {
		var wrong fault.List
		wrong.Add("file", "chain.import.missing")
		return nil, wrong.Err()
	}
	defer r.MultipartForm.RemoveAll()
	defer file.Close()
	book, err := sheet.Open(file, header.Size, importLimits)
	if err != nil {
		return nil, err
	}
	rows, err := book.Read(0)
	if err != nil {
		return nil, err
	}
	return readLines(r.Context(), rows)
}

// readLines reads a head row and then an edge from each row.
func readLines(ctx context.Context, rows sheet.Reader) (lines []Line, err error) {
	var heads []string
	for {
		record, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch {
		case record.Blank():
		case heads == nil:
			if heads, err = headsOf(record); err != nil {
				return nil, err
			}
		case len(lines) == mostEdges:
			return nil, fault.Invalid.New("chain.import.too_many", mostEdges)
		default:
			lines = append(lines, lineOf(ctx, record, heads))
		}
	}
	if len(lines) == 0 {
		return nil, fault.Invalid.New("chain.import.empty")
	}
	return lines, nil
}

// headsOf tells what each column holds, told in any language.
func headsOf(record sheet.Record) (heads []string, err error) {
	known := map[string]string{}
	for _, column := range columnsOfSheet {
		known[codes.Fold(column)] = column
		for _, language := range i18n.Languages {
			known[codes.Fold(i18n.Words(language)["chain.column."+column])] = column
		}
	}
	var wrong fault.List
	has := map[string]bool{}
	for _, cell := range record.Cells {
		column, ok := known[codes.Fold(strings.TrimSpace(cell.Text))]
		if !ok && strings.TrimSpace(cell.Text) != "" {
			wrong.Add("file", "chain.import.column", cell.Text)
		}
		heads, has[column] = append(heads, column), true
	}
	for _, needed := range []string{"from_kind", "from_code", "to_kind", "to_code", "source", "dated"} {
		if !has[needed] {
			wrong.Add("file", "chain.import.needed", i18n.Key("chain.column."+needed))
		}
	}
	return heads, wrong.Err()
}

func lineOf(ctx context.Context, record sheet.Record, heads []string) (l Line) {
	l.place = say(ctx, "row", record.Number)
	cell := map[string]string{}
	for i, c := range record.Cells {
		if i < len(heads) {
			cell[heads[i]] = strings.TrimSpace(sheet.Unsafe(c.Text))
		}
	}
	l.From, l.To = kindSaid(cell["from_kind"])+":"+cell["from_code"], kindSaid(cell["to_kind"])+":"+cell["to_code"]
	l.Role, l.Source, l.Dated, l.Note = cell["role"], cell["source"], cell["dated"], cell["note"]
	if l.FromName, l.Name = cell["from_name"], cell["to_name"]; owned(kindSaid(cell["from_kind"])) && !owned(kindSaid(cell["to_kind"])) {
		l.Name = l.FromName
	}
	for column, to := range map[string]*int{"level": &l.Level, "share": &l.Share} {
		if cell[column] == "" {
			continue
		}
		n, err := strconv.Atoi(cell[column])
		if *to = n; err != nil {
			l.wrong.Add(fmt.Sprintf("%s · %s", l.place, say(ctx, "column."+column)), "fault.number", cell[column])
		}
	}
	switch state := cell["state"]; state {
	case "", inForce:
	case endedState:
		l.Ended = true
	default:
		l.wrong.Add(fmt.Sprintf("%s · %s", l.place, say(ctx, "column.state")), "chain.import.state", state)
	}
	return l
}

// kindSaid gives the kind that a word stands for in any language, or the word.
func kindSaid(word string) string {
	for _, kind := range Kinds {
		for _, language := range i18n.Languages {
			if codes.Fold(word) == codes.Fold(i18n.Words(language)["chain.kind."+kind]) {
				return kind
			}
		}
	}
	return word
}
