package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/files"
	"guildhall/internal/ledger"
	"guildhall/internal/member"
	"guildhall/internal/plan"
	"guildhall/internal/talent"
	"guildhall/internal/watch"
)

// A stored house is a folder testdata/stored/RELEASE.ENGINE: a backup, made by the
// program of that release, and the anchors of its journal. Its people are made up, and
// the key within it protects nothing else. What stands in it never changes:
const (
	storedMember  = "示例装备制造有限公司"
	storedProject = "示例项目"
	storedFile    = "示例附件"
	storedPhone   = "13800138001"
	storedStudent = "student"
)

// lived is a house that was founded and somewhat used, for as long as it is not served.
func lived(t *testing.T, c app.Config) {
	h := open(t, c)
	body := foundIn(t, h)
	root := directory.As(t.Context(), auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: body.ID})
	office := directory.As(t.Context(), auth.Actor{ID: "office", Name: "秘书", Body: body.ID, Roles: []string{auth.Secretariat}})
	school := &directory.Unit{Name: "示例职业学院", Class: "school", Fictional: true}
	firm := &directory.Unit{Name: storedMember, Class: "enterprise", Fictional: true}
	must(t, h.Directory.EnrolUnits(root, []*directory.Unit{school, firm}))
	for _, u := range []*directory.Unit{school, firm} {
		_, err := h.Member.Join(office, member.Membership{Unit: u.ID, Since: "2025-01-01", Resolution: "示例决议"})
		must(t, err)
	}
	student := &talent.Candidate{Ref: "S-1", School: school.ID, Number: "示例-001", Name: "示例学生", Level: "secondary", Class: "示例班", Status: talent.FinalYear}
	must(t, db.Do(root, h.DB, func(tx *db.Tx) error {
		return h.Talent.SaveCandidates(tx, []*talent.Candidate{student}, []talent.Private{{Phone: storedPhone, Birth: "2007-01-01", Gender: "F"}})
	}))
	_, link, err := h.Directory.Invite(root, directory.Invitation{Name: student.Name, Login: storedStudent, Unit: school.ID, Role: auth.Student, About: student.ID})
	must(t, err)
	_, err = h.Directory.Choose(root, strings.TrimPrefix(link.Path, "/links/"), app.DemoPassword, "test")
	must(t, err)
	file, err := h.Files.Put(strings.NewReader(storedFile), "a.txt", 100)
	must(t, err)
	must(t, db.Do(office, h.DB, func(tx *db.Tx) error { return files.Keep(tx, file, "plan.project.start", "x") }))
	_, err = h.Plan.Start(office, plan.ProjectForm{Name: storedProject, Goal: "示例", Starts: "2026-01-01", Ends: "2027-12-31", Owner: firm.ID})
	must(t, err)
	must(t, h.Anchor(t.Context(), true))
	must(t, h.Close())
}

// store writes what the house of a new release looks like. One that is there is never
// written anew.
func store(t *testing.T, release string) {
	onEach(t, func(t *testing.T, postgres bool) {
		engine := map[bool]string{false: ".sqlite", true: ".postgres"}[postgres]
		to := filepath.Join("testdata", "stored", release+engine)
		must(t, os.MkdirAll(filepath.Dir(to), 0o755))
		must(t, os.Mkdir(to, 0o755))
		c := settings(t, postgres)
		c.Anchors = filepath.Join(t.TempDir(), "anchors")
		lived(t, c)
		_, err := app.Backup(t.Context(), c, filepath.Join(to, "house.backup"), true)
		must(t, err)
		must(t, os.CopyFS(filepath.Join(to, "anchors"), os.DirFS(c.Anchors)))
	})
}

// What every release has kept is opened by today's program: it is restored, its tables
// are moved on and lack nothing, its journal and what was told outside of it hold, people
// sign in and find what they left, and it is written on.
func TestP11AStoredDatabaseOpens(t *testing.T) {
	if release := os.Getenv("GUILDHALL_STORE"); release != "" {
		store(t, release)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		stored, err := filepath.Glob("testdata/stored/*." + engine)
		must(t, err)
		if len(stored) == 0 {
			t.Errorf("no house on %s is stored", engine)
		}
		for _, dir := range stored {
			t.Run(filepath.Base(dir), func(t *testing.T) { opensAgain(t, dir, engine == "postgres") })
		}
	}
}

func opensAgain(t *testing.T, dir string, postgres bool) {
	c := settings(t, postgres)
	c.Anchors = filepath.Join(t.TempDir(), "anchors")
	must(t, os.CopyFS(c.Anchors, os.DirFS(filepath.Join(dir, "anchors"))))
	m, err := app.Restore(t.Context(), c, filepath.Join(dir, "house.backup"))
	must(t, err)
	if len(m.Journal) == 0 {
		t.Error("the restore says nothing of the journal")
	}
	before := whole(t, c)
	promisedBefore(t, c)
	h := open(t, c)
	inLedger(t, h)
	latest, err := db.Latest(app.Rooms())
	must(t, err)
	at, err := h.DB.Versions(t.Context())
	must(t, err)
	for room, n := range latest {
		if at[room] != n {
			t.Errorf("the tables of %s stand at %d, want %d", room, at[room], n)
		}
	}
	usedAgain(t, h)
	must(t, h.Anchor(t.Context(), true))
	must(t, h.Close())
	if after := whole(t, c); after <= before {
		t.Errorf("the journal had %d entries and has %d", before, after)
	}
}

// promisedBefore notes money as programs did that had no ledger.
func promisedBefore(t *testing.T, c app.Config) {
	t.Helper()
	d, err := db.Open(t.Context(), where(c))
	must(t, err)
	defer d.Close()
	must(t, db.Do(t.Context(), d, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO plan_money (id, project_id, source, payer_id, promised, received, received_on, about)
			SELECT 'before', id, 'fiscal', '', 5000, 1234, '2026-02-01', '' FROM plan_project WHERE name = $1`, storedProject)
		if err == nil && n != 1 {
			t.Errorf("%d projects are called %s", n, storedProject)
		}
		return err
	}))
}

// inLedger looks whether the ledger has what was noted before there was one.
func inLedger(t *testing.T, h *app.House) {
	t.Helper()
	body, err := db.View(t.Context(), h.DB, func(tx *db.Tx) (string, error) {
		return db.One(tx, db.Value[string], `SELECT body FROM plan_project WHERE name = $1`, storedProject)
	})
	must(t, err)
	_, err = db.View(db.In(t.Context(), body), h.DB, func(tx *db.Tx) (int, error) {
		for kind, want := range map[string]int64{"plan.pot": 1234, "plan.fund": -5000} {
			if sums, err := ledger.Moved(tx, kind); err != nil || sums["before"] != want {
				t.Errorf("the ledger has %v on %s, %v, want %d", sums, kind, err, want)
			}
		}
		return 0, nil
	})
	must(t, err)
}

// whole looks the house over and tells how many entries its journal has.
func whole(t *testing.T, c app.Config) (entries int64) {
	t.Helper()
	said := map[string]watch.Level{}
	for _, l := range app.Doctor(t.Context(), c) {
		if said[l.Key] = l.Level; l.Level == watch.Fail && l.Key != "durable" { // the tests' server does not wait for the disk
			t.Errorf("the doctor says %s: %s %s", l.Key, l.Said, l.Mend)
		}
	}
	if said["schema"] != watch.OK || said["chain"] != watch.OK || said["ledger"] != watch.OK {
		t.Errorf("the doctor says %v", said)
	}
	reports, err := app.VerifyJournal(t.Context(), c, "")
	must(t, err)
	for _, r := range reports {
		if len(r.Findings) > 0 || r.Checkpoints == 0 {
			t.Errorf("the journal does not hold: %+v", r)
		}
		entries += r.Size
	}
	return entries
}

// usedAgain signs in, finds what was left, and does something more.
func usedAgain(t *testing.T, h *app.House) {
	s := httptest.NewServer(h)
	defer s.Close()
	ask := func(method, path, cookie string, form url.Values) string {
		t.Helper()
		r, _ := http.NewRequest(method, s.URL+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Cookie", cookie)
		w, err := http.DefaultClient.Do(r)
		must(t, err)
		defer w.Body.Close()
		text, err := io.ReadAll(w.Body)
		if err != nil || w.StatusCode != http.StatusOK {
			t.Errorf("%s %s is answered %d %s, %v", method, path, w.StatusCode, text, err)
		}
		return string(text)
	}
	office, student := enter(t, s.URL, "secretariat"), enter(t, s.URL, storedStudent)
	for _, c := range []struct{ path, cookie, want string }{
		{"/members", office, storedMember},
		{"/projects", office, storedProject},
		{"/me/data", student, storedPhone},
	} {
		if text := ask("GET", c.path, c.cookie, nil); !strings.Contains(text, c.want) {
			t.Errorf("%s does not have %s: %s", c.path, c.want, text)
		}
	}
	file, owner := left(t, h)
	if content, err := h.Files.Read(file); err != nil || string(content) != storedFile {
		t.Errorf("the file holds %q, %v", content, err)
	}
	ask("POST", "/projects", office, url.Values{"name": {"又一示例"}, "goal": {"示例"}, "owner": {owner}, "starts": {"2026-01-01"}, "ends": {"2027-12-31"}})
	if text := ask("GET", "/projects", office, nil); !strings.Contains(text, storedProject) || !strings.Contains(text, "又一示例") {
		t.Errorf("the projects are %s", text)
	}
}

// left gives the file that was left, and a unit that can own a project.
func left(t *testing.T, h *app.House) (f *files.File, unit string) {
	t.Helper()
	type place struct{ file, body string }
	at, err := db.View(db.In(t.Context(), db.House), h.DB, func(tx *db.Tx) (p place, err error) {
		if unit, err = db.One(tx, db.Value[string], `SELECT id FROM directory_unit WHERE name = $1`, storedMember); err != nil {
			return p, err
		}
		return db.One(tx, func(row db.Row) (p place, err error) { return p, row.Scan(&p.file, &p.body) }, `SELECT id, body FROM files_file`)
	})
	must(t, err)
	f, err = db.View(db.In(t.Context(), at.body), h.DB, func(tx *db.Tx) (*files.File, error) { return files.Find(tx, at.file) })
	must(t, err)
	return f, unit
}
