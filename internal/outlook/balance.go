package outlook

import (
	"context"
	"errors"
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
func (c *computation) setAgainstSupply(ctx context.Context) error {
	groups := groupings(ctx)
	c.newGaps(groups)
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
		c.programmesTogether(),
	}
	for _, by := range groups {
		wanted = append(wanted, c.spreadOver(func(kind string) map[string]float64 { return map[string]float64{by.of(kind): 1} }))
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
	for i, by := range groups {
		c.groupSupply(by.level, people)
		c.settleGaps(by.level, rows[5+i], people, first, arrival)
	}
	c.flow(wanted[0], rows[3], arrival)
	c.programmeCells(rows[4], first, arrival)
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

// newGaps makes a cell for each sum, and for each group of kinds of work, and rounds
// the demand for entrants so that it adds up.
func (c *computation) newGaps(groups []grouping) {
	nodes := c.nodes()
	want := make([][]float64, len(nodes))
	for i, l := range nodes {
		want[i] = []float64{l.mean() * c.Terms.Assumed.Rule.Entrants}
	}
	rounded := c.tree.Round(want)
	lines := c.usable()
	for i, l := range nodes {
		if l.Level == OfLine {
			continue
		}
		g := &Gap{Level: l.Level, Code: l.Position + l.Segment, Name: l.Name, NameEN: l.NameEN, Hires: l.Ahead,
			Demand: rounded[i][0], History: yearly(l.Hired), Change: l.Change, Ratio: forecast.None(), Quarters: known(l.Hired),
			want: want[i][0], sigma: overYear(l.sigma, c.Terms.Assumed.Rule.Alike)}
		g.Thin = g.Quarters < enough
		g.bound(c.Terms.Assumed.Rule)
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
	var grouped [][]*Gap
	for _, by := range groups {
		cells := c.group(by, lines)
		c.gaps = append(c.gaps, cells...)
		grouped = append(grouped, cells)
	}
	withhold(lines, c.at(OfKind), c.at(OfSegment), grouped...)
	for _, l := range c.sums {
		for _, g := range c.gaps {
			if g.Level == l.Level && g.Code == l.Position+l.Segment {
				l.Withheld = g.Withheld
			}
		}
	}
}

// known counts the quarters of a history that were told.
func known(y []forecast.Figure) (n int) {
	for _, v := range y {
		if v.Known() {
			n++
		}
	}
	return n
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
		d := supply.Demand{Mean: g.want, Sigma: g.sigma * c.Terms.Assumed.Rule.Entrants}
		said := supply.GapOf(d, &row, levels, seed)
		g.Chance, g.Word = said.Shortage, said.Word
		g.Lo80, g.Hi80 = min(whole(said.Lo[0]), g.Gap), max(whole(said.Hi[0]), g.Gap)
		g.Lo95, g.Hi95 = min(whole(said.Lo[1]), g.Lo80), max(whole(said.Hi[1]), g.Hi80)
		if g.Supply > 0 {
			g.Ratio = forecast.Figure(float64(g.Demand) / float64(g.Supply))
		}
	}
	grade(gaps, c.Terms)
}

func asSupply(level string, g *Gap, year int, people int64, r *supply.Row) *Supply {
	return &Supply{Level: level, Code: g.Code, Name: g.Name, NameEN: g.NameEN, Year: year, People: people,
		Lo80: min(whole(r.Lo[0]), people), Hi80: max(whole(r.Hi[0]), people),
		Lo95: min(whole(r.Lo[1]), people), Hi95: max(whole(r.Hi[1]), people)}
}
