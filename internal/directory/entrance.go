package directory

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// Second is whoever knows the second factors (双因素) of persons.
type Second interface {
	// Ask begins the second step of a sign-in and gives its key, or "" for a person
	// who has no second factor.
	Ask(tx *db.Tx, person string) (key string, err error)
	// Bound gives the one page that an actor reaches until they have set up the
	// second factor that the house asks of them, or "".
	Bound(tx *db.Tx, a auth.Actor) (path string, err error)
	// Has tells whether there is anything of a person that could be lost.
	Has(tx *db.Tx, person string) (bool, error)
}

// Way is another way to sign in than by a password.
type Way struct {
	Path, Word string
	Name       string // shown instead of Word, where it is somebody's own name
}

// From tells from where somebody signs in.
type From struct {
	Address string
	Device  string // what the browser calls itself
	Known   string // the mark of a device from which somebody has signed in before
}

// FromOf reads it off a request.
func FromOf(r *http.Request) From {
	return From{Address: address(r), Device: r.UserAgent(), Known: cookie(r, deviceCookie)}
}

// Entrance is how far a sign-in has come: a session has begun, or it waits for the
// second factor. Known marks the device from then on.
type Entrance struct{ Session, Waiting, Known string }

// Admit lets a person in whose first factor has been seen, or asks for the second.
func (d *Directory) Admit(tx *db.Tx, person, device string) (Entrance, error) {
	if d.Second != nil {
		key, err := d.Second.Ask(tx, person)
		if err != nil || key != "" {
			return Entrance{Waiting: key}, err
		}
	}
	return d.Begin(tx, person, device)
}

// Begin begins the session of a person of whom all has been seen that is asked. A
// locked account has none.
func (d *Directory) Begin(tx *db.Tx, person, device string) (Entrance, error) {
	login, err := db.One(tx, db.Value[string], `SELECT login FROM directory_account WHERE person_id = $1 AND locked = FALSE`, person)
	if errors.Is(err, fault.NotFound) {
		return Entrance{}, fault.Invalid.New("directory.sign_in.wrong")
	}
	if err != nil {
		return Entrance{}, err
	}
	key, err := d.begin(tx, person, device)
	return Entrance{Session: key, Known: d.mark(login)}, err
}

// mark gives a mark for a device from which the owner of a login has signed in. It
// opens nothing: guesses at a marked device are counted on their own.
func (d *Directory) mark(login string) string {
	nonce := newKey()
	return nonce + "." + d.Keys.Hash("device", login+"\x00"+nonce)
}

// knows gives the nonce of a mark that is this login's, or "".
func (d *Directory) knows(login, mark string) string {
	nonce, mac, ok := strings.Cut(mark, ".")
	if !ok || len(nonce) != 32 || d.Keys.Hash("device", login+"\x00"+nonce) != mac {
		return ""
	}
	return nonce
}

// Proves asks the actor for their present password once more, before something that
// a borrowed session should not do. Whoever signs in without a password has none.
func (d *Directory) Proves(ctx context.Context, password string) error {
	me := auth.From(ctx)
	_, hashed, err := d.mine(ctx)
	if err != nil || hashed == "" {
		return err
	}
	if err := d.Try(ctx, "prove", me.ID, 10); err != nil {
		return err
	}
	known, err := d.matches(ctx, password, hashed)
	if err != nil {
		return err
	}
	if !known {
		var wrong fault.List
		wrong.Add("present", "directory.password.wrong")
		return wrong.Err()
	}
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error { return d.Forgive(tx, "prove", me.ID) })
}

const (
	sessionCookie = "guildhall_session"
	waitingCookie = "guildhall_second"
	deviceCookie  = "guildhall_device"

	deviceLasts  = 365 * 24 * time.Hour
	waitingLasts = 10 * time.Minute
)

// Cookies bears an entrance to the browser.
func (e Entrance) Cookies(r *http.Request) (list []*http.Cookie) {
	if e.Waiting != "" {
		return []*http.Cookie{Cookie(r, waitingCookie, e.Waiting, waitingLasts)}
	}
	return []*http.Cookie{Cookie(r, sessionCookie, e.Session, sessionLong), Cookie(r, deviceCookie, e.Known, deviceLasts), Cookie(r, waitingCookie, "", 0)}
}

// Next gives where an entrance leads: to the page on which somebody wanted to go, or
// by the page of the second factor.
func (e Entrance) Next(next string) string {
	if e.Waiting == "" {
		return home(next)
	}
	return withNext(secondPage, next)
}

// Waiting gives the key of the sign-in of r that waits for its second factor.
func WaitingKey(r *http.Request) string { return cookie(r, waitingCookie) }

func sessionKey(r *http.Request) string { return cookie(r, sessionCookie) }

// cookie gives the value of a cookie that Cookie made, whether or not over TLS.
func cookie(r *http.Request, name string) string {
	for _, name := range []string{"__Host-" + name, name} {
		if c, err := r.Cookie(name); err == nil && c.Value != "" {
			return c.Value
		}
	}
	return ""
}

// ReadCookie gives the value of a cookie that Cookie made.
func ReadCookie(r *http.Request, name string) string { return cookie(r, name) }

// Cookie makes a cookie that no script reads and no other site sends; an empty value
// ends it.
func Cookie(r *http.Request, name, value string, lasts time.Duration) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(lasts.Seconds())}
	if web.Secure(r) {
		c.Name, c.Secure = "__Host-"+name, true
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// secondPage is the page of the second step; whoever knows the second factors
// serves it.
const secondPage = "/sign-in/code"

// told tells a program how far it has come.
func (e Entrance) told() string {
	if e.Waiting != "" {
		return "second"
	}
	return "ok"
}

// withNext gives a path with the page on which somebody wanted to go.
func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// SessionKey gives the key of the session of r.
func SessionKey(r *http.Request) string { return sessionKey(r) }
