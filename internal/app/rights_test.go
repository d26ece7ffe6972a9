package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
	"guildhall/internal/placement"
	"guildhall/internal/privacy"
	"guildhall/internal/talent"
)

// secrets are texts that stand nowhere but in what is kept of one person.
type secrets struct{ name, number, ref, identity, phone, birth, guardian, login, email, wish, note string }

var (
	hers  = secrets{"甲密小明", "XH-7788-A", "S-A-1", "450200200801011234", "13800138001", "2008-01-01", "甲密监护", "jiami", "jiami@example.org", "KIND-A", "甲密便条"}
	other = secrets{"乙秘大华", "XH-7788-B", "S-B-2", "450200200802022345", "13900139002", "2008-02-02", "乙秘监护", "yimi", "yimi@example.org", "KIND-B", "乙秘便条"}
)

func (s secrets) all() []string {
	return []string{s.name, s.number, s.ref, s.identity, s.phone, s.birth, s.guardian, s.login, s.email, s.wish, s.note}
}

// said is what the journal is told of a person.
type said struct {
	who  string
	Name string `json:"name" personal:"true"`
}

func (s *said) Whose() string { return s.who }

// planted is a house in which two people stand in every room that keeps of people.
type planted struct {
	*app.House
	t              *testing.T
	body           string
	office, school context.Context
	schoolID, firm string
	hers, other    context.Context // as whom they sign in
	herID, otherID string          // as candidates
	herPlacement   string
	herAcc         string
}

func plant(t *testing.T, h *app.House) *planted {
	t.Helper()
	body := foundIn(t, h)
	p := &planted{House: h, t: t, body: body.ID}
	root := auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: body.ID}
	ctx := directory.As(t.Context(), root)
	school := &directory.Unit{Name: "示例职业学院", Class: "school", Fictional: true}
	firm := &directory.Unit{Name: "示例汽车有限公司", Class: "enterprise", Fictional: true}
	must(t, h.Directory.EnrolUnits(ctx, []*directory.Unit{school, firm}))
	p.schoolID, p.firm = school.ID, firm.ID
	p.school = directory.As(t.Context(), auth.Actor{ID: p.account(ctx, "学校管理员", "school", school.ID, auth.UnitAdmin, ""), Name: "学校管理员", Body: body.ID, Unit: school.ID, Roles: []string{auth.UnitAdmin, auth.Staff}})
	p.office = directory.As(t.Context(), auth.Actor{ID: "office", Body: body.ID, Roles: []string{auth.Secretariat}})
	must(t, db.Do(ctx, h.DB, func(tx *db.Tx) error {
		return h.Talent.SavePositions(tx, []*talent.Position{{Ref: "J1", Enterprise: firm.ID, Title: "装配工", Headcount: 9, Status: "open"}})
	}))
	p.hers, p.herID, p.herAcc = p.person(ctx, hers)
	p.other, p.otherID, _ = p.person(ctx, other)
	return p
}

func (p *planted) account(ctx context.Context, name, login, unit, role, about string) string {
	p.t.Helper()
	who, link, err := p.Directory.Invite(ctx, directory.Invitation{Name: name, Login: login, Unit: unit, Role: role, About: about, Email: login + "@example.org"})
	must(p.t, err)
	_, err = p.Directory.Choose(ctx, strings.TrimPrefix(link.Path, "/links/"), app.DemoPassword, "test")
	must(p.t, err)
	return who.ID
}

// person plants one in every room.
func (p *planted) person(ctx context.Context, s secrets) (context.Context, string, string) {
	p.t.Helper()
	score := 812
	c := &talent.Candidate{Ref: s.ref, School: p.schoolID, Number: s.number, Name: s.name, Level: "secondary", Class: "班" + s.number, Status: talent.FinalYear, Score: &score, WantKinds: []string{s.wish}}
	must(p.t, db.Do(ctx, p.DB, func(tx *db.Tx) error {
		err := p.Talent.SaveCandidates(tx, []*talent.Candidate{c}, []talent.Private{{Identity: s.identity, Phone: s.phone, Birth: s.birth, Gender: "F"}})
		if err != nil {
			return err
		}
		return journal.Record(tx, "talent.candidate.enter", c.ID, &said{c.ID, s.name + s.note})
	}))
	_, err := p.Talent.Consent(p.school, talent.ConsentForm{Candidate: c.ID, Purposes: []string{"enterprise", "round"}, Guardian: true})
	must(p.t, err)
	acc := p.account(ctx, s.name, s.login, p.schoolID, auth.Student, c.ID)
	me := directory.As(p.t.Context(), auth.Actor{ID: acc, Name: s.name, Body: p.body, Unit: p.schoolID, About: c.ID, Roles: []string{auth.Student}})
	d, err := p.Placement.Draft(p.school, placement.Form{Student: s.ref, Post: "J1", Since: "2027-03-01", Until: "2027-06-01", Guardian: s.guardian, GuardianPhone: s.phone, Place: "柳州"})
	must(p.t, err)
	if s == hers {
		p.herPlacement = d.ID
	}
	at := p.DB.Now().UTC()
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO round_round (id, body, number, name, state, statuses, kind, terms, rule_id, scoring, secret, run, fingerprint, verified, made_at) VALUES ($1, $2, 1, '春季轮次', 'published', '', 'graduate', '{}', 'usual', '{}', '', 'r1', 'x', TRUE, $3) ON CONFLICT DO NOTHING`, []any{"round1", p.body, at}},
		{`INSERT INTO round_candidate (round_id, candidate_id, body, school, programme, level, profile, wishes) VALUES ('round1', $1, $2, $3, '', 'secondary', '{}', '')`, []any{c.ID, p.body, p.schoolID}},
		{`INSERT INTO round_result (round_id, run, candidate_id, body, school, choices, seq, choice, points) VALUES ('round1', 'r1', $1, $2, $3, '', 0, 0, 0)`, []any{c.ID, p.body, p.schoolID}},
		{`INSERT INTO round_wish (round_id, candidate_id, body, list, changed_at) VALUES ('round1', $1, $2, $3, $4)`, []any{c.ID, p.body, s.wish, at}},
		{`INSERT INTO sso_provider (id, body_id, name, issuer, client, made_at, changed_at) VALUES ($1, $2, '示例统一认证', 'https://sso.example', 'c', $3, $3) ON CONFLICT DO NOTHING`, []any{"sso1", "x", at}},
		{`INSERT INTO sso_link (id, provider_id, person_id, subject_hash, made_at) VALUES ($1, 'sso1', $2, $3, $4)`, []any{db.NewID(), acc, s.login, at}},
		{`INSERT INTO factor_passkey (id, person_id, credential_id, name, credential, made_at) VALUES ($1, $2, $3, $4, '{}', $5)`, []any{db.NewID(), acc, s.login, s.note, at}},
		{`INSERT INTO directory_mail (id, to_email, subject, words, due_at) VALUES ($1, $2, 'x', $3, $4)`, []any{db.NewID(), s.email, s.name, at}},
	} {
		must(p.t, db.Do(ctx, p.DB, func(tx *db.Tx) error { _, err := tx.Exec(q.sql, q.args...); return err }))
	}
	return me, c.ID, acc
}

// everything gives all that stands in all tables, as text.
func everything(t testing.TB, d *db.DB) string {
	t.Helper()
	text, err := db.View(t.Context(), d, func(tx *db.Tx) (string, error) {
		tables, columns := `SELECT name FROM sqlite_master WHERE type = 'table'`, `SELECT name, type FROM pragma_table_info($1)`
		if d.Engine() == "postgres" {
			tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
			columns = `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1`
		}
		names, err := db.All(tx, db.Value[string], tables)
		if err != nil {
			return "", err
		}
		var b strings.Builder
		for _, name := range names {
			list, err := db.All(tx, db.Pair[string, string], columns, name)
			if err != nil {
				return "", err
			}
			var terms []string
			for _, c := range list {
				term := `coalesce(CAST(` + c.A + ` AS TEXT), '')`
				if c.B == "bytea" {
					term = `coalesce(encode(` + c.A + `, 'escape'), '')`
				}
				terms = append(terms, term)
			}
			rows, err := db.All(tx, db.Value[string], `SELECT `+strings.Join(terms, ` || ' ' || `)+` FROM `+name)
			if err != nil {
				return "", err
			}
			b.WriteString(name + "\n" + strings.Join(rows, "\n") + "\n")
		}
		return b.String(), nil
	})
	must(t, err)
	return text
}

// found gives the secrets that stand in a text, each with the table where it does.
func leaks(text string, s secrets) (list []string) {
	table := ""
	for line := range strings.Lines(text) {
		if !strings.Contains(line, " ") {
			table = strings.TrimSpace(line)
		}
		for _, secret := range s.all() {
			if strings.Contains(line, secret) {
				list = append(list, table+": "+secret)
			}
		}
	}
	return list
}

// TestP13APersonsRights goes through all rights of a planted person, on both engines:
// the export has all of theirs and nothing of the other's, the erasure leaves none of it
// in any table nor in the bytes of the file, the journal holds, and a backup from before
// brings them back to nobody.
func TestP13APersonsRights(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		c.Anchors = filepath.Join(t.TempDir(), "anchors")
		h := open(t, c)
		p := plant(t, h)
		if missing := leaks(everything(t, h.DB), hers); len(missing) < 5 {
			t.Fatalf("little was planted: %q", missing)
		}
		p.seesAndExports()
		p.corrects()
		p.reviews()
		before := filepath.Join(t.TempDir(), "before.backup")
		_, err := app.Backup(t.Context(), c, before, true)
		must(t, err)
		p.erases()
		p.nothingIsLeft(c)
		if !postgres {
			h.Close()
		}
		p.restored(c, before, postgres)
	})
}

func (p *planted) seesAndExports() {
	t := p.t
	_, err := p.Talent.Candidate(p.school, p.herID) // the school looks
	must(t, err)
	if _, err := p.Privacy.Export(p.hers, "", privacy.Asked{Password: "wrong"}); err == nil {
		t.Fatal("a wrong password exports")
	}
	e, err := p.Privacy.Export(p.hers, "", privacy.Asked{Password: app.DemoPassword})
	must(t, err)
	var b bytes.Buffer
	must(t, e.Write(p.hers, &b))
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	must(t, err)
	texts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		texts[f.Name] = string(content)
	}
	for _, name := range []string{"data.json", "index.html"} {
		for _, s := range hers.all() {
			if !strings.Contains(texts[name], s) {
				t.Errorf("%s lacks %s", name, s)
			}
		}
		for _, s := range other.all() {
			if strings.Contains(texts[name], s) {
				t.Errorf("%s holds %s of somebody else", name, s)
			}
		}
	}
	var told privacy.Export
	must(t, json.Unmarshal([]byte(texts["data.json"]), &told))
	if told.Format != privacy.ExportFormat || !slices.ContainsFunc(told.Looks, func(l privacy.Look) bool {
		return l.Action == "talent.candidate.look" && l.Unit == "示例职业学院"
	}) {
		t.Errorf("who looked: %+v", told.Looks)
	}
	if _, err := p.Privacy.See(p.other, p.herID); err == nil {
		t.Error("another student sees her data")
	}
	if _, err := p.Privacy.See(p.school, p.herID); err != nil {
		t.Errorf("her school acts for her: %v", err)
	}
	if _, err := p.Privacy.See(p.office, p.herID); err == nil {
		t.Error("the secretariat sees her data")
	}
}

func (p *planted) corrects() {
	t := p.t
	q, err := p.Privacy.AskCorrection(p.hers, "", privacy.Asked{Words: hers.note + "：名字写错了"})
	must(t, err)
	if q.Unit != p.schoolID || q.State != privacy.Open {
		t.Errorf("%+v", q)
	}
	if _, err := p.Privacy.AskCorrection(p.hers, "", privacy.Asked{Words: "again"}); err == nil {
		t.Error("twice")
	}
	if _, err := p.Privacy.Request(p.other, q.ID); err == nil {
		t.Error("another student reads it")
	}
	tasks, err := db.View(p.school, p.DB, func(tx *db.Tx) ([]privacy.Task, error) { return p.Privacy.Waiting(tx) })
	if err != nil || len(tasks) != 1 || tasks[0].Link != "/rights/"+q.ID {
		t.Errorf("waits for the school: %+v, %v", tasks, err)
	}
	if _, err := p.Privacy.Answer(p.hers, q.ID, privacy.Answered{Accept: true, Words: "ok"}); err == nil {
		t.Error("she answers herself")
	}
	if _, err := p.Privacy.Answer(p.school, q.ID, privacy.Answered{Accept: true}); err == nil {
		t.Error("answered without a reason")
	}
	_, err = p.Privacy.Answer(p.school, q.ID, privacy.Answered{Accept: true, Words: "已按户口簿更正"})
	must(t, err)
	a, err := p.Privacy.Request(p.hers, q.ID)
	if err != nil || a.State != privacy.Accepted || a.Answer != "已按户口簿更正" {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := p.Privacy.AskCorrection(p.school, p.herID, privacy.Asked{Words: "班级"}); err == nil {
		t.Error("for another without a letter")
	}
}

func (p *planted) reviews() {
	t := p.t
	q, err := p.Privacy.AskReview(p.hers, "", privacy.Asked{Words: "为什么没有录取？", Round: "round1"})
	must(t, err)
	if q.Unit != "" {
		t.Errorf("goes to %s", q.Unit)
	}
	a, err := p.Privacy.Request(p.office, q.ID)
	if err != nil || a.Round != "春季轮次" || strings.Contains(a.Person, hers.name) {
		t.Errorf("%+v, %v", a, err)
	}
	_, err = p.Privacy.Answer(p.office, q.ID, privacy.Answered{Words: "复核无误"})
	must(t, err)
}

func (p *planted) erases() {
	t := p.t
	now := p.DB.Now()
	q, err := p.Privacy.AskErasure(p.hers, "", privacy.Asked{Password: app.DemoPassword})
	must(t, err)
	bodies := func(context.Context) ([]string, error) { return []string{p.body}, nil }
	must(t, p.Privacy.Tend(t.Context(), bodies))
	if a, err := p.Privacy.Request(p.hers, q.ID); err != nil || a.State != privacy.Open {
		t.Errorf("within the days to think: %+v, %v", a, err)
	}
	_, err = p.Privacy.TakeBack(p.hers, q.ID)
	must(t, err)
	q, err = p.Privacy.AskErasure(p.hers, "", privacy.Asked{Password: app.DemoPassword})
	must(t, err)
	p.DB.Now = func() time.Time { return now.AddDate(0, 0, 8) }
	must(t, p.Privacy.Tend(t.Context(), bodies))
	list, err := db.View(p.school, p.DB, func(tx *db.Tx) (string, error) {
		return db.One(tx, db.Value[string], `SELECT state FROM privacy_request WHERE id = $1`, q.ID)
	})
	if err != nil || list != privacy.Done {
		t.Fatalf("after the days to think: %s, %v", list, err)
	}
}

func (p *planted) nothingIsLeft(c app.Config) {
	t := p.t
	text := everything(t, p.DB)
	if left := leaks(text, hers); len(left) > 0 {
		t.Errorf("left in tables: %q", left)
	}
	if len(leaks(text, other)) < 5 {
		t.Error("the other one went too")
	}
	must(t, p.Anchor(t.Context(), true))
	reports, err := app.VerifyJournal(t.Context(), c, "")
	must(t, err)
	for _, r := range reports {
		if len(r.Findings) > 0 {
			t.Errorf("the journal: %+v", r)
		}
	}
	if p.DB.Engine() != "sqlite" {
		return
	}
	for _, name := range []string{"guildhall.db", "guildhall.db-wal"} {
		content, err := os.ReadFile(filepath.Join(c.Data, name))
		if err != nil {
			continue
		}
		for _, s := range hers.all() {
			if bytes.Contains(content, []byte(s)) {
				t.Errorf("%s holds %s", name, s)
			}
		}
	}
}

// restored puts the backup from before into another place. She is in it, and is erased
// again; the other one is back.
func (p *planted) restored(c app.Config, backup string, postgres bool) {
	t := p.t
	to := settings(t, postgres)
	to.Anchors = c.Anchors
	_, err := app.Restore(t.Context(), to, backup)
	must(t, err)
	h := open(t, to)
	text := everything(t, h.DB)
	if left := leaks(text, hers); len(left) > 0 {
		t.Errorf("restored: %q", left)
	}
	if len(leaks(text, other)) < 5 {
		t.Error("the other one is not restored")
	}
}

// An erasure that was carried out in part is carried again only once something may go
// that has stayed: until then nothing is written, however often it is looked at.
func TestP13AnErasureInPartWaits(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		h := open(t, settings(t, postgres))
		p := plant(t, h)
		state := func(to string) {
			must(t, db.Do(p.office, h.DB, func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE placement_placement SET state = $1, ended_on = $2 WHERE id = $3`, to, map[string]string{"ended": "2026-01-31"}[to], p.herPlacement)
				return err
			}))
		}
		state("started")
		q, err := p.Privacy.AskErasure(p.hers, "", privacy.Asked{Password: app.DemoPassword})
		must(t, err)
		now := p.DB.Now()
		p.DB.Now = func() time.Time { return now.AddDate(0, 0, 8) }
		tend := func(want string) (entries int) {
			must(t, p.Privacy.Tend(t.Context(), func(context.Context) ([]string, error) { return []string{p.body}, nil }))
			type told struct {
				state string
				n     int
			}
			got, err := db.View(p.office, h.DB, func(tx *db.Tx) (told, error) {
				return db.One(tx, func(row db.Row) (x told, err error) { return x, row.Scan(&x.state, &x.n) },
					`SELECT q.state, (SELECT count(*) FROM journal_entry) FROM privacy_request q WHERE q.id = $1`, q.ID)
			})
			if must(t, err); got.state != want {
				t.Fatalf("%s, want %s", got.state, want)
			}
			return got.n
		}
		n := tend(privacy.InPart)
		for range 2 {
			if again := tend(privacy.InPart); again != n {
				t.Fatalf("%d entries more in the journal", again-n)
			}
		}
		state("ended") // its papers stay, and who she is may go
		if more := tend(privacy.InPart); more == n {
			t.Error("what may go stays")
		} else if again := tend(privacy.InPart); again != more {
			t.Errorf("%d entries more in the journal", again-more)
		}
		p.DB.Now = func() time.Time { return now.AddDate(4, 0, 0) } // the papers' time is over
		if n, again := tend(privacy.Done), tend(privacy.Done); again != n {
			t.Errorf("%d entries more in the journal", again-n)
		}
	})
}

// TestP13OverTheWire asks for an export as a browser does.
func TestP13OverTheWire(t *testing.T) {
	h := opened(t)
	p := plant(t, h)
	s := httptest.NewServer(h)
	defer s.Close()
	cookie := enter(t, s.URL, hers.login)
	ask := func(method, path string, form url.Values) (*http.Response, string) {
		r, _ := http.NewRequest(method, s.URL+path, strings.NewReader(form.Encode()))
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w, err := http.DefaultClient.Do(r)
		must(t, err)
		defer w.Body.Close()
		text, err := io.ReadAll(w.Body)
		must(t, err)
		return w, string(text)
	}
	for _, path := range []string{"/me/data", "/me/data/erasure"} {
		if w, text := ask("GET", path, nil); w.StatusCode != 200 || strings.Contains(text, other.name) || path == "/me/data" && !strings.Contains(text, hers.identity) {
			t.Errorf("%s: %s", path, w.Status)
		}
	}
	if w, _ := ask("GET", "/candidates/"+p.otherID+"/data", nil); w.StatusCode != 404 {
		t.Errorf("another's data: %s", w.Status)
	}
	if w, _ := ask("POST", "/me/data/exports", url.Values{"password": {"wrong"}}); w.StatusCode != 422 {
		t.Errorf("a wrong password: %s", w.Status)
	}
	w, text := ask("POST", "/me/data/exports", url.Values{"password": {app.DemoPassword}})
	if w.StatusCode != 200 || w.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(text, "PK") {
		t.Errorf("export: %s %s", w.Status, w.Header)
	}
	if w, _ := ask("POST", "/me/data/corrections", url.Values{"words": {""}}); w.StatusCode != 422 {
		t.Errorf("an empty request: %s", w.Status)
	}
	if w, text := ask("POST", "/me/data/corrections", url.Values{"words": {"姓名有误"}}); w.StatusCode != 200 || !strings.Contains(text, "姓名有误") {
		t.Errorf("a request: %s", w.Status)
	}
}
