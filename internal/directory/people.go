package directory

import (
	"context"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// Entry is a person in the list of accounts, with one of their posts.
type Entry struct {
	Person    *Person `json:"person"`
	Post      *Post   `json:"post,omitempty"`
	UnitName  string  `json:"unit_name"`
	Forgotten bool    `json:"forgotten"` // asked for a new password, and no link has been made
	Factor    bool    `json:"factor"`    // has a second factor or a passkey
}

// AccountSearch narrows Accounts.
type AccountSearch struct {
	Q     string `json:"q"`
	Role  string `json:"role"`
	Unit  string `json:"unit"`
	After string `json:"after"` // the post after which the list goes on
}

const accountPage = 50

// Accounts lists the accounts that the actor looks after: all of a body for its
// secretariat, those of a unit for its administrator.
func (d *Directory) Accounts(ctx context.Context, s AccountSearch) (list []Entry, next string, err error) {
	actor := auth.From(ctx)
	_, err = db.View(house(ctx), d.DB, func(tx *db.Tx) (int, error) {
		if err := policy.Allow(tx.Context(), "directory.account.list", Subject{Unit: actor.Unit, Body: actor.Body}); err != nil {
			return 0, err
		}
		w := visible(actor)
		w.And("o.until IS NULL OR o.until > ?", tx.Now)
		w.Like(s.Q, "p.name", "a.login")
		if s.Role != "" {
			w.And("o.role = ?", s.Role)
		}
		if s.Unit != "" {
			w.And("o.unit_id = ?", s.Unit)
		}
		if s.After != "" {
			w.And("o.id < ?", s.After)
		}
		where := w.String()
		list, err = db.All(tx, scanEntry, `SELECT `+personColumns+`, `+postColumns+`, u.name, a.forgot_at IS NOT NULL
			FROM directory_post o JOIN directory_person p ON p.id = o.person_id JOIN directory_account a ON a.person_id = p.id
			JOIN directory_unit u ON u.id = o.unit_id`+where+` ORDER BY o.id DESC LIMIT `+w.Next(accountPage+1), w.Args...)
		if len(list) > accountPage {
			list = list[:accountPage]
			next = list[accountPage-1].Post.ID
		}
		if err != nil || d.Second == nil {
			return 0, err
		}
		for i := range list {
			if list[i].Factor, err = d.Second.Has(tx, list[i].Person.ID); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	return list, next, err
}

func scanEntry(row db.Row) (e Entry, err error) {
	p, o := new(Person), new(Post)
	e.Person, e.Post = p, o
	return e, row.Scan(&p.ID, &p.Name, &p.Email, &p.Login, &p.Admin, &p.Locked, &p.Ready, &p.Language, &p.MadeAt,
		&o.ID, &o.Person, &o.Body, &o.Unit, &o.Role, &o.Title, &o.About, &o.Since, &o.Until, &e.UnitName, &e.Forgotten)
}

// visible is the rule directory.account.list as a search condition.
func visible(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs():
		w.And("o.body_id = ?", a.Body)
	case a.Is(auth.UnitAdmin):
		w.And("o.body_id = ? AND o.unit_id = ? AND o.role <> 'secretariat'", a.Body, a.Unit)
	default:
		w.And("1 = 0")
	}
	return w
}

// EndPost ends a post from now on, and the sessions in which its holder acts in
// it. What waits on them is still theirs until it is handed over.
func (d *Directory) EndPost(ctx context.Context, post string) (*Post, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (*Post, error) {
		o, err := db.One(tx, scanPost, `SELECT `+postColumns+` FROM directory_post o WHERE o.id = $1`, post)
		if err != nil {
			return nil, err
		}
		if _, err := take(tx, "directory.post.end", o.Person); err != nil {
			return nil, err
		}
		now := tx.Now
		o.Until = &now
		if err := savePost(tx, o); err != nil {
			return nil, err
		}
		return o, journal.Record(tx, "directory.post.end", o.ID, o)
	})
}
