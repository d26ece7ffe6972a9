package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"

	"guildhall/ballot"
)

// demoCouncil holds a meeting five weeks ago, with minutes, resolutions and an
// election by secret ballot, and calls the next one. Everything goes through the
// commands that anybody uses; only the clock is turned back while the past is told.
func (h *House) demoCouncil(ctx context.Context) error {
	now := h.DB.Now
	defer func() { h.DB.Now = now }()
	seats, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]council.Member, error) { return electorate{}.Members(tx, directory.Today(tx)) })
	if err != nil || len(seats) == 0 {
		return err
	}
	d := &demoMeeting{House: h, ctx: ctx, seats: seats, chair: seats[0], now: now}
	for _, s := range seats {
		if slices.Contains(s.Ranks, "chair") {
			d.chair = s
		}
	}
	if err := d.past(); err != nil {
		return fmt.Errorf("past meeting: %w", err)
	}
	h.DB.Now = now
	for more := true; more; { // the plan hears of the resolutions, and the next agenda begins with them
		if more, err = h.Relay.Next(ctx); err != nil {
			return err
		}
	}
	if err := d.coming(); err != nil {
		return fmt.Errorf("coming meeting: %w", err)
	}
	return nil
}

// demoMeeting tells the demo's story of the council.
type demoMeeting struct {
	*House
	ctx   context.Context
	seats []council.Member
	chair council.Member
	now   func() time.Time
}

// clock turns the clock to so many days from now, at an hour of the body's zone.
func (d *demoMeeting) clock(days int, hour float64) time.Time {
	today := d.now().In(i18n.China)
	at := time.Date(today.Year(), today.Month(), today.Day()+days, 0, 0, 0, 0, i18n.China).Add(time.Duration(hour * float64(time.Hour)))
	d.DB.Now = func() time.Time { return at }
	return at
}

// as gives the context of whoever speaks for a unit.
func (d *demoMeeting) as(unit string) context.Context {
	root := auth.From(d.ctx)
	a := auth.Actor{ID: root.ID, Name: "演示代表", Body: root.Body, Unit: unit, Roles: []string{auth.UnitAdmin}}
	named, err := db.View(d.ctx, d.DB, func(tx *db.Tx) ([]council.Person, error) { return electorate{}.Delegates(tx, unit) })
	if err == nil && len(named) > 0 {
		a.ID = named[0].ID
	}
	return directory.As(d.ctx, a)
}

func (d *demoMeeting) form(title string, at time.Time) council.MeetingForm {
	return council.MeetingForm{Organ: "council", Form: "hall", Title: title, Place: "龙壶市民中心 301 会议室", Day: at.Format(time.DateOnly), From: "09:30", Until: "11:30",
		ChairUnit: d.chair.Unit, Chair: "林知远", Secretary: "秘书处·演示"}
}

func (d *demoMeeting) past() error {
	at := d.clock(-36, 9.5)
	d.clock(-50, 10)
	m, err := d.Council.Call(d.ctx, d.form("第一届理事会第二次会议", at))
	if err != nil {
		return err
	}
	items, err := d.agenda(m.ID,
		council.ItemForm{Kind: "report", Title: "上年度工作报告", Words: "秘书处报告上年度工作。", Length: 20},
		council.ItemForm{Kind: "motion", Class: "ordinary", Level: ballot.Hands, Title: "共享实训设备开放办法", Mover: "秘书处", Length: 20,
			Words: "一、各成员单位于本季度内登记可共享的实训设备。\n二、秘书处每月公布设备使用情况。\n三、设备使用费按章程规定的办法分摊。"},
		council.ItemForm{Kind: "motion", Class: "major", Level: ballot.Named, Title: "现场工程师订单班（第一批）", Mover: "秘书处", Length: 15,
			Words: "一、设电控、焊装两个订单班。\n二、校企双方于开班前签订三方协议。"},
		council.ItemForm{Kind: "election", Class: "election", Title: "增选副理事长单位", Seats: 2, Length: 15, Candidates: d.candidates(3)})
	if err != nil {
		return err
	}
	if _, err := d.Council.Notify(d.ctx, m.ID); err != nil {
		return err
	}
	d.clock(-36, 9)
	if _, err := d.Council.Check(d.ctx, m.ID); err != nil {
		return err
	}
	if err := d.arrive(m.ID, len(d.seats)*3/4); err != nil {
		return err
	}
	d.clock(-36, 9.5)
	if _, err := d.Council.Begin(d.ctx, m.ID); err != nil {
		return err
	}
	if _, err := d.Council.Hear(d.ctx, items[0].ID, "与会单位听取并讨论了报告。", true); err != nil {
		return err
	}
	return d.decide(m, items)
}

// candidates names enterprises for an election.
func (d *demoMeeting) candidates(n int) (names string) {
	for _, s := range d.seats {
		if s.Class == "enterprise" && n > 0 && s.Unit != d.chair.Unit {
			names += s.Name + "\n"
			n--
		}
	}
	return names
}

func (d *demoMeeting) agenda(meeting string, forms ...council.ItemForm) (items []*council.Item, err error) {
	for _, in := range forms {
		i, err := d.Council.Add(d.ctx, meeting, in)
		if err != nil {
			return nil, err
		}
		items = append(items, i)
	}
	return items, nil
}

// arrive notes who comes: most in the hall, every ninth from elsewhere, one by proxy.
func (d *demoMeeting) arrive(meeting string, n int) error {
	for i, s := range d.seats[:n] {
		in := council.Coming{Unit: s.Unit, State: council.There}
		switch {
		case i == n-1:
			in.State, in.Holder, in.Proof = council.Proxied, d.seats[1].Unit, "委托书（示例）"
		case i%9 == 8:
			in.State = council.Remote
		}
		if _, err := d.Council.Come(d.ctx, meeting, in, "hand"); err != nil {
			return err
		}
	}
	_, err := d.Council.Come(d.ctx, meeting, council.Coming{Unit: d.seats[n].Unit, State: council.Apology}, "hand")
	return err
}

// decide votes on everything: by hands, by names, and in secret.
func (d *demoMeeting) decide(m *council.Meeting, items []*council.Item) error {
	b, err := d.Council.Open(d.ctx, items[1].Motion.ID, council.Opening{})
	if err != nil {
		return err
	}
	if _, err := d.Council.Enter(d.ctx, b.ID, council.Hands{Yes: b.Question.Present - 6, No: 4, Abstain: 2}); err != nil {
		return err
	}
	named := func(i int) string { return []string{ballot.Yes, ballot.Yes, ballot.Yes, ballot.Yes, ballot.No}[i%5] }
	secret := func(i int) string { return []string{"1+2", "1+2", "1", "1+3", "2+3", "1+2"}[i%6] }
	for i, how := range []func(int) string{named, secret} {
		d.clock(-36, 10+0.4*float64(i))
		if err := d.vote(items[2+i].Motion.ID, how); err != nil {
			return err
		}
	}
	d.clock(-36, 11.5)
	if _, err := d.Council.End(d.ctx, m.ID); err != nil {
		return err
	}
	if _, err := d.Council.Minute(d.ctx, m.ID, ""); err != nil {
		return err
	}
	d.clock(-34, 15)
	_, err = d.Council.Confirm(d.as(d.chair.Unit), m.ID)
	return err
}

// vote lets every unit that takes part vote, and counts.
func (d *demoMeeting) vote(motion string, how func(int) string) error {
	b, err := d.Council.Open(d.ctx, motion, council.Opening{})
	if err != nil {
		return err
	}
	for i, s := range d.seats {
		slip, err := d.Council.Slip(d.as(s.Unit), b.ID)
		if err != nil {
			return err
		}
		for _, e := range slip.Units {
			if _, err := d.Council.Cast(d.as(s.Unit), b.ID, e.Unit, how(i)); err != nil {
				return err
			}
		}
	}
	_, err = d.Council.Close(d.ctx, b.ID)
	return err
}

// coming calls the next meeting and tells the members of it.
func (d *demoMeeting) coming() error {
	at := d.now().In(i18n.China).AddDate(0, 0, 14)
	m, err := d.Council.Call(d.ctx, d.form("第一届理事会第三次会议", at))
	if err != nil {
		return err
	}
	_, err = d.agenda(m.ID,
		council.ItemForm{Kind: "motion", Class: "ordinary", Level: ballot.Members, Title: "下年度工作要点及经费安排", Mover: "秘书处", Length: 20,
			Words: "一、建成两个共享实训基地。\n二、完成四项现场工程师培养项目。\n三、经费安排见附件。"},
		council.ItemForm{Kind: "motion", Class: "charter", Title: "修改章程", Mover: "秘书处", Length: 20,
			Words: "一、第三条增写服务先进制造业集群的内容，由秘书处修订全文。\n二、第二十三条改为每单位至多受托一家，由秘书处修订委托书式样。\n三、由秘书处将新章程报主管部门备案。\n四、由秘书处向全体成员公布新章程。"},
		council.ItemForm{Kind: "talk", Title: "其他事项", Length: 10})
	if err != nil {
		return err
	}
	if _, err := d.Council.Notify(d.ctx, m.ID); err != nil {
		return err
	}
	_, err = d.Council.Come(d.ctx, m.ID, council.Coming{Unit: d.seats[len(d.seats)-1].Unit, State: council.Apology}, "hand")
	return err
}
