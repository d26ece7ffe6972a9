package member

import (
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// What the roll tells that may be counted.
var _ = act.Declare(
	act.Kind{Name: "member.unit.joined", ZH: "单位入会", EN: "Unit joined", Path: "/members/{subject}", Marks: []string{"class", "rank"},
		MeansZH: "一个单位自某日起成为联合体成员。", MeansEN: "A unit has belonged to the body from a day on."},
	act.Kind{Name: "member.unit.left", ZH: "单位退会", EN: "Unit left", Path: "/members/{subject}", Marks: []string{"class", "ending"},
		MeansZH: "一个单位自某日起不再是联合体成员，包括退出和除名。", MeansEN: "A unit no longer belongs to the body from a day on: it left or was removed."},
	act.Kind{Name: "member.rank.appointed", ZH: "成员任职", EN: "Rank given", Path: "/members/{subject}", Marks: []string{"class", "rank"},
		MeansZH: "一个成员单位自某日起担任某一职务。", MeansEN: "A member has held a rank from a day on."},
	act.Kind{Name: "member.rank.ended", ZH: "成员卸任", EN: "Ranks laid down", Path: "/members/{subject}", Marks: []string{"class"},
		MeansZH: "一个成员单位卸任后不再担任任何职务，只作普通成员。", MeansEN: "A member has been relieved of its last rank and is an ordinary member."},
	act.Kind{Name: "member.unit.assessed", ZH: "成员年度考核", EN: "Member assessed", Path: "/assessments/{subject}", Marks: []string{"level"},
		Amounts: []act.Amount{{Name: "points", Unit: act.Point, ZH: "得分", EN: "points"}},
		MeansZH: "一个成员单位的年度考核结果在申诉期满后确定。", MeansEN: "The yearly assessment of a member has become final after the days of appeals."},
)

var actOf = map[string]string{"member.unit.join": "member.unit.joined", "member.unit.leave": "member.unit.left", "member.rank.appoint": "member.rank.appointed"}

// noteActs notes what was done with a standing as an act, on its day; what is to
// come is noted as of now, when it was decided.
func noteActs(tx *db.Tx, s *Standing) error {
	kind, ok := actOf[s.action]
	if n := len(s.Ranks); s.action == "member.rank.relieve" && n > 0 && s.Ranks[n-1].Rank == Ordinary && s.Ranks[n-1].Since == s.did.Day {
		kind, ok = "member.rank.ended", true
	}
	if !ok {
		return nil
	}
	u, err := directory.FindUnit(tx, s.Unit)
	if err != nil {
		return err
	}
	a := act.Act{Kind: kind, Unit: s.Unit, Subject: s.Unit, Title: u.Name, Marks: map[string]string{"class": u.Class}}
	if s.did.Rank != "" && kind != "member.rank.ended" {
		a.Marks["rank"] = s.did.Rank
	}
	if s.did.Ending != "" {
		a.Marks["ending"] = s.did.Ending
	}
	if at, err := time.ParseInLocation(time.DateOnly, s.did.Day, today(tx).Location()); err == nil && at.Before(tx.Now) {
		a.At = at
	}
	return act.Note(tx, a)
}
