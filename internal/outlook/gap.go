package outlook

import (
	"math"
	"slices"

	"guildhall/forecast"
	"guildhall/forecast/supply"
)

// Gap (供需缺口) sets the demand for new entrants over four quarters against the
// graduates who come within them: of a kind of work, a segment of the chain, or all
// together. Whole numbers add up: kinds to the total and segments to the total.
type Gap struct {
	Level     Level    `json:"level"`
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	NameEN    string   `json:"name_en"`
	Segments  []string `json:"segments,omitempty"`  // codes, where a kind of work has hires
	Education string   `json:"education,omitempty"` // 中职, 高职, 职业本科, 本科: the least that the kind of work asks for

	Hires  int64 `json:"hires"`  // expected hires of all sorts
	Demand int64 `json:"demand"` // those of them for people from school
	Low    int64 `json:"low"`    // bounds of the demand, four times in five
	High   int64 `json:"high"`
	Supply int64 `json:"supply"` // graduates looking for this work in the city
	Gap    int64 `json:"gap"`    // demand − supply: above zero a shortage
	Lo80   int64 `json:"lo_80"`  // bounds of the gap
	Hi80   int64 `json:"hi_80"`
	Lo95   int64 `json:"lo_95"`
	Hi95   int64 `json:"hi_95"`

	Chance float64         `json:"chance"` // probability of a shortage
	Word   supply.Word     `json:"word"`   // shortage or surplus only where the 80 % interval leaves zero out
	Index  float64         `json:"index"`  // shortage index, 0 to 1: above 0.2 short, above 0.5 very short
	Star   int             `json:"stars"`  // the shortage in stars (紧缺度星级), by the rule of the listing
	Listed bool            `json:"listed"` // it stands in the shortage catalogue (紧缺人才目录)
	Ratio  forecast.Figure `json:"ratio"`  // openings to seekers (求人倍率); null where nobody seeks

	Enterprises int     `json:"enterprises"`
	Largest     float64 `json:"largest"` // share of the largest enterprise in the demand
	Programmes  int     `json:"programmes"`
	Schools     int     `json:"schools"`
	Openings    int64   `json:"openings"` // places in open positions, as of the release
	History     []int64 `json:"history"`  // hires in each run of four quarters up to the release's, oldest first
	Change      float64 `json:"change"`   // of expected hires against the last four quarters, as a share
	Quarters    int     `json:"quarters"` // of history that were told
	Thin        bool    `json:"thin"`     // too few of them to learn a season: the forecast borrows it from others

	// Withheld cells tell of fewer than three enterprises, or mostly of one, or
	// would let a reader subtract their way to one that does. Outside the
	// secretariat their figures are zero and Ratio null.
	Withheld bool `json:"withheld"`

	want  float64  // unrounded demand
	sigma float64  // its standard deviation
	lines []int    // places of the lines it is made of, in order
	kinds []string // of work, of a cell that is made of some
}

// masked gives the cell as it may be shown outside: what it is about, and nothing
// of how many.
func (g Gap) masked() Gap {
	if !g.Withheld {
		return g
	}
	return Gap{Level: g.Level, Code: g.Code, Name: g.Name, NameEN: g.NameEN, Segments: g.Segments, Education: g.Education,
		Supply: g.Supply, Programmes: g.Programmes, Schools: g.Schools, Ratio: forecast.None(), Word: supply.Open, Withheld: true}
}

// The bounds of the shortage index.
const (
	Short     = 0.2
	VeryShort = 0.5
)

// Stars gives the shortage in stars, none where it is not sure that there is one.
func (g Gap) Stars() int {
	if g.Word != "shortage" {
		return 0
	}
	return g.Star
}

// enough is how many quarters of history teach a season.
const enough = 8

// grade sets the shortage indices of cells of one level: how much of the demand
// goes unmet, and how large that is beside the largest gap.
func grade(gaps []*Gap, terms Terms) {
	rule, listing := terms.Assumed.Rule, terms.Listed.Rule
	var largest int64
	for _, g := range gaps {
		largest = max(largest, g.Gap)
	}
	for _, g := range gaps {
		if g.Gap > 0 && g.Demand > 0 {
			g.Index = rule.Relative*float64(g.Gap)/float64(g.Demand) + (1-rule.Relative)*float64(g.Gap)/float64(largest)
			g.Star, g.Listed = listing.stars(g.Index), listing.lists(g)
		}
	}
}

// overYear gives the standard deviation of a year from those of its quarters,
// whose errors go together by alike.
func overYear(sigma []float64, alike float64) float64 {
	sum := 0.0
	for i, a := range sigma {
		sum += a * a
		for _, b := range sigma[:i] {
			sum += 2 * alike * a * b
		}
	}
	return math.Sqrt(sum)
}

// yearly gives the sums of four quarters each that end with the last observation,
// the oldest first. Runs that are not whole are left out.
func yearly(y []forecast.Figure) (sums []int64) {
	for end := len(y); end >= 4; end -= 4 {
		sum := int64(0)
		for _, v := range y[end-4 : end] {
			if v.Known() {
				sum += int64(v)
			}
		}
		sums = append(sums, sum)
	}
	slices.Reverse(sums)
	return sums
}
