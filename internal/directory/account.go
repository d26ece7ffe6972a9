package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

const (
	firstLasts  = 24 * time.Hour
	inviteLasts = 14 * 24 * time.Hour
	resetLasts  = 2 * time.Hour
)

// Link is a one-time way in: the path of the page on which its holder chooses a
// password. It is shown or mailed once; only its hash is kept.
type Link struct {
	Path   string    `json:"path"`
	EndsAt time.Time `json:"ends_at"`
	Mailed bool      `json:"mailed"` // it went to the person; nobody else need see it
}

// First makes the platform's administrator where there is none, and gives the
// link by which they choose a password; an administrator who has not chosen one
// yet gets a new link. Once they have, First gives an empty link.
func (d *Directory) First(ctx context.Context) (Link, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (Link, error) {
		had, err := db.All(tx, scanPerson, `SELECT `+personColumns+personTables+` WHERE p.admin = TRUE ORDER BY p.id`)
		if err != nil {
			return Link{}, err
		}
		for _, p := range had {
			if p.Ready {
				return Link{}, nil
			}
		}
		if len(had) > 0 {
			return newLink(tx, "first", had[0].ID, firstLasts)
		}
		p := &Person{ID: db.NewID(), Name: "平台管理员", Login: "admin", Admin: true, MadeAt: tx.Now}
		if err := savePerson(tx, p); err != nil {
			return Link{}, err
		}
		if err := journal.Record(tx, "directory.account.first", p.ID, p); err != nil {
			return Link{}, err
		}
		return newLink(tx, "first", p.ID, firstLasts)
	})
}

func newLink(tx *db.Tx, kind, person string, lasts time.Duration) (Link, error) {
	if _, err := tx.Exec(`DELETE FROM directory_link WHERE person_id = $1 AND used_at IS NULL`, person); err != nil {
		return Link{}, err
	}
	if _, err := tx.Exec(`UPDATE directory_account SET forgot_at = NULL WHERE person_id = $1`, person); err != nil {
		return Link{}, err
	}
	key := newKey()
	ends := tx.Now.Add(lasts)
	_, err := tx.Exec(`
		INSERT INTO directory_link (id, key_hash, kind, person_id, made_by, made_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID(), keyHash(key), kind, person, auth.From(tx.Context()).ID, tx.Now, ends)
	return Link{Path: "/links/" + key, EndsAt: ends}, err
}

// Invite makes an account with a post and a link by which its owner chooses a
// password. Where mail can be sent and the invitation has an address, the link
// goes there. Somebody who has an account under the same login gets the post.
func (d *Directory) Invite(ctx context.Context, in Invitation) (p *Person, link Link, err error) {
	actor := auth.From(ctx)
	if err := in.check(); err != nil {
		return nil, Link{}, err
	}
	err = db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		u, err := unitOf(tx, in.Unit)
		if err != nil {
			return err
		}
		if err := policy.Allow(tx.Context(), "directory.account.invite", Subject{Unit: u.ID, Body: actor.Body, Role: in.Role}); err != nil {
			return err
		}
		if p, err = enrolPerson(tx, in); err != nil {
			return err
		}
		o := &Post{ID: db.NewID(), Person: p.ID, Body: actor.Body, Unit: u.ID, Role: in.Role, Title: in.Title, About: in.About, Since: tx.Now}
		if err := savePost(tx, o); err != nil {
			return err
		}
		if !p.Ready {
			if link, err = newLink(tx, "invite", p.ID, inviteLasts); err != nil {
				return err
			}
			if link.Mailed, err = d.post(tx, p, "invite", link); err != nil {
				return err
			}
		}
		return journal.Record(tx, "directory.account.invite", p.ID, o)
	})
	return p, link, err
}

func unitOf(tx *db.Tx, text string) (*Unit, error) {
	if u, err := FindUnit(tx, text); !errors.Is(err, fault.NotFound) {
		return u, err
	}
	u, err := Resolve(tx, text)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Conflict) {
		var wrong fault.List
		wrong.Add("unit", fault.Of(err).Key, text)
		return nil, wrong.Err()
	}
	return u, err
}

// enrolPerson gives the person of an invitation: the one who signs in by its
// login already, or a new one. A login that is another's is not told of: whoever
// invites must know the name too.
func enrolPerson(tx *db.Tx, in Invitation) (*Person, error) {
	a, err := findAccount(tx, in.Login)
	if err == nil {
		p, err := FindPerson(tx, a.person)
		if err == nil && p.Name != in.Name {
			var wrong fault.List
			wrong.Add("login", "directory.person.taken", in.Login)
			return nil, wrong.Err()
		}
		return p, err
	}
	if !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	p := &Person{ID: db.NewID(), Name: in.Name, Login: in.Login, Email: in.Email, MadeAt: tx.Now}
	return p, savePerson(tx, p)
}

// Holder is whom a link is for.
type Holder struct {
	Kind   string `json:"kind"`
	Person string `json:"-"`
	Name   string `json:"name"`
	Login  string `json:"login"`
}

// Holder gives whom the link of a key is for, or NotFound for a link that was
// used, has ended, or never was.
func (d *Directory) Holder(ctx context.Context, key string) (Holder, error) {
	return db.View(house(ctx), d.DB, func(tx *db.Tx) (Holder, error) { return holder(tx, key) })
}

func holder(tx *db.Tx, key string) (Holder, error) {
	h, err := db.One(tx, func(row db.Row) (h Holder, err error) {
		return h, row.Scan(&h.Kind, &h.Person, &h.Name, &h.Login)
	}, `SELECT l.kind, l.person_id, p.name, a.login FROM directory_link l
		JOIN directory_person p ON p.id = l.person_id JOIN directory_account a ON a.person_id = p.id
		WHERE l.key_hash = $1 AND l.used_at IS NULL AND l.ends_at > $2 AND a.locked = FALSE`, keyHash(key), tx.Now)
	if errors.Is(err, fault.NotFound) {
		err = fault.NotFound.New("directory.link.over")
	}
	return h, err
}

// Choose sets the password of whomever a link is for, ends their sessions and
// the link, and lets them in, as knowing the password would.
func (d *Directory) Choose(ctx context.Context, key, password, device string) (Entrance, error) {
	h, err := d.Holder(ctx, key)
	if err != nil {
		return Entrance{}, err
	}
	if err := checkPassword(password, h.Login); err != nil {
		return Entrance{}, err
	}
	hashed, err := d.hash(ctx, password)
	if err != nil {
		return Entrance{}, err
	}
	return db.Update(house(auth.With(ctx, auth.Actor{ID: h.Person})), d.DB, func(tx *db.Tx) (Entrance, error) {
		if _, err := holder(tx, key); err != nil { // used in between, on another device
			return Entrance{}, err
		}
		if _, err := tx.Exec(`UPDATE directory_link SET used_at = $2 WHERE key_hash = $1`, keyHash(key), tx.Now); err != nil {
			return Entrance{}, err
		}
		if err := setPassword(tx, h.Person, hashed, ""); err != nil {
			return Entrance{}, err
		}
		if err := journal.Record(tx, "directory.password.choose", h.Person, map[string]string{"link": h.Kind}); err != nil {
			return Entrance{}, err
		}
		return d.Admit(tx, h.Person, device)
	})
}

func setPassword(tx *db.Tx, person, hashed, butSession string) error {
	if _, err := tx.Exec(`UPDATE directory_account SET password = $2, changed_at = $3 WHERE person_id = $1`, person, hashed, tx.Now); err != nil {
		return err
	}
	return endAll(tx, person, butSession)
}

// ChangePassword sets the actor's password, who must know the present one, and
// ends their other sessions.
func (d *Directory) ChangePassword(ctx context.Context, session, present, next string) error {
	me := auth.From(ctx)
	if err := policy.Allow(ctx, "directory.password.change", Subject{Person: me.ID}); err != nil {
		return err
	}
	if err := d.Proves(ctx, present); err != nil {
		return err
	}
	p, _, err := d.mine(ctx)
	if err != nil {
		return err
	}
	if err := checkPassword(next, p.Login); err != nil {
		return err
	}
	fresh, err := d.hash(ctx, next)
	if err != nil {
		return err
	}
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		if err := setPassword(tx, me.ID, fresh, session); err != nil {
			return err
		}
		return journal.Record(tx, "directory.password.change", me.ID, nil)
	})
}

func (d *Directory) mine(ctx context.Context) (p *Person, hashed string, err error) {
	_, err = db.View(house(ctx), d.DB, func(tx *db.Tx) (int, error) {
		if p, err = FindPerson(tx, auth.From(ctx).ID); err != nil {
			return 0, err
		}
		hashed, err = db.One(tx, db.Value[string], `SELECT password FROM directory_account WHERE person_id = $1`, p.ID)
		return 0, err
	})
	return p, hashed, err
}

// Forget mails a link to whoever forgot the password of a login. What it answers
// tells nobody whether there is such a login. Without mail, the wish stands on
// the administrators' page of accounts, where they make the link.
func (d *Directory) Forget(ctx context.Context, login, address string) error {
	counters := []counter{{d.Keys.Hash("forget", address), 10, longWait}, {d.Keys.Hash("forget-login", login), 3, longWait}}
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		if err := count(tx, counters); err != nil {
			if errors.Is(err, fault.Busy) {
				return nil // alike for every login
			}
			return err
		}
		a, err := findAccount(tx, strings.ToLower(strings.TrimSpace(login)))
		if errors.Is(err, fault.NotFound) || a.locked {
			return nil
		}
		if err != nil {
			return err
		}
		if err := journal.Record(tx, "directory.password.forget", a.person, nil); err != nil {
			return err
		}
		p, err := FindPerson(tx, a.person)
		if err != nil {
			return err
		}
		if d.Mail == nil || p.Email == "" {
			_, err := tx.Exec(`UPDATE directory_account SET forgot_at = $2 WHERE person_id = $1`, p.ID, tx.Now)
			return err
		}
		link, err := newLink(tx, "reset", p.ID, resetLasts)
		if err != nil {
			return err
		}
		_, err = d.post(tx, p, "reset", link)
		return err
	})
}

// Reset makes a link by which a person chooses a new password, for whoever looks
// after their account. It is mailed where it can be, and shown otherwise.
func (d *Directory) Reset(ctx context.Context, person string) (Link, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (Link, error) {
		p, err := take(tx, "directory.account.reset", person)
		if err != nil {
			return Link{}, err
		}
		link, err := newLink(tx, "reset", p.ID, resetLasts)
		if err != nil {
			return Link{}, err
		}
		if link.Mailed, err = d.post(tx, p, "reset", link); err != nil {
			return Link{}, err
		}
		return link, journal.Record(tx, "directory.account.reset", p.ID, nil)
	})
}

// Lock keeps a person out, or lets them in again.
func (d *Directory) Lock(ctx context.Context, person string, locked bool) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		p, err := take(tx, "directory.account.lock", person)
		if err != nil {
			return err
		}
		if p.ID == auth.From(tx.Context()).ID {
			return fault.Conflict.New("directory.account.own")
		}
		if _, err := tx.Exec(`UPDATE directory_account SET locked = $2, changed_at = $3 WHERE person_id = $1`, p.ID, locked, tx.Now); err != nil {
			return err
		}
		if locked {
			if err := endAll(tx, p.ID, ""); err != nil {
				return err
			}
		}
		return journal.Record(tx, "directory.account.lock", p.ID, map[string]bool{"locked": locked})
	})
}

// take gets a person for an action on their account. Whoever looks after none
// of the person's posts is not told that there is such a person.
func take(tx *db.Tx, action, person string) (*Person, error) {
	p, err := FindPerson(tx, person)
	if err != nil {
		return nil, err
	}
	posts, err := Posts(tx, person)
	if err != nil {
		return nil, err
	}
	on := []Subject{{Person: person}}
	for _, o := range posts {
		on = append(on, Subject{Person: person, Unit: o.Unit, Body: o.Body, Role: o.Role})
	}
	if p.Admin { // only another administrator looks after one
		on = []Subject{{Person: person, Role: auth.Admin, Body: "-"}}
	}
	for _, s := range on[min(1, len(on)-1):] {
		if policy.Can(tx.Context(), action, s) {
			return p, nil
		}
	}
	if auth.From(tx.Context()).ID == "" {
		return nil, fault.Unknown.New("fault.unknown")
	}
	return nil, fault.NotFound.New("fault.not_found")
}

// post queues a mail with a link, where mail can be sent and there is an
// address, and tells whether it did. It is sent once the transaction is kept.
func (d *Directory) post(tx *db.Tx, p *Person, kind string, link Link) (bool, error) {
	if d.Mail == nil || p.Email == "" {
		return false, nil
	}
	ctx := tx.Context()
	if p.Language != "" {
		ctx = i18n.With(ctx, p.Language)
	}
	words := fmt.Sprintf("%s\n\n%s\n\n%s\n", i18n.T(ctx, "directory.mail."+kind, p.Name), d.URL+link.Path,
		i18n.T(ctx, "directory.mail.ends", i18n.Time(ctx, link.EndsAt)))
	_, err := tx.Exec(`INSERT INTO directory_mail (id, to_email, subject, words, due_at) VALUES ($1, $2, $3, $4, $5)`,
		db.NewID(), p.Email, i18n.T(ctx, "directory.mail."+kind+"_subject"), words, tx.Now)
	return true, err
}

// Tends gives a person whose account the actor looks after, or NotFound.
func Tends(tx *db.Tx, person string) (*Person, error) {
	return take(tx, "directory.account.reset", person)
}

// Tell queues a mail to a person, where mail can be sent and there is an address, and
// tells whether it did. Its words are the rooms': under word, and word_subject.
func (d *Directory) Tell(tx *db.Tx, person, word string, args ...any) (bool, error) {
	p, err := FindPerson(tx, person)
	if err != nil || d.Mail == nil || p.Email == "" {
		return false, err
	}
	ctx := tx.Context()
	if p.Language != "" {
		ctx = i18n.With(ctx, p.Language)
	}
	_, err = tx.Exec(`INSERT INTO directory_mail (id, to_email, subject, words, due_at) VALUES ($1, $2, $3, $4, $5)`,
		db.NewID(), p.Email, i18n.T(ctx, word+"_subject"), i18n.T(ctx, word, append([]any{p.Name}, args...)...)+"\n", tx.Now)
	return true, err
}

// EndOthers ends the sessions of a person, but the one of this key.
func EndOthers(tx *db.Tx, person, but string) error { return endAll(tx, person, but) }

// PersonOf gives the person who signs in by a login, or NotFound.
func PersonOf(tx *db.Tx, login string) (string, error) {
	a, err := findAccount(tx, strings.ToLower(strings.TrimSpace(login)))
	return a.person, err
}
