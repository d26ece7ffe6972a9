package outlook

import (
	"cmp"
	"context"
	"slices"

	"guildhall/forecast"
	"guildhall/internal/codes"
)

// Advice (专业设置调整建议) says what to do with a programme, and on what that rests.
// It is an argument for the council and the schools, not a decision.
type Advice struct {
	Code      string          `json:"code"` // of the list programme
	Name      string          `json:"name"`
	NameEN    string          `json:"name_en"`
	Education string          `json:"education"` // codes.Secondary, codes.Higher, …
	Word      string          `json:"word"`      // add, expand, keep, shrink, stop
	Schools   []string        `json:"schools"`   // names of those that teach it
	Places    int             `json:"places"`    // planned each year
	Demand    int64           `json:"demand"`
	Supply    int64           `json:"supply"` // graduates of the first year who seek its kinds of work
	Gap       int64           `json:"gap"`
	Ratio     forecast.Figure `json:"ratio"`
	Short     float64         `json:"short"`  // share of the graduates whose kinds of work are surely short
	Spare     float64         `json:"spare"`  // … surely spare
	Coming    []int64         `json:"coming"` // graduates of this year and the years after
	Kinds     []Part          `json:"kinds"`
	Before    string          `json:"before,omitempty"` // what the issue before advised
	Withheld  bool            `json:"withheld"`         // a kind of work of it is not shown outside
}

// Part is a kind of work that a programme leads to, as evidence.
type Part struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	NameEN string  `json:"name_en"`
	Share  float64 `json:"share"` // of the programme's graduates
	Demand int64   `json:"demand"`
	Supply int64   `json:"supply"`
	Gap    int64   `json:"gap"`
	Word   string  `json:"word"`
}

// masked gives advice as it may be shown outside.
func (a Advice) masked() Advice {
	if !a.Withheld {
		return a
	}
	return Advice{Code: a.Code, Name: a.Name, NameEN: a.NameEN, Education: a.Education, Schools: a.Schools, Places: a.Places,
		Supply: a.Supply, Coming: a.Coming, Ratio: forecast.None(), Withheld: true}
}

// The words of advice, from the most to the least.
const (
	Add    = "add"
	Expand = "expand"
	Keep   = "keep"
	Shrink = "shrink"
	Stop   = "stop"
)

// AdviceWords lists them.
var AdviceWords = []string{Add, Expand, Keep, Shrink, Stop}

// advise weighs every programme that is taught, and finds those that nobody teaches
// and that short kinds of work want.
func (c *computation) advise(context.Context) error {
	kinds := map[string]*Gap{}
	for _, k := range c.at(OfKind) {
		kinds[k.Code] = k
	}
	taught := map[string]bool{}
	for _, p := range c.Programmes {
		taught[p.Code] = true
	}
	for _, g := range c.at(OfProgramme) {
		a := &Advice{Code: g.Code, Name: g.Name, NameEN: g.NameEN, Education: g.Education, Demand: g.Demand, Supply: g.Supply, Gap: g.Gap, Ratio: g.Ratio,
			Before: c.BeforeTold[g.Code], Withheld: g.Withheld}
		a.support(g, kinds, c.flows[g.Code])
		a.Schools, a.Places = c.teaching(g.Code)
		a.Coming = c.coming(g.Code)
		a.Word = c.Terms.Advised.Rule.weigh(a)
		c.advice = append(c.advice, a)
	}
	c.advice = append(c.advice, c.lacking(taught)...)
	slices.SortFunc(c.advice, func(a, b *Advice) int { return cmp.Compare(a.Code, b.Code) })
	return nil
}

// weigh gives the word for a programme that is taught.
func (r Advising) weigh(a *Advice) string {
	known := a.Ratio.Known()
	switch {
	case (!known || float64(a.Ratio) >= r.Expand) && a.Gap >= r.Least && a.Short >= r.Sure:
		return Expand
	case !known || float64(a.Ratio) > r.Shrink || -a.Gap < r.Least || a.Spare < r.Sure:
		return Keep
	case float64(a.Ratio) <= r.Stop && (a.Before == Shrink || a.Before == Stop):
		return Stop
	}
	return Shrink
}

// support lays out the kinds of work that a programme leads to.
func (a *Advice) support(g *Gap, kinds map[string]*Gap, flows map[string]float64) {
	whole := 0.0
	for _, kind := range g.kinds {
		whole += flows[kind]
	}
	for _, kind := range g.kinds {
		k, share := kinds[kind], flows[kind]/whole
		a.Kinds = append(a.Kinds, partOf(k, share))
		switch k.Word {
		case "shortage":
			a.Short += share
		case "surplus":
			a.Spare += share
		}
	}
	slices.SortStableFunc(a.Kinds, func(x, y Part) int { return cmp.Compare(y.Share, x.Share) })
}

func partOf(k *Gap, share float64) Part {
	return Part{Code: k.Code, Name: k.Name, NameEN: k.NameEN, Share: share, Demand: k.Demand, Supply: k.Supply, Gap: k.Gap, Word: string(k.Word)}
}

// teaching gives the schools that teach a programme, and their places.
func (c *computation) teaching(code string) (schools []string, places int) {
	names := map[string]bool{}
	for _, p := range c.Programmes {
		if p.Code == code {
			names[c.Units[p.School]] = true
			places += p.Places
		}
	}
	return sorted(names), places
}

// coming gives the graduates of the years that a release looks at.
func (c *computation) coming(code string) (years []int64) {
	for _, s := range c.supplies {
		if s.Level == ofProgramme && s.School == "" && s.Code == code {
			years = append(years, s.People)
		}
	}
	return years
}

// lacking finds, for each kind of work that is surely short and for which few
// graduates come, the programme nearest to it that no school teaches.
func (c *computation) lacking(taught map[string]bool) (list []*Advice) {
	rule, by := c.Terms.Advised.Rule, map[string]*Advice{}
	for _, k := range c.at(OfKind) {
		if k.Word != "shortage" || k.Gap < rule.Least || k.Ratio.Known() && float64(k.Ratio) < rule.Add {
			continue
		}
		code := nearest(k.Code, taught)
		if code == "" {
			continue
		}
		a := by[code]
		if a == nil {
			listed, _ := codes.Shipped().Get("programme", code)
			a = &Advice{Code: code, Name: listed.Name, NameEN: listed.NameEN, Education: listed.Kind, Word: Add, Short: 1, Ratio: forecast.None(), Before: c.BeforeTold[code]}
			by[code] = a
			list = append(list, a)
		}
		a.Demand, a.Supply, a.Gap = a.Demand+k.Demand, a.Supply+k.Supply, a.Gap+k.Gap
		a.Withheld = a.Withheld || k.Withheld
		a.Kinds = append(a.Kinds, partOf(k, 0))
		if a.Supply > 0 {
			a.Ratio = forecast.Figure(float64(a.Demand) / float64(a.Supply))
		}
	}
	return list
}

// nearest gives the first programme that leads to a kind of work and that nobody
// teaches; at a level of schooling that the kind of work asks for.
func nearest(kind string, taught map[string]bool) string {
	edges := codes.Shipped().Related("position-programme", kind)
	slices.SortStableFunc(edges, func(a, b codes.Relation) int { return cmp.Compare(b.Weight, a.Weight) })
	for _, e := range edges {
		if e.To != "" && !taught[e.To] {
			return e.To
		}
	}
	return ""
}
