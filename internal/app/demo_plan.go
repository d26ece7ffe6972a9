package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/files"
	"guildhall/internal/i18n"
	"guildhall/internal/plan"
)

// demoDay gives the civil day so many days from now.
func (h *House) demoDay(days int) string {
	return h.DB.Now().In(i18n.China).AddDate(0, 0, days).Format(time.DateOnly)
}

// demoUnits finds the demo's units by their numbers in the data.
func (h *House) demoUnits(ctx context.Context, refs ...string) (ids []string, err error) {
	return db.View(ctx, h.DB, func(tx *db.Tx) ([]string, error) {
		for _, ref := range refs {
			u, err := directory.Resolve(tx, ref)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", ref, err)
			}
			ids = append(ids, u.ID)
		}
		return ids, nil
	})
}

// demoFor gives the context of somebody who works for a unit.
func demoFor(ctx context.Context, unit string) context.Context {
	root := auth.From(ctx)
	return directory.As(ctx, auth.Actor{ID: root.ID, Name: root.Name, Body: root.Body, Unit: unit, Roles: []string{auth.UnitAdmin}})
}

// demoPlan puts the year's plan, its tasks, projects and policies on the lists,
// and lets members report, be late, apply and be granted.
func (h *House) demoPlan(ctx context.Context) error {
	units, err := h.demoUnits(ctx, "M00011", "M00075", "M00082", "M00003", "M00012")
	if err != nil {
		return err
	}
	firm, school, college, base, other := units[0], units[1], units[2], units[3], units[4]
	_, delegate, _, err := h.demoDelegate(ctx, "M00082")
	if err != nil {
		return err
	}
	year := h.DB.Now().In(i18n.China).Year()
	if _, err := h.Plan.SetYear(ctx, plan.Year{Year: year, Title: fmt.Sprintf("%d 年工作要点（示例）", year),
		Aim: "开好一次理事会；共建十门课程；共享设备上线；供需对接一轮；政策应兑尽兑。"}); err != nil {
		return err
	}
	for _, t := range []struct {
		form    plan.TaskForm
		verdict string
		report  *plan.Report
	}{
		{plan.TaskForm{Part: "共建共享", Title: "校企共建课程十门", Target: "每门课程有企业专家参与", Goal: 10, Evidence: "课程清单", Owner: school, Due: h.demoDay(60)}, "", &plan.Report{Progress: 60, Done: 6, Text: "六门已开课"}},
		{plan.TaskForm{Part: "共建共享", Title: "公共实训基地开放共享设备清单", Evidence: "设备清单", Owner: base, Due: h.demoDay(3)}, plan.Accept, &plan.Report{Finished: true, Hours: 60, Text: "清单已上平台"}},
		{plan.TaskForm{Part: "供需对接", Title: "组织秋季毕业生供需对接", Owner: school, Due: h.demoDay(5)}, plan.Accept, &plan.Report{Finished: true, Hours: 96, Text: "已完成一轮"}},
		{plan.TaskForm{Part: "供需对接", Title: "发布年度人才需求清单", Owner: firm, Due: h.demoDay(1)}, "", &plan.Report{Finished: true, Text: "报请验收"}},
		{plan.TaskForm{Part: "现场工程师", Title: "现场工程师培养方案联合审定", Evidence: "审定意见", Owner: college, Person: delegate.Person, Due: h.demoDay(-5)}, "", &plan.Report{Progress: 40, Text: "待企业反馈"}},
		{plan.TaskForm{Part: "治理", Title: "修订成员考核办法", Owner: college, Due: h.demoDay(30)}, plan.Accept, &plan.Report{Finished: true, Hours: 40, Text: "征求意见稿"}},
		{plan.TaskForm{Part: "治理", Title: "实习协议补签", Kind: "rectification", Target: "补齐缺失的三方协议", Owner: other, Due: h.demoDay(-20)}, "", nil},
	} {
		if err := h.demoTask(ctx, t.form, t.report, t.verdict); err != nil {
			return fmt.Errorf("%s: %w", t.form.Title, err)
		}
	}
	if err := h.demoProjects(ctx, firm, school, college); err != nil {
		return fmt.Errorf("projects: %w", err)
	}
	if err := h.demoPolicies(ctx, firm, other); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	_, err = h.Plan.RemindOnce(ctx)
	return err
}

// demoTask opens a task, reports on it for its owner, and judges it.
func (h *House) demoTask(ctx context.Context, f plan.TaskForm, r *plan.Report, verdict string) error {
	t, err := h.Plan.Open(ctx, f)
	if err != nil || r == nil {
		return err
	}
	var shown []*files.File
	if f.Evidence != "" {
		file, err := h.Files.Put(strings.NewReader(f.Title+"\n"+r.Text+"\n"), f.Evidence+"（示例）.txt", 1<<20)
		if err != nil {
			return err
		}
		shown = append(shown, file)
	}
	if _, err := h.Plan.ReportOn(demoFor(ctx, f.Owner), t.ID, *r, shown); err != nil || verdict == "" {
		return err
	}
	_, err = h.Plan.Judge(ctx, t.ID, verdict, "材料齐全")
	return err
}

// demoProjects starts two projects with money and milestones.
func (h *House) demoProjects(ctx context.Context, firm, school, college string) error {
	for _, d := range []struct {
		form     plan.ProjectForm
		money    []plan.MoneyForm
		received []float64
	}{
		{plan.ProjectForm{Kind: "training_base", Name: "电驱动数字化教学工厂（示例）", Goal: "建成一座可同时承担教学与小批试制的教学工厂", Owner: school, Partners: "M00011\nM00003", Starts: h.demoDay(-120), Ends: h.demoDay(200),
			Milestones: h.demoDay(-90) + " 签约\n" + h.demoDay(-20) + " 设备到位\n" + h.demoDay(120) + " 开班"},
			[]plan.MoneyForm{{Source: "fiscal", Yuan: 2_000_000, About: "市级专项"}, {Source: "enterprise", Payer: firm, Yuan: 1_200_000, About: "设备捐赠折价"}, {Source: "school", Payer: school, Yuan: 500_000}}, []float64{1_200_000, 1_200_000, 300_000}},
		{plan.ProjectForm{Kind: "technology", Name: "焊接缺陷在线检测联合攻关（示例）", Goal: "漏检率降到千分之二以下", Owner: college, Partners: "M00012", Starts: h.demoDay(-60), Ends: h.demoDay(300), Milestones: h.demoDay(-30) + " 样本采集"},
			[]plan.MoneyForm{{Source: "enterprise", Yuan: 600_000}}, []float64{200_000}},
	} {
		p, err := h.Plan.Start(ctx, d.form)
		if err != nil {
			return err
		}
		for _, m := range d.money {
			if _, err := h.Plan.Promise(ctx, p.ID, m); err != nil {
				return err
			}
		}
		whole, err := h.Plan.Project(ctx, p.ID)
		if err != nil {
			return err
		}
		for i, m := range whole.Money {
			if _, err := h.Plan.Receive(ctx, p.ID, m.ID, d.received[i], h.demoDay(-15)); err != nil {
				return err
			}
		}
		if err := h.demoCorrection(ctx, p.ID); err != nil {
			return err
		}
		if _, err := h.Plan.Reach(ctx, p.ID, whole.Milestones[0].ID, whole.Milestones[0].Due, "按期完成"); err != nil {
			return err
		}
	}
	return nil
}

// demoCorrection takes the newest receipt of a project back, and notes what really came in.
func (h *House) demoCorrection(ctx context.Context, project string) error {
	p, err := h.Plan.Project(ctx, project)
	if err != nil {
		return err
	}
	m := p.Money[len(p.Money)-1]
	r := m.Receipts[len(m.Receipts)-1]
	if _, err := h.Plan.Correct(ctx, project, r.Entry, "金额误录，以银行回单为准（示例）"); err != nil {
		return err
	}
	_, err = h.Plan.Receive(ctx, project, m.ID, float64(r.Fen)/100-10_000, r.Day)
	return err
}

// demoPolicies lists one policy of most kinds; two firms apply, and one is granted.
func (h *House) demoPolicies(ctx context.Context, firm, other string) error {
	var fiscal *plan.Scheme
	for _, f := range []plan.SchemeForm{
		{Title: "实训设备共享补助", Issuer: "龙壶市财政局（示例）", Document: "龙财教〔2026〕3 号", Kind: "fiscal", Words: "按共享设备的使用时长给予补助。", Yuan: 300_000,
			Conditions: "class is enterprise # 在本市登记的企业成员\nmember_months >= 6 # 入会满半年", How: "平台在线申请，秘书处初审", Since: "2026-01-01"},
		{Title: "校企合作岗位实习补贴", Issuer: "龙壶市人社局（示例）", Document: "龙人社发〔2026〕11 号", Kind: "talent", Words: "接收实习生每人每月补贴。", Yuan: 500_000,
			Conditions: "class is enterprise # 企业成员\nstaff >= 50 # 在册员工五十人以上", Since: "2026-03-01"},
		{Title: "产教融合企业教育费附加抵免", Issuer: "龙壶市税务局（示例）", Document: "龙税函〔2026〕5 号", Kind: "tax", Words: "按投资额的百分之三十抵免当年应缴教育费附加。",
			Conditions: "class is enterprise\nsum plan.money.received received >= 1000000 in 36 months # 对职业教育实际投入一百万元以上", Since: "2026-01-01"},
		{Title: "教学工厂用地保障", Issuer: "龙壶市自然资源局（示例）", Document: "龙自然资〔2026〕8 号", Kind: "land", Words: "教学工厂用地指标单列。", Conditions: "class is secondary higher_vocational undergraduate", Since: "2026-01-01"},
	} {
		s, err := h.Plan.ListPolicy(ctx, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Title, err)
		}
		if fiscal == nil {
			fiscal = s
		}
	}
	granted, err := h.Plan.Apply(demoFor(ctx, firm), fiscal.ID, 180_000, "两台三坐标测量机对外开放")
	if err != nil {
		return err
	}
	if _, err := h.Plan.JudgeGrant(ctx, granted.ID, true, 150_000, "按实际时长核减"); err != nil {
		return err
	}
	_, err = h.Plan.Apply(demoFor(ctx, other), fiscal.ID, 90_000, "焊接机器人对外开放")
	return err
}
