package app

import (
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/factor"
)

// trust joins the rooms by which persons sign in to the directory, which begins the
// sessions.
func (h *House) trust() {
	h.Factors = &factor.Office{DB: h.DB, Keys: h.Keys, Directory: h.Directory, URL: h.Config.URL}
	h.Directory.Second = h.Factors
	h.Directory.Ways = []directory.Way{{Path: "/sign-in/passkey", Word: "factor.with_passkey"}}
	h.Directory.Mine = []directory.Way{{Path: factor.Page, Word: "factor.factors"}}
}

func (h *House) trustRoutes() {
	h.Factors.Routes(&h.Routes)
}

// factorsWaiting tells a person that somebody has taken their second factors away.
func (h *House) factorsWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	gone, err := factor.Waiting(tx)
	if err != nil || !gone {
		return nil, err
	}
	return []dashboard.Task{{Word: "factor.waiting", Link: factor.Page}}, nil
}
