package app

import (
	"context"
	"fmt"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/outlook"
	"guildhall/internal/survey"
)

// demoOutlook publishes two issues of the bulletin: one made afterwards from what was
// known a year ago, and one of now, whose figures rest on a survey and which tells how
// the first came true. A further survey is open for whoever tries the demo.
func (h *House) demoOutlook(ctx context.Context) error {
	told, err := db.View(ctx, h.DB, outlook.NewestTold)
	if err != nil {
		return err
	}
	first, err := h.Outlook.Run(ctx, outlook.Beginning{AsOf: outlook.Later(told, -outlook.Horizon)})
	if err != nil {
		return fmt.Errorf("first issue: %w", err)
	}
	if err := h.demoPublish(ctx, first.ID); err != nil {
		return err
	}
	round, err := h.demoSurvey(ctx, told)
	if err != nil {
		return fmt.Errorf("survey: %w", err)
	}
	asked, err := h.Survey.Model(ctx, round)
	if err != nil {
		return fmt.Errorf("second issue: %w", err)
	}
	if err := h.Outlook.Compute(ctx, asked.Release); err != nil {
		return fmt.Errorf("second issue: %w", err)
	}
	return h.demoPublish(ctx, asked.Release)
}

func (h *House) demoPublish(ctx context.Context, release string) error {
	if _, err := h.Outlook.Review(ctx, release); err != nil {
		return err
	}
	_, err := h.Outlook.Publish(ctx, release)
	return err
}

// demoSurvey asks the enterprises of the four quarters ahead: four in five answer what
// their forms were filled in with, one has slipped a digit and is asked again. Then
// the next survey opens.
func (h *House) demoSurvey(ctx context.Context, told string) (round string, err error) {
	day := h.DB.Now().AddDate(0, 0, 14).Format("2006-01-02")
	r, err := h.Survey.Draft(ctx, survey.Draft{Title: told[:4] + " 年供需调查（示例）", First: outlook.Later(told, 1), Closes: day,
		Note: "请核对预填数字，补充新增岗位后提交。"})
	if err != nil {
		return "", err
	}
	if _, err := h.Survey.Open(ctx, r.ID); err != nil {
		return "", err
	}
	w, err := h.Survey.Round(ctx, r.ID, survey.Search{Format: "csv"})
	if err != nil {
		return "", err
	}
	for i, f := range w.Forms {
		if i%5 == 4 {
			continue
		}
		if err := h.demoAnswer(ctx, r.ID, f.Unit); err != nil {
			return "", err
		}
	}
	if _, err := h.Survey.Close(ctx, r.ID); err != nil {
		return "", err
	}
	if w, err = h.Survey.Round(ctx, r.ID, survey.Search{Doubts: true, Format: "csv"}); err != nil {
		return "", err
	}
	for _, f := range w.Forms {
		if _, err := h.Survey.Accept(ctx, r.ID, f.Unit); err != nil {
			return "", err
		}
	}
	if _, err := h.Survey.Check(ctx, r.ID); err != nil {
		return "", err
	}
	next, err := h.Survey.Draft(ctx, survey.Draft{Title: "下一年度供需调查（示例）", First: outlook.Later(told, 2), Closes: day, Note: "请在截止日前填报。"})
	if err != nil {
		return "", err
	}
	_, err = h.Survey.Open(ctx, next.ID)
	return r.ID, err
}

// demoAnswer sends an enterprise's form as it was filled in, by its own people.
func (h *House) demoAnswer(ctx context.Context, round, unit string) error {
	root := auth.From(ctx)
	hr := directory.As(ctx, auth.Actor{ID: root.ID, Name: root.Name, Body: root.Body, Unit: unit, Roles: []string{auth.UnitAdmin}})
	s, err := h.Survey.Sheet(hr, round, unit)
	if err != nil {
		return err
	}
	a := survey.Answer{Nothing: len(s.Offers) == 0}
	for _, o := range s.Offers {
		o.Confidence = "middle"
		a.Lines = append(a.Lines, o.Line)
	}
	_, err = h.Survey.Answer(hr, round, unit, a)
	return err
}
