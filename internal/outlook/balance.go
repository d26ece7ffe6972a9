package outlook

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"sync"

	"guildhall/forecast"
	"guildhall/forecast/hier"
	"guildhall/forecast/supply"
	"guildhall/internal/codes"
)

// draws is how many futures the supply is simulated in.
const draws = 400

// seed makes the simulated futures the same at every run.
const seed = 20260302

// setAgainstSupply makes the gap table of the forecasts and the schools' cohorts.
func (c *computation) setAgainstSupply(context.Context) error {
	c.newGaps()
	rates, err := c.schools()
	if err != nil {
		return err
	}
	first := classYear(c.AsOf)
	opt := supply.Options{From: period(c.AsOf), Horizon: 4 * Years, Levels: levels, Draws: draws, Seed: seed}
	arrival := (3 - opt.From.Sub - 1 + 8) % 4
	var cohorts []supply.Cohort
	for _, p := range c.points {
		cohorts = append(cohorts, p.cohorts...)
	}
	wanted := []supply.Leads{
		c.spreadOver(func(kind string) map[string]float64 { return map[string]float64{kind: 1} }),
		c.spreadOver(c.segmentsOf()),
		c.spreadOver(func(string) map[string]float64 { return map[string]float64{"": 1} }),
		c.programmeLeads(),
	}
	rows, err := projectAll(rates, cohorts, wanted, opt)
	if err != nil {
		return err
	}
	people, err := c.roundSupply(rows[0], arrival)
	if err != nil {
		return err
	}
	for i, level := range []Level{OfKind, OfSegment, OfTotal} {
		c.settleGaps(level, rows[i], people, first, arrival)
	}
	c.programmes(rates, rows[3], first, arrival)
	return nil
}

// projectAll draws the cohorts' futures once for each way to share them out.
func projectAll(rates *supply.Rates, cohorts []supply.Cohort, leads []supply.Leads, opt supply.Options) ([]map[string][]supply.Row, error) {
	rows, errs := make([]map[string][]supply.Row, len(leads)), make([]error, len(leads))
	var wait sync.WaitGroup
	for i, l := range leads {
		wait.Go(func() {
			s, err := rates.Project(cohorts, l, opt)
			if errs[i] = err; err == nil {
				rows[i] = s.Occupations
			}
		})
	}
	wait.Wait()
	return rows, errors.Join(errs...)
}

// newGaps makes a cell for each sum and rounds the demand for entrants so that it
// adds up.
func (c *computation) newGaps() {
	nodes := c.nodes()
	want := make([][]float64, len(nodes))
	for i, l := range nodes {
		want[i] = []float64{l.mean() * c.Rule.Entrants}
	}
	rounded := c.tree.Round(want)
	lines := c.usable()
	for i, l := range nodes {
		if l.Level == OfLine {
			continue
		}
		g := &Gap{Level: l.Level, Code: l.Position + l.Segment, Name: l.Name, NameEN: l.NameEN, Hires: l.Ahead,
			Demand: rounded[i][0], History: yearly(l.Hired), Change: l.Change, Ratio: forecast.None(),
			want: want[i][0], sigma: overYear(l.sigma, c.Rule.Alike)}
		wide := 1.2816 * g.sigma * c.Rule.Entrants
		g.Low, g.High = max(0, min(whole(g.want-wide), g.Demand)), max(whole(g.want+wide), g.Demand)
		segments := map[string]bool{}
		for j, m := range lines {
			if l.over(m) {
				g.lines = append(g.lines, j)
				segments[m.Segment] = true
			}
		}
		if l.Level == OfKind {
			code, _ := codes.Shipped().Get("position", l.Position)
			g.Education, g.Segments = code.Attr["min_education"], sorted(segments)
		}
		g.Enterprises, g.Largest = spread(lines, g.lines)
		l.Enterprises, l.Largest = g.Enterprises, g.Largest
		for _, o := range c.Openings {
			if l.Level == OfTotal || l.Level == OfKind && o.Position == l.Position || l.Level == OfSegment && o.Segment == l.Segment {
				g.Openings += int64(o.Places)
			}
		}
		c.gaps = append(c.gaps, g)
	}
	kinds, segments := c.at(OfKind), c.at(OfSegment)
	withhold(kinds, segments, lines)
	for _, l := range c.sums {
		for _, g := range c.gaps {
			if g.Level == l.Level && g.Code == l.Position+l.Segment {
				l.Withheld = g.Withheld
			}
		}
	}
}

func (c *computation) at(level Level) (gaps []*Gap) {
	for _, g := range c.gaps {
		if g.Level == level {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

func sorted(set map[string]bool) (keys []string) {
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// schools lays out the cohorts, what programmes lead to, and what earlier classes
// teach. Programmes that lead to none of the kinds of work are left out.
func (c *computation) schools() (*supply.Rates, error) {
	rosters := map[string]map[int]Cohort{}
	for _, k := range c.Cohorts {
		p := k.School + "." + k.Code
		if rosters[p] == nil {
			rosters[p] = map[int]Cohort{}
		}
		rosters[p][k.Year] = k
	}
	known := map[string]bool{}
	for _, g := range c.at(OfKind) {
		known[g.Code] = true
	}
	var earlier []supply.Past
	for _, p := range c.Programmes {
		roster := rosters[p.point()]
		for _, k := range roster {
			earlier = append(earlier, past(p, k)...)
		}
		kinds := slices.DeleteFunc(leadsTo(p.Code), func(k string) bool { return !known[k] })
		if len(kinds) == 0 || p.Years < 1 || p.Years > 10 {
			continue
		}
		cohorts, planned := p.students(roster, classYear(c.AsOf), c.Rule)
		c.points = append(c.points, point{Programme: p, kinds: kinds, roster: roster, cohorts: cohorts, planned: planned})
	}
	earlier = append(earlier, staying(c.Rule))
	slices.SortFunc(earlier, func(a, b supply.Past) int {
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.Year, b.Year))
	})
	return supply.Learn(earlier)
}

// point is a programme at a school with what its supply is made of.
type point struct {
	Programme
	kinds   []string // of work that it leads to and that somebody hires for
	roster  map[int]Cohort
	cohorts []supply.Cohort // of the years from the first on
	planned []bool          // they are places, not students by name
}

// staying is the rule's share of those who stay, as a record of a hundred graduates
// that belongs to no programme and so stands in for all.
func staying(r Rule) supply.Past {
	return supply.Past{Programme: "rule", Step: supply.Stay, Of: 100, Did: int(math.Round(100 * r.Stay))}
}

// spreadOver shares each programme's graduates out over the kinds of work that it
// leads to, in proportion to the demand for them: people go where they are wanted.
// to gives what stands for a kind, in shares of it.
func (c *computation) spreadOver(to func(kind string) map[string]float64) supply.Leads {
	all := supply.Leads{}
	want := c.wanted(func(l *Line) string { return l.Position })
	for _, p := range c.points {
		whole, shares := 0.0, map[string]float64{}
		for _, k := range p.kinds {
			whole += want[k] + 1
		}
		for _, k := range p.kinds {
			part := to(k)
			for _, name := range slices.Sorted(maps.Keys(part)) { // in one order: sums of floats depend on it
				shares[name] += c.Rule.Reach * (want[k] + 1) / whole * part[name]
			}
		}
		all[p.point()] = shares
	}
	return all
}

// wanted adds up what is expected of the lines that bear the same name.
func (c *computation) wanted(name func(*Line) string) map[string]float64 {
	sums := map[string]float64{}
	for _, l := range c.usable() {
		sums[name(l)] += l.mean()
	}
	return sums
}

// segmentsOf gives the segments of a kind of work, each with its share of the
// kind's demand.
func (c *computation) segmentsOf() func(kind string) map[string]float64 {
	want := c.wanted(func(l *Line) string { return l.Position + "|" + l.Segment })
	of := map[string][]string{}
	for _, g := range c.at(OfKind) {
		of[g.Code] = g.Segments
	}
	return func(kind string) map[string]float64 {
		sum, shares := 0.0, map[string]float64{}
		for _, s := range of[kind] {
			sum += want[kind+"|"+s] + 0.01
		}
		for _, s := range of[kind] {
			shares[s] = (want[kind+"|"+s] + 0.01) / sum
		}
		return shares
	}
}

// programmeLeads sends each programme's graduates to itself.
func (c *computation) programmeLeads() supply.Leads {
	leads := supply.Leads{}
	for _, p := range c.points {
		leads[p.point()] = map[string]float64{p.point(): 1}
	}
	return leads
}

// roundSupply rounds the supply of each place where a kind of work meets a segment,
// for each year, so that they add up to the kinds and to the segments.
func (c *computation) roundSupply(rows map[string][]supply.Row, arrival int) (map[string][]int64, error) {
	var keys []string
	var values [][]string
	segments := c.segmentsOf()
	means := map[string][]float64{}
	for _, g := range c.at(OfKind) {
		for _, s := range g.Segments {
			key := g.Code + "|" + s
			keys, values, means[key] = append(keys, key), append(values, []string{s, g.Code}), make([]float64, Years)
			for y := range means[key] {
				if r := rows[g.Code]; len(r) > arrival+4*y {
					means[key][y] = r[arrival+4*y].Mean * segments(g.Code)[s]
				}
			}
		}
	}
	tree, err := hier.New(hier.Cross(keys, columns, values, nil))
	if err != nil {
		return nil, err
	}
	var bottom [][]float64
	for _, leaf := range tree.Leaves() {
		bottom = append(bottom, means[leaf])
	}
	people := map[string][]int64{}
	for i, row := range tree.Round(tree.Sum(bottom)) {
		switch n := tree.Nodes()[i]; n.Level {
		case string(OfKind):
			people[sumKey(OfKind, n.Key[len(columns[1])+1:])] = row
		case string(OfSegment):
			people[sumKey(OfSegment, n.Key[len(columns[0])+1:])] = row
		case hier.Total:
			people[sumKey(OfTotal, "")] = row
		}
	}
	return people, nil
}

// settleGaps fills the cells of one level, and notes the supply of the years to come.
func (c *computation) settleGaps(level Level, rows map[string][]supply.Row, people map[string][]int64, first, arrival int) {
	gaps := c.at(level)
	for _, g := range gaps {
		years := people[sumKey(level, g.Code)]
		row := supply.Row{Lo: []float64{0, 0}, Hi: []float64{0, 0}}
		for y := range Years {
			if r := rows[g.Code]; len(r) > arrival+4*y {
				c.supplies = append(c.supplies, asSupply(string(level), g, first+y, years[y], &r[arrival+4*y]))
				if y == 0 {
					row = r[arrival]
				}
			}
		}
		if len(years) > 0 {
			g.Supply = years[0]
		}
		g.Gap = g.Demand - g.Supply
		d := supply.Demand{Mean: g.want, Sigma: g.sigma * c.Rule.Entrants}
		said := supply.GapOf(d, &row, levels, seed)
		g.Chance, g.Word = said.Shortage, said.Word
		g.Lo80, g.Hi80 = min(whole(said.Lo[0]), g.Gap), max(whole(said.Hi[0]), g.Gap)
		g.Lo95, g.Hi95 = min(whole(said.Lo[1]), g.Lo80), max(whole(said.Hi[1]), g.Hi80)
		if g.Supply > 0 {
			g.Ratio = forecast.Figure(float64(g.Demand) / float64(g.Supply))
		}
	}
	grade(gaps, c.Rule)
}

func asSupply(level string, g *Gap, year int, people int64, r *supply.Row) *Supply {
	return &Supply{Level: level, Code: g.Code, Name: g.Name, NameEN: g.NameEN, Year: year, People: people,
		Lo80: min(whole(r.Lo[0]), people), Hi80: max(whole(r.Hi[0]), people),
		Lo95: min(whole(r.Lo[1]), people), Hi95: max(whole(r.Hi[1]), people)}
}

// programmes notes what each programme sends into the city's market, and counts
// programmes and schools for the cells that they supply.
func (c *computation) programmes(rates *supply.Rates, all map[string][]supply.Row, first, arrival int) {
	var further, graduates float64
	for _, p := range c.points {
		c.summary.Roster += p.roster[first].Students
		c.summary.Places += p.Places
		n := float64(p.cohorts[0].Students)
		further += n * rates.Rate(supply.Further, p.point(), p.path()).Mean()
		graduates += n
		rows := all[p.point()]
		for y := range Years {
			r := &rows[arrival+4*y]
			c.supplies = append(c.supplies, &Supply{Level: ofProgramme, Code: p.point(), Name: p.Name, Year: first + y,
				People: whole(r.Mean), Lo80: whole(r.Lo[0]), Hi80: whole(r.Hi[0]), Lo95: whole(r.Lo[1]), Hi95: whole(r.Hi[1]),
				School: c.Units[p.School], Education: p.Level, Students: p.cohorts[y].Students, Places: p.planned[y], Kinds: p.kinds})
		}
	}
	c.summary.Programmes = len(c.points)
	if graduates > 0 {
		c.summary.Further = further / graduates
	}
	c.countSchools()
}

// countSchools counts the programmes and schools that supply each cell.
func (c *computation) countSchools() {
	for _, g := range c.gaps {
		schools := map[string]bool{}
		for _, p := range c.points {
			if c.supplied(g, p) {
				g.Programmes++
				schools[p.School] = true
			}
		}
		g.Schools = len(schools)
		if g.Level == OfTotal {
			c.summary.Schools = g.Schools
		}
	}
}

// supplied tells whether a programme leads to what a cell is about.
func (c *computation) supplied(g *Gap, p point) bool {
	switch g.Level {
	case OfKind:
		return slices.Contains(p.kinds, g.Code)
	case OfSegment:
		return slices.ContainsFunc(c.at(OfKind), func(k *Gap) bool {
			return slices.Contains(k.Segments, g.Code) && slices.Contains(p.kinds, k.Code)
		})
	}
	return true
}
