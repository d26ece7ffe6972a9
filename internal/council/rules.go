package council

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/rule"

	"guildhall/ballot"
)

// Rules are how a body decides (议事规则): dated data of the body, each part with
// the article of the charter that it comes from.
type Rules struct {
	NoticeDays    int    `json:"notice_days"` // before an ordinary meeting
	UrgentDays    int    `json:"urgent_days"` // before an extraordinary one
	NoticeArticle string `json:"notice_article"`

	CouncilRanks  []string `json:"council_ranks"`  // ranks whose units sit in the council; none means every member that votes
	StandingRanks []string `json:"standing_ranks"` // and in the standing council

	Remote         bool   `json:"remote"` // who takes part from elsewhere is present
	Proxies        bool   `json:"proxies"`
	ProxiesEach    int    `json:"proxies_each"` // that one unit may hold
	ProxyArticle   string `json:"proxy_article"`
	Correspondence bool   `json:"correspondence"` // votes in writing
	WrittenArticle string `json:"written_article"`

	Ties       string `json:"ties" choices:"fails,chair,again"`
	RunOff     bool   `json:"run_off"`   // seats that are left go to a run-off
	Plurality  bool   `json:"plurality"` // which the most votes decide
	TieArticle string `json:"tie_article"`

	TermYears   int    `json:"term_years"`
	TermArticle string `json:"term_article"`

	Trustees  int `json:"trustees"`  // that part the key of a ballot which is secret towards administrators
	Threshold int `json:"threshold"` // so many of them open it together

	Classes []Class `json:"classes"`
}

// Class is a class of decision: how many must be there and how many must agree.
type Class struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	NameEN  string `json:"name_en"`
	Article string `json:"article"`

	Quorum     rule.Fraction `json:"quorum"` // of all who may vote
	QuorumMore bool          `json:"quorum_more"`
	EachClass  rule.Fraction `json:"each_class"` // of each class of member, too; none where the charter does not ask

	Base         string        `json:"base" choices:"present,all,valid,cast"`
	Majority     rule.Fraction `json:"majority"`
	MajorityMore bool          `json:"majority_more"`

	Secrecy string `json:"secrecy" choices:"open,members,trustees"` // the least
	Written bool   `json:"written"`                                 // may be decided in writing
}

// KindName is the kind of rule that the council declares.
const KindName = "council.rules"

//go:embed data/*.json
var setups embed.FS

var _ = rule.Declare(KindName, Usual, setups)

// Usual are the rules of a body that has decided none: those of the model charter
// of consortia, with more than half for what is ordinary, and two thirds of all
// for the charter.
var Usual = Rules{
	NoticeDays: 10, UrgentDays: 3, NoticeArticle: "章程第十九条",
	CouncilRanks:  []string{},
	StandingRanks: []string{"chair", "vice_chair", "secretary_general", "deputy_secretary_general", "standing_director"},
	Remote:        true, Proxies: true, ProxiesEach: 1, ProxyArticle: "章程第二十三条", Correspondence: true, WrittenArticle: "章程第二十四条",
	Ties: ballot.Fails, RunOff: true, Plurality: true, TieArticle: "章程第二十二条", TermYears: 3, TermArticle: "章程第十五条", Trustees: 3, Threshold: 2,
	Classes: []Class{
		{Code: "ordinary", Name: "一般议案", NameEN: "Ordinary", Article: "章程第二十条", Quorum: rule.Fraction{Num: 1, Den: 2}, QuorumMore: true,
			Base: ballot.Present, Majority: rule.Fraction{Num: 1, Den: 2}, MajorityMore: true, Secrecy: ballot.Named, Written: true},
		{Code: "major", Name: "重大事项", NameEN: "Major", Article: "章程第二十条", Quorum: rule.Fraction{Num: 2, Den: 3},
			Base: ballot.Present, Majority: rule.Fraction{Num: 2, Den: 3}, Secrecy: ballot.Named},
		{Code: "charter", Name: "修改章程", NameEN: "Charter", Article: "章程第二十一条", Quorum: rule.Fraction{Num: 2, Den: 3},
			Base: ballot.All, Majority: rule.Fraction{Num: 2, Den: 3}, Secrecy: ballot.Named},
		{Code: "election", Name: "选举", NameEN: "Election", Article: "章程第十六条", Quorum: rule.Fraction{Num: 2, Den: 3},
			Base: ballot.Present, Majority: rule.Fraction{Num: 1, Den: 2}, MajorityMore: true, Secrecy: ballot.Members},
	},
}

// Check tells everything in the rules that cannot be, or could never be met.
func (r Rules) Check() error {
	var wrong fault.List
	for place, days := range map[string]int{"notice_days": r.NoticeDays, "urgent_days": r.UrgentDays} {
		if days < 0 || days > 90 {
			wrong.Add(place, "council.rule_fault.days", days)
		}
	}
	if r.UrgentDays > r.NoticeDays {
		wrong.Add("urgent_days", "council.rule_fault.urgent", r.UrgentDays, r.NoticeDays)
	}
	if r.Proxies && (r.ProxiesEach < 1 || r.ProxiesEach > 20) {
		wrong.Add("proxies_each", "council.rule_fault.proxies", r.ProxiesEach)
	}
	if !slices.Contains(ballot.Ties, r.Ties) {
		wrong.Add("ties", "council.rule_fault.ties")
	}
	if r.TermYears < 1 || r.TermYears > 10 {
		wrong.Add("term_years", "council.rule_fault.term", r.TermYears)
	}
	r.checkTrustees(&wrong)
	r.checkClasses(&wrong)
	slices.SortFunc(wrong, func(a, b fault.Item) int { return strings.Compare(a.Place, b.Place) })
	return wrong.Err()
}

func (r Rules) checkTrustees(wrong *fault.List) {
	needed := slices.ContainsFunc(r.Classes, func(c Class) bool { return c.Secrecy == ballot.Trustees })
	if r.Trustees < 0 || r.Trustees > 15 || needed && r.Trustees < 2 {
		wrong.Add("trustees", "council.rule_fault.trustees", r.Trustees)
	}
	if r.Threshold > r.Trustees || r.Threshold < 0 || needed && r.Threshold < 2 {
		wrong.Add("threshold", "council.rule_fault.threshold", r.Threshold, r.Trustees)
	}
}

func (r Rules) checkClasses(wrong *fault.List) {
	seen := map[string]bool{}
	for i, c := range r.Classes {
		at := fmt.Sprintf("classes.%d.", i)
		if !codeWorks(c.Code) || seen[c.Code] {
			wrong.Add(at+"code", "council.rule_fault.code", c.Code)
		}
		seen[c.Code] = true
		if strings.TrimSpace(c.Name) == "" {
			wrong.Add(at+"name", "council.rule_fault.unnamed")
		}
		if strings.TrimSpace(c.Article) == "" {
			wrong.Add(at+"article", "council.rule_fault.no_article")
		}
		c.check(wrong, at)
		if c.Written && !r.Correspondence {
			wrong.Add(at+"written", "council.rule_fault.written")
		}
	}
	for _, code := range []string{"ordinary", "election"} {
		if !seen[code] {
			wrong.Add("classes", "council.rule_fault.missing", code)
		}
	}
}

// check tells which of the class's fractions are none, or more than everybody.
func (c Class) check(wrong *fault.List, at string) {
	for _, f := range []struct {
		place string
		is    rule.Fraction
		more  bool
	}{{"quorum", c.Quorum, c.QuorumMore}, {"majority", c.Majority, c.MajorityMore}, {"each_class", c.EachClass, false}} {
		switch {
		case f.place == "each_class" && f.is == (rule.Fraction{}):
		case !f.is.Proper():
			wrong.Add(at+f.place, "council.rule_fault.fraction", f.is.String())
		case f.more && f.is.Num == f.is.Den:
			wrong.Add(at+f.place, "council.rule_fault.never", f.is.String())
		}
	}
	if !slices.Contains(ballot.Bases, c.Base) {
		wrong.Add(at+"base", "council.rule_fault.base")
	}
	if !slices.Contains(levels[1:], c.Secrecy) {
		wrong.Add(at+"secrecy", "council.rule_fault.secrecy")
	}
}

func codeWorks(code string) bool {
	for _, r := range code {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_') {
			return false
		}
	}
	return code != "" && len(code) <= 30
}

// Class gives the class of a code.
func (r *Rules) Class(code string) (Class, bool) {
	i := slices.IndexFunc(r.Classes, func(c Class) bool { return c.Code == code })
	if i < 0 {
		return Class{Code: code, Name: code}, false
	}
	return r.Classes[i], true
}

// ranks gives the ranks that sit in an organ; none means every member that votes.
func (r *Rules) ranks(organ string) []string {
	switch organ {
	case "council":
		return r.CouncilRanks
	case "standing":
		return r.StandingRanks
	}
	return nil
}

// notice gives how many days before a meeting it must be made known.
func (r *Rules) notice(urgent bool) int {
	if urgent {
		return r.UrgentDays
	}
	return r.NoticeDays
}

func fraction(f rule.Fraction, more bool) ballot.Fraction {
	return ballot.Fraction{Num: int64(f.Num), Den: int64(f.Den), More: more}
}

func (c *Class) quorum() ballot.Fraction { return fraction(c.Quorum, c.QuorumMore) }

func (c *Class) majority() ballot.Majority {
	return ballot.Majority{Base: c.Base, Fraction: fraction(c.Majority, c.MajorityMore)}
}

// levels are the ways to vote, the most open first.
var levels = []string{ballot.Hands, ballot.Named, ballot.Members, ballot.Trustees}

// enough tells whether a way to vote is as secret as the class asks. Hands are as
// open as a roll call.
func (c *Class) enough(level string) bool {
	return max(1, slices.Index(levels, level)) >= slices.Index(levels, c.Secrecy)
}

func secret(level string) bool { return level == ballot.Members || level == ballot.Trustees }
