package fit

import (
	"slices"
)

// Scorer scores pairs one by one, as the rule is read. It looks relations up each
// time; whoever compares many compiles a Market.
type Scorer struct {
	Rule  Rule
	Links Links
}

// Score gives all parts for one pair.
func (x *Scorer) Score(c *Profile, p *Post) (s Score) {
	near := 0
	if c.Programme != "" {
		near = x.Links.Near(p.Kind, p.Occupation, c.Programme)
	}
	r := &x.Rule
	s[PartSkills] = r.skills(p.Needs, func(n Need) (has, akin int) { return level(c.Skills, n.Code), x.akin(c.Skills, n.Code) })
	s[PartProgramme] = r.Programme * near / 100
	s[PartCertificate] = r.Certificate * certified(c.Certificates, p.Occupation) / 100
	s[PartStudy] = r.study(c.Score)
	s[PartKind] = r.Kind * wanted(c.WantKinds, p.Kind, near) / 100
	s[PartRegion] = r.Region * reached(c.WantRegions, p.Region) / 100
	s[PartPay] = r.Pay * paid(c.WantPay, p.PayLow, p.PayHigh) / 100
	s[PartShift] = r.shift(c.Shift, p.Shift)
	return s
}

// akin gives the highest level of a skill near to one.
func (x *Scorer) akin(has []Skill, code string) int {
	if x.Rule.Near == 0 || x.Links.Akin == nil {
		return 0
	}
	best := 0
	for _, other := range x.Links.Akin(code) {
		best = max(best, level(has, other))
	}
	return best
}

// level gives how well a skill is had; 0 is not at all.
func level(has []Skill, code string) int {
	for _, s := range has {
		if s.Code == code {
			return min(max(s.Level, 0), MaxLevel)
		}
	}
	return 0
}

// skills gives each skill its share by weight; a required one weighs Must per
// cent of a preferred one. A post that asks for none is satisfied by everybody.
func (r *Rule) skills(needs []Need, had func(Need) (has, akin int)) int {
	whole, earned := int64(0), int64(0)
	for _, n := range needs {
		has, akin := had(n)
		whole += r.weight(n)
		earned += max(r.own(n, has), r.akin(n, akin))
	}
	return r.share(earned, whole)
}

func (r *Rule) weight(n Need) int64 {
	if n.Must {
		return int64(n.Weight) * int64(r.Must)
	}
	return int64(n.Weight) * 100
}

// own is what a skill had at a level earns where one is asked for: all at the
// level asked, at a lower one Partial per cent by level. It is counted in shares
// times 6,000: per cents of levels in sixtieths, which 1 to 5 divide.
func (r *Rule) own(n Need, has int) int64 {
	switch {
	case has >= n.Level:
		return r.weight(n) * 6000
	case has > 0:
		return r.weight(n) * int64(r.Partial*(has*60/n.Level))
	}
	return 0
}

// akin is what a near skill at a level earns in its place.
func (r *Rule) akin(n Need, has int) int64 {
	if has <= 0 || n.Level <= 0 {
		return 0
	}
	return r.weight(n) * int64(r.Near*(min(has, n.Level)*60/n.Level))
}

func (r *Rule) share(earned, whole int64) int {
	if whole == 0 {
		return r.Skills
	}
	return int(int64(r.Skills) * earned / (whole * 6000))
}

func (r *Rule) study(score int) int {
	if score <= 0 {
		return 0
	}
	return r.Study * score / 1000
}

func (r *Rule) shift(accepts, asked bool) int {
	switch {
	case !asked:
		return r.Shift
	case accepts:
		return r.Shift * 70 / 100
	}
	return 0
}

var grades = map[string]int{"L5": 60, "L4": 75, "L3": 90, "L2": 100, "L1": 100}

// certified tells in per cent what a candidate's best certificate is worth for an
// occupation: by its grade, half for one of the same group of occupations.
func certified(list []Certificate, occupation string) int {
	best := 0
	if occupation == "" {
		return 0
	}
	for _, c := range list {
		worth := grades[c.Grade]
		switch {
		case c.Occupation == occupation:
			best = max(best, worth)
		case len(c.Occupation) > 7 && len(occupation) > 7 && c.Occupation[:7] == occupation[:7]:
			best = max(best, worth/2)
		}
	}
	return best
}

// wanted tells in per cent how much a kind is wanted. Who named none is taken to
// want what their programme leads to.
func wanted(kinds []string, kind string, near int) int {
	if len(kinds) == 0 {
		return near
	}
	i := slices.Index(kinds, kind)
	if i < 0 {
		return 0
	}
	return max(100-10*i, 50)
}

// reached tells in per cent how well a place suits: the district wanted most 100,
// the next ones less, another district of a wanted city 30.
func reached(regions []string, region string) int {
	if len(regions) == 0 {
		return 100
	}
	if i := slices.Index(regions, region); i >= 0 {
		return max(100-15*i, 40)
	}
	if inCities(regions, region) {
		return 30
	}
	return 0
}

func inCities(regions []string, region string) bool {
	return len(region) >= 4 && slices.ContainsFunc(regions, func(r string) bool { return len(r) >= 4 && r[:4] == region[:4] })
}

func paid(want, low, high int64) int {
	high = max(low, high)
	switch {
	case want == 0 || low >= want:
		return 100
	case high == 0:
		return 50
	case high >= want:
		return 70
	case high*10 >= want*9:
		return 40
	}
	return 0
}

// Why a candidate and a post cannot come together, whatever the points.
const (
	BarEducation = "education" // schooling below what is asked for
	BarRegion    = "region"    // outside every city that the candidate would go to
	BarShift     = "shift"     // shifts, which the candidate does not accept
	BarOverseas  = "overseas"  // abroad, which the candidate does not accept
	BarFloor     = "floor"     // merit below the rule's floor
)

// Bar tells what bars a pair before any points are counted, or "".
func Bar(c *Profile, p *Post) string {
	switch {
	case c.Schooling < p.Schooling:
		return BarEducation
	case p.Overseas && !c.Overseas:
		return BarOverseas
	case !p.Overseas && len(c.WantRegions) > 0 && p.Region != "" && !inCities(c.WantRegions, p.Region):
		return BarRegion
	case p.Shift && !c.Shift:
		return BarShift
	}
	return ""
}

// tier is where a kind stands among those that are wanted, the others last.
func tier(kinds []string, kind string) int {
	if i := slices.Index(kinds, kind); i >= 0 {
		return i
	}
	return len(kinds)
}
