package measure

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// The kinds of row: what holds others, what is counted, what is stated and
// reviewed, and what must not be hit.
const (
	Group        = "group"
	Quantitative = "quantitative"
	Qualitative  = "qualitative"
	Veto         = "veto"
)

var rowKinds = []string{Group, Quantitative, Qualitative, Veto}

// Standard is a standard of construction or assessment (建设标准): a tree of rows
// in one edition.
type Standard struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Edition string    `json:"edition"`
	Source  string    `json:"source"`
	SHA256  string    `json:"sha256"`
	Watched bool      `json:"watched"`
	MadeAt  time.Time `json:"made_at"`
	Rows    []*Row    `json:"rows,omitempty"` // each after its parent
}

// Row is one row of a standard.
type Row struct {
	Code       string `json:"code"`
	Parent     string `json:"parent,omitempty"`
	Depth      int    `json:"depth"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	NameEN     string `json:"name_en,omitempty"`
	Point      string `json:"point,omitempty"` // what is looked at
	Calculator string `json:"calculator,omitempty"`
	Unit       string `json:"unit,omitempty"`
	Threshold  string `json:"threshold,omitempty"` // what a quantitative row must reach; what hits a veto
	Evidence   string `json:"evidence,omitempty"`
	Source     string `json:"source,omitempty"`

	line    int // of the file
	figures []figure
	bound   threshold
}

// Row gives the row of a code.
func (s *Standard) Row(code string) *Row {
	for _, r := range s.Rows {
		if r.Code == code {
			return r
		}
	}
	return nil
}

// ready parses what a row counts. What is kept was parsed before, so that a
// mistake means that a kind of act has gone; such a row has no value.
func (r *Row) ready() bool {
	figures, wrong := parse(r.Calculator)
	bound, ok := parseThreshold(r.Threshold)
	r.figures, r.bound = figures, bound
	return len(wrong) == 0 && ok && len(figures) > 0
}

// columns are those that a file may have, by the heads that people give them.
var heads = map[string]string{
	"id": "id", "code": "id", "编号": "id", "parent": "parent", "上级": "parent", "kind": "kind", "类型": "kind",
	"level1": "level1", "一级指标": "level1", "level2": "level2", "二级指标": "level2", "level3": "level3", "三级指标": "level3",
	"observation_point_zh": "point", "观测点": "point", "english": "english", "calculator": "calculator", "算法": "calculator",
	"unit": "unit", "单位": "unit", "threshold": "threshold", "阈值": "threshold", "evidence": "evidence", "measurable_by": "evidence",
	"佐证": "evidence", "source": "source", "来源": "source", "name": "level3", "名称": "level3",
}

const (
	mostRows  = 2000
	fileLimit = 4 << 20
)

// Load reads a standard from CSV and tells all that is wrong with it, each with
// its line. Rows stand under the parent that they name; in a file without a column
// of parents the levels make the tree.
func Load(content []byte) ([]*Row, error) {
	var wrong fault.List
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if len(content) > fileLimit {
		wrong.Add("file", "measure.load.large", fileLimit>>20)
		return nil, wrong
	}
	if !utf8.Valid(content) {
		wrong.Add("file", "measure.load.utf8")
		return nil, wrong
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		wrong.Add("file", "measure.load.empty")
		return nil, wrong
	}
	columns := map[string]int{}
	for i, h := range head {
		if name := heads[strings.ToLower(strings.TrimSpace(h))]; name != "" {
			if _, ok := columns[name]; !ok {
				columns[name] = i
			}
		}
	}
	for _, need := range []string{"id", "kind"} {
		if _, ok := columns[need]; !ok {
			wrong.Add("line 1", "measure.load.column", need)
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	rows := readRows(r, columns, &wrong)
	if len(rows) == 0 && len(wrong) == 0 {
		wrong.Add("file", "measure.load.empty")
	}
	if _, ok := columns["parent"]; !ok {
		rows = byLevels(rows)
	}
	list := tree(rows, &wrong)
	slices.SortStableFunc(wrong, func(a, b fault.Item) int { return lineOf(a.Place) - lineOf(b.Place) })
	if len(wrong) > 0 {
		return nil, wrong
	}
	return list, nil
}

func lineOf(place string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(place, "line "))
	return n
}

func (r *Row) place() string { return "line " + strconv.Itoa(r.line) }

// leveled is a row with the names of its levels, where these make the tree.
type leveled struct {
	*Row
	levels [3]string
}

func readRows(r *csv.Reader, columns map[string]int, wrong *fault.List) (rows []leveled) {
	seen := map[string]int{}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			wrong.Add("line "+strconv.Itoa(line), "measure.load.unreadable", err.Error())
			return rows
		}
		if len(rows) == mostRows {
			wrong.Add("line "+strconv.Itoa(line), "measure.load.rows", mostRows)
			return rows
		}
		cell := func(name string) string {
			i, ok := columns[name]
			if !ok || i >= len(cells) {
				return ""
			}
			return strings.TrimSpace(cells[i])
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		row := leveled{Row: &Row{Code: cell("id"), Parent: cell("parent"), Kind: cell("kind"), NameEN: cell("english"), Point: cell("point"),
			Calculator: cell("calculator"), Unit: cell("unit"), Threshold: cell("threshold"), Evidence: cell("evidence"), Source: cell("source"), line: line},
			levels: [3]string{cell("level1"), cell("level2"), cell("level3")}}
		for i := 2; i >= 0 && row.Name == ""; i-- {
			row.Name = row.levels[i]
		}
		row.check(seen, wrong)
		seen[row.Code] = line
		rows = append(rows, row)
	}
}

// check tells what is wrong with one row by itself.
func (r *Row) check(seen map[string]int, wrong *fault.List) {
	switch at, twice := seen[r.Code]; {
	case r.Code == "" || len(r.Code) > 60:
		wrong.Add(r.place(), "measure.load.code")
	case twice:
		wrong.Add(r.place(), "measure.load.twice", r.Code, at)
	}
	if !slices.Contains(rowKinds, r.Kind) {
		wrong.Add(r.place(), "measure.load.kind", r.Kind)
	}
	if r.Name == "" {
		wrong.Add(r.place(), "measure.load.unnamed")
	}
	figures, faults := parse(r.Calculator)
	for _, f := range faults {
		*wrong = append(*wrong, fault.Item{Place: r.place(), Err: f})
	}
	switch {
	case (r.Kind == Group || r.Kind == Qualitative) && r.Calculator != "":
		wrong.Add(r.place(), "measure.load.counts", i18n.Key("measure.kind."+r.Kind))
	case r.Kind == Veto && r.Threshold == "" && len(figures) > 0:
		wrong.Add(r.place(), "measure.load.bound")
	}
	if _, ok := parseThreshold(r.Threshold); !ok {
		wrong.Add(r.place(), "measure.load.threshold", r.Threshold)
	}
}

// byLevels makes a group of each level above a row, and puts rows under them.
func byLevels(rows []leveled) (all []leveled) {
	made := map[string]bool{}
	for _, r := range rows {
		last := 2
		for last > 0 && r.levels[last] == "" {
			last--
		}
		parent := ""
		for i := range last {
			if r.levels[i] == "" {
				continue
			}
			code := "G" + strconv.Itoa(i+1) + ":" + r.levels[0]
			if i > 0 {
				code += "/" + r.levels[i]
			}
			if !made[code] {
				made[code] = true
				all = append(all, leveled{Row: &Row{Code: code, Parent: parent, Kind: Group, Name: r.levels[i], line: r.line}})
			}
			parent = code
		}
		r.Parent = parent
		all = append(all, r)
	}
	return all
}

// tree puts each row after its parent, and tells which parents are missing and
// which rows stand above themselves.
func tree(rows []leveled, wrong *fault.List) (list []*Row) {
	byCode := map[string]*Row{}
	under := map[string][]*Row{}
	for _, r := range rows {
		byCode[r.Code] = r.Row
		under[r.Parent] = append(under[r.Parent], r.Row)
	}
	placed := map[*Row]bool{}
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		for _, r := range under[parent] {
			if placed[r] || depth > 20 {
				continue
			}
			placed[r], r.Depth = true, depth
			list = append(list, r)
			if r.Code != "" {
				walk(r.Code, depth+1)
			}
		}
	}
	walk("", 0)
	for _, r := range rows {
		switch {
		case placed[r.Row]:
		case byCode[r.Parent] == nil:
			wrong.Add(r.place(), "measure.load.parent", r.Parent)
		case circles(r.Row, byCode):
			wrong.Add(r.place(), "measure.load.cycle", r.Code)
		}
	}
	return list
}

// circles tells whether a row stands above itself.
func circles(r *Row, byCode map[string]*Row) bool {
	at := byCode[r.Parent]
	for range len(byCode) {
		if at == nil {
			return false
		}
		if at == r {
			return true
		}
		at = byCode[at.Parent]
	}
	return false
}

// shown writes a value: whole numbers whole, others with two places.
func shown(v *big.Rat) string {
	if v == nil {
		return "–"
	}
	if v.IsInt() && v.Num().IsInt64() {
		return i18n.Count(v.Num().Int64())
	}
	f, _ := v.Float64()
	return i18n.Decimal(f, 2)
}

// read gives back a value as it was kept; empty gives none.
func read(text string) *big.Rat {
	if v, ok := new(big.Rat).SetString(text); ok {
		return v
	}
	return nil
}

// kept writes a value to be kept.
func kept(v *big.Rat) string {
	if v == nil {
		return ""
	}
	return v.RatString()
}
