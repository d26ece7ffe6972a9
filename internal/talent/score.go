package talent

import (
	"slices"
	"strings"

	"guildhall/internal/codes"
)

// Profile is what scoring knows of a candidate. Gender, ethnicity, origin,
// disability and age have no field here: what is not known cannot count.
type Profile struct {
	Level       string // of schooling, one of codes.Secondary … codes.Undergraduate
	Programme   string // its code
	Score       int    // marks in tenths, 0 to 1000; below 0: not known
	Certificate string // occupation:grade, several with semicolons
	Skills      Skills

	WantKinds   []string // the kind wanted most first; none: any
	WantRegions []string // likewise
	WantPay     int64    // fen a month; 0: not told
	Shift       bool     // shifts are accepted
	Overseas    bool     // posts abroad are accepted
}

// Post is what scoring knows of a position.
type Post struct {
	Kind, Occupation string
	Region           string
	Education        string // the least schooling asked for; empty: any
	PayLow, PayHigh  int64  // fen a month; 0: not told
	Shift            string // day, two_shift or three_shift; empty: not told
	Overseas         bool
	Needs            Needs
}

// The parts of a score, merit's first.
const (
	partSkills = iota
	partProgramme
	partCertificate
	partStudy
	partKind
	partRegion
	partPay
	partShift
	parts
)

// Parts names the parts of a score in their order: four of merit, four of wish.
var Parts = [parts]string{"skills", "programme", "certificate", "study", "kind", "region", "pay", "shift"}

// MeritParts is how many of the parts are merit's.
const MeritParts = partKind

// Score is what a candidate and a position are to each other, in points that add
// up.
type Score [parts]int

// Merit is what the position sees of the candidate, 0 to Full.
func (s Score) Merit() int {
	return s[partSkills] + s[partProgramme] + s[partCertificate] + s[partStudy]
}

// Wish is what the candidate sees in the position, 0 to Full.
func (s Score) Wish() int { return s[partKind] + s[partRegion] + s[partPay] + s[partShift] }

// Of gives the most that the part can have under a rule.
func (r Rule) Of(part int) int {
	return [parts]int{r.Skills, r.Programme, r.Certificate, r.Study, r.Kind, r.Region, r.Pay, r.Shift}[part]
}

// Judge scores under one rule. It remembers how near programmes are to kinds of
// positions, so it is for one goroutine.
type Judge struct {
	Rule  Rule
	Skip  func(post int) bool // posts that a list leaves out; nil: none
	codes *codes.Catalogue
	near  map[[3]string]int
}

// NewJudge gives a judge who looks relations up in a catalogue.
func NewJudge(r Rule, catalogue *codes.Catalogue) *Judge {
	return &Judge{Rule: r, codes: catalogue, near: map[[3]string]int{}}
}

// Score gives all parts for one pair.
func (j *Judge) Score(c *Profile, p *Post) (s Score) {
	near := j.nearness(p.Kind, p.Occupation, c.Programme)
	s[partSkills] = j.skills(c.Skills, p.Needs)
	s[partProgramme] = j.Rule.Programme * near / 100
	s[partCertificate] = j.Rule.Certificate * certified(c.Certificate, p.Occupation) / 100
	if c.Score > 0 {
		s[partStudy] = j.Rule.Study * c.Score / 1000
	}
	s[partKind] = j.Rule.Kind * wanted(c.WantKinds, p.Kind, near) / 100
	s[partRegion] = j.Rule.Region * reached(c.WantRegions, p.Region) / 100
	s[partPay] = j.Rule.Pay * paid(c.WantPay, p.PayLow, p.PayHigh) / 100
	if p.Shift == "day" || p.Shift == "" {
		s[partShift] = j.Rule.Shift
	} else if c.Shift {
		s[partShift] = j.Rule.Shift * 70 / 100
	}
	return s
}

// skills gives each skill its share by weight; a required one weighs Must per
// cent of a preferred one. A level that is too low earns Partial per cent of the
// share, by level. A position that asks for none is satisfied by everybody.
func (j *Judge) skills(has Skills, needs Needs) int {
	whole, earned := 0, 0 // earned in shares times 6,000: per cents of levels in sixtieths, which 1 to 5 divide
	for _, n := range needs {
		weight := n.Weight * 100
		if n.Must {
			weight = n.Weight * j.Rule.Must
		}
		whole += weight
		switch level := has.Level(n.Code); {
		case level >= n.Level:
			earned += weight * 6000
		case level > 0:
			earned += weight * j.Rule.Partial * (level * 60 / n.Level)
		}
	}
	if whole == 0 {
		return j.Rule.Skills
	}
	return int(int64(j.Rule.Skills) * int64(earned) / (int64(whole) * 6000))
}

// nearness tells in per cent how near a programme is to a kind of position: one
// that leads to it 100, one of the same class 60, of the same field 30.
func (j *Judge) nearness(kind, occupation, programme string) int {
	if programme == "" {
		return 0
	}
	key := [3]string{kind, occupation, programme}
	if near, ok := j.near[key]; ok {
		return near
	}
	relation, from := "position-programme", kind
	if kind == "" {
		relation, from = "occupation-programme", occupation
	}
	best := 0
	class, field := family(programme)
	for _, edge := range j.codes.Related(relation, from) {
		c, f := family(edge.To)
		switch {
		case edge.To == programme:
			best = max(best, 100)
		case c == class:
			best = max(best, 60)
		case f == field:
			best = max(best, 30)
		}
	}
	j.near[key] = best
	return best
}

// family gives the class (专业类) and the field (大类) of a programme in a form
// that is alike at all vocational levels: 460701, 660701 and 260701 are of one
// class, for their first digit tells the level.
func family(code string) (class, field string) {
	if len(code) < 4 {
		return code, code
	}
	if code[0] >= '2' && code[0] <= '7' {
		code = string("vV"[code[0]&1]) + code[1:]
	}
	return code[:4], code[:2]
}

var grades = map[string]int{"L5": 60, "L4": 75, "L3": 90, "L2": 100, "L1": 100}

// certified tells in per cent what a candidate's best certificate is worth for an
// occupation: by its grade, half for one of the same group of occupations.
func certified(certificates, occupation string) int {
	best := 0
	if certificates == "" || occupation == "" {
		return 0
	}
	for part := range strings.SplitSeq(certificates, ";") {
		of, grade, _ := strings.Cut(part, ":")
		worth := grades[grade]
		switch {
		case of == occupation:
			best = max(best, worth)
		case len(of) > 7 && len(occupation) > 7 && of[:7] == occupation[:7]:
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

// Why a candidate and a position cannot come together, whatever the points.
const (
	BarEducation = "education" // schooling below what is asked for
	BarRegion    = "region"    // outside every city that the candidate would go to
	BarShift     = "shift"     // shifts, which the candidate does not accept
	BarOverseas  = "overseas"  // abroad, which the candidate does not accept
	BarFloor     = "floor"     // merit below the rule's floor
)

// schooling ranks levels of schooling, and what positions ask for.
var schooling = map[string]int{
	codes.Secondary: 2, codes.Higher: 3, codes.VocationalBachelor: 4, codes.Undergraduate: 4,
	"": 0, "不限": 0, "初中": 1, "高中": 2, "中职": 2, "高职": 3, "职业本科": 4, "本科": 4, "研究生": 5,
}

// Bar tells what bars a pair before any points are counted, or "".
func Bar(c *Profile, p *Post) string {
	switch {
	case schooling[c.Level] < schooling[p.Education]:
		return BarEducation
	case p.Overseas && !c.Overseas:
		return BarOverseas
	case !p.Overseas && len(c.WantRegions) > 0 && p.Region != "" && !inCities(c.WantRegions, p.Region):
		return BarRegion
	case p.Shift != "" && p.Shift != "day" && !c.Shift:
		return BarShift
	}
	return ""
}
