package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/placement"
	"guildhall/internal/talent"
)

// demoGuardian is the name of the guardian of every minor in the demo.
const demoGuardian = "韦示例"

// demoPlacer places the demo's students: it acts for a school, for the firm, and as
// whoever bears a link.
type demoPlacer struct {
	*House
	ctx, school, firm context.Context
	posts             []*talent.Position
	today             time.Time
}

// demoPlacement fills the placements: two minors whose placement is refused for three
// reasons, and some dozens in every state, each brought there by the commands that
// anybody uses.
func (h *House) demoPlacement(ctx context.Context) error {
	p := &demoPlacer{House: h, ctx: ctx, today: h.DB.Now().In(i18n.China)}
	firm, err := p.acting("M00011")
	if err != nil {
		return err
	}
	p.firm = firm
	found, err := h.Talent.Positions(firm, talent.PositionSearch{Enterprise: auth.From(firm).Unit, Limit: 200})
	if err != nil {
		return err
	}
	p.posts = found.List
	told := map[string]bool{"": true}
	for _, post := range p.posts {
		if told[post.Kind] {
			continue
		}
		told[post.Kind] = true
		staff := placement.Staff{Enterprise: auth.From(firm).Unit, Kind: post.Kind, Staff: 60 + 17*(len(told)%9)}
		if len(told)%6 == 5 {
			staff.Staff = 9 // one intern at most
		}
		if _, err := h.Placement.TellStaff(firm, staff); err != nil {
			return err
		}
	}
	if err := p.minors("M00072", 2); err != nil {
		return err
	}
	if err := p.interns("M00075", 32); err != nil {
		return err
	}
	return p.graduates("M00075", 10)
}

func (p *demoPlacer) acting(ref string) (context.Context, error) {
	root := auth.From(p.ctx)
	u, err := db.View(p.ctx, p.DB, func(tx *db.Tx) (*directory.Unit, error) { return directory.Resolve(tx, ref) })
	if err != nil {
		return nil, err
	}
	return directory.As(p.ctx, auth.Actor{ID: root.ID, Name: "演示经办人", Body: root.Body, Unit: u.ID, Roles: []string{auth.UnitAdmin}}), nil
}

func (p *demoPlacer) pupils(ref, status string) (list []*talent.Candidate, err error) {
	if p.school, err = p.acting(ref); err != nil {
		return nil, err
	}
	found, err := p.Talent.Candidates(p.school, talent.CandidateSearch{School: auth.From(p.school).Unit, Status: status, Limit: 200})
	if err != nil {
		return nil, err
	}
	return found.List, nil
}

func (p *demoPlacer) day(months, days int) string {
	return p.today.AddDate(0, months, days).Format(time.DateOnly)
}

// form is a sound placement of somebody at the post that suits their programme best;
// of several such, the turn decides.
func (p *demoPlacer) form(c *talent.Candidate, turn int) placement.Form {
	best, near := p.posts[:1], 0
	for _, post := range p.posts {
		switch n := p.Talent.Near(post.Kind, post.Occupation, c.ProgrammeCode); {
		case n > near:
			best, near = []*talent.Position{post}, n
		case n == near && n > 0:
			best = append(best, post)
		}
	}
	if near < 30 { // the firm has nothing for this programme
		return placement.Form{}
	}
	post := best[turn%len(best)]
	yuan := func(share int64) string { return fmt.Sprint(post.PayLow * share / 10_000) }
	return placement.Form{Kind: placement.Internship, Student: c.Ref, Post: post.Ref, Since: p.day(0, 0), Until: p.day(5, 0), Place: "柳东基地总装分厂", Work: "跟随师傅完成" + post.Title + "岗位的典型工作任务",
		Board: "企业提供工作餐和宿舍", Pay: yuan(90), Base: yuan(100), PayWay: placement.PayDirect, PayDays: 30, HoursDay: 8, HoursWeek: 40, Venue: "workshop", Intensity: 2,
		Insurance: fmt.Sprintf("实习责任险（示例）第 %d 号", 1000+turn), InsuredTo: p.day(6, 0), SchoolMentor: "陆示例", FirmMentor: "覃示例"}
}

// minors are 17 and may not start yet: no insurance, no mentor at the firm, and the
// guardian has not signed.
func (p *demoPlacer) minors(school string, most int) error {
	list, err := p.pupils(school, talent.Internship)
	if err != nil {
		return err
	}
	adult := p.today.AddDate(0, 1, 0).Format("2006-01")
	for i, c := range list {
		if most == 0 {
			return nil
		}
		if c.AdultFrom <= adult || !c.Allows(talent.ForEnterprise, p.today) {
			continue
		}
		f := p.form(c, i)
		if f.Post == "" {
			continue
		}
		f.Insurance, f.FirmMentor, f.Guardian, f.GuardianPhone = "", "", demoGuardian, "14100000000"
		d, err := p.Placement.Draft(p.school, f)
		if err != nil {
			return fmt.Errorf("minor %s: %w", c.Ref, err)
		}
		if err := p.sign(d, "school", "enterprise", "student"); err != nil {
			return err
		}
		most--
	}
	return nil
}

// sign lets parties sign: the units signed in, the student by a link.
func (p *demoPlacer) sign(d *placement.Placement, roles ...string) error {
	v, err := p.Placement.Placement(p.school, d.ID)
	if err != nil {
		return err
	}
	s := placement.Signing{Version: v.Agreement.Version, Agree: true}
	for _, role := range roles {
		s.Role = role
		switch role {
		case "student", "guardian":
			var url string
			if url, err = p.Placement.Link(p.school, d.ID, role); err != nil {
				return err
			}
			party, _ := v.Agreement.Party(role)
			s.Name = party.Name
			_, err = p.Placement.SignByLink(p.ctx, url[strings.LastIndexByte(url, '/')+1:], s)
		case "enterprise":
			s.Name = ""
			_, err = p.Placement.Sign(p.firm, d.ID, s)
		default:
			s.Name = ""
			_, err = p.Placement.Sign(p.school, d.ID, s)
		}
		if err != nil {
			return fmt.Errorf("%s signs no. %d: %w", role, d.Number, err)
		}
	}
	return nil
}

// interns are placed in turn under what schools and firms get wrong, or right.
func (p *demoPlacer) interns(school string, most int) error {
	var list []*talent.Candidate
	for _, status := range []string{talent.Internship, talent.FinalYear} {
		found, err := p.pupils(school, status)
		if err != nil {
			return err
		}
		list = append(list, found...)
	}
	spoil := []func(*placement.Form){
		func(f *placement.Form) { f.Night, f.HoursDay, f.HoursWeek = true, 10, 50 },
		func(f *placement.Form) { f.Pay = "1800" },
		func(f *placement.Form) { f.Insurance, f.FirmMentor = "", "" },
		func(f *placement.Form) { f.Until, f.InsuredTo = p.day(9, 0), p.day(6, 0) },
	}
	i := -1
	for _, c := range list {
		if i++; i >= most {
			break
		}
		f, turn := p.form(c, i), i%12
		if f.Post == "" {
			i--
			continue
		}
		if turn < len(spoil) {
			spoil[turn](&f)
		}
		if turn == 10 {
			f.Since = p.day(-3, 0)
			f.Until = p.day(2, 0)
		}
		d, err := p.Placement.Draft(p.school, f)
		if mendable(err) {
			continue // does not consent, for one
		}
		if err == nil {
			err = p.carry(d, turn)
		}
		if err != nil {
			return fmt.Errorf("intern %s: %w", c.Ref, err)
		}
	}
	return nil
}

// carry takes a placement as far as its turn says. What the check refuses stays where
// it is.
func (p *demoPlacer) carry(d *placement.Placement, turn int) error {
	if turn < 4 {
		return nil
	}
	if turn == 11 {
		_, err := p.Placement.Withdraw(p.school, d.ID, "学生参加技能竞赛集训，实习推迟")
		return err
	}
	if err := p.sign(d, "school", "enterprise"); err != nil || turn == 4 {
		return err
	}
	if err := p.sign(d, "student"); err != nil || turn == 5 {
		return err
	}
	if _, err := p.Placement.Start(p.school, d.ID); err != nil || turn < 8 {
		if mendable(err) {
			return nil
		}
		return err
	}
	in := placement.Asking{Kind: "change", Day: p.day(0, 0), Pay: "5200", Why: "独立上岗后提高报酬"}
	if turn == 10 {
		in = placement.Asking{Kind: "end", Day: p.day(0, 0), Why: "任务完成，提前返校做毕业设计"}
	}
	r, err := p.Placement.Ask(p.firm, d.ID, in)
	if err != nil || turn == 8 {
		return err
	}
	_, err = p.Placement.Answer(p.school, d.ID, r.ID, true, "同意")
	return err
}

// graduates were employed seven or thirteen months ago; of some it was told what
// became of them.
func (p *demoPlacer) graduates(school string, most int) error {
	list, err := p.pupils(school, talent.GraduatedEmployed)
	if err != nil {
		return err
	}
	for i, c := range list {
		if most == 0 {
			return nil
		}
		f := p.form(c, i)
		if f.Post == "" {
			continue
		}
		f.Kind, f.Since, f.Until, f.Pay = placement.Employment, p.day([]int{-7, -13}[i%2], -i), "", f.Base
		d, err := p.Placement.Draft(p.school, f)
		if mendable(err) {
			continue
		}
		if err == nil {
			err = p.sign(d, "enterprise", "student")
		}
		if err == nil {
			_, err = p.Placement.Start(p.school, d.ID)
		}
		if err == nil && i%3 > 0 {
			_, err = p.Placement.Tell(p.school, d.ID, placement.Follow{Month: 6, There: i%5 > 0, PayBand: placement.PayBands[i%3+1], Fits: placement.Fits[i%2]})
		}
		if err != nil {
			return fmt.Errorf("graduate %s: %w", c.Ref, err)
		}
		most--
	}
	return nil
}

// mendable tells whether an error is what the rules say, not a failure.
func mendable(err error) bool {
	return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict)
}
