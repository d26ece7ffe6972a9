package app

import (
	"context"
	"fmt"
	"time"

	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
	"guildhall/internal/plan"
)

// demoLastYear tells what the members did in the year before, through the commands
// that anybody uses and with the clock turned back: a meeting, tasks with hours,
// a project with money from many; and how they were assessed for it.
func (h *House) demoLastYear(ctx context.Context) error {
	now := h.DB.Now
	defer func() { h.DB.Now = now }()
	y := &demoYear{House: h, ctx: ctx, year: now().In(i18n.China).Year() - 1}
	y.clock(time.June, 18, 9)
	seats, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]council.Member, error) { return electorate{}.Members(tx, directory.Today(tx)) })
	if err != nil || len(seats) == 0 {
		return err
	}
	y.seats = seats
	for _, do := range []struct {
		what string
		do   func() error
	}{{"meeting", y.meeting}, {"tasks", y.tasks}, {"project", y.project}, {"assessment", y.assessment}} {
		if err := do.do(); err != nil {
			return fmt.Errorf("%s: %w", do.what, err)
		}
	}
	return nil
}

// demoYear is the year before, told.
type demoYear struct {
	*House
	ctx   context.Context
	year  int
	seats []council.Member
}

// clock turns the clock to a day of the year, at an hour of the body's zone.
func (y *demoYear) clock(month time.Month, day int, hour float64) time.Time {
	at := time.Date(y.year, month, day, 0, 0, 0, 0, i18n.China).Add(time.Duration(hour * float64(time.Hour)))
	y.DB.Now = func() time.Time { return at }
	return at
}

func (y *demoYear) day(month time.Month, day int) string {
	return time.Date(y.year, month, day, 0, 0, 0, 0, i18n.China).Format(time.DateOnly)
}

// meeting holds the first meeting of the council, at which it heard a report.
func (y *demoYear) meeting() error {
	d := &demoMeeting{House: y.House, ctx: y.ctx, seats: y.seats, chair: y.seats[0]}
	y.clock(time.June, 1, 10)
	m, err := y.Council.Call(y.ctx, d.form("第一届理事会第一次会议", time.Date(y.year, time.June, 18, 9, 30, 0, 0, i18n.China)))
	if err != nil {
		return err
	}
	items, err := d.agenda(m.ID, council.ItemForm{Kind: "report", Title: "联合体筹建情况报告", Words: "秘书处报告筹建情况。", Length: 30})
	if err != nil {
		return err
	}
	if _, err := y.Council.Notify(y.ctx, m.ID); err != nil {
		return err
	}
	y.clock(time.June, 18, 9)
	if _, err := y.Council.Check(y.ctx, m.ID); err != nil {
		return err
	}
	if err := d.arrive(m.ID, len(y.seats)*2/3); err != nil {
		return err
	}
	y.clock(time.June, 18, 9.5)
	if _, err := y.Council.Begin(y.ctx, m.ID); err != nil {
		return err
	}
	if _, err := y.Council.Hear(y.ctx, items[0].ID, "与会单位听取并讨论了报告。", true); err != nil {
		return err
	}
	y.clock(time.June, 18, 11.5)
	_, err = y.Council.End(y.ctx, m.ID)
	return err
}

// tasks were done by every third member, and told with the hours that they took.
func (y *demoYear) tasks() error {
	titles := []string{"编制岗位能力清单", "接待教师企业实践", "校企共编活页教材", "组织技能比武选拔", "开放实训工位", "选派产业导师授课", "核对人才需求清单", "联合开展员工培训"}
	for i := 0; i < len(y.seats); i += 3 {
		n := i / 3
		y.clock(time.March, 3+n%20, 10)
		f := plan.TaskForm{Part: "共建共享", Title: titles[n%len(titles)] + fmt.Sprintf("（第 %d 批）", 1+n/len(titles)), Owner: y.seats[i].Unit, Due: y.day(time.October, 1+n%28)}
		t, err := y.Plan.Open(y.ctx, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Title, err)
		}
		late := n%7 == 6
		y.clock(time.September, 1+n%28, 10)
		if late {
			y.clock(time.November, 3, 10)
		}
		if _, err := y.Plan.ReportOn(demoFor(y.ctx, f.Owner), t.ID, plan.Report{Finished: true, Hours: int64(24 + n*37%160), Text: "已按要求完成"}, nil); err != nil {
			return err
		}
		y.clock(time.November, 10, 10)
		if _, err := y.Plan.Judge(y.ctx, t.ID, plan.Accept, "予以认定"); err != nil {
			return err
		}
	}
	return nil
}

// project is an industry college that a school and ten firms founded and paid for.
func (y *demoYear) project() error {
	var firms []string
	school := ""
	for _, s := range y.seats {
		switch {
		case s.Class == "enterprise" && len(firms) < 10:
			firms = append(firms, s.Unit)
		case s.Class == "higher_vocational" && school == "":
			school = s.Unit
		}
	}
	y.clock(time.April, 8, 10)
	p, err := y.Plan.Start(y.ctx, plan.ProjectForm{Kind: "industry_college", Name: "新能源汽车现场工程师学院（示例）", Goal: "校企共建产业学院，年培养现场工程师一百二十人", Owner: school,
		Starts: y.day(time.April, 8), Milestones: y.day(time.May, 20) + " 签署共建协议\n" + y.day(time.September, 10) + " 首届开学"})
	if err != nil {
		return err
	}
	for i, firm := range firms {
		if _, err := y.Plan.Promise(y.ctx, p.ID, plan.MoneyForm{Source: "enterprise", Payer: firm, Yuan: float64(100_000 + 50_000*(i*3%8)), About: "年度共建经费"}); err != nil {
			return err
		}
	}
	if _, err := y.Plan.Promise(y.ctx, p.ID, plan.MoneyForm{Source: "school", Payer: school, Yuan: 600_000}); err != nil {
		return err
	}
	whole, err := y.Plan.Project(y.ctx, p.ID)
	if err != nil {
		return err
	}
	y.clock(time.December, 5, 10)
	for i, m := range whole.Money {
		if i%5 == 4 {
			continue // has not paid
		}
		if _, err := y.Plan.Receive(y.ctx, p.ID, m.ID, float64(m.Promised)/100, y.day(time.August, 3+i)); err != nil {
			return err
		}
	}
	for _, m := range whole.Milestones {
		if _, err := y.Plan.Reach(y.ctx, p.ID, m.ID, m.Due, "按期完成"); err != nil {
			return err
		}
	}
	return nil
}

// assessment counts the year, adjusts one result, answers one appeal and concludes.
func (y *demoYear) assessment() error {
	jan := func(day int) {
		at := time.Date(y.year+1, time.January, day, 2, 0, 0, 0, time.UTC)
		y.DB.Now = func() time.Time { return at }
	}
	jan(8)
	a, err := y.Member.Assess(y.ctx, member.AssessForm{Name: fmt.Sprintf("%d 年度（示例）", y.year), Period: member.Period{Since: y.day(time.January, 1), Until: y.day(time.December, 31)}})
	if err != nil {
		return err
	}
	firm, err := y.demoUnits(y.ctx, "M00011", "M00075")
	if err != nil {
		return err
	}
	if _, err := y.Member.Adjust(y.ctx, a.ID, firm[1], 5, "承办市级技能竞赛，按考核办法第九条加分"); err != nil {
		return err
	}
	if _, err := y.Member.Announce(y.ctx, a.ID); err != nil {
		return err
	}
	jan(12)
	if a, err = y.Member.File(demoFor(y.ctx, firm[0]), a.ID, "我单位九月承担的员工培训工时未计入，请核对。"); err != nil {
		return err
	}
	if _, err := y.Member.Answer(y.ctx, a.ID, a.Appeals[0].ID, member.AnswerForm{Upheld: true, Points: 3, Answer: "经核实补计工时 120 小时"}); err != nil {
		return err
	}
	jan(25)
	_, err = y.Member.Conclude(y.ctx, a.ID)
	return err
}
