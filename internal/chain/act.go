package chain

import (
	"guildhall/internal/act"
	"guildhall/internal/db"
)

// What the chain tells that may be counted.
var _ = act.Declare(
	act.Kind{Name: "chain.programme.linked", ZH: "专业对接确认", EN: "Programme linked", Path: "/chain/edges/{from}/{to}", Marks: []string{"code", "to"},
		MeansZH: "一个专业与产业链的一个环节、岗位或职业的对接关系由一家单位确认。", MeansEN: "Somebody stands for a programme's leading to a segment, a kind of work or an occupation of the chain."},
	act.Kind{Name: "chain.programme.unlinked", ZH: "专业对接撤销", EN: "Programme unlinked", Path: "/chain/edges/{from}/{to}", Marks: []string{"code", "to"},
		MeansZH: "一个专业与产业链的一项对接关系被撤销。", MeansEN: "A programme's link to the chain was ended."},
)

// programme gives the programme of an edge that joins one to the chain of work,
// and what it is joined to.
func (v *Version) programme() (code, to string, ok bool) {
	a, b := v.A, v.B
	if a.Kind == KindProgramme {
		a, b = b, a
	}
	switch a.Kind {
	case KindSegment, KindPosition, KindOccupation:
		return b.Code, a.Kind, b.Kind == KindProgramme
	}
	return "", "", false
}

// noteLinks notes versions of edges by which programmes came to stand on the chain,
// or ceased to.
func noteLinks(tx *db.Tx, versions []*Version) error {
	var acts []act.Act
	for _, v := range versions {
		code, to, ok := v.programme()
		if !ok || !v.Ended && v.ConfirmedAt == nil {
			continue
		}
		a := act.Act{Kind: "chain.programme.linked", Unit: v.ByUnit, Subject: v.A.String() + "/" + v.B.String(), Title: v.A.Code + " · " + v.B.Code, Marks: map[string]string{"code": code, "to": to}}
		if v.Ended {
			a.Kind = "chain.programme.unlinked"
		}
		acts = append(acts, a)
	}
	return act.Note(tx, acts...)
}
