package app

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
	"guildhall/internal/outlook"
	"guildhall/internal/talent"
)

// Here rooms are joined that may not know of each other: each type answers one
// room's question from another room.

// schooling answers the outlook's questions about schools from talent.
type schooling struct{ *talent.Talent }

func (s schooling) Programmes(tx *db.Tx) ([]outlook.Programme, error) {
	taught, err := s.Taught(tx)
	list := make([]outlook.Programme, 0, len(taught))
	for _, p := range taught {
		list = append(list, outlook.Programme{School: p.School, Code: p.Code, Level: p.Level, Name: p.Name, Years: p.Years, Places: p.Plan})
	}
	return list, err
}

func (s schooling) Cohorts(tx *db.Tx) ([]outlook.Cohort, error) {
	rosters, err := s.Rosters(tx)
	list := make([]outlook.Cohort, 0, len(rosters))
	for _, r := range rosters {
		list = append(list, outlook.Cohort{School: r.School, Code: r.Code, Year: r.Year, Students: r.Students, Graduated: r.Graduated, Further: r.Further})
	}
	return list, err
}

func (s schooling) Openings(tx *db.Tx) ([]outlook.Opening, error) {
	open, err := s.Talent.Openings(tx)
	list := make([]outlook.Opening, 0, len(open))
	for _, o := range open {
		list = append(list, outlook.Opening{Unit: o.Enterprise, Position: o.Kind, Segment: o.Segment, Places: o.Places})
	}
	return list, err
}

// roll answers the outlook's question about how many enterprises belong.
type roll struct{}

func (roll) Enterprises(tx *db.Tx) (n int, err error) {
	ids, err := member.Units(tx, tx.Now.In(i18n.China).Format(time.DateOnly))
	if err != nil {
		return 0, err
	}
	units, err := directory.Units(tx)
	for _, id := range ids {
		if u := units[id]; u != nil && u.Class == "enterprise" {
			n++
		}
	}
	return n, err
}

// equipment tells the page of a unit what it shares.
func equipment(tx *db.Tx, unit string) ([]member.Tie, error) {
	n, err := facility.Owned(tx, unit)
	if err != nil || n == 0 {
		return nil, err
	}
	return []member.Tie{{Word: "app.place.equipment", Count: n, Path: "/equipment?owner=" + unit}}, nil
}
