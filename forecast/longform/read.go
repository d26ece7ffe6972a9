// Package longform (长表) reads and writes the table that forecasting tools share:
// one row for each series and time, unique_id,ds,y.
//
// Rows may come in any order and the file may be compressed with gzip. Everything
// that is wrong is kept with its series and line: a series with a fault is refused
// and the others go on. An empty or NaN value is a period that was not observed.
package longform

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"guildhall/forecast"
)

// Fault (行错误) is one thing that is wrong in the table.
type Fault struct {
	Series string
	Line   int
	Reason string
}

// Error says it in a sentence.
func (f Fault) Error() string {
	return fmt.Sprintf("line %d: series %q: %s", f.Line, f.Series, f.Reason)
}

// Item (长表序列) is one series of the table.
type Item struct {
	forecast.Series
	Faults []Fault // why it cannot be forecast; empty where it can
	grid   grid
	lines  []int32 // of each value, 0 where there was none
}

// Line is the line of the i-th value; where the table has none for that period it is
// the line of the next value, and for a negative i that of the first.
func (it *Item) Line(i int) int {
	for i = max(i, 0); i < len(it.lines); i++ {
		if it.lines[i] > 0 {
			return int(it.lines[i])
		}
	}
	return 0
}

// Label writes the time of the i-th period from the start of the series as the
// table does; the first period after an n-long history is Label(n).
func (it *Item) Label(i int) string { return it.grid.label(i) }

// Season is the number of periods in the season that is usual for the table's way
// of writing times: 4 for quarters, 12 for months, 7 for days, 52 for weeks, 24 for
// hours, otherwise 1.
func (it *Item) Season() int { return it.grid.season() }

// Base is the place of the first period on an axis that series of the same writing
// share, and whether there is such an axis.
func (it *Item) Base() (at int64, axis string) {
	return floorDiv(it.grid.base, max(1, it.grid.step)), fmt.Sprint(it.grid.how, it.grid.months, it.grid.step)
}

// ErrHeader says that the table's first line does not name the columns.
var ErrHeader = errors.New("longform: the first line must name the columns unique_id, ds and y")

// rows gathers what the table says of one series.
type rows struct {
	key    string
	how    Stamp
	mixed  bool
	at     []int64
	y      []float64
	line   []int32
	faults []Fault
}

// maxFaults is how many faults of one series are kept.
const maxFaults = 20

func (r *rows) fault(line int, reason string) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, Fault{r.key, line, reason})
	}
}

// Read reads a table, compressed or not. The items are sorted by key, so that the
// order of the rows changes nothing. The error is for what cannot be read at all.
func Read(r io.Reader) ([]Item, error) {
	in, err := plain(r)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(in)
	c.ReuseRecord = true
	c.FieldsPerRecord = -1
	col, err := header(c, "unique_id", "ds", "y")
	if err != nil {
		return nil, err
	}
	by := map[string]*rows{}
	var all []*rows
	for {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("longform: %w", err)
		}
		line, _ := c.FieldPos(0)
		key := field(rec, col[0])
		s := by[key]
		if s == nil {
			s = &rows{key: strings.Clone(key)}
			by[s.key] = s
			all = append(all, s)
		}
		s.add(line, field(rec, col[1]), field(rec, col[2]))
	}
	sort.Slice(all, func(i, j int) bool { return all[i].key < all[j].key })
	items := make([]Item, len(all))
	for i, s := range all {
		items[i] = s.item()
		all[i] = nil
	}
	return items, nil
}

func field(rec []string, i int) string {
	if i < len(rec) {
		return strings.TrimSpace(rec[i])
	}
	return ""
}

// plain uncompresses and leaves out a byte order mark.
func plain(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("longform: %w", err)
		}
		b = bufio.NewReaderSize(z, 1<<16)
	}
	if bom, _ := b.Peek(3); string(bom) == "\ufeff" {
		if _, err := b.Discard(3); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// header finds the columns by name.
func header(c *csv.Reader, names ...string) ([]int, error) {
	rec, err := c.Read()
	if err == io.EOF {
		return nil, ErrHeader
	}
	if err != nil {
		return nil, fmt.Errorf("longform: %w", err)
	}
	col := make([]int, len(names))
	for i, n := range names {
		col[i] = -1
		for j, h := range rec {
			if strings.EqualFold(strings.TrimSpace(h), n) && col[i] < 0 {
				col[i] = j
			}
		}
		if col[i] < 0 {
			return nil, ErrHeader
		}
	}
	return col, nil
}

// add takes a row in.
func (r *rows) add(line int, ds, y string) {
	if r.key == "" {
		r.fault(line, "unique_id is empty")
		return
	}
	at, how, ok := stamp(ds)
	switch {
	case !ok:
		r.fault(line, fmt.Sprintf("%q is not a time: a date, a period such as 2026Q3 or 2026-07, or an integer", ds))
		return
	case len(r.at) > 0 && how != r.how:
		if !r.mixed {
			r.fault(line, fmt.Sprintf("%q is %s, earlier times are %s: the frequencies are mixed", ds, how, r.how))
		}
		r.mixed = true
		return
	}
	v, reason := number(y)
	if reason != "" {
		r.fault(line, reason)
		return
	}
	r.how = how
	r.at, r.y, r.line = append(r.at, at), append(r.y, v), append(r.line, int32(min(line, math.MaxInt32)))
}

// number reads a value; empty, NA and NaN were not observed.
func number(s string) (float64, string) {
	switch strings.ToLower(s) {
	case "", "nan", "na", "null":
		return math.NaN(), ""
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil && !math.IsInf(v, 0):
		return 0, fmt.Sprintf("%q is not a number", s)
	case math.IsInf(v, 0):
		return 0, fmt.Sprintf("%q is infinite", s)
	}
	return v, ""
}

// item puts the rows of a series onto its grid.
func (r *rows) item() Item {
	it := Item{Series: forecast.Series{Key: r.key}, Faults: r.faults}
	if len(r.at) == 0 {
		if len(it.Faults) == 0 {
			it.Faults = []Fault{{r.key, 0, "no observation"}}
		}
		return it
	}
	if b := (byTime{r}); !sort.IsSorted(b) {
		sort.Stable(b)
	}
	for i := 1; i < len(r.at); i++ {
		if r.at[i] == r.at[i-1] {
			g := grid{how: r.how, base: r.at[i], step: 1}
			r.fault(int(r.line[i]), fmt.Sprintf("%s occurs twice, first in line %d", g.label(0), r.line[i-1]))
		}
	}
	it.Faults = r.faults
	if len(it.Faults) > 0 {
		return it
	}
	g, ok := gridOf(r.how, r.at)
	if !ok {
		r.fault(int(r.line[0]), "the times have no common step: the frequencies are mixed, or more than half of the periods are missing")
		it.Faults = r.faults
		return it
	}
	it.grid = g
	it.Y = make([]float64, g.position(r.at[len(r.at)-1])+1)
	for i := range it.Y {
		it.Y[i] = math.NaN()
	}
	it.lines = make([]int32, len(it.Y))
	for i, t := range r.at {
		it.Y[g.position(t)] = r.y[i]
		it.lines[g.position(t)] = r.line[i]
	}
	return it
}

// byTime sorts rows by time.
type byTime struct{ *rows }

func (b byTime) Len() int           { return len(b.at) }
func (b byTime) Less(i, j int) bool { return b.at[i] < b.at[j] }
func (b byTime) Swap(i, j int) {
	b.at[i], b.at[j] = b.at[j], b.at[i]
	b.y[i], b.y[j] = b.y[j], b.y[i]
	b.line[i], b.line[j] = b.line[j], b.line[i]
}

// Groups (分组表) is what a hierarchy file says: the groups of each series.
type Groups struct {
	Columns []string
	Of      map[string][]string // by unique_id
}

// ReadGroups reads unique_id and one column for each kind of group. The error lists
// every line without an id or a group, and every id that occurs twice.
func ReadGroups(r io.Reader) (*Groups, error) {
	in, err := plain(r)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(in)
	c.FieldsPerRecord = -1
	head, err := c.Read()
	if err != nil || len(head) < 2 || !strings.EqualFold(strings.TrimSpace(head[0]), "unique_id") {
		return nil, errors.New("longform: the first line of the hierarchy must name unique_id and at least one group")
	}
	g := &Groups{Of: map[string][]string{}}
	for _, h := range head[1:] {
		g.Columns = append(g.Columns, strings.TrimSpace(h))
	}
	var faults []error
	for {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("longform: %w", err)
		}
		line, _ := c.FieldPos(0)
		key := field(rec, 0)
		var of []string
		for i := range g.Columns {
			v := field(rec, i+1)
			if v == "" {
				faults = append(faults, Fault{key, line, fmt.Sprintf("the group %q is empty", g.Columns[i])})
			}
			of = append(of, v)
		}
		if _, twice := g.Of[key]; key == "" || twice {
			faults = append(faults, Fault{key, line, "the id is empty or occurs twice"})
		}
		g.Of[key] = of
	}
	return g, errors.Join(faults...)
}
