package directory

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Person is somebody with an account, or invited to one (人员). What they are,
// a delegate, a teacher, a student, their posts tell.
type Person struct {
	ID       string    `json:"id"`
	Name     string    `json:"name" personal:"true"`
	Email    string    `json:"email" personal:"true"`
	Login    string    `json:"login" personal:"true"`
	Admin    bool      `json:"admin"`
	Locked   bool      `json:"locked"`
	Ready    bool      `json:"ready"` // has chosen a password
	Language string    `json:"language"`
	MadeAt   time.Time `json:"made_at"`
}

// Whose makes the journal keep a person's fields under their own key.
func (p *Person) Whose() string { return p.ID }

// Post is a person's post (任职) in a unit, in one role, within a body.
type Post struct {
	ID     string     `json:"id"`
	Person string     `json:"person"`
	Body   string     `json:"body"`
	Unit   string     `json:"unit"`
	Role   string     `json:"role"` // one of auth.Roles, without admin
	Title  string     `json:"title"`
	About  string     `json:"about"` // a student's record as a candidate
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until,omitzero"`
}

// Invitation is what an invitation is filled in with.
type Invitation struct {
	Name  string `json:"name"`
	Login string `json:"login"`
	Email string `json:"email"`
	Unit  string `json:"unit"` // id, or any name by which Resolve finds it
	Role  string `json:"role"`
	Title string `json:"title"`
	About string `json:"about"`
}

func (in *Invitation) check() error {
	var wrong fault.List
	in.Name, in.Login, in.Email = strings.TrimSpace(in.Name), strings.ToLower(strings.TrimSpace(in.Login)), strings.TrimSpace(in.Email)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 50 {
		wrong.Add("name", "directory.person.unnamed")
	}
	if !loginWorks(in.Login) {
		wrong.Add("login", "directory.person.login", in.Login)
	}
	if in.Email != "" {
		if _, err := mail.ParseAddress(in.Email); err != nil {
			wrong.Add("email", "directory.person.email", in.Email)
		}
	}
	if in.Role == auth.Admin || !slices.Contains(auth.Roles, in.Role) {
		wrong.Add("role", "directory.person.role", in.Role)
	}
	return wrong.Err()
}

// loginWorks tells whether somebody can sign in by this name: 3 to 60 letters,
// digits and . _ - @ +, or Chinese characters.
func loginWorks(login string) bool {
	n := utf8.RuneCountInString(login)
	if n < 2 || n > 60 {
		return false
	}
	for _, r := range login {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-@+", r) || r >= 0x4E00 && r <= 0x9FFF) {
			return false
		}
	}
	return true
}

const personColumns = `p.id, p.name, p.email, coalesce(a.login, ''), p.admin, coalesce(a.locked, FALSE), coalesce(a.password, '') <> '', p.language, p.made_at`

const personTables = ` FROM directory_person p LEFT JOIN directory_account a ON a.person_id = p.id`

func scanPerson(row db.Row) (*Person, error) {
	p := new(Person)
	return p, row.Scan(&p.ID, &p.Name, &p.Email, &p.Login, &p.Admin, &p.Locked, &p.Ready, &p.Language, &p.MadeAt)
}

// FindPerson gives a person by their id.
func FindPerson(tx *db.Tx, id string) (*Person, error) {
	return db.One(tx, scanPerson, `SELECT `+personColumns+personTables+` WHERE p.id = $1`, id)
}

// PersonNames gives the names of persons by id, as a list shows who did what.
func PersonNames(tx *db.Tx, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for chunk := range slices.Chunk(ids, 500) {
		var w db.Where
		w.In("id", chunk)
		pairs, err := db.All(tx, db.Pair[string, string], `SELECT id, name FROM directory_person`+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			names[p.A] = p.B
		}
	}
	return names, nil
}

func savePerson(tx *db.Tx, p *Person) error {
	_, err := tx.Exec(`
		INSERT INTO directory_person (id, name, email, admin, language, made_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, language = excluded.language`,
		p.ID, p.Name, p.Email, p.Admin, p.Language, p.MadeAt)
	if err != nil || p.Login == "" {
		return err
	}
	_, err = tx.Exec(`
		INSERT INTO directory_account (person_id, login, locked, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id) DO UPDATE SET login = excluded.login, locked = excluded.locked, changed_at = excluded.changed_at`,
		p.ID, p.Login, p.Locked, tx.Now)
	return err
}

const postColumns = `o.id, o.person_id, o.body_id, o.unit_id, o.role, o.title, o.subject, o.since, o.until`

func scanPost(row db.Row) (*Post, error) {
	o := new(Post)
	return o, row.Scan(&o.ID, &o.Person, &o.Body, &o.Unit, &o.Role, &o.Title, &o.About, &o.Since, &o.Until)
}

// Posts gives the posts that a person holds now, the widest role first.
func Posts(tx *db.Tx, person string) ([]*Post, error) {
	posts, err := db.All(tx, scanPost, `SELECT `+postColumns+` FROM directory_post o
		WHERE o.person_id = $1 AND o.since <= $2 AND (o.until IS NULL OR o.until > $2) ORDER BY o.id`, person, tx.Now)
	slices.SortStableFunc(posts, func(a, b *Post) int {
		return slices.Index(auth.Roles, a.Role) - slices.Index(auth.Roles, b.Role)
	})
	return posts, err
}

// Worked gives every post that a person has held in the body of tx, but as a
// student, whether or not it has ended.
func Worked(tx *db.Tx, person string) ([]*Post, error) {
	return db.All(tx, scanPost, `SELECT `+postColumns+` FROM directory_post o
		WHERE o.person_id = $1 AND o.body_id = $2 AND o.role <> 'student' ORDER BY o.id`, person, tx.Body)
}

func savePost(tx *db.Tx, o *Post) error {
	_, err := tx.Exec(`
		INSERT INTO directory_post (id, person_id, body_id, unit_id, role, title, subject, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, until = excluded.until`,
		o.ID, o.Person, o.Body, o.Unit, o.Role, o.Title, o.About, o.Since, o.Until)
	return err
}
