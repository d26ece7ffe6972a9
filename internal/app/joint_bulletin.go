package app

import (
	"time"

	"guildhall/internal/bulletin"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
	"guildhall/internal/talent"
)

func (h *House) newPress() *bulletin.Press {
	return &bulletin.Press{DB: h.DB, URL: h.Config.url(), Fonts: h.Config.Fonts, Postings: h.postings}
}

// postings tells the open positions of members for the open data.
func (h *House) postings(tx *db.Tx) ([]bulletin.Posting, error) {
	ids, err := member.Units(tx, tx.Now.In(i18n.China).Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	belongs := map[string]bool{}
	for _, id := range ids {
		belongs[id] = true
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	open, err := h.Talent.OpenPositions(tx)
	list := make([]bulletin.Posting, 0, len(open))
	for _, p := range open {
		if u := units[p.Enterprise]; u != nil && belongs[u.ID] {
			list = append(list, posting(p, u))
		}
	}
	return list, err
}

func posting(p *talent.Position, u *directory.Unit) bulletin.Posting {
	out := bulletin.Posting{ID: p.ID, Title: p.Title, Occupation: p.Occupation, Employer: u.Name, EmployerCode: u.CreditCode, Region: p.Region, Places: p.Headcount,
		PayLow: p.PayLow, PayHigh: p.PayHigh, Posted: p.Posted, Closes: p.Closes, Education: p.Education}
	if c, ok := codes.Shipped().Get("occupation", p.Occupation); ok {
		out.Work = c.Name
	}
	if path := codes.Shipped().Path("region", p.Region); len(path) > 0 {
		out.RegionName = path[len(path)-1].Name
		if len(path) > 1 {
			out.City = path[0].Name
		}
	}
	for _, n := range p.Needs {
		if c, ok := codes.Shipped().Get("skill", n.Code); ok {
			out.Skills = append(out.Skills, c.Name)
		}
	}
	return out
}
