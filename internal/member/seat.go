package member

import (
	"cmp"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// The duties that the roll declares. Whoever votes for a unit, and whoever stands
// in for them in this order, is named by the unit or by the secretariat.
var (
	Delegate = directory.DeclareDuty(directory.DutyKind{Name: "council.delegate", Word: "member.duty.delegate", Deputies: 3})
	Contact  = directory.DeclareDuty(directory.DutyKind{Name: "member.contact", Word: "member.duty.contact", Deputies: 1})
)

// Seat is a member as a meeting sees it on its day: what it is, who votes for it,
// and with what weight.
type Seat struct {
	Unit        string   `json:"unit"`
	Name        string   `json:"name"`
	NameEN      string   `json:"name_en,omitempty"`
	Short       string   `json:"short"`
	Class       string   `json:"class"`
	Rank        string   `json:"rank"`        // the highest it holds
	Ranks       []string `json:"ranks"`       // all of them, the highest first
	Delegate    string   `json:"delegate"`    // person; empty where none is named
	Substitutes []string `json:"substitutes"` // persons, the first stands in first
	Weight      int      `json:"weight"`      // 1 where one of its ranks votes, else 0: one unit, one vote
}

// RollAt gives the members of the body on a day, with their delegates of that
// day: the highest rank first, then by name, so that two asks give one order.
// The council asks it by way of app.
func RollAt(tx *db.Tx, day string) ([]Seat, error) {
	ranks, err := ranksOf(tx)
	if err != nil {
		return nil, err
	}
	standings, err := on(tx, day)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	delegates, err := directory.Duties(tx, directory.DutySearch{Name: Delegate, On: day})
	if err != nil {
		return nil, err
	}
	byUnit := make(map[string]*directory.Duty, len(delegates))
	for _, d := range delegates {
		byUnit[d.Unit] = d
	}
	seats := make([]Seat, 0, len(standings))
	for id, s := range standings {
		u := units[id]
		if u == nil || len(s.Terms) == 0 {
			continue
		}
		seats = append(seats, seat(u, s, day, ranks, byUnit[id]))
	}
	slices.SortFunc(seats, func(a, b Seat) int {
		return cmp.Or(cmp.Compare(ranks.place(a.Rank), ranks.place(b.Rank)), cmp.Compare(pinyin(a.Name), pinyin(b.Name)), cmp.Compare(a.Unit, b.Unit))
	})
	return seats, nil
}

func seat(u *directory.Unit, s *Standing, day string, ranks Ranks, d *directory.Duty) Seat {
	e := Seat{Unit: u.ID, Name: u.Name, NameEN: u.NameEN, Short: u.Short(), Class: u.Class, Ranks: []string{}, Substitutes: []string{}}
	for _, t := range s.RanksOn(day, ranks) {
		rank, _ := ranks.Find(t.Rank)
		e.Ranks = append(e.Ranks, rank.Code)
		if rank.Votes {
			e.Weight = 1
		}
	}
	if len(e.Ranks) > 0 {
		e.Rank = e.Ranks[0]
	}
	if d != nil {
		e.Delegate, e.Substitutes = d.Person, d.Deputies
	}
	return e
}
