package sso

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// The cookie that names the provider by which a browser signed in last, for signing out
// there too. It opens nothing.
const (
	viaCookie = "guildhall_sso"
	viaLasts  = 14 * 24 * time.Hour
)

// Left leads whoever signed out here, and had signed in by a provider, to the page on
// which they can sign out there as well.
func (o *Office) Left(r *http.Request) (to string, forget *http.Cookie) {
	id := directory.ReadCookie(r, viaCookie)
	if !idWorks(id) {
		return "", nil
	}
	return "/sign-in/sso/" + id + "/left", directory.Cookie(r, viaCookie, "", 0)
}

func idWorks(id string) bool { return id != "" && len(id) < 40 && url.PathEscape(id) == id }

// Leaving gives the provider that somebody left, and the address at which they sign out
// there, where it has one (RP-Initiated Logout 1.0).
func (o *Office) Leaving(ctx context.Context, id string) (*Provider, string, error) {
	p, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (*Provider, error) { return open(tx, id) })
	if err != nil {
		return nil, "", err
	}
	m, err := o.discover(ctx, p.Issuer)
	if err != nil || m.EndSession == "" {
		return p, "", nil // they are signed out here, and the provider offers nothing
	}
	u, err := url.Parse(m.EndSession)
	if err != nil {
		return p, "", nil
	}
	q := u.Query()
	q.Set("client_id", p.Client)
	q.Set("post_logout_redirect_uri", o.URL+"/")
	u.RawQuery = q.Encode()
	return p, u.String(), nil
}

// Doors gives the providers that are switched on, for the page of signing in.
func (o *Office) Doors(ctx context.Context) ([]*Listed, error) {
	return db.View(house(ctx), o.DB, func(tx *db.Tx) (list []*Listed, err error) {
		all, err := db.All(tx, scanProvider, `SELECT `+providerColumns+` FROM sso_provider v WHERE v.active = TRUE ORDER BY v.name, v.id`)
		for _, p := range all {
			list = append(list, &Listed{Provider: p})
		}
		return list, err
	})
}

// mostDoors is how many providers stand on the page of signing in; more have a page of
// their own.
const mostDoors = 6

// Ways gives what the page of signing in shows.
func (o *Office) Ways(ctx context.Context) (ways []directory.Way, err error) {
	doors, err := o.Doors(ctx)
	if len(doors) > mostDoors {
		return []directory.Way{{Path: "/sign-in/sso", Word: "sso.doors"}}, err
	}
	for _, d := range doors {
		ways = append(ways, directory.Way{Path: "/sign-in/sso/" + d.ID, Name: called(ctx, d.Provider)})
	}
	return ways, err
}
