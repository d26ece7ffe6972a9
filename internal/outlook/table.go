package outlook

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Search narrows and orders the gap table.
type Search struct {
	Year      int    `json:"year"`      // of the graduates; 0: the newest release
	Release   string `json:"release"`   // id of one release, before Year
	Segment   string `json:"segment"`   // code
	Education string `json:"education"` // 中职, 高职, 职业本科, 本科
	Least     int64  `json:"least"`     // smallest gap or surplus that is shown
	Short     bool   `json:"short"`     // only shortages
	By        string `json:"by"`        // what the table is by: kind, segment, occupation, grade, programme
	Sort      string `json:"sort"`      // gap, demand, supply, ratio, index, change, openings; a minus before it: falling
	Format    string `json:"format"`    // xlsx or csv: as a file
}

// Table is the gap table of one release as the reader may see it.
type Table struct {
	Release  *Release `json:"release"`
	Total    Gap      `json:"total"`
	Segments []Gap    `json:"segments"` // the largest shortage first
	By       Level    `json:"by"`       // of what Cells are
	Kinds    []Gap    `json:"kinds"`    // those that were searched for
	Cells    []Gap    `json:"cells"`    // of By, those that were searched for
	All      int      `json:"all"`      // how many there are of them
	Years    []int    `json:"years"`    // of which there are releases
	Before   *Gap     `json:"before,omitempty"`

	everything []Gap           // kinds, unnarrowed
	groups     map[Level][]Gap // the others
}

// Gaps gives the gap table, or nil where no release is there to be seen.
func (o *Outlook) Gaps(ctx context.Context, s Search) (*Table, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Table, error) {
		r, err := shown(tx, s.Release, s.Year)
		if err != nil || r == nil {
			return nil, err
		}
		return tableOf(tx, r, s)
	})
}

// shown gives the release that pages show: the one asked for, else the newest that
// the reader may see and that is computed; nil where there is none.
func shown(tx *db.Tx, id string, year int) (*Release, error) {
	if id != "" {
		return see(tx, id)
	}
	states := slices.DeleteFunc(visible(auth.From(tx.Context())), func(s State) bool { return s == Computing || s == Failed })
	return latest(tx, states, year, 0)
}

func tableOf(tx *db.Tx, r *Release, s Search) (*Table, error) {
	gaps, err := listGaps(tx, r.ID)
	if err != nil {
		return nil, err
	}
	t := tableFor(auth.From(tx.Context()), r, gaps, s)
	return t, t.around(tx, r)
}

// tableFor lays out the cells of a release as a reader may see them.
func tableFor(a auth.Actor, r *Release, gaps []*Gap, s Search) *Table {
	t := &Table{Release: r, groups: map[Level][]Gap{}}
	may := policy["outlook.cell.read"]
	for _, g := range gaps {
		cell := *g
		if !may(a, about{state: r.State, level: g.Level, withheld: g.Withheld}) {
			cell = g.masked()
		}
		switch g.Level {
		case OfTotal:
			t.Total = cell
		case OfSegment:
			t.Segments = append(t.Segments, cell)
		case OfKind:
			t.everything = append(t.everything, cell)
		default:
			t.groups[g.Level] = append(t.groups[g.Level], cell)
		}
	}
	t.By = s.by()
	t.Kinds = s.narrow(t.everything)
	t.All, t.Cells = len(t.of(t.By)), t.Kinds
	if t.By != OfKind {
		t.Cells = s.narrow(t.of(t.By))
	}
	slices.SortStableFunc(t.Segments, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(blank(a), blank(b)), cmp.Compare(b.Gap, a.Gap), cmp.Compare(a.Code, b.Code))
	})
	return t
}

// of gives the cells of a level.
func (t *Table) of(level Level) []Gap {
	switch level {
	case OfKind:
		return t.everything
	case OfSegment:
		return t.Segments
	}
	return t.groups[level]
}

// by gives what the table is asked to be by.
func (s Search) by() Level {
	for _, l := range tableLevels {
		if string(l) == s.By {
			return l
		}
	}
	return OfKind
}

// tableLevels are those that the gap table can be by.
var tableLevels = []Level{OfKind, OfSegment, OfOccupation, OfGrade, OfProgramme}

// around adds what stands beside a table: the years of others, the total of the
// release before.
func (t *Table) around(tx *db.Tx, r *Release) error {
	all, err := releases(tx, releasesIn(tx, visible(auth.From(tx.Context()))))
	if err != nil {
		return err
	}
	var before *Release
	for _, other := range all {
		if len(other.Summary.Outlook) > 0 && !slices.Contains(t.Years, other.Year) {
			t.Years = append(t.Years, other.Year)
		}
		if before == nil && other.Year < r.Year && other.State == Published {
			before = other
		}
	}
	if before == nil {
		return nil
	}
	gaps, err := listGaps(tx, before.ID)
	for _, g := range gaps {
		if g.Level == OfTotal {
			t.Before = g
		}
	}
	return err
}

// narrow gives the cells that a search is for, in its order.
func (s Search) narrow(all []Gap) []Gap {
	some := slices.DeleteFunc(slices.Clone(all), func(g Gap) bool {
		return s.Segment != "" && !slices.Contains(g.Segments, s.Segment) && (g.Level != OfSegment || g.Code != s.Segment) ||
			s.Education != "" && g.Level == OfKind && g.Education != s.Education ||
			s.Least > 0 && (g.Withheld && g.Demand == 0 || abs(g.Gap) < s.Least) ||
			s.Short && g.Gap <= 0
	})
	column, falling := strings.CutPrefix(s.order(), "-")
	value := sorts[column]
	slices.SortStableFunc(some, func(a, b Gap) int {
		// What is not shown stands last, whichever way the others go.
		if hidden := cmp.Compare(blank(a), blank(b)); hidden != 0 {
			return hidden
		}
		x, y := value(a), value(b)
		if falling {
			x, y = y, x
		}
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Code, b.Code))
	})
	return some
}

// order is the order that was asked for, or the largest gap first.
func (s Search) order() string {
	if sorts[strings.TrimPrefix(s.Sort, "-")] == nil {
		return "-gap"
	}
	return s.Sort
}

var sorts = map[string]func(Gap) float64{
	"gap":      func(g Gap) float64 { return float64(g.Gap) },
	"demand":   func(g Gap) float64 { return float64(g.Demand) },
	"supply":   func(g Gap) float64 { return float64(g.Supply) },
	"index":    func(g Gap) float64 { return g.Index },
	"change":   func(g Gap) float64 { return g.Change },
	"openings": func(g Gap) float64 { return float64(g.Openings) },
	"ratio": func(g Gap) float64 {
		if !g.Ratio.Known() {
			return math.Inf(1)
		}
		return float64(g.Ratio)
	},
}

// blank tells whether the reader sees no figures of a cell: 1 or 0.
func blank(g Gap) int {
	if g.Withheld && g.Enterprises == 0 {
		return 1
	}
	return 0
}

func abs(n int64) int64 { return max(n, -n) }

// Kind is all that is known of one kind of work in a release.
type Kind struct {
	Release    *Release  `json:"release"`
	Gap        Gap       `json:"gap"`
	Line       *Line     `json:"line,omitempty"`       // nil where the reader may not see it
	Lines      []*Line   `json:"lines,omitempty"`      // of the enterprises that the reader may see
	Supply     []*Supply `json:"supply"`               // by year
	Programmes []*Supply `json:"programmes,omitempty"` // that lead to it, of the release's year
}

// Kind gives one kind of work, by its code.
func (o *Outlook) Kind(ctx context.Context, code, release string) (*Kind, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Kind, error) {
		r, err := shown(tx, release, 0)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return nil, fault.NotFound.New("fault.not_found")
		}
		t, err := tableOf(tx, r, Search{})
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(t.everything, func(g Gap) bool { return g.Code == code })
		if at < 0 {
			return nil, fault.NotFound.New("fault.not_found")
		}
		k := &Kind{Release: r, Gap: t.everything[at]}
		return k, k.fill(tx, code)
	})
}

func (k *Kind) fill(tx *db.Tx, code string) error {
	w := linesOf(tx, k.Release)
	w.And("l.position = ?", code)
	lines, err := listLines(tx, w, "l.ahead DESC, l.key", 500)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Level == OfKind {
			k.Line = l
		} else {
			k.Lines = append(k.Lines, l)
		}
	}
	var s db.Where
	s.And("s.body = ?", tx.Body)
	s.And("s.release_id = ?", k.Release.ID)
	s.And("s.level = 'kind' AND s.code = ? OR s.level = 'programme' AND s.year = ?", code, k.Release.Year)
	supplies, err := listSupplies(tx, s)
	for _, one := range supplies {
		if one.Level != ofProgramme {
			k.Supply = append(k.Supply, one)
		} else if slices.Contains(one.Kinds, code) {
			k.Programmes = append(k.Programmes, one)
		}
	}
	return err
}

// linesOf narrows to the lines of a release that the reader may see.
func linesOf(tx *db.Tx, r *Release) (w db.Where) {
	w.And("l.body = ?", tx.Body)
	w.And("l.release_id = ?", r.ID)
	visibleLines(auth.From(tx.Context()), &w)
	return w
}
