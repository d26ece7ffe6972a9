package talent

import (
	"maps"
	"slices"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/i18n"
)

// What supply and demand tell that may be counted.
var _ = act.Declare(
	act.Kind{Name: "talent.demand.filed", ZH: "人才需求提出", EN: "Talent demand filed", Path: "/demands/{subject}", Marks: []string{"certainty"},
		Amounts: []act.Amount{{Name: "persons", Unit: act.Person, ZH: "需求人数", EN: "persons wanted"}},
		MeansZH: "一家单位提出一条人才需求。", MeansEN: "A unit filed a line of what people it wants."},
	act.Kind{Name: "talent.demand.updated", ZH: "人才需求更新", EN: "Talent demand updated", Path: "/demands/{subject}", Marks: []string{"certainty"},
		MeansZH: "提出单位改动或续期了一条人才需求。", MeansEN: "Its owner has changed or renewed a line of demand."},
	act.Kind{Name: "talent.demand.ended", ZH: "人才需求办结", EN: "Talent demand ended", Path: "/demands/{subject}", Marks: []string{"state"},
		Amounts: []act.Amount{{Name: "wanted", Unit: act.Person, ZH: "需求人数", EN: "persons wanted"}, {Name: "filled", Unit: act.Person, ZH: "满足人数", EN: "persons found"},
			{Name: "waited", Unit: act.Day, ZH: "首次响应天数", EN: "days until the first answer"}},
		MeansZH: "一条人才需求招满、办结或撤回，过期失效的不计。", MeansEN: "A line of demand was filled, closed or withdrawn; those that lapse are not counted."},
	act.Kind{Name: "talent.position.listed", ZH: "岗位发布", EN: "Positions listed", Path: "/positions?enterprise={subject}",
		Amounts: []act.Amount{{Name: "positions", Unit: act.Piece, ZH: "岗位", EN: "positions"}, {Name: "places", Unit: act.Place, ZH: "人数", EN: "places"}},
		MeansZH: "一家企业的岗位写入或更新，一次导入按企业记一次。", MeansEN: "Positions of an enterprise were written or renewed, noted once for each enterprise in an import."},
	act.Kind{Name: "talent.programme.listed", ZH: "专业点登记", EN: "Programme listed", Path: "/programmes/{subject}", Marks: []string{"code", "level", "change"},
		Amounts: []act.Amount{{Name: "places", Unit: act.Place, ZH: "年招生计划", EN: "places a year"}},
		MeansZH: "一所学校的一个专业点登记入库（change=new）或其登记事项变更（change=changed）。", MeansEN: "A school's programme was put on the list (change=new), or what is listed of it was changed (change=changed)."},
)

// noteDemand notes what was done with a line of demand, where it may be counted.
func noteDemand(tx *db.Tx, d *Demand) error {
	a := act.Act{Unit: d.Unit, Subject: d.ID, Title: d.Title, Marks: map[string]string{"certainty": string(d.Certainty)}}
	switch {
	case d.action == "talent.demand.file":
		a.Kind, a.Amounts = "talent.demand.filed", map[string]int64{"persons": int64(d.Quantity)}
	case d.action == "talent.demand.change" && d.State.Runs(), d.action == "talent.demand.renew":
		a.Kind = "talent.demand.updated"
	case d.State == demand.Filled || d.State == demand.Closed || d.State == demand.Withdrawn:
		had, err := act.Count(tx, act.Filter{Kind: "talent.demand.ended", Subject: d.ID})
		if err != nil || had > 0 {
			return err
		}
		a.Kind, a.Marks = "talent.demand.ended", map[string]string{"state": string(d.State)}
		a.Amounts = map[string]int64{"wanted": int64(d.Quantity), "filled": int64(d.Filled)}
		if d.AnsweredAt != nil {
			a.Amounts["waited"] = int64(d.AnsweredAt.Sub(d.FiledAt).Hours() / 24)
		}
	default:
		return nil
	}
	return act.Note(tx, a)
}

// notePositions notes the positions of an import, once for each enterprise.
func notePositions(tx *db.Tx, list []*Position) error {
	title := i18n.T(i18n.With(tx.Context(), "zh-CN"), "talent.act.positions")
	by := map[string]*act.Act{}
	for _, p := range list {
		if p.Enterprise == "" || p.Status != Open {
			continue
		}
		a := by[p.Enterprise]
		if a == nil {
			a = &act.Act{Kind: "talent.position.listed", Unit: p.Enterprise, Subject: p.Enterprise, Title: title, Amounts: map[string]int64{}}
			by[p.Enterprise] = a
		}
		a.Amounts["positions"]++
		a.Amounts["places"] += int64(p.Headcount)
	}
	acts := make([]act.Act, 0, len(by))
	for _, unit := range slices.Sorted(maps.Keys(by)) {
		acts = append(acts, *by[unit])
	}
	return act.Note(tx, acts...)
}

// noteProgrammes notes the programmes that were written, and whether each was new.
func noteProgrammes(tx *db.Tx, list []*Programme, had map[string]bool) error {
	acts := make([]act.Act, 0, len(list))
	for _, p := range list {
		if p.School == "" || p.Name == "" {
			continue
		}
		a := act.Act{Kind: "talent.programme.listed", Unit: p.School, Subject: p.ID, Title: p.Name, Amounts: map[string]int64{"places": int64(p.Plan)}, Marks: map[string]string{"change": "new"}}
		if had[p.ID] {
			a.Marks["change"] = "changed"
		}
		for name, value := range map[string]string{"code": p.Code, "level": p.Level} {
			if value != "" {
				a.Marks[name] = value
			}
		}
		acts = append(acts, a)
	}
	return act.Note(tx, acts...)
}
