package app

import (
	"context"
	"fmt"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/member"
)

// The names of the demo's delegates: made up of common parts, and of nobody.
var (
	demoFamilies = []string{"韦", "覃", "黄", "莫", "蒙", "罗", "陆", "蓝", "梁", "潘", "石", "卢", "廖", "农", "玉", "谭", "欧", "龙"}
	demoGivens   = []string{"示一", "示二", "示三", "例安", "例宁", "例清", "范文", "范和", "范平", "样成", "样诚", "样远"}
)

// demoMember lets the demo's members hold ranks and name their delegates, one of
// them leave, another apply; and settles the assessment of the year before.
func (h *House) demoMember(ctx context.Context) error {
	day := func(months int) string { return h.DB.Now().AddDate(0, months, 0).Format("2006-01-02") }
	seats, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]member.Seat, error) { return member.RollAt(tx, day(0)) })
	if err != nil {
		return err
	}
	if err := h.demoRanks(ctx, seats); err != nil {
		return fmt.Errorf("ranks: %w", err)
	}
	if err := h.demoDelegates(ctx, seats, "2024-03-01"); err != nil {
		return fmt.Errorf("delegates: %w", err)
	}
	if err := h.demoKeeper(ctx, "M00082"); err != nil {
		return fmt.Errorf("keeper: %w", err)
	}
	gone, err := h.Member.Admit(ctx, member.Application{Name: "龙壶再制造技术有限公司（示例）", ShortName: "龙壶再制造", NameEN: "Longhu Remanufacturing (example)", Class: "enterprise", Region: "450203",
		Since: "2023-12-28", Rank: member.Ordinary, Resolution: "成立大会"})
	if err != nil {
		return fmt.Errorf("the one that left: %w", err)
	}
	if _, err := h.Member.Leave(ctx, gone.Unit, day(-2), "left", "来函退会，理事会备案"); err != nil {
		return fmt.Errorf("the one that left: %w", err)
	}
	return h.demoApplication(ctx)
}

// demoRanks appoints what the founders' table leaves open: vice-chairs, standing
// directors and directors, the first of each class.
func (h *House) demoRanks(ctx context.Context, seats []member.Seat) error {
	plain := map[string][]string{}
	for _, s := range seats {
		if s.Rank == member.Ordinary {
			plain[s.Class] = append(plain[s.Class], s.Unit)
		}
	}
	take := func(class string, n int) []string {
		n = min(n, len(plain[class]))
		units := plain[class][:n]
		plain[class] = plain[class][n:]
		return units
	}
	for _, c := range []struct {
		rank  string
		units []string
	}{
		{"vice_chair", slices.Concat(take("enterprise", 4), take("higher_vocational", 1), take("undergraduate", 1))},
		{"standing_director", slices.Concat(take("enterprise", 6), take("higher_vocational", 2), take("secondary", 1), take("research", 1))},
		{"director", slices.Concat(take("enterprise", 14), take("secondary", 2), take("undergraduate", 1), take("government", 1))},
	} {
		for _, unit := range c.units {
			if _, err := h.Member.Appoint(ctx, unit, c.rank, "2024-03-01", "第一届理事会第一次会议"); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoDelegates lets every unit name who votes for it and who stands in. Those
// whose people can sign in name them.
func (h *House) demoDelegates(ctx context.Context, seats []member.Seat, since string) error {
	people, err := h.demoPeople(ctx)
	if err != nil {
		return err
	}
	for i, s := range seats {
		there := people[s.Unit]
		for n := len(there); n < 2; n++ {
			name := demoFamilies[(i*2+n)%len(demoFamilies)] + demoGivens[(i+n*5)%len(demoGivens)]
			p, _, err := h.Directory.Invite(ctx, directory.Invitation{Name: name, Login: fmt.Sprintf("delegate%d-%d", i+1, n+1), Unit: s.Unit, Role: auth.Staff})
			if err != nil {
				return err
			}
			there = append(there, p.ID)
		}
		if _, err := h.Directory.Assign(ctx, directory.DutyForm{Unit: s.Unit, Name: member.Delegate, Person: there[0], Deputies: there[1:2], Since: since}); err != nil {
			return err
		}
	}
	return nil
}

// demoPeople gives those who can sign in, by unit.
func (h *House) demoPeople(ctx context.Context) (map[string][]string, error) {
	people := map[string][]string{}
	list, _, err := h.Directory.Accounts(ctx, directory.AccountSearch{})
	for _, e := range slices.Backward(list) {
		if e.Post.Role == auth.UnitAdmin || e.Post.Role == auth.Staff {
			people[e.Post.Unit] = append(people[e.Post.Unit], e.Person.ID)
		}
	}
	return people, err
}

// demoKeeper lets one person hold many duties: the delegate of a school who is
// its contact, looks after its equipment, and stands in for another who does.
func (h *House) demoKeeper(ctx context.Context, ref string) error {
	unit, who, pieces, err := h.demoDelegate(ctx, ref)
	if err != nil {
		return err
	}
	forms := []directory.DutyForm{{Unit: unit, Name: member.Contact, Person: who.Person, Since: "2024-03-01"}}
	for i, piece := range pieces[:min(10, len(pieces))] {
		in := directory.DutyForm{Unit: unit, Name: facility.Keeper, Subject: piece, Person: who.Person, Since: "2024-09-01"}
		if i == 9 {
			in.Person, in.Deputies = who.Deputies[0], []string{who.Person}
		}
		forms = append(forms, in)
	}
	for _, in := range forms {
		if _, err := h.Directory.Assign(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// demoDelegate gives a unit, who votes for it, and the equipment that it shares.
func (h *House) demoDelegate(ctx context.Context, ref string) (unit string, who *directory.Duty, pieces []string, err error) {
	_, err = db.View(ctx, h.DB, func(tx *db.Tx) (int, error) {
		u, err := directory.Resolve(tx, ref)
		if err != nil {
			return 0, err
		}
		duties, err := directory.Duties(tx, directory.DutySearch{Unit: u.ID, Name: member.Delegate, Open: true})
		if err != nil || len(duties) == 0 {
			return 0, fmt.Errorf("no delegate of %s: %w", ref, err)
		}
		unit, who = u.ID, duties[0]
		pieces, err = facility.Pieces(tx, unit)
		return 0, err
	})
	return unit, who, pieces, err
}

// demoApplication lets a unit apply; it waits to be checked.
func (h *House) demoApplication(ctx context.Context) error {
	stranger := db.In(auth.With(ctx, auth.Actor{}), db.Body(ctx))
	_, _, err := h.Member.Send(stranger, member.FilingForm{
		Application: member.Application{Name: "壶江智能装备有限公司（示例）", ShortName: "壶江装备", NameEN: "Hujiang Intelligent Equipment (example)", Class: "enterprise",
			CreditCode: "91450200MAX0009T3B", Region: "450203", Industry: "3670", Staff: 320, Rank: "director"},
		Statement: "本公司可提供两条装配线的实训工位和每年 20 个顶岗实习岗位，希望参加订单班和技术攻关。",
		Contact:   "农示例", Mobile: "0772-3100000", Charter: true})
	return err
}
