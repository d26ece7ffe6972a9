package directory

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Who tells who sent r: by a session's cookie, or by a token.
func (d *Directory) Who(w http.ResponseWriter, r *http.Request) (auth.Actor, error) {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return d.byToken(r.Context(), bearer)
	}
	key := sessionKey(r)
	if key == "" {
		return auth.Actor{}, nil
	}
	var p *present
	actor, err := db.View(house(r.Context()), d.DB, func(tx *db.Tx) (a auth.Actor, err error) {
		if p, err = presentBy(tx, key); err != nil {
			return a, err
		}
		return d.bound(tx, p.actor)
	})
	if errors.Is(err, fault.NotFound) {
		return auth.Actor{}, nil
	}
	if err != nil {
		return auth.Actor{}, err
	}
	if now := d.DB.Now().UTC(); now.Sub(p.seenAt()) > sessionTouch {
		err = db.Do(house(r.Context()), d.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE directory_session SET seen_at = $2 WHERE id = $1`, p.session.ID, tx.Now)
			return err
		})
		if err == nil {
			p.seen.Store(&now)
		}
	}
	return actor, err
}

// present is whoever stands behind a session.
type present struct {
	session Session
	actor   auth.Actor
	until   time.Time                 // when one of their posts begins or ends; zero: none does
	seen    atomic.Pointer[time.Time] // by this process, since the session was read
}

// keptPresent keeps them by the hash of the session's key, so that what every request
// asks first costs one look at a row. When a session was last seen does not count.
var keptPresent = db.NewKept[*present]("directory.present", "directory_session: post_id, ends_at", "directory_account: locked",
	"directory_person: name, admin", "directory_post", "directory_unit: name, short_name", "directory_body")

// presentBy gives whoever a key lets in now; NotFound where it lets in nobody.
func presentBy(tx *db.Tx, key string) (*present, error) {
	sort := keyHash(key)
	read := func() (*present, error) { return readPresent(tx, key) }
	p, err := keptPresent.Of(tx, sort, read)
	if err == nil && !p.stands(tx.Now) {
		keptPresent.Drop(tx, sort)
		return keptPresent.Of(tx, sort, read)
	}
	return p, err
}

// stands tells whether what was read of a session holds still, as far as time goes.
func (p *present) stands(now time.Time) bool {
	return p.session.EndsAt.After(now) && now.Sub(p.seenAt()) < sessionIdle && (p.until.IsZero() || p.until.After(now))
}

func (p *present) seenAt() time.Time {
	if at := p.seen.Load(); at != nil {
		return *at
	}
	return p.session.SeenAt
}

func readPresent(tx *db.Tx, key string) (*present, error) {
	s, err := findSession(tx, key)
	if err != nil {
		return nil, err
	}
	p := &present{session: s}
	if p.actor, err = actorOf(tx, s.Person, s.Post); err != nil {
		return nil, err
	}
	p.actor.Roles, p.actor.Posts = slices.Clip(p.actor.Roles), slices.Clip(p.actor.Posts)
	all, err := db.All(tx, scanPost, `SELECT `+postColumns+` FROM directory_post o WHERE o.person_id = $1`, s.Person)
	for _, o := range all {
		for _, at := range []*time.Time{&o.Since, o.Until} {
			if at != nil && at.After(tx.Now) && (p.until.IsZero() || at.Before(p.until)) {
				p.until = *at
			}
		}
	}
	return p, err
}

// actor is actorOf, with the page to which the house keeps the actor, if it does.
func (d *Directory) actor(tx *db.Tx, person, post string) (auth.Actor, error) {
	a, err := actorOf(tx, person, post)
	if err != nil {
		return a, err
	}
	return d.bound(tx, a)
}

func (d *Directory) bound(tx *db.Tx, a auth.Actor) (_ auth.Actor, err error) {
	if d.Second != nil {
		a.Must, err = d.Second.Bound(tx, a)
	}
	return a, err
}

// actorOf gives a person as the actor that they are in one of their posts, or
// in the first of them.
func actorOf(tx *db.Tx, person, post string) (auth.Actor, error) {
	p, err := FindPerson(tx, person)
	if err != nil {
		return auth.Actor{}, err
	}
	a := auth.Actor{ID: p.ID, Name: p.Name}
	if p.Admin {
		a.Roles = append(a.Roles, auth.Admin)
	}
	posts, err := Posts(tx, person)
	if err != nil {
		return a, err
	}
	at := slices.IndexFunc(posts, func(o *Post) bool { return o.ID == post })
	if at < 0 {
		at = 0
	}
	if id, ok := strings.CutPrefix(post, inBody); ok && p.Admin || len(posts) == 0 {
		return within(tx, a, id)
	}
	a.Unit, a.Body, a.About, a.Post = posts[at].Unit, posts[at].Body, posts[at].About, posts[at].ID
	for _, o := range posts {
		if o.Unit == a.Unit && o.Body == a.Body && !a.Is(o.Role) {
			a.Roles = append(a.Roles, o.Role)
		}
	}
	if len(posts) > 1 {
		if a.Posts, err = labels(tx, posts); err != nil {
			return a, err
		}
	}
	return a, nil
}

// labels names posts, for the switch in the header.
func labels(tx *db.Tx, posts []*Post) (list []auth.Post, err error) {
	for _, o := range posts {
		u, err := FindUnit(tx, o.Unit)
		if err != nil {
			return nil, err
		}
		list = append(list, auth.Post{ID: o.ID, Unit: u.Short(), Role: o.Role, Body: o.Body})
	}
	return list, nil
}
