package plan

import "guildhall/internal/act"

func moneyOf(name, zh, en string) act.Amount {
	return act.Amount{Name: name, Unit: act.Fen, ZH: zh, EN: en}
}

// What the plan tells of that may be counted.
var _ = act.Declare(
	act.Kind{Name: "plan.task.opened", ZH: "任务下达", EN: "Task opened", Path: "/tasks/{subject}", Marks: []string{"kind", "origin"},
		MeansZH: "一项任务列入计划并编号。", MeansEN: "A task was put on the plan and numbered."},
	act.Kind{Name: "plan.task.accepted", ZH: "任务办结", EN: "Task accepted", Path: "/tasks/{subject}", Marks: []string{"kind", "origin", "timely"},
		Amounts: []act.Amount{{Name: "late", Unit: act.Day, ZH: "逾期天数", EN: "days late"}, {Name: "hours", Unit: act.Hour, ZH: "投入工时", EN: "hours worked"}},
		MeansZH: "一项任务经验收办结；timely 表明报结是否按期；投入工时由承办单位填报、随验收一并认定。", MeansEN: "A task was done and accepted; timely tells whether it was reported by its day. Its hours are what the owner told and the secretariat accepted."},
	act.Kind{Name: "plan.task.failed", ZH: "任务未完成", EN: "Task failed", Path: "/tasks/{subject}", Marks: []string{"kind", "origin"},
		MeansZH: "一项任务经认定未完成。", MeansEN: "A task was judged not to have been done."},
	act.Kind{Name: "plan.task.overdue", ZH: "任务逾期", EN: "Task overdue", Path: "/tasks/{subject}", Marks: []string{"kind", "origin"},
		MeansZH: "一项任务到期未报结，每项任务只记一次。", MeansEN: "A task's day passed without it being reported done; noted once for each task."},
	act.Kind{Name: "plan.task.escalated", ZH: "逾期上报", EN: "Overdue task escalated", Path: "/tasks/{subject}", Marks: []string{"kind", "origin"},
		Amounts: []act.Amount{{Name: "late", Unit: act.Day, ZH: "逾期天数", EN: "days late"}},
		MeansZH: "一项任务逾期超过规定天数，提请负责人处理。", MeansEN: "A task was late for longer than the rule allows and went up to those in charge."},
	act.Kind{Name: "plan.project.started", Marks: []string{"kind"}, ZH: "项目立项", EN: "Project started", Path: "/projects/{subject}",
		MeansZH: "一个项目立项并列入项目清单。", MeansEN: "A project was put on the list of projects."},
	act.Kind{Name: "plan.project.finished", Marks: []string{"kind"}, ZH: "项目结项", EN: "Project finished", Path: "/projects/{subject}",
		MeansZH: "一个项目结项并写明成果。", MeansEN: "A project ended, and its result was written down."},
	act.Kind{Name: "plan.milestone.reached", ZH: "节点完成", EN: "Milestone reached", Path: "/projects/{subject}", Marks: []string{"timely", "kind"},
		MeansZH: "项目的一个节点完成。", MeansEN: "A milestone of a project was reached."},
	act.Kind{Name: "plan.money.promised", ZH: "经费承诺", EN: "Money promised", Path: "/projects/{subject}", Marks: []string{"source", "kind"},
		Amounts: []act.Amount{moneyOf("promised", "承诺金额", "promised")},
		MeansZH: "一方承诺为项目投入经费。", MeansEN: "Somebody promised money for a project."},
	act.Kind{Name: "plan.money.received", ZH: "经费到账", EN: "Money received", Path: "/projects/{subject}", Marks: []string{"source", "kind"},
		Amounts: []act.Amount{moneyOf("received", "到账金额", "received")},
		MeansZH: "承诺的经费到账。", MeansEN: "Money that was promised for a project came in."},
	act.Kind{Name: "plan.policy.listed", ZH: "政策发布", EN: "Policy listed", Path: "/policies/{subject}", Marks: []string{"kind"},
		MeansZH: "一项支持政策列入政策清单。", MeansEN: "A policy of support was put on the list."},
	act.Kind{Name: "plan.policy.ended", ZH: "政策撤下", EN: "Policy taken off", Path: "/policies/{subject}", Marks: []string{"kind"},
		MeansZH: "一项政策停止执行，从政策清单撤下。", MeansEN: "A policy no longer runs and was taken off the list."},
	act.Kind{Name: "plan.policy.applied", ZH: "政策申请", EN: "Policy applied for", Path: "/policies/{subject}", Marks: []string{"kind"},
		Amounts: []act.Amount{moneyOf("asked", "申请金额", "asked")},
		MeansZH: "一家单位申请一项政策。", MeansEN: "A unit applied under a policy."},
	act.Kind{Name: "plan.policy.granted", ZH: "政策兑现", EN: "Policy granted", Path: "/policies/{subject}", Marks: []string{"kind"},
		Amounts: []act.Amount{moneyOf("granted", "兑现金额", "granted")},
		MeansZH: "一家单位的政策申请获批并兑现。", MeansEN: "A unit was granted what it had applied for under a policy."},
)
