package placement

import (
	"guildhall/internal/act"
	"guildhall/internal/db"
)

const (
	actStarted  = "placement.placement.started"
	actEnded    = "placement.placement.ended"
	actSigned   = "placement.agreement.signed"
	actEmployed = "placement.employment.confirmed"
	actLeft     = "placement.employment.left"
	actBreached = "placement.rule.breached"
	actMended   = "placement.rule.mended"
)

var _ = act.Declare(
	act.Kind{Name: actStarted, ZH: "安置开始", EN: "Placement started", Path: "/placements/{subject}", Marks: []string{"kind"},
		MeansZH: "一名学生的岗位实习或就业在全部规则核验通过后开始。", MeansEN: "A student's internship or employment has begun after every rule was checked and kept.",
		Amounts: []act.Amount{{Name: "days", Unit: act.Day, ZH: "计划天数", EN: "days planned"}}},
	act.Kind{Name: actEnded, ZH: "安置结束", EN: "Placement ended", Path: "/placements/{subject}", Marks: []string{"kind", "ending"},
		MeansZH: "一名学生的岗位实习或就业到期结束，或经一方提出而终止。", MeansEN: "A student's internship or employment has ended at its term, or was ended at the wish of one side.",
		Amounts: []act.Amount{{Name: "days", Unit: act.Day, ZH: "实际天数", EN: "days spent"}}},
	act.Kind{Name: actSigned, ZH: "协议签署完成", EN: "Agreement signed", Path: "/placements/{subject}", Marks: []string{"kind"},
		MeansZH: "一份安置协议由各方签署完毕并生效。", MeansEN: "An agreement on a placement was signed by all of its parties and is in force."},
	act.Kind{Name: actEmployed, ZH: "就业跟踪确认在岗", EN: "Employment confirmed", Path: "/placements/{subject}", Marks: []string{"month", "fits"},
		MeansZH: "毕业生就业满若干月后，经学校跟踪确认仍在该企业在岗。", MeansEN: "Some months after a graduate was employed, their school has confirmed that they still work there."},
	act.Kind{Name: actLeft, ZH: "就业跟踪确认离岗", EN: "Employment found ended", Path: "/placements/{subject}", Marks: []string{"month"},
		MeansZH: "毕业生就业满若干月后，经学校跟踪得知已不在该企业。", MeansEN: "Some months after a graduate was employed, their school has found that they no longer work there."},
	act.Kind{Name: actBreached, ZH: "在岗期间违反规定", EN: "Rule broken while it runs", Path: "/placements/{subject}", Marks: []string{"kind", "rule"},
		MeansZH: "一份已开始的实习或就业在复核中被发现违反规定，rule 为首条被违反的规则。", MeansEN: "A placement that runs was found against the rules when it was checked again; rule is the first that it breaks."},
	act.Kind{Name: actMended, ZH: "违规整改到位", EN: "Rule kept again", Path: "/placements/{subject}", Marks: []string{"kind"},
		MeansZH: "被发现违反规定的实习或就业经复核已全部合规。", MeansEN: "A placement that had been found against the rules keeps all of them again."},
)

// act makes an act of a placement. Its title names the post, not the person.
func (p *Placement) act(kind string) act.Act {
	return act.Act{Kind: kind, Unit: p.School, Units: []string{p.Enterprise}, Persons: []string{p.Candidate}, Subject: p.ID, Title: p.Title,
		Marks: map[string]string{"kind": p.Kind}}
}

func noteStarted(tx *db.Tx, p *Placement) error {
	a := p.act(actStarted)
	if p.Until != Forever {
		a.Amounts = map[string]int64{"days": days(p.Since, p.Until)}
	}
	return act.Note(tx, a)
}

func noteEnded(tx *db.Tx, p *Placement, side string) error {
	a := p.act(actEnded)
	a.Marks["ending"] = "term"
	if side != "" {
		a.Marks["ending"] = side
	}
	a.Amounts = map[string]int64{"days": days(p.Since, p.Until)}
	return act.Note(tx, a)
}

func (p *Placement) employed(f Follow) act.Act {
	a := p.act(actEmployed)
	a.Marks = map[string]string{"month": itoa(f.Month), "fits": f.Fits}
	return a
}

// left is the act that somebody was found to have left.
func (p *Placement) left(f Follow) act.Act {
	a := p.act(actLeft)
	a.Marks = map[string]string{"month": itoa(f.Month)}
	return a
}

// broken tells whether a placement that runs is known to be against the rules.
func (p *Placement) broken() bool {
	return p.State.Runs() && p.Verdict != nil && len(p.Verdict.Breaches) > 0
}

// noteRules notes that a placement that runs came to be against the rules, or is
// not any more; was tells how it stood before.
func noteRules(tx *db.Tx, p *Placement, was bool) error {
	switch is := p.broken(); {
	case is && !was:
		a := p.act(actBreached)
		a.Marks["rule"] = p.Verdict.Breaches[0].Word
		return act.Note(tx, a)
	case was && !is && p.State.Runs():
		return act.Note(tx, p.act(actMended))
	}
	return nil
}
