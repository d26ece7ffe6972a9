package outlook

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"guildhall/forecast/supply"
)

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
		cohorts, planned := p.students(roster, classYear(c.AsOf), c.Terms.Assumed.Rule)
		c.points = append(c.points, point{Programme: p, kinds: kinds, roster: roster, cohorts: cohorts, planned: planned})
	}
	earlier = append(earlier, staying(c.Terms.Assumed.Rule))
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
				shares[name] += c.Terms.Assumed.Rule.Reach * (want[k] + 1) / whole * part[name]
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

// programmesTogether sends each programme's graduates who seek its kinds of work to
// the programme of the list: all schools that teach it together.
func (c *computation) programmesTogether() supply.Leads {
	leads := supply.Leads{}
	for _, p := range c.points {
		leads[p.point()] = map[string]float64{p.Code: c.Terms.Assumed.Rule.Reach}
	}
	return leads
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
	case OfOccupation, OfGrade:
		return slices.ContainsFunc(p.kinds, func(k string) bool { return slices.Contains(g.kinds, k) })
	case OfProgramme:
		return p.Code == g.Code
	case OfSegment:
		return slices.ContainsFunc(c.at(OfKind), func(k *Gap) bool {
			return slices.Contains(k.Segments, g.Code) && slices.Contains(p.kinds, k.Code)
		})
	}
	return true
}
