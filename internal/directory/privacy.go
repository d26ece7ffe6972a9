package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells what the directory keeps of a person with an account. Whoever still
// works for a unit cannot be erased: their posts and duties end first.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "directory", House: true, Kept: kept, Erase: eraseAccount}
}

// AccountAbout gives the account of whom a student's post in the body of tx is about,
// or "".
func AccountAbout(tx *db.Tx, record string) (string, error) {
	id, err := db.One(tx, db.Value[string], `SELECT person_id FROM directory_post WHERE body_id = $1 AND subject = $2 AND role = 'student' ORDER BY id DESC LIMIT 1`, tx.Body, record)
	if errors.Is(err, fault.NotFound) {
		return "", nil
	}
	return id, err
}

func dayOf(t time.Time) string { return t.In(i18n.China).Format(time.DateOnly) }

func kept(tx *db.Tx, w holding.Whom, _ holding.Terms) ([]holding.Holding, error) {
	if w.Account == "" {
		return nil, nil
	}
	p, err := FindPerson(tx, w.Account)
	if errors.Is(err, fault.NotFound) || err == nil && p.Name == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	account := holding.Holding{Kind: "directory.account", Subject: p.ID, Path: "/me", Since: dayOf(p.MadeAt), Fate: holding.Erased, Fields: []holding.Field{
		{Name: "name", Value: p.Name}, {Name: "login", Value: p.Login}, {Name: "email", Value: p.Email}, {Name: "language", Value: p.Language}}}
	if account.Reason, err = employed(tx, w); err != nil {
		return nil, err
	}
	if account.Reason != "" {
		account.Fate = holding.Kept
	}
	list := []holding.Holding{account}
	for _, more := range []func(*db.Tx, string) ([]holding.Holding, error){keptPosts, keptDuties, keptSessions, keptTokens, keptLinks} {
		found, err := more(tx, w.Account)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if account.Fate == holding.Kept && found[i].Fate == holding.Erased && found[i].Kind != "directory.link" {
				found[i].Fate, found[i].Reason = holding.Kept, account.Reason
			}
		}
		list = append(list, found...)
	}
	return list, nil
}

// employed tells why an account must stay, or "".
func employed(tx *db.Tx, w holding.Whom) (string, error) {
	admin, err := db.One(tx, db.Value[bool], `SELECT admin FROM directory_person WHERE id = $1`, w.Account)
	if err != nil || admin {
		return "privacy.why.admin", err
	}
	n, err := db.One(tx, db.Value[int], `SELECT (SELECT count(*) FROM directory_post WHERE person_id = $1 AND until IS NULL AND role <> 'student')
		+ (SELECT count(*) FROM directory_duty WHERE person_id = $1 AND until = '')`, w.Account)
	if err != nil || n > 0 {
		return "privacy.why.post", err
	}
	n, err = db.One(tx, db.Value[int], `SELECT count(*) FROM directory_post WHERE person_id = $1 AND until IS NULL AND role = 'student' AND subject <> '' AND subject <> $2`, w.Account, w.Candidate)
	if err != nil || n > 0 {
		return "privacy.why.elsewhere", err
	}
	if w.Bound {
		return "privacy.why.bound", nil
	}
	return "", nil
}

func keptPosts(tx *db.Tx, account string) (list []holding.Holding, err error) {
	posts, err := db.All(tx, scanPost, `SELECT `+postColumns+` FROM directory_post o WHERE o.person_id = $1 ORDER BY o.id`, account)
	for _, o := range posts {
		h := holding.Holding{Kind: "directory.post", Subject: o.ID, Since: dayOf(o.Since), Units: []string{o.Unit}, Fate: holding.Nameless, Reason: "privacy.why.history",
			Fields: []holding.Field{{Name: "role", Value: o.Role, Said: i18n.T(tx.Context(), "directory.role."+o.Role)}, {Name: "title", Value: o.Title}, {Name: "since", Value: dayOf(o.Since)}}}
		if o.Until != nil {
			h.Fields = append(h.Fields, holding.Field{Name: "until", Value: dayOf(*o.Until)})
		}
		list = append(list, h)
	}
	return list, err
}

func keptDuties(tx *db.Tx, account string) (list []holding.Holding, err error) {
	type held struct{ id, unit, name, about, since, until string }
	all, err := db.All(tx, func(row db.Row) (d held, err error) {
		return d, row.Scan(&d.id, &d.unit, &d.name, &d.about, &d.since, &d.until)
	}, `SELECT y.id, y.unit_id, y.name, y.about, y.since, y.until FROM directory_duty y WHERE y.person_id = $1
		UNION ALL SELECT y.id, y.unit_id, y.name, y.about, y.since, y.until FROM directory_deputy e JOIN directory_duty y ON y.id = e.duty_id WHERE e.person_id = $1 ORDER BY 1`, account)
	for _, d := range all {
		list = append(list, holding.Holding{Kind: "directory.duty", Subject: d.id, Since: d.since, Units: []string{d.unit}, Fate: holding.Nameless, Reason: "privacy.why.history",
			Fields: []holding.Field{{Name: "duty", Value: d.name, Said: dutyName(tx.Context(), d.name)}, {Name: "about", Value: d.about}, {Name: "since", Value: d.since}, {Name: "until", Value: d.until}}})
	}
	return list, err
}

func keptSessions(tx *db.Tx, account string) (list []holding.Holding, err error) {
	type session struct {
		id, device  string
		began, seen time.Time
	}
	all, err := db.All(tx, func(row db.Row) (s session, err error) { return s, row.Scan(&s.id, &s.device, &s.began, &s.seen) },
		`SELECT id, device, began_at, seen_at FROM directory_session WHERE person_id = $1 ORDER BY id`, account)
	for _, s := range all {
		list = append(list, holding.Holding{Kind: "directory.session", Subject: s.id, Path: "/me", Since: dayOf(s.began), Fate: holding.Erased,
			Fields: []holding.Field{{Name: "device", Value: s.device}, at(tx.Context(), "began_at", s.began), at(tx.Context(), "seen_at", s.seen)}})
	}
	return list, err
}

// at tells a moment: to programs in UTC, to people by the clock of the body.
func at(ctx context.Context, name string, t time.Time) holding.Field {
	return holding.Field{Name: name, Value: t.UTC().Format(time.RFC3339), Said: i18n.Time(ctx, t)}
}

func keptTokens(tx *db.Tx, account string) (list []holding.Holding, err error) {
	all, err := db.All(tx, func(row db.Row) (t Token, err error) { return t, row.Scan(&t.ID, &t.Name, &t.EndsAt) },
		`SELECT id, name, ends_at FROM directory_token WHERE person_id = $1 ORDER BY id`, account)
	for _, t := range all {
		list = append(list, holding.Holding{Kind: "directory.token", Subject: t.ID, Path: "/me", Fate: holding.Erased,
			Fields: []holding.Field{{Name: "name", Value: t.Name}, at(tx.Context(), "ends_at", t.EndsAt)}})
	}
	return list, err
}

func keptLinks(tx *db.Tx, account string) (list []holding.Holding, err error) {
	n, err := db.One(tx, db.Value[int], `SELECT (SELECT count(*) FROM directory_link WHERE person_id = $1)
		+ (SELECT count(*) FROM directory_mail m JOIN directory_person p ON p.email = m.to_email AND p.email <> '' WHERE p.id = $1)`, account)
	if n > 0 {
		list = append(list, holding.Holding{Kind: "directory.link", Subject: account, Fate: holding.Erased, Fields: []holding.Field{{Name: "count", Value: n}}})
	}
	return list, err
}

// eraseAccount takes away by whom a person is known. Their posts stay as history under
// an id that leads to nobody.
func eraseAccount(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	if w.Account == "" {
		return nil
	}
	why, err := employed(tx, w)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || why != "" {
		return err
	}
	for _, q := range []string{
		`DELETE FROM directory_mail WHERE to_email <> '' AND to_email = (SELECT email FROM directory_person WHERE id = $1)`,
		`DELETE FROM directory_session WHERE person_id = $1`, `DELETE FROM directory_token WHERE person_id = $1`, `DELETE FROM directory_link WHERE person_id = $1`,
		`DELETE FROM directory_account WHERE person_id = $1`, `DELETE FROM directory_deputy WHERE person_id = $1`,
		`UPDATE directory_post SET title = '', subject = '' WHERE person_id = $1`,
		`UPDATE directory_person SET name = '', email = '', phone_sealed = '', identity_seal = '', identity_hash = '', language = '', erased = TRUE WHERE id = $1`,
	} {
		if _, err := tx.Exec(q, w.Account); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`UPDATE directory_post SET until = $2 WHERE person_id = $1 AND until IS NULL`, w.Account, tx.Now)
	return err
}

// Expiries are sessions, links and counters that are over. Those of somebody on hold stay,
// where it can be told whose they are.
func (d *Directory) Expiries() []holding.Expiry {
	over := func(kind, table, key, at, person string) holding.Expiry {
		find := func(before string, hold []string) (w db.Where) {
			w.And(at+" < ?", morning(before))
			for _, id := range hold {
				if person != "" {
					w.And(person+" <> ?", id)
				}
			}
			return w
		}
		return holding.Expiry{Kind: kind, House: true,
			Due: func(tx *db.Tx, before string, hold []string) (int, error) {
				w := find(before, hold)
				return db.One(tx, db.Value[int], `SELECT count(*) FROM `+table+w.String(), w.Args...)
			},
			Remove: func(tx *db.Tx, before string, hold []string, most int) (int, error) {
				w := find(before, hold)
				where := w.String()
				n, err := tx.Exec(`DELETE FROM `+table+` WHERE `+key+` IN (SELECT `+key+` FROM `+table+where+` ORDER BY `+key+` LIMIT `+w.Next(most)+`)`, w.Args...)
				return int(n), err
			}}
	}
	return []holding.Expiry{over("directory.session", "directory_session", "id", "ends_at", "person_id"), over("directory.link", "directory_link", "id", "ends_at", "person_id"),
		over("directory.token", "directory_token", "id", "ends_at", "person_id"), over("directory.attempt", "directory_attempt", "who", "last_at", ""), over("directory.mail", "directory_mail", "id", "due_at", "")}
}

// morning gives when a day begins.
func morning(day string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, i18n.China)
	return t.UTC()
}

// Accounts gives the ids of all who have an account.
func Accounts(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT id FROM directory_person WHERE erased = FALSE ORDER BY id`)
}

// Leave ends what a person still holds, as when a backup from before they left was
// restored.
func Leave(tx *db.Tx, account string) error {
	if _, err := tx.Exec(`UPDATE directory_post SET until = $2 WHERE person_id = $1 AND until IS NULL`, account, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE directory_duty SET until = CASE WHEN since > $2 THEN since ELSE $2 END WHERE person_id = $1 AND until = ''`, account, dayOf(tx.Now))
	return err
}

// ActorOf gives the student who signs in by a login as an actor in their first post.
func ActorOf(tx *db.Tx, login string) (a auth.Actor, err error) {
	return db.One(tx, func(row db.Row) (a auth.Actor, err error) {
		a.Roles = []string{auth.Student}
		return a, row.Scan(&a.ID, &a.Name, &a.Unit, &a.Body, &a.About, &a.Post)
	}, `SELECT p.id, p.name, o.unit_id, o.body_id, o.subject, o.id FROM directory_account a JOIN directory_person p ON p.id = a.person_id
		JOIN directory_post o ON o.person_id = p.id AND o.role = 'student' AND o.until IS NULL WHERE a.login = $1 ORDER BY o.id LIMIT 1`, login)
}

// AccountNamed gives the account of the body of tx that signs in by a login.
func AccountNamed(tx *db.Tx, login string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT a.person_id FROM directory_account a JOIN directory_post o ON o.person_id = a.person_id
		WHERE a.login = $1 AND o.body_id = $2 ORDER BY o.id LIMIT 1`, strings.ToLower(login), tx.Body)
}
