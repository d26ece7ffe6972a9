//go:build unix

package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

// failing is a disk that can be made to refuse to keep what it is given.
type failing struct {
	slip  func() // for a moment
	over  func() // that moment is over
	fails func() // for good
	mend  func() // as somebody does who puts another disk in
}

// A disk fails to sync (EIO), for a moment and for good, under those who write. None of
// them is told that something is kept which is not; they are told to come again; and all
// goes on by itself once the disk does.
func TestP1P8ADiskThatFailsToSync(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		c := settings(t, false)
		must(t, os.MkdirAll(c.Data, 0o700))
		disk := dbtest.NewDisk(t, c.Data)
		overFailingDisk(t, c, failing{slip: disk.Break, over: disk.Mend, fails: disk.Break, mend: disk.Mend})
	})
	t.Run("postgres", func(t *testing.T) {
		server := dbtest.NewServer(t, "recovery_init_sync_method=syncfs") // file by file takes it seconds
		server.Disk(t, 0)
		c := settings(t, false)
		c.Database = server.Address()
		overFailingDisk(t, c, failing{slip: func() { server.Slip(t) }, over: func() {}, fails: func() { server.Break(t) }, mend: func() {
			until(t, "the server gives up", func() bool { return !server.Runs() })
			server.Mend(t)
			server.Start(t)
		}})
	})
}

func overFailingDisk(t *testing.T, c app.Config, f failing) {
	w := newScribe(t, c)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				if w.start(t) != http.StatusOK {
					<-time.After(20 * time.Millisecond) // as Retry-After asks, in a hurry
				}
			}
		})
	}
	for range 3 {
		w.more(t, 20)
		turned := w.count(&w.refused)
		f.slip()
		until(t, "somebody is turned away", func() bool { return w.count(&w.refused) > turned || t.Failed() })
		f.over()
	}
	w.more(t, 20)
	stop()
	writers.Wait()

	f.fails()
	for range 4 {
		if code := w.start(t); code == http.StatusOK {
			t.Error("it acknowledges what the disk has not kept")
		}
	}
	for _, path := range []string{"/projects", "/me"} {
		if code := w.ask(t, "GET", path, nil); code != http.StatusOK && code != http.StatusServiceUnavailable {
			t.Errorf("%s is answered %d", path, code)
		}
	}
	f.mend()
	until(t, "it goes on by itself", func() bool { return w.start(t) == http.StatusOK })
	w.end(t)
	w.holds(t, c)
	t.Logf("%d acknowledged, %d turned away", len(w.kept), len(w.refused))
}

// scribe starts projects, and remembers what it was told.
type scribe struct {
	base, cookie, owner string
	end                 func(t testing.TB)

	mu            sync.Mutex
	n             int
	kept, refused []string
}

// newScribe serves a house that was founded.
func newScribe(t *testing.T, c app.Config) *scribe {
	h, err := app.Open(t.Context(), c)
	must(t, err)
	foundIn(t, h)
	l, err := app.Listener("127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, l) }()
	w := &scribe{base: "http://" + l.Addr().String(), end: func(t testing.TB) {
		stop()
		must(t, errors.Join(<-ended, h.Close()))
	}}
	until(t, "it is ready", func() bool { return ready(w.base) == http.StatusOK })
	w.cookie = enter(t, w.base, "secretariat")
	w.owner, err = db.View(t.Context(), h.DB, func(tx *db.Tx) (string, error) { return db.One(tx, db.Value[string], `SELECT id FROM directory_unit`) })
	must(t, err)
	return w
}

func (w *scribe) ask(t testing.TB, method, path string, form url.Values) int {
	r, _ := http.NewRequest(method, w.base+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Cookie", w.cookie)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Errorf("nobody answers: %v", err)
		return 0
	}
	a.Body.Close()
	if a.StatusCode == http.StatusServiceUnavailable && a.Header.Get("Retry-After") == "" {
		t.Error("503 does not say when to come again")
	}
	return a.StatusCode
}

// start starts a project of which nobody has heard.
func (w *scribe) start(t testing.TB) int {
	w.mu.Lock()
	w.n++
	name := fmt.Sprintf("示例 %06d", w.n)
	w.mu.Unlock()
	code := w.ask(t, "POST", "/projects", url.Values{"name": {name}, "goal": {"示例"}, "owner": {w.owner}, "starts": {"2026-01-01"}, "ends": {"2026-12-31"}})
	w.mu.Lock()
	defer w.mu.Unlock()
	switch code {
	case http.StatusOK:
		w.kept = append(w.kept, name)
	case http.StatusServiceUnavailable:
		w.refused = append(w.refused, name)
	default:
		t.Errorf("whoever writes is answered %d", code)
	}
	return code
}

func (w *scribe) count(list *[]string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(*list)
}

// more waits until so many more were acknowledged.
func (w *scribe) more(t testing.TB, n int) {
	t.Helper()
	from := w.count(&w.kept)
	until(t, "work goes on", func() bool { return w.count(&w.kept) >= from+n || t.Failed() })
}

// holds looks whether what was acknowledged is there, once, and nothing is half there.
func (w *scribe) holds(t testing.TB, c app.Config) {
	t.Helper()
	h, err := app.Open(t.Context(), c)
	must(t, err)
	must(t, h.DB.Check(t.Context()))
	must(t, h.Anchor(t.Context(), true))
	there := map[string]int{}
	names, err := db.View(t.Context(), h.DB, func(tx *db.Tx) ([]string, error) {
		return db.All(tx, db.Value[string], `SELECT p.name FROM plan_project p JOIN journal_entry e ON e.subject = p.id AND e.action = 'plan.project.start'`)
	})
	must(t, errors.Join(err, h.Close()))
	for _, name := range names {
		there[name]++
	}
	for _, name := range w.kept {
		if there[name] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", name, there[name])
		}
	}
	for _, name := range w.refused { // the disk may have kept it after all, whole
		if there[name] > 1 {
			t.Errorf("%s was not acknowledged and is there %d times", name, there[name])
		}
	}
	reports, err := app.VerifyJournal(t.Context(), c, "")
	must(t, err)
	for _, r := range reports {
		if len(r.Findings) > 0 {
			t.Errorf("the journal does not hold: %+v", r.Findings)
		}
	}
}
