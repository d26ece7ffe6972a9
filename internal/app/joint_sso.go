package app

import (
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/sso"
)

// identity joins the room by which people sign in with the identity provider of their
// school or enterprise to the directory, which begins the sessions.
func (h *House) identity() error {
	private, err := yes(h.Config.SSOPrivate)
	if err != nil {
		return err
	}
	h.Sign = &sso.Office{DB: h.DB, Keys: h.Keys, Directory: h.Directory, URL: h.Config.url(), Private: private}
	h.Directory.Doors = h.Sign.Ways
	h.Directory.Left = h.Sign.Left
	h.Directory.Mine = append(h.Directory.Mine, directory.Way{Path: sso.Page, Word: "sso.own"})
	return nil
}

func (h *House) identityRoutes() { h.Sign.Routes(&h.Routes) }

// yes reads a setting that is on or off.
func yes(setting string) (bool, error) {
	switch setting {
	case "yes":
		return true, nil
	case "", "no":
		return false, nil
	}
	return false, fault.Invalid.New("app.sso_private", setting)
}
