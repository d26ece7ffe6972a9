package directory_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

var (
	voice  = directory.DeclareDuty(directory.DutyKind{Name: "test.voice", Word: "directory.duty", Deputies: 2})
	keeper = directory.DeclareDuty(directory.DutyKind{Name: "test.keeper", Word: "directory.unit", Deputies: 1,
		Subjects: func(*db.Tx, string, string) ([]directory.DutySubject, error) {
			return []directory.DutySubject{{ID: "e1", Text: "三坐标测量机"}, {ID: "e2", Text: "焊接机器人"}}, nil
		}})
)

// invite makes an account without a password: the hashing of one takes its time.
func (h house) invite(t *testing.T, login, role string, unit int) string {
	t.Helper()
	p, _, err := h.Invite(h.as(t, auth.Secretariat, 0), directory.Invitation{Name: "某" + login, Login: login, Unit: h.units[unit].ID, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func (h house) assign(t *testing.T, in directory.DutyForm) (*directory.Duty, error) {
	t.Helper()
	return h.Assign(h.as(t, auth.Secretariat, 0), in)
}

func (h house) holder(t *testing.T, name, day string) string {
	t.Helper()
	list, err := db.View(h.as(t, auth.Secretariat, 0), h.DB, func(tx *db.Tx) ([]*directory.Duty, error) {
		return directory.Duties(tx, directory.DutySearch{Name: name, On: day})
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		return ""
	}
	return strings.Join(append([]string{list[0].Person}, list[0].Deputies...), " ")
}

// Of every day it can be told who held a duty and who stood in.
func TestDutiesByDate(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		a := h.invite(t, "anna", auth.UnitAdmin, 0)
		b := h.invite(t, "bo", auth.Staff, 0)
		c := h.invite(t, "chen", auth.Staff, 0)
		unit := h.units[0].ID
		for _, in := range []directory.DutyForm{
			{Unit: unit, Name: voice, Person: a, Since: "2025-01-01"},
			{Unit: unit, Name: voice, Person: b, Deputies: []string{"", a, a, b, c}, Since: "2025-06-01"},
			{Unit: unit, Name: keeper, Subject: "e1", Person: a, Since: "2025-01-01"},
			{Unit: unit, Name: keeper, Subject: "e2", Person: b, Since: "2025-01-01"},
		} {
			if _, err := h.assign(t, in); err != nil {
				t.Fatal(err)
			}
		}
		for day, want := range map[string]string{"2024-12-31": "", "2025-01-01": a, "2025-05-31": a, "2025-06-01": b + " " + a + " " + c, "2026-03-02": b + " " + a + " " + c} {
			if got := h.holder(t, voice, day); got != want {
				t.Errorf("on %s it is with %q, want %q", day, got, want)
			}
		}
		list, err := h.Directory.Duties(h.as(t, auth.Staff, 0), directory.DutyQuery{Q: "测量"})
		if err != nil || list.Total != 1 || list.Entries[0].Holder != "某anna" {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err = h.Directory.Duties(h.as(t, auth.Staff, 1), directory.DutyQuery{}); err != nil || list.Total != 0 {
			t.Errorf("another unit's staff see %d duties, %v", list.Total, err)
		}
		if _, err := h.Directory.Duties(h.as(t, auth.Student, 0), directory.DutyQuery{}); !errors.Is(err, fault.Denied) {
			t.Errorf("a student: %v", err)
		}
	})
}

func TestDutyFaultsAllAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		a := h.invite(t, "anna", auth.UnitAdmin, 0)
		pupil := h.invite(t, "bo", auth.Student, 0)
		away := h.invite(t, "chen", auth.Staff, 1)
		unit := h.units[0].ID
		if _, err := h.assign(t, directory.DutyForm{Unit: unit, Name: voice, Person: a, Since: "2026-01-01"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			about  string
			in     directory.DutyForm
			places []string
		}{
			{"nothing", directory.DutyForm{}, []string{"unit", "name", "since", "person"}},
			{"a pupil, and one from elsewhere", directory.DutyForm{Unit: unit, Name: voice, Person: pupil, Deputies: []string{away}, Since: "soon"}, []string{"since", "person", "deputies"}},
			{"a thing that is not there", directory.DutyForm{Unit: unit, Name: keeper, Subject: "e9", Person: a, Since: "2062-01-01"}, []string{"subject", "since"}},
			{"before the last change", directory.DutyForm{Unit: unit, Name: voice, Person: a, Since: "2025-12-31"}, []string{"since"}},
		} {
			_, err := h.assign(t, c.in)
			list, _ := errors.AsType[fault.List](err)
			var places []string
			for _, item := range list {
				places = append(places, item.Place)
			}
			if !slices.Equal(places, c.places) {
				t.Errorf("%s: faults at %q, want %q: %v", c.about, places, c.places, err)
			}
		}
		for _, other := range []context.Context{h.as(t, auth.Staff, 0), h.as(t, auth.UnitAdmin, 1)} {
			if _, err := h.Assign(other, directory.DutyForm{Unit: unit, Name: voice, Person: a, Since: "2026-02-01"}); !errors.Is(err, fault.Denied) {
				t.Errorf("%v", err)
			}
		}
	})
}

// What waits on somebody goes to another in one go, in every room; nothing is
// left on the old name, and what was remains readable.
func TestHandover(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		a := h.invite(t, "anna", auth.UnitAdmin, 0)
		b := h.invite(t, "bo", auth.Staff, 0)
		c := h.invite(t, "chen", auth.Staff, 0)
		away := h.invite(t, "dong", auth.Staff, 1)
		unit := h.units[0].ID
		for _, in := range []directory.DutyForm{
			{Unit: unit, Name: voice, Person: a, Deputies: []string{b, c}, Since: "2025-01-01"},
			{Unit: unit, Name: keeper, Subject: "e1", Person: a, Since: "2025-01-01"},
			{Unit: unit, Name: keeper, Subject: "e2", Person: c, Deputies: []string{a}, Since: "2025-01-01"},
		} {
			if _, err := h.assign(t, in); err != nil {
				t.Fatal(err)
			}
		}
		tasks := map[string]int{a: 3}
		h.Waiting = []directory.Waiting{{Room: "test",
			Tied: func(_ *db.Tx, person string) ([]directory.Tie, error) {
				return []directory.Tie{{Word: "directory.duty", Count: tasks[person], Path: "/x", Decide: "directory.unit"}}, nil
			},
			Hand: func(_ *db.Tx, from, to string) (int, error) {
				n := tasks[from]
				tasks[to], tasks[from] = tasks[to]+n, 0
				return n, nil
			}}}
		ctx := h.as(t, auth.UnitAdmin, 0)
		before, err := h.Handover(ctx, a)
		if err != nil || before.Open() != 6 || len(before.Holds) != 2 || len(before.Stands) != 1 {
			t.Fatalf("%+v, %v", before, err)
		}
		if _, err := h.Hand(ctx, a, directory.HandForm{To: away, Day: "2026-03-02"}); fault.At(err, "to") == nil {
			t.Errorf("handed to somebody of another unit: %v", err)
		}
		done, err := h.Hand(ctx, a, directory.HandForm{To: b, Day: "2026-03-02"})
		if err != nil || done != (directory.Handed{Duties: 3, Things: 3}) {
			t.Fatalf("%+v, %v", done, err)
		}
		if got := h.holder(t, voice, "2026-03-02"); got != b+" "+c {
			t.Errorf("the voice is with %q, want %q", got, b+" "+c)
		}
		if got := h.holder(t, voice, "2026-03-01"); got != a+" "+b+" "+c {
			t.Errorf("the day before it was with %q", got)
		}
		after, err := h.Handover(ctx, a)
		if err != nil || after.Open() != 0 || len(after.Past) != 2 || tasks[b] != 3 {
			t.Errorf("after: %+v, %v", after, err)
		}
		if _, err := h.Handover(h.as(t, auth.UnitAdmin, 1), a); !errors.Is(err, fault.NotFound) {
			t.Errorf("another unit's administrator looks: %v", err)
		}
	})
}

func TestDutyPages(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		a := h.invite(t, "anna", auth.Staff, 0)
		b := h.invite(t, "bo", auth.Staff, 0)
		ctx := h.as(t, auth.Secretariat, 0)
		send := func(method, path string, form url.Values) *httptest.ResponseRecorder {
			rs := &web.Routes{
				Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
				Body: func(context.Context, auth.Actor) (web.Body, error) {
					return web.Body{ID: h.body.ID, Name: "壶城"}, nil
				},
			}
			h.Routes(rs)
			r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			rs.ServeHTTP(w, r)
			if strings.Contains(w.Body.String(), "directory.") && strings.Contains(w.Header().Get("Content-Type"), "html") {
				t.Errorf("%s: a word is missing", path)
			}
			return w
		}
		unit := h.units[0].ID
		if w := send("GET", "/duties/new?unit="+unit, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "某anna") {
			t.Errorf("the form: %d", w.Code)
		}
		if w := send("POST", "/duties", url.Values{"unit": {unit}, "name": {voice}, "deputies": {"", b}, "since": {"2026-03-01"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "请选择负责人") {
			t.Errorf("nobody: %d", w.Code)
		}
		if w := send("POST", "/duties", url.Values{"unit": {unit}, "name": {voice}, "person": {a}, "deputies": {"", b}, "since": {"2026-03-01"}}); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w := send("GET", "/duties", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "某anna") || strings.Contains(w.Body.String(), "负责人已不在岗</span>") {
			t.Errorf("the list: %d", w.Code)
		}
		if w := send("GET", "/duties?format=csv", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "某anna,某bo") {
			t.Errorf("the sheet: %d %s", w.Code, w.Body)
		}
		posts, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]*directory.Post, error) { return directory.Posts(tx, a) })
		if err != nil {
			t.Fatal(err)
		}
		if w := send("POST", "/posts/"+posts[0].ID+"/ending", url.Values{}); w.Header().Get("Location") != "/handovers/"+a {
			t.Errorf("after the post has ended one goes to %s", w.Header().Get("Location"))
		}
		if w := send("GET", "/handovers/"+a, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "仍有 1 项待交接") {
			t.Errorf("the handover: %d", w.Code)
		}
		idle, err := db.View(ctx, h.DB, h.IdleDuties)
		if err != nil || idle != 1 {
			t.Errorf("%d duties wait on nobody, %v", idle, err)
		}
		if w := send("POST", "/handovers/"+a, url.Values{"to": {b}, "day": {"2026-03-02"}}); w.Code != 303 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := send("GET", "/handovers/"+a, nil); !strings.Contains(w.Body.String(), "没有任何事项仍挂在") {
			t.Error("something still waits on the old name")
		}
		told, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "directory.duty.", Limit: 9})
		})
		if err != nil || len(told) != 3 || told[0].Action != "directory.duty.hand" || told[0].Body != h.body.ID {
			t.Errorf("the body's journal tells %+v, %v", told, err)
		}
	})
}

func TestDutyActionsHaveWords(t *testing.T) {
	for _, action := range []string{"directory.duty.read", "directory.duty.assign", "directory.duty.end", "directory.duty.hand", "directory.duty.export"} {
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
	}
}
