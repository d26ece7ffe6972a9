// Package fit scores people and posts for each other by a rule (人岗匹配评分), finds
// for everybody the best of all, and tells what would change it.
//
// A score has eight parts in whole points that add up. Four are merit, what the
// post sees of the candidate: skills with their levels, programme, certificate,
// marks of study. Four are wish, what the candidate sees in the post: kind, place,
// pay, shifts. Merit alone decides whom a post takes first; whatever somebody
// wishes moves nobody's merit.
//
// [Scorer.Score] and [Bar] say in plain words what counts. [Market] and [Pool] are
// the same compiled: integers, tables for each kind of work, no allocation. A list
// of the best looks first at the kinds of work that a candidate wants, then at the
// others in the order of the most that each could give, and stops when none can
// give better (block-max pruning), so it is the list that looking at every pair
// gives; tests hold the two against each other.
//
// A profile has no place for gender, ethnicity, origin, disability or age: what is
// not known cannot count.
package fit

// Full is the highest merit and the highest wish: points are hundredths, so that
// 10,000 is shown as 100.00.
const Full = 10000

// MaxLevel is the highest level of a skill; levels begin with 1.
const MaxLevel = 5

// Rule says what counts for how much. Of merit and of wish, the parts add up to
// Full each.
type Rule struct {
	Skills      int `json:"skills"`      // merit: the skills that are asked for, with their levels
	Programme   int `json:"programme"`   // merit: how near the programme is to the kind of position
	Certificate int `json:"certificate"` // merit: a certificate of the occupation, by grade
	Study       int `json:"study"`       // merit: marks of study

	Kind   int `json:"kind"`   // wish: the kind of position
	Region int `json:"region"` // wish: where it is
	Pay    int `json:"pay"`    // wish: what it pays beside what is hoped for
	Shift  int `json:"shift"`  // wish: day work, or shifts

	Must    int `json:"must"`    // per cent by which a required skill counts beside a preferred one
	Partial int `json:"partial"` // per cent of a skill's share for one had at too low a level, scaled by level
	Near    int `json:"near"`    // likewise for a skill near on the chain to one that lacks; 0 in rules of before it was counted
	Floor   int `json:"floor"`   // the least merit with which somebody can be placed
	Choices int `json:"choices"` // how many choices a list has at most
}

// Skill is a skill had at a level.
type Skill struct {
	Code  string `json:"code"`
	Level int    `json:"level"`
}

// Need is a skill that a post asks for.
type Need struct {
	Code   string `json:"code"`
	Level  int    `json:"level"`
	Weight int    `json:"weight"` // its share beside the others
	Must   bool   `json:"must"`   // required rather than preferred
}

// Certificate is one of skill: of an occupation, at a grade from L5, the lowest,
// to L1.
type Certificate struct {
	Occupation string `json:"occupation"`
	Grade      string `json:"grade"`
}

// Profile is what scoring knows of a candidate.
type Profile struct {
	Schooling    int // a number that grows with it
	Programme    string
	Score        int // marks in tenths, 0 to 1000; below 0: not known
	Certificates []Certificate
	Skills       []Skill

	WantKinds   []string // the kind wanted most first; none: any
	WantRegions []string // likewise; codes of districts, whose first four digits are the city's
	WantPay     int64    // fen a month; 0: not told
	Shift       bool     // shifts are accepted
	Overseas    bool     // posts abroad are accepted
}

// Post is what scoring knows of a post.
type Post struct {
	Kind, Occupation string
	Region           string
	Schooling        int   // the least that is asked for
	PayLow, PayHigh  int64 // fen a month; 0: not told
	Shift            bool  // work in shifts
	Overseas         bool
	Needs            []Need
}

// Links tells what is near to what on the chain.
type Links struct {
	// Near tells in per cent how near a programme is to a kind of position of an
	// occupation.
	Near func(kind, occupation, programme string) int
	// Akin gives the skills near to one; nil: none are.
	Akin func(skill string) []string
}

// The parts of a score, merit's first.
const (
	PartSkills = iota
	PartProgramme
	PartCertificate
	PartStudy
	PartKind
	PartRegion
	PartPay
	PartShift
	NumParts
)

// Parts names the parts of a score in their order: four of merit, four of wish.
var Parts = [NumParts]string{"skills", "programme", "certificate", "study", "kind", "region", "pay", "shift"}

// Of gives the most that the part can have under a rule.
func (r Rule) Of(part int) int {
	return [NumParts]int{r.Skills, r.Programme, r.Certificate, r.Study, r.Kind, r.Region, r.Pay, r.Shift}[part]
}

// Score is what a candidate and a post are to each other, in points that add up.
type Score [NumParts]int

// Merit is what the post sees of the candidate, 0 to Full.
func (s Score) Merit() int {
	return s[PartSkills] + s[PartProgramme] + s[PartCertificate] + s[PartStudy]
}

// Wish is what the candidate sees in the post, 0 to Full.
func (s Score) Wish() int { return s[PartKind] + s[PartRegion] + s[PartPay] + s[PartShift] }

// Level gives how well a candidate has a skill; 0 is not at all.
func (p *Profile) Level(code string) int { return level(p.Skills, code) }

// With gives the profile of a candidate who has one skill more, or at another level.
func (p *Profile) With(s Skill) Profile {
	with := *p
	with.Skills = append([]Skill{s}, p.Skills...) // of one told twice the first counts
	return with
}
