package directory_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
)

// replicas gives a directory in one process, and the same in another.
func replicas(t *testing.T, test func(t *testing.T, h house, there *directory.Directory)) {
	each(t, func(t *testing.T, h house) {
		other, err := db.Open(t.Context(), h.address)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		test(t, h, directory.New(other, h.Keys))
	})
}

// A process keeps who is behind a session, and what happens in another one counts with the
// next request all the same: a session that is ended, an account that is locked, another
// post, another name, a post that is over by the clock.
func TestWhoIsBehindASessionIsNeverStale(t *testing.T) {
	replicas(t, func(t *testing.T, h house, there *directory.Directory) {
		ctx, d, body, units, other := dbtest.As(t, admin), h.Directory, h.body, h.units, there.DB
		now := time.Now()
		d.DB.Now = func() time.Time { return now }
		other.Now = d.DB.Now

		who := func(key string) auth.Actor { h.who(t, key); return h.who(t, key) } // the second from what is kept
		sql := func(query string, args ...any) {
			t.Helper()
			if err := db.Do(db.In(context.Background(), db.House), other, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		ana, key := h.enter(t, "ana", auth.Staff, 0)
		if a := who(key); a.ID != ana || a.Unit != units[0].ID || !slices.Equal(a.Roles, []string{auth.Staff}) {
			t.Fatalf("enters as %+v", a)
		}

		sql(`UPDATE directory_person SET name = '新名' WHERE id = $1`, ana)
		if a := who(key); a.Name != "新名" {
			t.Errorf("another name: %+v", a)
		}
		sql(`INSERT INTO directory_post (id, person_id, body_id, unit_id, role, since) VALUES ('two', $1, $2, $3, 'unit_admin', $4)`, ana, body.ID, units[1].ID, now.Add(time.Hour))
		if a := who(key); len(a.Posts) > 0 {
			t.Errorf("a post that has not begun: %+v", a)
		}
		now = now.Add(2 * time.Hour)
		a := who(key)
		if len(a.Posts) != 2 || a.Unit != units[1].ID || !a.Is(auth.UnitAdmin) {
			t.Errorf("a post that has begun meanwhile: %+v", a)
		}
		for _, p := range a.Posts {
			sql(`UPDATE directory_session SET post_id = $2 WHERE person_id = $1`, ana, p.ID)
			if a := who(key); a.Post != p.ID {
				t.Errorf("chose another post: %+v", a)
			}
		}
		sql(`UPDATE directory_session SET post_id = 'two' WHERE person_id = $1`, ana)
		sql(`UPDATE directory_unit SET short_name = '短' WHERE id = $1`, units[1].ID)
		if a := who(key); !slices.ContainsFunc(a.Posts, func(p auth.Post) bool { return p.Unit == "短" }) {
			t.Errorf("a unit by another name: %+v", a)
		}
		sql(`UPDATE directory_post SET until = $1 WHERE id = 'two'`, now.Add(time.Hour))
		if a := who(key); a.Unit != units[1].ID {
			t.Errorf("a post that ends in an hour: %+v", a)
		}
		now = now.Add(2 * time.Hour)
		if a := who(key); a.Unit != units[0].ID || a.Is(auth.UnitAdmin) {
			t.Errorf("a post that has ended meanwhile: %+v", a)
		}

		_, late := h.enter(t, "ben", auth.Staff, 0)
		who(late)
		if err := there.SignOut(t.Context(), late); err != nil {
			t.Fatal(err)
		}
		if a := who(late); a.ID != "" {
			t.Errorf("a session ended elsewhere still lets %+v in", a)
		}
		who(key)
		if err := there.Lock(ctx, ana, true); err != nil {
			t.Fatal(err)
		}
		if a := who(key); a.ID != "" {
			t.Errorf("a locked account still lets %+v in", a)
		}

		cyd, idle := h.enter(t, "cyd", auth.Staff, 0)
		for range 5 { // whoever goes on is seen, however often they are only looked up
			now = now.Add(5 * time.Hour)
			if a := who(idle); a.ID != cyd {
				t.Fatalf("still at work, and gone: %+v", a)
			}
		}
		now = now.Add(13 * time.Hour)
		if a := who(idle); a.ID != "" {
			t.Errorf("idle for 13 hours, and still %+v", a)
		}
	})
}

// When a session was last seen is written once in five minutes, though it is kept.
func TestASessionIsTouchedSeldom(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		now, writes := time.Now(), 0
		h.DB.Now = func() time.Time { return now }
		_, key := h.enter(t, "ana", auth.Staff, 0)
		h.DB.Watch = func(_ context.Context, trip db.Trip) {
			if trip.Kind == "update" {
				writes++
			}
		}
		for range 4 {
			now = now.Add(6 * time.Minute)
			for range 10 {
				r := httptest.NewRequest("GET", "/", nil).WithContext(t.Context())
				r.AddCookie(&http.Cookie{Name: "guildhall_session", Value: key})
				if a, err := h.Who(httptest.NewRecorder(), r); err != nil || a.ID == "" {
					t.Fatal(a, err)
				}
			}
		}
		if writes != 4 {
			t.Errorf("%d writes in 24 minutes, want 4", writes)
		}
	})
}
