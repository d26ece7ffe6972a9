package app

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"guildhall/internal/council"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/factor"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/holding"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/plan"
	"guildhall/internal/privacy"
	"guildhall/internal/sso"
	"guildhall/internal/survey"
	"guildhall/internal/talent"
)

// erasureList is the file beside the anchors that tells who was erased.
const erasureList = "erasures.txt"

// rights joins the rooms that keep personal data to the office that carries out
// persons' rights. TestP13EveryTableIsAccountedFor holds the tables against it.
func (h *House) rights() {
	h.Privacy = &privacy.Office{DB: h.DB, Keys: h.Keys, Prove: h.Directory.Proves, Outside: filepath.Join(h.Config.anchors(), erasureList)}
	h.Privacy.Keepers = []holding.Keeper{
		h.Rounds.Keeper(), h.Placement.Keeper(), h.Talent.Keeper(),
		council.Keeper(), plan.Keeper(), h.Facility.Keeper(), survey.Keeper(), demand.Keeper(), files.Keeper(), intake.Keeper(),
		h.Privacy.Keeper(), journal.Keeper(),
		directory.Keeper(), factor.Keeper(), sso.Keeper(),
	}
	h.Privacy.Record = func(tx *db.Tx, id string) (*privacy.Record, error) {
		c, err := h.Talent.Record(tx, id)
		if err != nil {
			return nil, err
		}
		return &privacy.Record{ID: c.ID, School: c.School, Name: c.Name, Ref: c.Ref}, nil
	}
	h.Privacy.Records = h.Talent.RecordIDs
	h.Privacy.Explain = func(tx *db.Tx, round, candidate string) (name string, list []privacy.Reason, err error) {
		name, told, err := h.Rounds.Explained(tx, round, candidate)
		for _, r := range told {
			list = append(list, privacy.Reason{Number: r.Number, Title: r.Title, Unit: r.Unit, Points: r.Merit, Text: r.Text})
		}
		return name, list, err
	}
	h.Privacy.Expiries = slices.Concat(h.Placement.Expiries(), h.Directory.Expiries(), []holding.Expiry{member.Expiry(), facility.Expiry(), h.Privacy.Expiry()})
	h.Privacy.Leavers = talent.LeftBefore
	h.Privacy.Whom = h.named
	h.Directory.Mine = append(h.Directory.Mine, directory.Way{Path: "/me/data", Word: "privacy.data"})
	h.jobs = append(h.jobs, func(ctx context.Context) { h.Privacy.Work(ctx, h.bodyIDs) })
}

// named finds a person of the body by the number of a candidate, or by a login.
func (h *House) named(tx *db.Tx, said string) (w holding.Whom, err error) {
	if w.Candidate, err = h.Talent.RecordNamed(tx, said); err == nil {
		w.Account, err = directory.AccountAbout(tx, w.Candidate)
		return w, err
	}
	if errors.Is(err, fault.NotFound) {
		w.Account, err = directory.AccountNamed(tx, said)
	}
	return w, err
}

// bodyIDs lists the bodies of the house.
func (h *House) bodyIDs(ctx context.Context) (ids []string, err error) {
	list, err := h.known(ctx)
	for _, b := range list {
		ids = append(ids, b.ID)
	}
	return ids, err
}

// rightsWaiting tells of requests about personal data that wait for the actor.
func (h *House) rightsWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	open, err := h.Privacy.Waiting(tx)
	for _, t := range open {
		list = append(list, dashboard.Task{Word: t.Word, Args: t.Args, Due: t.Due, Link: t.Link})
	}
	return list, err
}
