package talent

import (
	"strings"

	"guildhall/internal/codes"
	"guildhall/matching/fit"
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

// Score is what a candidate and a position are to each other, in points that add
// up; package fit says how.
type Score = fit.Score

// Parts names the parts of a score in their order: four of merit, four of wish.
var Parts = fit.Parts

// MeritParts is how many of the parts are merit's.
const MeritParts = fit.PartKind

// Why a candidate and a position cannot come together, whatever the points.
const (
	BarEducation = fit.BarEducation
	BarRegion    = fit.BarRegion
	BarShift     = fit.BarShift
	BarOverseas  = fit.BarOverseas
	BarFloor     = fit.BarFloor
)

// schooling ranks levels of schooling, and what positions ask for.
var schooling = map[string]int{
	codes.Secondary: 2, codes.Higher: 3, codes.VocationalBachelor: 4, codes.Undergraduate: 4,
	"": 0, "不限": 0, "初中": 1, "高中": 2, "中职": 2, "高职": 3, "职业本科": 4, "本科": 4, "研究生": 5,
}

// Fit gives the profile as the engine takes it.
func (p *Profile) Fit() fit.Profile {
	f := fit.Profile{Schooling: schooling[p.Level], Programme: p.Programme, Score: p.Score, WantKinds: p.WantKinds, WantRegions: p.WantRegions,
		WantPay: p.WantPay, Shift: p.Shift, Overseas: p.Overseas, Skills: make([]fit.Skill, len(p.Skills))}
	for i, s := range p.Skills {
		f.Skills[i] = fit.Skill{Code: s.Code, Level: s.Level}
	}
	if p.Certificate != "" {
		for part := range strings.SplitSeq(p.Certificate, ";") {
			of, grade, _ := strings.Cut(part, ":")
			f.Certificates = append(f.Certificates, fit.Certificate{Occupation: of, Grade: grade})
		}
	}
	return f
}

// Fit gives the post as the engine takes it.
func (p *Post) Fit() fit.Post {
	f := fit.Post{Kind: p.Kind, Occupation: p.Occupation, Region: p.Region, Schooling: schooling[p.Education], PayLow: p.PayLow, PayHigh: p.PayHigh,
		Shift: p.Shift != "" && p.Shift != "day", Overseas: p.Overseas, Needs: make([]fit.Need, len(p.Needs))}
	for i, n := range p.Needs {
		f.Needs[i] = fit.Need(n)
	}
	return f
}
