package privacy

import (
	"fmt"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// Process is a body's dated rule on how requests are dealt with.
type Process struct {
	AnswerDays  int      `json:"answer_days"` // working days
	AnswerFrom  string   `json:"answer_source"`
	CoolingDays int      `json:"cooling_days"` // civil days between asking and being erased
	CoolingFrom string   `json:"cooling_source"`
	Holidays    []string `json:"holidays"` // that fall on a Monday to Friday
	Workdays    []string `json:"workdays"` // that fall on a Saturday or Sunday
}

// ProcessKind is the name of that rule.
const ProcessKind = "privacy.process"

var _ = rule.Declare(ProcessKind, Process{
	AnswerDays: 15, AnswerFrom: "《App违法违规收集使用个人信息行为认定方法》（国信办秘字〔2019〕191号）第六条：不超过15个工作日",
	CoolingDays: 7, CoolingFrom: "本机构设定；《个人信息保护法》第四十七条、第五十条要求便捷处理，冷静期最长15日",
	Holidays: []string{}, Workdays: []string{},
})

// Check tells what cannot be.
func (p Process) Check() error {
	var wrong fault.List
	if p.AnswerDays < 1 || p.AnswerDays > 15 {
		wrong.Add("answer_days", "privacy.rule.answer", 15)
	}
	if p.CoolingDays < 0 || p.CoolingDays > 15 {
		wrong.Add("cooling_days", "privacy.rule.cooling", 15)
	}
	for _, d := range slices.Concat(p.Holidays, p.Workdays) {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			wrong.Add("holidays", "fault.date", d)
		}
	}
	return wrong.Err()
}

// Due gives the last working day on which something that was asked on a day is to be
// answered.
func (p Process) Due(asked string) string {
	at, _ := time.Parse(time.DateOnly, asked)
	for left := p.AnswerDays; left > 0; {
		if at = at.AddDate(0, 0, 1); p.works(at) {
			left--
		}
	}
	return at.Format(time.DateOnly)
}

func (p Process) works(at time.Time) bool {
	day := at.Format(time.DateOnly)
	if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		return slices.Contains(p.Workdays, day)
	}
	return !slices.Contains(p.Holidays, day)
}

// Cools gives the day from which an erasure that was asked for on a day is carried out.
func (p Process) Cools(asked string) string { return later(asked, 0, p.CoolingDays) }

func later(day string, months, days int) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return at.AddDate(0, months, days).Format(time.DateOnly)
}

func process(tx *db.Tx) (rule.Held[Process], error) { return rule.Today[Process](tx, ProcessKind) }

// Term is how long one kind of data is kept after it has ended.
type Term struct {
	Kind   string `json:"kind" choices:"talent.identity,talent.consent,round.result,placement.internship,placement.employment,directory.account,directory.session,directory.token,directory.link,directory.mail,directory.attempt,web.request,intake.rows,council.minutes,facility.booking,survey.answer,member.application,privacy.request,journal.entry"`
	Months int    `json:"months"`
	Days   int    `json:"days"`
	Ever   bool   `json:"ever"`   // for good: it is a record of the body
	Source string `json:"source"` // the law, or whose decision
}

// Retention is a body's dated rule on how long data is kept (保存期限).
type Retention struct {
	Terms []Term `json:"terms"`
}

// RetentionKind is the name of that rule.
const RetentionKind = "privacy.retention"

const own = "本机构设定（《个人信息保护法》第十九条：实现处理目的所必要的最短时间）"

var usual = Retention{Terms: []Term{
	{Kind: "talent.identity", Months: 36, Source: own + "；毕业后跟踪就业满三年"},
	{Kind: "talent.consent", Months: 36, Source: "《个人信息保护法》第六十九条（处理者证明其无过错）、《民法典》第一百八十八条（三年诉讼时效）"},
	{Kind: "round.result", Ever: true, Source: own + "；结果可由任何人核验，删除后仅存无名代码"},
	{Kind: "placement.internship", Months: 36, Source: "《职业学校学生实习管理规定》（教职成〔2021〕4号）实习材料立卷归档；期限为本机构设定"},
	{Kind: "placement.employment", Months: 24, Source: "《劳动合同法》第五十条：劳动合同文本至少保存二年备查"},
	{Kind: "directory.account", Source: own + "；任职结束并提出删除后即删"},
	{Kind: "directory.session", Days: 30, Source: own},
	{Kind: "directory.token", Days: 30, Source: own},
	{Kind: "directory.link", Days: 30, Source: own},
	{Kind: "directory.mail", Days: 30, Source: own},
	{Kind: "directory.attempt", Days: 30, Source: own},
	{Kind: "web.request", Days: 1, Source: own + "；重复请求的回执"},
	{Kind: "intake.rows", Days: 30, Source: own + "；导入未取用的行"},
	{Kind: "council.minutes", Ever: true, Source: "《档案法》第十三条：应归档的会议材料"},
	{Kind: "facility.booking", Months: 36, Source: own + "；《民法典》第一百八十八条（三年诉讼时效）内可核对机时费"},
	{Kind: "survey.answer", Months: 24, Source: own},
	{Kind: "member.application", Months: 12, Source: own + "；入会申请办结后的联系人"},
	{Kind: "privacy.request", Months: 36, Source: "《个人信息保护法》第五十六条：处理情况记录至少保存三年"},
	{Kind: "journal.entry", Months: 6, Source: "《网络安全法》第二十一条：网络日志留存不少于六个月"},
}}

var _ = rule.Declare(RetentionKind, usual)

// least are the terms below which the law does not let a rule go, in months.
var least = map[string]int{"journal.entry": 6, "placement.employment": 24, "privacy.request": 36}

// Check tells what cannot be.
func (r Retention) Check() error {
	var wrong fault.List
	seen := map[string]bool{}
	for i, t := range r.Terms {
		at := func(field string) string { return fmt.Sprintf("terms.%d.%s", i, field) }
		if seen[t.Kind] {
			wrong.Add(at("kind"), "privacy.rule.twice", t.Kind)
		}
		seen[t.Kind] = true
		if t.Months < 0 || t.Days < 0 || t.Months > 1200 || t.Days > 36500 {
			wrong.Add(at("months"), "privacy.rule.negative")
		}
		if n := least[t.Kind]; !t.Ever && t.Months < n {
			wrong.Add(at("months"), "privacy.rule.least", n)
		}
		if t.Source == "" {
			wrong.Add(at("source"), "privacy.rule.no_source")
		}
	}
	return wrong.Err()
}

func (r Retention) find(kind string) (Term, bool) {
	i := slices.IndexFunc(r.Terms, func(t Term) bool { return t.Kind == kind })
	if i < 0 {
		return Term{}, false
	}
	return r.Terms[i], true
}

// Until gives the day until which something of a kind stays that ended on a day.
func (r Retention) Until(kind, ended string) string {
	t, ok := r.find(kind)
	switch {
	case !ok || ended == "":
		return ""
	case t.Ever:
		return "9999-12-31"
	}
	return later(ended, t.Months, t.Days)
}

// Before gives the day before which things of a kind must have ended to go on a day.
func (r Retention) Before(kind, today string) (string, bool) {
	t, ok := r.find(kind)
	if !ok || t.Ever {
		return "", false
	}
	return later(today, -t.Months, -t.Days), true
}

func (r Retention) source(kind string) string {
	t, ok := r.find(kind)
	if !ok {
		return ""
	}
	return t.Source
}

func retention(tx *db.Tx) (rule.Held[Retention], error) {
	return rule.Today[Retention](tx, RetentionKind)
}

func termsOf(tx *db.Tx) (holding.Terms, error) {
	held, err := retention(tx)
	return func(kind, ended string) string { return held.Rule.Until(kind, ended) }, err
}

func today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
