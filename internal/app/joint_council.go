package app

import (
	"guildhall/internal/council"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/member"
)

// electorate answers the council's questions about the roll.
type electorate struct{}

func (electorate) Members(tx *db.Tx, day string) ([]council.Member, error) {
	seats, err := member.RollAt(tx, day)
	list := make([]council.Member, len(seats))
	for i, s := range seats {
		list[i] = council.Member{Unit: s.Unit, Name: s.Name, NameEN: s.NameEN, Class: s.Class, Ranks: s.Ranks, Votes: s.Weight > 0}
	}
	return list, err
}

// Delegates gives the delegate that a unit has named, and the substitutes.
func (electorate) Delegates(tx *db.Tx, unit string) ([]council.Person, error) {
	duties, err := directory.Duties(tx, directory.DutySearch{Name: member.Delegate, Unit: unit, On: directory.Today(tx)})
	var list []council.Person
	for _, d := range duties {
		list = append(list, council.Person{ID: d.Person})
		for _, p := range d.Deputies {
			list = append(list, council.Person{ID: p})
		}
	}
	return list, err
}

// Reached gives those who are written to for a unit: its delegate and contacts, or
// where it has named none, its administrators.
func (e electorate) Reached(tx *db.Tx, unit string) ([]council.Person, error) {
	list, err := e.Delegates(tx, unit)
	if err != nil {
		return nil, err
	}
	contacts, err := directory.Duties(tx, directory.DutySearch{Name: member.Contact, Unit: unit, On: directory.Today(tx)})
	if err != nil {
		return nil, err
	}
	for _, d := range contacts {
		list = append(list, council.Person{ID: d.Person})
	}
	if len(list) == 0 {
		admins, err := directory.Administrators(tx, unit)
		if err != nil {
			return nil, err
		}
		for _, id := range admins {
			list = append(list, council.Person{ID: id})
		}
	}
	for i, p := range list {
		who, err := directory.FindPerson(tx, p.ID)
		if err != nil {
			return nil, err
		}
		list[i].Name, list[i].Email = who.Name, who.Email
	}
	return list, nil
}

// newCouncil joins the council to the house.
func (h *House) newCouncil() *council.Council {
	c := &council.Council{DB: h.DB, Keys: h.Keys, Files: h.Files, Roll: electorate{}, URL: h.Config.url(), Fonts: h.Config.Fonts}
	c.Tasks = h.unfinished
	return c
}

// councilWaiting tells of meetings and ballots that wait for the actor.
func (h *House) councilWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	waiting, err := h.Council.Waiting(tx)
	for _, w := range waiting {
		list = append(list, dashboard.Task{Word: w.Word, Args: w.Args, Due: w.Due, Link: w.Link})
	}
	return list, err
}
