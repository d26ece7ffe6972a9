package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/placement"
	"guildhall/internal/round"
	"guildhall/internal/talent"
)

// newPlacement gives the office of placements over the people and posts of talent
// and the rounds.
func (h *House) newPlacement() *placement.Office {
	h.jobs = append(h.jobs, h.passPlacements, h.indexAgreements)
	return &placement.Office{DB: h.DB, Keys: h.Keys, Talent: placed{h.Talent, h.Rounds}, URL: h.Config.url()}
}

// placed answers the placements' questions.
type placed struct {
	*talent.Talent
	rounds *round.Office
}

func (p placed) Students(tx *db.Tx, ids []string) (map[string]*placement.Student, error) {
	list, women, err := p.People(tx, ids)
	found := make(map[string]*placement.Student, len(list))
	for _, c := range list {
		found[c.ID] = &placement.Student{ID: c.ID, Ref: c.Ref, School: c.School, Name: c.Name, Programme: c.ProgrammeCode, Level: c.Level, Entered: c.Entered,
			AdultFrom: c.AdultFrom, Female: women[c.ID], Worker: c.Kind != talent.Student, Consents: c.Allows(talent.ForEnterprise, tx.Now)}
	}
	return found, err
}

func (p placed) StudentByRef(tx *db.Tx, ref string) (*placement.Student, error) {
	id, err := p.Numbered(tx, ref, auth.From(tx.Context()).Unit)
	if err != nil {
		return nil, err
	}
	found, err := p.Students(tx, []string{id})
	return found[id], err
}

func (p placed) Posts(tx *db.Tx, ids []string) (map[string]*placement.Post, error) {
	list, err := p.Posted(tx, ids)
	found := make(map[string]*placement.Post, len(list))
	for _, x := range list {
		found[x.ID] = &placement.Post{ID: x.ID, Ref: x.Ref, Enterprise: x.Enterprise, Title: x.Title, Kind: x.Kind, Occupation: x.Occupation,
			Shift: x.Shift, PayLow: x.PayLow}
	}
	return found, err
}

func (p placed) PostByRef(tx *db.Tx, ref string) (*placement.Post, error) {
	id, err := p.PostedAs(tx, ref)
	if err != nil {
		return nil, err
	}
	found, err := p.Posts(tx, []string{id})
	return found[id], err
}

func (p placed) Near(post *placement.Post, programme string) int {
	return p.Talent.Near(post.Kind, post.Occupation, programme)
}

func (p placed) Admissions(ctx context.Context, id, school string) (name string, list []placement.Admission, err error) {
	s := round.ResultSearch{Unit: school, Placed: "yes", Limit: 200}
	for {
		found, err := p.rounds.Results(ctx, id, s)
		if err != nil {
			return "", nil, err
		}
		if found.Round.State != round.Published {
			return "", nil, fault.Conflict.New("app.placement.unpublished")
		}
		for _, x := range found.List {
			if school == "" || x.School == school {
				list = append(list, placement.Admission{Candidate: x.Candidate, Post: x.Position})
			}
		}
		if s.After = found.Next; found.Next == "" {
			return found.Round.Name, list, nil
		}
	}
}

// passPlacements lets time have its effect on the placements of every body, and
// checks those anew whose enterprise has another number of staff.
func (h *House) passPlacements(ctx context.Context) {
	for {
		list, err := h.known(ctx)
		for _, b := range list {
			in := db.In(ctx, b.ID)
			_, pass := db.Update(in, h.DB, h.Placement.Pass)
			_, check := db.Update(in, h.DB, h.Placement.Recheck)
			err = errors.Join(err, pass, check)
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: placements", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Minute):
		}
	}
}

func (h *House) placementsWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	return told(h.Placement.Waiting, func(t placement.Task) dashboard.Task {
		return dashboard.Task{Word: t.Word, Args: t.Args, Due: t.Due, Link: t.Link}
	})(tx)
}
