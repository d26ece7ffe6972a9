package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/seal"
)

type cell struct {
	A string
	B []byte
}

func scanCell(row db.Row) (c cell, err error) {
	err = row.Scan(&c.A, &c.B)
	return c, err
}

func where(c app.Config) string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, "guildhall.db")
}

// Keys are changed: everything sealed is then under the new key, in the database and among
// the files; it opens as before, old checkpoints still verify, and what is not sealed by
// us stays as it is.
func TestKeysAreRotated(t *testing.T) {
	suites := []string{seal.International}
	for _, s := range seal.Suites()[1:] {
		suites = append(suites, s.Name)
	}
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		h := open(t, c)
		body := foundIn(t, h)
		ctx := auth.With(db.In(t.Context(), body.ID), auth.Actor{ID: "li", Unit: "u", Body: body.ID})
		file, err := h.Files.Put(strings.NewReader("内容"), "a.txt", 100)
		if err != nil {
			t.Fatal(err)
		}
		phone := h.Keys.Seal("13800000000")
		err = db.Do(ctx, h.DB, func(tx *db.Tx) error {
			if _, err := tx.Exec(`CREATE TABLE a_thing (a TEXT, b BIGINT, sealed TEXT, content BYTEA, PRIMARY KEY (a, b))`); err != nil {
				return err
			}
			for i := range 450 {
				if _, err := tx.Exec(`INSERT INTO a_thing (a, b, sealed, content) VALUES ($1, $2, $3, $4)`, "x", i, h.Keys.Seal("13800000000"), h.Keys.Bytes([]byte("b"))); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(`INSERT INTO a_thing (a, b, sealed, content) VALUES ('y', 0, 'a1.said by somebody', $1)`, []byte("not ours")); err != nil {
				return err
			}
			return files.Keep(tx, file, "t.upload", "x")
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Anchor(ctx, true); err != nil {
			t.Fatal(err)
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		for _, suite := range suites {
			r, err := app.Rotate(t.Context(), c, true, suite)
			if err != nil || r.Cells < 900 || r.Files != 1 || r.Suite != suite {
				t.Fatalf("%+v, %v", r, err)
			}
			if r, err = app.Rotate(t.Context(), c, false, ""); err != nil || r.Cells != 0 || r.Files != 0 {
				t.Errorf("again: %+v, %v", r, err)
			}
			keys, err := seal.File(filepath.Join(c.Data, "key"))
			if err != nil {
				t.Fatal(err)
			}
			d, err := db.Open(t.Context(), where(c))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := db.View(ctx, d, func(tx *db.Tx) ([]cell, error) {
				return db.All(tx, scanCell, `SELECT sealed, content FROM a_thing ORDER BY a, b`)
			})
			if err != nil || len(rows) != 451 {
				t.Fatalf("%d, %v", len(rows), err)
			}
			for _, row := range rows[:450] {
				text, err := keys.Open(row.A)
				content, failed := keys.OpenBytes(row.B)
				if err != nil || failed != nil || text != "13800000000" || string(content) != "b" || !keys.Current(row.A) || !keys.Current(string(row.B)) {
					t.Fatalf("%q, %q, %v, %v", text, content, err, failed)
				}
			}
			if rows[450].A != "a1.said by somebody" || string(rows[450].B) != "not ours" {
				t.Errorf("it changed what is not ours: %+v", rows[450])
			}
			d.Close()
			h := open(t, c)
			if content, err := h.Files.Read(file); err != nil || string(content) != "内容" {
				t.Errorf("%q, %v", content, err)
			}
			if text, err := h.Keys.Open(phone); err != nil || text != "13800000000" {
				t.Errorf("what is under the old key: %q, %v", text, err)
			}
			if err := h.Anchor(ctx, true); err != nil {
				t.Fatal(err)
			}
			h.Close()
			reports, err := app.VerifyJournal(t.Context(), c, "")
			if err != nil || len(reports) == 0 {
				t.Fatal(err)
			}
			for _, r := range reports {
				if len(r.Findings) > 0 || r.Checkpoints == 0 {
					t.Errorf("%+v", r)
				}
			}
		}
	})
}

// A run that was broken off goes on where it stood.
func TestRotationGoesOn(t *testing.T) {
	c := settings(t, false)
	h := open(t, c)
	var kept []*files.File
	for range 3 {
		f, err := h.Files.Put(strings.NewReader("内容"), "a.txt", 100)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, f)
	}
	h.Close()
	hidden := filepath.Join(c.Data, "files", kept[2].ID)
	whole, err := os.ReadFile(hidden)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(hidden)
	if err := os.Symlink(c.Data, hidden); err != nil { // a file that cannot be read
		t.Fatal(err)
	}
	if _, err := app.Rotate(t.Context(), c, true, ""); err == nil {
		t.Fatal("it is done with what it cannot read")
	}
	os.Remove(hidden)
	if err := os.WriteFile(hidden, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := app.Rotate(t.Context(), c, false, "")
	if err != nil || r.Files != 1 || r.Key {
		t.Errorf("%+v, %v", r, err)
	}
	again := open(t, c)
	for _, f := range kept {
		if content, err := again.Files.Read(f); err != nil || string(content) != "内容" {
			t.Errorf("%q, %v", content, err)
		}
	}
}

// A house is opened by a program that has its suite and by no other, and is what it was
// founded as.
func TestAHouseIsOfItsSuite(t *testing.T) {
	c := settings(t, false)
	open(t, c).Close()
	c.Suite = seal.Chinese
	if _, err := app.Open(t.Context(), c); fault.Of(err).Key != "app.suite_other" {
		t.Errorf("%v", err)
	}
	c = settings(t, false)
	c.Suite = seal.Chinese
	h, err := app.Open(t.Context(), c)
	if len(seal.Suites()) == 1 {
		if fault.Of(err).Key != "app.suite_missing" {
			t.Errorf("%v", err)
		}
		c = settings(t, false)
		open(t, c).Close()
		os.WriteFile(filepath.Join(c.Data, "key"), []byte("k1 chinese "+strings.Repeat("ab", 32)+"\n"), 0o600)
		if _, err := app.Open(t.Context(), c); fault.Of(err).Key != "app.suite_missing" {
			t.Errorf("%v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	foundIn(t, h)
	if err := h.Anchor(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if h.Close(); h.Keys.Suite().Name != seal.Chinese || !strings.HasPrefix(h.Keys.Seal("x"), "g1.") {
		t.Errorf("founded as %s", h.Keys.Suite().Name)
	}
	reports, err := app.VerifyJournal(t.Context(), c, h.Signer.VerifierKey())
	if err != nil || len(reports) == 0 {
		t.Fatal(err)
	}
	for _, r := range reports {
		if len(r.Findings) > 0 || r.Checkpoints == 0 {
			t.Errorf("%+v", r)
		}
	}
}
