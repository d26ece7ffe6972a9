package app

import (
	"context"
	"encoding/json"
	"time"

	"guildhall/internal/bulletin"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/outlook"
	"guildhall/internal/survey"
)

// newSurvey gives the surveys over what the outlook and the demand lines know, and
// lets the outlook tell beside its figures how far the newest one reached.
func (h *House) newSurvey() *survey.Survey {
	h.Outlook.Surveyed = func(tx *db.Tx) (*outlook.Surveyed, error) {
		f, err := survey.Latest(tx)
		if err != nil || f == nil {
			return nil, err
		}
		return &outlook.Surveyed{Title: f.Title, Asked: f.Asked, Answered: f.Answered, Coverage: f.Coverage}, nil
	}
	return &survey.Survey{DB: h.DB, Records: surveyed{h}}
}

// surveyed answers the surveys' questions from what members told the outlook, and
// hands it the plans that were looked through.
type surveyed struct{ *House }

func (surveyed) Enterprises(tx *db.Tx) (list []survey.Enterprise, err error) {
	ids, err := member.Units(tx, tx.Now.In(i18n.China).Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	hired, err := outlook.HiredLately(tx)
	for _, id := range ids {
		if u := units[id]; u != nil && u.Class == "enterprise" {
			list = append(list, survey.Enterprise{ID: id, Hired: hired[id]})
		}
	}
	return list, err
}

func (surveyed) Known(tx *db.Tx, unit string) (list []survey.Known, err error) {
	hires, plans, err := outlook.Told(tx, unit)
	for _, x := range hires {
		list = append(list, survey.Known{Position: x.Position, Quarter: x.Quarter, Hired: x.Hired, Planned: x.Planned})
	}
	for _, x := range plans {
		list = append(list, survey.Known{Position: x.Position, Quarter: x.Quarter, Planned: &x.Planned})
	}
	return list, err
}

func (surveyed) Wanted(tx *db.Tx, unit string) (list []survey.Wanted, err error) {
	running, err := demand.Running(tx, "talent")
	for _, l := range running {
		if l.Unit != unit {
			continue
		}
		for _, code := range l.Of("position") {
			list = append(list, survey.Wanted{ID: l.ID, Name: l.Name(), Position: code, Open: l.Quantity - l.Filled})
			break
		}
	}
	return list, err
}

func (surveyed) Take(tx *db.Tx, plans []survey.Planned) error {
	list := make([]outlook.Plan, len(plans))
	for i, p := range plans {
		list[i] = outlook.Plan{Quarter: p.Quarter, Unit: p.Unit, Position: p.Position, Planned: p.People, Confidence: p.Confidence, SubmittedOn: p.On}
	}
	return outlook.Submit(tx, list)
}

// Begin begins a forecast. One that puts a published one right stands in the place of
// the newest bulletin.
func (s surveyed) Begin(ctx context.Context, why string) (string, error) {
	var in outlook.Beginning
	if why != "" {
		last, err := db.View(ctx, s.DB, bulletin.Latest)
		if err != nil {
			return "", err
		}
		if last != nil {
			in.Revises, in.Why = last.Number, why
		}
	}
	r, err := s.Outlook.Begin(ctx, in)
	if err != nil {
		return "", err
	}
	return r.ID, nil
}

// surveyReaders let a survey follow the forecast that was made of it.
func (h *House) surveyReaders(readers map[string][]journal.Reader) {
	follow := func(tx *db.Tx, e journal.Entry) error {
		var r struct {
			State string `json:"state"`
		}
		if err := json.Unmarshal(e.Data, &r); err != nil {
			return err
		}
		return h.Survey.Hear(tx, e.Subject, r.State)
	}
	for _, action := range []string{"outlook.release.run", "outlook.release.review", "outlook.release.publish"} {
		readers[action] = append(readers[action], follow)
	}
}

// surveysWaiting tells enterprises of forms to answer, and the secretariat of the
// next step of each survey.
func (h *House) surveysWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	return told(h.Survey.Waiting, func(t survey.Task) dashboard.Task { return dashboard.Task(t) })(tx)
}
