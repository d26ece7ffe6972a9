package outlook

import (
	"context"
	"math"
	"slices"
	"strings"

	"guildhall/forecast"
	"guildhall/forecast/supply"
	"guildhall/internal/codes"
	"guildhall/internal/i18n"
)

// grouping puts kinds of work together: by occupation, by grade of skill.
type grouping struct {
	level Level
	of    func(kind string) (code string)
	name  func(code string) (zh, en string)
}

// groupings are those for which the gap table has cells beside kinds and segments.
func groupings(ctx context.Context) []grouping {
	return []grouping{
		{OfOccupation, occupationOf, func(code string) (string, string) {
			c, _ := codes.Shipped().Get("occupation", code)
			return c.Name, c.NameEN
		}},
		{OfGrade, gradeOf, func(band string) (string, string) {
			return gradeName(i18n.With(ctx, "zh-CN"), band), gradeName(i18n.With(ctx, "en"), band)
		}},
	}
}

// occupationOf gives the occupation of a kind of work.
func occupationOf(kind string) string {
	if edges := codes.Shipped().Related("position-occupation", kind); len(edges) > 0 {
		return edges[0].To
	}
	return ""
}

// gradeOf gives the grades of skill (技能等级) at which people enter a kind of work,
// as the code list has them: L5-L4.
func gradeOf(kind string) string {
	c, _ := codes.Shipped().Get("position", kind)
	return c.Attr["grade_band"]
}

// gradeName says grades of skill, from the lower to the higher.
func gradeName(ctx context.Context, band string) string {
	var said []string
	for _, grade := range strings.Split(band, "-") {
		said = append(said, say(ctx, "grade."+grade))
	}
	return strings.Join(said, say(ctx, "to"))
}

// group makes the cells of a grouping out of those of the kinds of work. Kinds of
// which the code lists do not tell it are left out of the grouping.
func (c *computation) group(by grouping, lines []*Line) (cells []*Gap) {
	members := map[string][]*Gap{}
	for _, k := range c.at(OfKind) {
		if code := by.of(k.Code); code != "" {
			members[code] = append(members[code], k)
		}
	}
	for _, code := range sorted(keys(members)) {
		g := &Gap{Level: by.level, Code: code, Ratio: forecast.None()}
		if g.Name, g.NameEN = by.name(code); g.Name == "" {
			g.Name = code
		}
		segments, variance, recent := map[string]bool{}, 0.0, int64(0)
		for _, k := range members[code] {
			g.sum(k)
			variance += k.sigma * k.sigma
			for _, s := range k.Segments {
				segments[s] = true
			}
			if n := len(k.History); n > 0 {
				recent += k.History[n-1]
			}
		}
		g.sigma, g.Segments, g.Change = math.Sqrt(variance), sorted(segments), change(recent, g.Hires)
		g.bound(c.Terms.Assumed.Rule)
		g.Enterprises, g.Largest = spread(lines, g.lines)
		cells = append(cells, g)
	}
	return cells
}

// sum adds a kind of work to a cell that holds it.
func (g *Gap) sum(k *Gap) {
	g.kinds = append(g.kinds, k.Code)
	g.lines = append(g.lines, k.lines...)
	slices.Sort(g.lines)
	g.Hires += k.Hires
	g.Demand += k.Demand
	g.Openings += k.Openings
	g.want += k.want
	g.Quarters = max(g.Quarters, k.Quarters)
	for len(g.History) < len(k.History) { // histories end together
		g.History = append([]int64{0}, g.History...)
	}
	for i, n := range k.History {
		g.History[len(g.History)-len(k.History)+i] += n
	}
}

// bound sets the bounds of the demand.
func (g *Gap) bound(r Rule) {
	wide := 1.2816 * g.sigma * r.Entrants
	g.Low, g.High = max(0, min(whole(g.want-wide), g.Demand)), max(whole(g.want+wide), g.Demand)
}

func keys[V any](m map[string]V) map[string]bool {
	set := make(map[string]bool, len(m))
	for k := range m {
		set[k] = true
	}
	return set
}

// groupSupply adds the people of kinds of work up to those of their groups.
func (c *computation) groupSupply(level Level, people map[string][]int64) {
	for _, g := range c.at(level) {
		sum := make([]int64, Years)
		for _, k := range g.kinds {
			for y, n := range people[sumKey(OfKind, k)] {
				sum[y] += n
			}
		}
		people[sumKey(level, g.Code)] = sum
	}
}

// flow notes how many graduates of the first year each programme sends to each kind
// of work. Programmes are those of the list: all schools that teach one together.
func (c *computation) flow(leads supply.Leads, points map[string][]supply.Row, arrival int) {
	c.flows = map[string]map[string]float64{}
	for _, p := range c.points {
		rows := points[p.point()]
		if len(rows) <= arrival {
			continue
		}
		if c.flows[p.Code] == nil {
			c.flows[p.Code] = map[string]float64{}
		}
		for kind, share := range leads[p.point()] {
			c.flows[p.Code][kind] += rows[arrival].Mean * share
		}
	}
}

// programmeCells makes a cell for each programme: the graduates who seek its kinds of
// work, against the demand for these, which is shared out over programmes as they
// send graduates. Such a cell is made of the cells of its kinds of work alone, so it
// is shown where all of them are, and tells nothing beyond them.
func (c *computation) programmeCells(rows map[string][]supply.Row, first, arrival int) {
	kinds, seek := map[string]*Gap{}, map[string]float64{}
	for _, k := range c.at(OfKind) {
		kinds[k.Code] = k
	}
	for _, code := range sorted(keys(c.flows)) {
		for _, kind := range sorted(keys(c.flows[code])) {
			seek[kind] += c.flows[code][kind]
		}
	}
	lines := c.usable()
	for _, code := range sorted(keys(c.flows)) {
		g := &Gap{Level: OfProgramme, Code: code, Ratio: forecast.None()}
		listed, _ := codes.Shipped().Get("programme", code)
		g.Name, g.NameEN, g.Education = listed.Name, listed.NameEN, listed.Kind
		held, variance, hires, recent := map[int]bool{}, 0.0, 0.0, 0.0
		for _, kind := range sorted(keys(c.flows[code])) {
			k, n := kinds[kind], c.flows[code][kind]
			if k == nil || n <= 0 || seek[kind] <= 0 {
				continue
			}
			share := n / seek[kind]
			g.kinds, g.want = append(g.kinds, kind), g.want+k.want*share
			variance += k.sigma * share * k.sigma * share
			hires += float64(k.Hires) * share
			if h := len(k.History); h > 0 {
				recent += float64(k.History[h-1]) * share
			}
			g.Withheld = g.Withheld || k.Withheld
			g.Thin = g.Thin || k.Thin
			for _, i := range k.lines {
				held[i] = true
			}
		}
		if len(g.kinds) == 0 {
			continue
		}
		for i := range lines {
			if held[i] {
				g.lines = append(g.lines, i)
			}
		}
		g.sigma, g.Demand, g.Hires = math.Sqrt(variance), whole(g.want), whole(hires)
		g.Change = change(whole(recent), g.Hires)
		g.bound(c.Terms.Assumed.Rule)
		g.Enterprises, g.Largest = spread(lines, g.lines)
		c.gaps = append(c.gaps, g)
	}
	people := map[string][]int64{}
	for _, g := range c.at(OfProgramme) {
		years := make([]int64, Years)
		for y := range years {
			if r := rows[g.Code]; len(r) > arrival+4*y {
				years[y] = whole(r[arrival+4*y].Mean)
			}
		}
		people[sumKey(OfProgramme, g.Code)] = years
	}
	c.settleGaps(OfProgramme, rows, people, first, arrival)
}
