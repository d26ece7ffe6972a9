package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// thing tells how to find, in the demo, something that a route is about: the values
// of the path in their order, the unit whose it is, and the candidate whom it is about.
type thing struct{ under, query string }

// things are looked through in their order; the first whose path a route begins with
// is the one.
var things = []thing{
	{"/accounts/{id}", `SELECT person_id, unit_id, '' FROM directory_post WHERE role = 'staff' ORDER BY id LIMIT 1`},
	{"/acts/{id}", `SELECT id, unit_id, '' FROM act_act ORDER BY id LIMIT 1`},
	{"/applications/{id}", `SELECT id, '', '' FROM member_application ORDER BY id LIMIT 1`},
	{"/assessments/{id}/{unit}", `SELECT assessment_id, unit_id, unit_id, '' FROM member_result ORDER BY 1, 2 LIMIT 1`},
	{"/assessments/{id}", `SELECT id, '', '' FROM member_assessment ORDER BY id LIMIT 1`},
	{"/ballots/{id}", `SELECT id, '', '' FROM council_ballot ORDER BY id LIMIT 1`},
	{"/bodies/{id}", `SELECT id, '', '' FROM directory_body LIMIT 1`},
	{"/bookings/{id}/move", `SELECT id, unit_id, '' FROM facility_booking WHERE state IN ('asked', 'approved') ORDER BY since DESC LIMIT 1`}, // whoever asked moves it
	{"/bookings/{id}", `SELECT b.id, e.owner_id, '' FROM facility_booking b JOIN facility_equipment e ON e.id = b.equipment_id WHERE b.unit_id <> e.owner_id ORDER BY b.id LIMIT 1`},
	{"/bulletins/{number}/{table}", `SELECT number, 'kinds.csv', '', '' FROM bulletin_issue ORDER BY number LIMIT 1`},
	{"/bulletins/{number}", `SELECT number, '', '' FROM bulletin_issue ORDER BY number LIMIT 1`},
	{"/candidates/{id}", `SELECT id, school, id FROM talent_candidate ORDER BY ref LIMIT 1`},
	{"/chain/edges/{from}/{to}", `SELECT a_kind || ':' || a_code, b_kind || ':' || b_code, '', '' FROM chain_edge ORDER BY id LIMIT 1`},
	{"/chain/{kind}/{code}", `SELECT a_kind, a_code, '', '' FROM chain_edge ORDER BY id LIMIT 1`},
	{"/codes/{list}/{code}", `SELECT 'occupation', '1-01', '', ''`},
	{"/codes/{list}", `SELECT 'occupation', '', ''`},
	{"/courses/{id}", `SELECT id, owner_id, '' FROM recommend_course ORDER BY id LIMIT 1`},
	{"/demands/{id}", `SELECT id, unit, '' FROM demand_line ORDER BY id LIMIT 1`},
	{"/duties/{id}", `SELECT id, unit_id, '' FROM directory_duty WHERE unit_id <> '' ORDER BY id LIMIT 1`},
	{"/equipment/{id}", `SELECT id, owner_id, '' FROM facility_equipment ORDER BY id LIMIT 1`},
	{"/forecasts/{key}", `SELECT key, '', '' FROM outlook_line ORDER BY key LIMIT 1`},
	{"/facts/{id}", `SELECT id, '', '' FROM measure_fact ORDER BY id LIMIT 1`},
	{"/gaps/{kind}", `SELECT code, '', '' FROM outlook_gap WHERE level = 'kind' ORDER BY code LIMIT 1`},
	{"/handovers/{person}", `SELECT person_id, unit_id, '' FROM directory_duty WHERE unit_id <> '' ORDER BY id LIMIT 1`},
	{"/imports/{id}/files/{file}", `SELECT job_id, id, '', '' FROM intake_file ORDER BY id LIMIT 1`},
	{"/imports/{id}", `SELECT id, unit_id, '' FROM intake_job ORDER BY id LIMIT 1`},
	{"/items/{id}", `SELECT id, '', '' FROM council_item ORDER BY id LIMIT 1`},
	{"/meetings/{id}", `SELECT id, '', '' FROM council_meeting ORDER BY id LIMIT 1`},
	{"/ledger/accounts/{id}", `SELECT id, unit_id, '' FROM ledger_account WHERE unit_id <> '' ORDER BY kind, id LIMIT 1`},
	{"/ledger/entries/{id}", `SELECT l.entry_id, a.unit_id, '' FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id WHERE a.unit_id <> '' ORDER BY a.kind, a.id, l.seq LIMIT 1`},
	{"/members/{unit}", `SELECT unit_id, unit_id, '' FROM member_membership ORDER BY unit_id LIMIT 1`},
	{"/motions/{id}", `SELECT id, '', '' FROM council_motion ORDER BY id LIMIT 1`},
	{"/placements/{id}/requests/{request}", `SELECT p.id, r.id, p.enterprise, p.candidate_id FROM placement_request r JOIN placement_placement p ON p.id = r.placement_id ORDER BY r.id LIMIT 1`},
	{"/placements/{id}", `SELECT id, school, candidate_id FROM placement_placement ORDER BY id LIMIT 1`},
	{"/plans/{year}", `SELECT year, '', '' FROM plan_year LIMIT 1`},
	{"/policies/{id}/applications/{grant}", `SELECT scheme_id, id, unit_id, '' FROM plan_grant ORDER BY id LIMIT 1`},
	{"/policies/{id}", `SELECT id, '', '' FROM plan_scheme ORDER BY id LIMIT 1`},
	{"/positions/{id}", `SELECT id, enterprise, '' FROM talent_position ORDER BY id LIMIT 1`},
	{"/posts/{id}", `SELECT id, unit_id, '' FROM directory_post WHERE role = 'staff' ORDER BY id LIMIT 1`},
	{"/programmes/{id}", `SELECT id, school, '' FROM talent_programme ORDER BY id LIMIT 1`},
	{"/projects/{id}/milestones/{stone}", `SELECT project_id, id, '', '' FROM plan_milestone ORDER BY id LIMIT 1`},
	{"/projects/{id}/money/{money}", `SELECT project_id, id, payer_id, '' FROM plan_money ORDER BY id LIMIT 1`},
	{"/projects/{id}/receipts/{entry}", `SELECT p.id, e.id, p.owner_id, '' FROM ledger_entry e JOIN plan_money m ON m.id = e.subject JOIN plan_project p ON p.id = m.project_id
		WHERE e.reason = 'plan.entry.receive' AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses = e.id) ORDER BY e.number LIMIT 1`},
	{"/projects/{id}", `SELECT id, owner_id, '' FROM plan_project ORDER BY id LIMIT 1`},
	{"/releases/{id}/verification", `SELECT 'none', '', ''`}, // it computes a whole release anew
	{"/releases/{id}", `SELECT id, '', '' FROM outlook_release ORDER BY id LIMIT 1`},
	{"/reports/{id}/rows/{code}", `SELECT period_id, code, '', '' FROM measure_entry ORDER BY 1, 2 LIMIT 1`},
	{"/reports/{id}", `SELECT id, '', '' FROM measure_period ORDER BY id LIMIT 1`},
	{"/resolutions/{id}", `SELECT id, '', '' FROM council_resolution ORDER BY id LIMIT 1`},
	{"/rights/{id}", `SELECT id, unit_id, candidate FROM privacy_request ORDER BY number LIMIT 1`},
	{"/rounds/{id}/positions/{position}", `SELECT round_id, position_id, enterprise, '' FROM round_position ORDER BY 1, 2 LIMIT 1`},
	{"/rounds/{id}", `SELECT id, '', '' FROM round_round ORDER BY id LIMIT 1`},
	{"/rules/{kind}", `SELECT 'plan.reminding', '', ''`},
	{"/sso/{id}/trials", `SELECT 'none', '', ''`}, // it calls the provider
	{"/sso/{id}", `SELECT id, unit_id, '' FROM sso_provider ORDER BY id LIMIT 1`},
	{"/standards/{id}", `SELECT id, '', '' FROM measure_standard ORDER BY id LIMIT 1`},
	{"/tasks/{id}/evidence/{file}", `SELECT t.id, f.id, t.owner_id, '' FROM plan_task t JOIN files_file f ON f.subject = t.id ORDER BY f.id LIMIT 1`},
	{"/tasks/{id}", `SELECT id, owner_id, '' FROM plan_task ORDER BY id LIMIT 1`},
	{"/surveys/{id}/forms/{unit}", `SELECT round_id, unit_id, unit_id, '' FROM survey_form ORDER BY 1, 2 LIMIT 1`},
	{"/surveys/{id}", `SELECT id, '', '' FROM survey_round ORDER BY id LIMIT 1`},
}

// specimen is a thing that was found.
type specimen struct {
	values      []string
	unit, about string
}

var blanks = regexp.MustCompile(`\{[^{}]*\}`)

// specimenOf finds what a route is about. Where the demo has no such thing, its name
// stands for it.
func specimenOf(t *testing.T, d *db.DB, ctx context.Context, path string) specimen {
	names := blanks.FindAllString(path, -1)
	for _, th := range things {
		if !strings.HasPrefix(path, th.under) {
			continue
		}
		n := len(blanks.FindAllString(th.under, -1))
		s, err := db.View(ctx, d, func(tx *db.Tx) (specimen, error) {
			return db.One(tx, func(row db.Row) (s specimen, err error) {
				s.values = make([]string, n)
				to := []any{}
				for i := range s.values {
					to = append(to, &s.values[i])
				}
				err = row.Scan(append(to, &s.unit, &s.about)...)
				return s, err
			}, th.query)
		})
		if errors.Is(err, fault.NotFound) {
			break
		}
		if err != nil {
			t.Errorf("%s: %v", th.query, err)
		}
		return s
	}
	return specimen{values: make([]string, len(names))}
}

func (s specimen) path(path string) string {
	i := 0
	return blanks.ReplaceAllStringFunc(strings.ReplaceAll(path, "{$}", ""), func(name string) string {
		if i++; i <= len(s.values) && s.values[i-1] != "" {
			return s.values[i-1]
		}
		return "none"
	})
}

// roles are the columns of the matrix: who asks, of the unit whose the thing is or
// of another of its class.
var roles = []string{"stranger", "student of another", "student", "staff of another", "staff", "unit admin of another", "unit admin", "secretariat", "admin"}

// cast makes the one who asks.
func cast(tx *db.Tx, body, role string, s specimen) (auth.Actor, error) {
	a := auth.Actor{Body: body}
	unit := s.unit
	if unit == "" {
		unit = firstOf(tx, `SELECT unit_id FROM member_membership ORDER BY unit_id LIMIT 1`)
	}
	if strings.HasSuffix(role, " of another") {
		unit = firstOf(tx, `SELECT u.id FROM directory_unit u JOIN member_membership m ON m.unit_id = u.id
			WHERE u.class = (SELECT class FROM directory_unit WHERE id = $1) AND u.id <> $1 ORDER BY u.id LIMIT 1`, unit)
		s.about = ""
	}
	switch base := strings.TrimSuffix(role, " of another"); base {
	case "stranger":
		return auth.Actor{}, nil
	case "student":
		a.Roles, a.Unit, a.About = []string{auth.Student}, unit, s.about
		if a.About == "" {
			a.About = firstOf(tx, `SELECT id FROM talent_candidate ORDER BY ref DESC LIMIT 1`)
			a.Unit = firstOf(tx, `SELECT school FROM talent_candidate ORDER BY ref DESC LIMIT 1`)
		}
	case "staff":
		a.Roles, a.Unit = []string{auth.Staff}, unit
	case "unit admin":
		a.Roles, a.Unit = []string{auth.UnitAdmin}, unit
	case "secretariat":
		a.Roles, a.Unit = []string{auth.Secretariat}, firstOf(tx, `SELECT unit_id FROM directory_post WHERE role = 'secretariat' LIMIT 1`)
	case "admin":
		a.Roles = []string{auth.Admin}
	}
	a.ID, a.Name = "person "+role, "示例人"
	if len(a.Roles) > 0 {
		if id := firstOf(tx, `SELECT person_id FROM directory_post WHERE unit_id = $1 AND role = $2 AND until IS NULL ORDER BY id LIMIT 1`, a.Unit, a.Roles[0]); id != "" && a.Roles[0] != auth.Student {
			a.ID = id
		}
	}
	return a, nil
}

func firstOf(tx *db.Tx, query string, args ...any) string {
	v, _ := db.One(tx, db.Value[string], query, args...)
	return v
}

// letter says what an answer means.
func letter(code int) string {
	switch code {
	case http.StatusUnauthorized:
		return "?" // sign in first
	case http.StatusForbidden:
		return "-" // may not
	case http.StatusNotFound:
		return "0" // as if it were not there
	}
	return "+" // let in; what is wrong then is with the form
}

const (
	matrixFile = "testdata/matrix.txt"
	matrixData = "GUILDHALL_MATRIX_DATA" // a backup of the house whose routes are asked, or its folder
)

// overCopy begins the tests that look at all that a demo has, over a copy of it as it is
// now, and gives what waits for them. They make some thousands of requests, so they have a
// process of their own, built without the race detector, beside what else is tested.
func overCopy(t *testing.T, data string) (wait func(*testing.T)) {
	backup := filepath.Join(t.TempDir(), "house.backup")
	if out, err := exec.CommandContext(t.Context(), binary(t), "backup", "--data", data, backup).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-trimpath", "-vet=off", "-count=1", "-run", "^(TestP12EveryRouteForEveryRole|TestEveryPage)$", "-v", "guildhall/internal/app")
	cmd.Env = append(os.Environ(), matrixData+"="+backup)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	return func(t *testing.T) {
		t.Helper()
		err := cmd.Wait()
		for _, name := range []string{"TestP12EveryRouteForEveryRole", "TestEveryPage"} {
			if !strings.Contains(out.String(), "--- PASS: "+name+" ") {
				t.Errorf("%s did not pass", name)
			}
		}
		if err != nil || t.Failed() {
			t.Errorf("%v\n%s", err, &out)
		}
	}
}

// TestP12EveryRouteForEveryRole asks every route as everybody, with what belongs to their own
// unit and to another, and compares who is let in with the table in testdata. Nothing that
// is sent is kept: each transaction is undone as it ends. A route that is not in the table
// fails; GUILDHALL_MATRIX=write writes the table anew, to be read before it is committed.
func TestP12EveryRouteForEveryRole(t *testing.T) {
	h, ctx := demo(t)
	body := db.Body(ctx)
	var err error
	var actor auth.Actor
	h.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return actor, nil }
	undone := fault.Conflict.New("fault.duplicate")
	var table strings.Builder
	for _, r := range h.List {
		s := specimenOf(t, h.DB, ctx, r.Path)
		line := ""
		for _, role := range roles {
			if actor, err = db.View(ctx, h.DB, func(tx *db.Tx) (auth.Actor, error) { return cast(tx, body, role, s) }); err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequest(r.Method, s.path(r.Path), strings.NewReader(""))
			req.Header.Set("Accept", "application/json")
			if r.Method != http.MethodGet {
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			asked := db.First(req.Context(), func(tx *db.Tx) error {
				tx.Ending(func() error { return undone })
				return nil
			})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, req.WithContext(asked))
			if w.Code >= 500 {
				t.Errorf("%s %s as %s: %d %s", r.Method, req.URL, role, w.Code, w.Body)
			}
			line += letter(w.Code)
		}
		fmt.Fprintf(&table, "%s %-6s %s %s\n", line, r.Method, r.Path, r.Action)
	}
	compareMatrix(t, table.String())
}

// demo opens a copy of the demo that TestJourneys serves, and sees on the way that the
// journal of a whole demo holds. The context is in the demo's body.
func demo(t *testing.T) (*app.House, context.Context) {
	t.Helper()
	data := os.Getenv(matrixData)
	if data == "" {
		t.Skip("run by TestJourneys, over a copy of its demo") // which fails unless both say that they passed
	}
	dir := t.TempDir()
	if about, err := os.Stat(data); err == nil && about.IsDir() {
		backup := filepath.Join(dir, "house.backup")
		if _, err := app.Backup(t.Context(), app.Config{Data: data}, backup, true); err != nil {
			t.Fatal(err)
		}
		data = backup
	}
	to := app.Config{Data: filepath.Join(dir, "data"), Addr: "127.0.0.1:0"}
	m, err := app.Restore(t.Context(), to, data)
	if err != nil || len(m.Journal) < 2 {
		t.Fatalf("%d journals, %v", len(m.Journal), err)
	}
	for _, r := range m.Journal {
		if r.Size == 0 || len(r.Findings) > 0 {
			t.Errorf("the demo's journal: %+v", r)
		}
	}
	h := open(t, to)
	ctx := db.In(t.Context(), db.House)
	body, err := db.View(ctx, h.DB, func(tx *db.Tx) (string, error) {
		return db.One(tx, db.Value[string], `SELECT id FROM directory_body LIMIT 1`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, db.In(ctx, body)
}

func compareMatrix(t *testing.T, got string) {
	head := "# Who is let in by which route: + in, - denied, 0 as if not there, ? asked to sign in.\n# Columns: " + strings.Join(roles, ", ") + "\n"
	if os.Getenv("GUILDHALL_MATRIX") == "write" {
		if err := os.WriteFile(filepath.FromSlash(matrixFile), []byte(head+got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(filepath.FromSlash(matrixFile))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line[0] != '#' {
			have[strings.TrimSpace(line[len(roles):])] = line[:len(roles)]
		}
	}
	for line := range strings.Lines(got) {
		key := strings.TrimSpace(line[len(roles):])
		switch want, ok := have[key]; {
		case !ok:
			t.Errorf("%s is not in the table of who is let in: %s", key, line[:len(roles)])
		case want != line[:len(roles)]:
			t.Errorf("%s lets in %s, and the table says %s (%s)", key, line[:len(roles)], want, strings.Join(roles, ", "))
		}
		delete(have, key)
	}
	for key := range have {
		t.Errorf("%s is in the table and no route any more", key)
	}
}
