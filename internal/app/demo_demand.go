package app

import (
	"context"
	"fmt"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/talent"
)

// demoLine is one demand of the demo, and what became of it. Days count from now.
type demoLine struct {
	firm     string
	title    string
	position string
	quantity int
	filed    int // days ago
	months   int // until they are wanted
	modes    []string
	answered int    // hours after which a school answers; 0: nobody has
	by       string // that school
	hired    []int
	post     bool
	close    string // why it ends, where it does
}

var demoLines = []demoLine{
	{firm: "M00015", title: "电池测试技术员", position: "P013", quantity: 12, filed: 70, months: 7, modes: []string{"order_class", "hire"}, answered: 20, by: "M00075", hired: []int{8}, post: true},
	{firm: "M00011", title: "整车装配工", position: "P006", quantity: 10, filed: 55, months: 4, modes: []string{"hire"}, answered: 7, by: "M00072", hired: []int{6, 4}},
	{firm: "M00012", title: "化成分容技术员", position: "P012", quantity: 6, filed: 48, months: 5, modes: []string{"hire", "internship"}, answered: 52, by: "M00075", hired: []int{4}, close: "另外 2 人由内部转岗补足"},
	{firm: "M00033", title: "焊装机器人操作工", position: "P002", quantity: 8, filed: 30, months: 6, modes: []string{"field_engineer"}, answered: 96, by: "M00073"},
	{firm: "M00010", title: "三坐标测量员", position: "P037", quantity: 5, filed: 12, months: 8, modes: []string{"hire"}},
	{firm: "M00016", title: "电池装配操作工", position: "P010", quantity: 15, filed: 2, months: 9, modes: []string{"hire", "order_class"}},
}

// demoDemand files the demo's demands for people, through the commands that anybody
// uses; only the clock is turned back while the past is told.
func (h *House) demoDemand(ctx context.Context) error {
	now := h.DB.Now
	defer func() { h.DB.Now = now }()
	for _, l := range demoLines {
		if err := h.demoLine(ctx, l, now()); err != nil {
			return fmt.Errorf("%s: %w", l.title, err)
		}
	}
	return nil
}

func (h *House) demoLine(ctx context.Context, l demoLine, today time.Time) error {
	at := func(days, hours int) {
		then := today.AddDate(0, 0, -days).Add(time.Duration(hours) * time.Hour)
		h.DB.Now = func() time.Time { return then }
	}
	firm, err := h.demoAs(ctx, l.firm)
	if err != nil {
		return err
	}
	at(l.filed, 0)
	kind, _ := h.Codes.Catalogue.Get("position", l.position)
	in := talent.DemandForm{Title: l.title, Position: l.position, Occupation: kind.Attr["occupation"], Quantity: l.quantity, Region: "450203",
		By: today.In(i18n.China).AddDate(0, l.months, 0).Format(time.DateOnly), ValidUntil: today.In(i18n.China).AddDate(0, 1, 20-l.filed/4).Format(time.DateOnly),
		Certainty: demand.Firm, Education: "中职", Grade: "L4", PayLow: 5200, PayHigh: 7000, Shift: "two_shift", Modes: l.modes, Reason: "expand", Anyway: true}
	d, err := h.Talent.FileDemand(firm, in)
	if err != nil {
		return err
	}
	if l.answered > 0 {
		at(l.filed, l.answered)
		school, err := h.demoAs(ctx, l.by)
		if err != nil {
			return err
		}
		if _, err := h.Talent.AnswerDemand(school, d.ID, "本校有对口专业毕业班学生，可组织面试，也可联合开班。"); err != nil {
			return err
		}
	}
	if l.post {
		at(l.filed-4, 0)
		if _, err := h.Talent.PostDemand(firm, d.ID); err != nil {
			return err
		}
	}
	for i, n := range l.hired {
		at(l.filed-10-7*i, 0)
		if d, err = h.Talent.HiredDemand(firm, d.ID, talent.Hiring{Count: n, Source: "校园双选会"}); err != nil {
			return err
		}
	}
	if l.close != "" {
		at(l.filed-30, 0)
		_, err = h.Talent.CloseDemand(firm, d.ID, l.close)
	}
	return err
}

// demoAs gives the context of whoever works for a unit of the demo.
func (h *House) demoAs(ctx context.Context, ref string) (context.Context, error) {
	root := auth.From(ctx)
	u, err := db.View(ctx, h.DB, func(tx *db.Tx) (*directory.Unit, error) { return directory.Resolve(tx, ref) })
	if err != nil {
		return nil, err
	}
	return directory.As(ctx, auth.Actor{ID: root.ID, Name: "演示经办人", Body: root.Body, Unit: u.ID, Roles: []string{auth.UnitAdmin}}), nil
}
