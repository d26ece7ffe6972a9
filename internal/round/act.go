package round

import (
	"maps"
	"slices"

	"guildhall/internal/act"
	"guildhall/internal/db"
)

const (
	actPublished = "round.result.published"
	actPlaced    = "round.place.accepted"
	actFinished  = "round.class.finished"
)

var _ = act.Declare(
	act.Kind{Name: actPublished, ZH: "撮合结果公布", EN: "Matching round published",
		MeansZH: "一轮撮合的结果经独立核验后向全体参加者公布。",
		MeansEN: "The independently verified result of a matching round was published to all who took part.",
		Path:    "/rounds/{subject}",
		Amounts: []act.Amount{{Name: "candidates", Unit: act.Person, ZH: "参加人数", EN: "candidates"},
			{Name: "places", Unit: act.Place, ZH: "参加名额", EN: "places"},
			{Name: "matched", Unit: act.Person, ZH: "录取人数", EN: "placed"}},
		Marks: []string{"kind"}},
	act.Kind{Name: actPlaced, ZH: "撮合录取落实", EN: "Places of a round accepted",
		MeansZH: "一家企业在一轮撮合中录取且本人接受的人，在轮次结清时按企业记一次。",
		MeansEN: "The candidates whom a round placed with one enterprise and who accepted, noted once for each enterprise as the round is cleared.",
		Path:    "/rounds/{subject}",
		Amounts: []act.Amount{{Name: "persons", Unit: act.Person, ZH: "落实人数", EN: "persons"}},
		Marks:   []string{"kind"}},
	act.Kind{Name: actFinished, ZH: "订单班结业", EN: "Order class finished",
		MeansZH: "一个订单班结束，记下按期结业的人；中途退出的不计。",
		MeansEN: "An order class has ended; those who finished it are noted, those who left it are not.",
		Path:    "/rounds/{subject}",
		Amounts: []act.Amount{{Name: "persons", Unit: act.Person, ZH: "结业人数", EN: "finished"},
			{Name: "hours", Unit: act.Hour, ZH: "人学时", EN: "hours of learners"}},
		Marks: []string{"kind"}},
)

func (r *Round) notePublished(tx *db.Tx) error {
	return act.Note(tx, act.Act{Kind: actPublished, Subject: r.ID, Title: r.Name, Marks: map[string]string{"kind": r.Kind},
		Amounts: map[string]int64{"candidates": int64(r.Candidates), "places": int64(r.Places), "matched": int64(r.Figures.Matched)}})
}

// notePlaced notes who accepted, by enterprise.
func (r *Round) notePlaced(tx *db.Tx, list []Held) error {
	by := map[string]*act.Act{}
	for _, h := range list {
		a := by[h.Enterprise]
		if a == nil {
			a = &act.Act{Kind: actPlaced, Unit: h.Enterprise, Subject: r.ID, Title: r.Name, Marks: map[string]string{"kind": r.Kind}, Amounts: map[string]int64{}}
			by[h.Enterprise] = a
		}
		a.Units, a.Persons = append(a.Units, h.School), append(a.Persons, h.Candidate)
		a.Amounts["persons"]++
	}
	acts := make([]act.Act, 0, len(by))
	for _, unit := range slices.Sorted(maps.Keys(by)) {
		acts = append(acts, *by[unit])
	}
	return act.Note(tx, acts...)
}
