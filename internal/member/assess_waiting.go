package member

import (
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// AssessmentWaits is something about an assessment that waits for whoever asks.
type AssessmentWaits struct {
	ID    string
	Name  string
	Word  string // announce, answer or conclude for the keepers; look for a member
	Count int    // appeals without an answer; members assessed
	Due   string // the last day of appeals, where there is one
}

// AssessmentsWaiting tells those who keep the assessments what to do next, and
// members until when they can look at their result and appeal.
func AssessmentsWaiting(tx *db.Tx) (list []AssessmentWaits, err error) {
	all, err := assessments(tx)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.State == "concluded" {
			continue
		}
		whole, err := seeAssessment(tx, a.ID)
		if err != nil {
			continue // is none of theirs
		}
		if w, ok := whole.waits(auth.From(tx.Context()), todayText(tx)); ok {
			list = append(list, w)
		}
	}
	return list, nil
}

// waits tells what one assessment waits for from an actor on a day.
func (a *Assessment) waits(actor auth.Actor, today string) (w AssessmentWaits, ok bool) {
	w = AssessmentWaits{ID: a.ID, Name: a.Name, Count: len(a.Results), Due: a.AppealUntil}
	open := 0
	for _, x := range a.Appeals {
		if x.State == "open" {
			open++
		}
	}
	switch keeps := assessPolicy["member.assessment.conclude"](actor, a); {
	case keeps && a.State == "draft":
		w.Word, w.Due = "announce", ""
		return w, a.Until <= today
	case keeps && open > 0:
		w.Word, w.Count = "answer", open
		return w, true
	case keeps:
		w.Word = "conclude"
		return w, a.State == "announced" && today > a.AppealUntil
	}
	mine := slices.ContainsFunc(a.Results, func(r Result) bool { return r.Unit == actor.Unit })
	had := slices.ContainsFunc(a.Appeals, func(x Appeal) bool { return x.Unit == actor.Unit })
	w.Word = "look"
	return w, a.State == "announced" && actor.Is(auth.UnitAdmin) && mine && !had && today <= a.AppealUntil
}
