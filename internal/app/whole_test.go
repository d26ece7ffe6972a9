package app_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/watch"
)

// Each start ends with a look at whether the database is whole: it stands on the operations
// page and among the figures, and damage is said there while the rest goes on.
func TestP10EachStartEndsWithAnIntegrityCheck(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		h := open(t, c)
		before := wholeLine(t, h)
		sound := glanced(t, h)
		if before.Level != watch.Note || sound.Level == watch.Fail || sound.Said == before.Said || !postgres && sound.Level != watch.OK {
			t.Errorf("before: %+v; of a sound database: %+v", before, sound)
		}
		root := int64(0)
		if _, err := db.View(t.Context(), h.DB, func(tx *db.Tx) (_ struct{}, err error) {
			if !postgres {
				root, err = db.One(tx, db.Value[int64], `SELECT rootpage FROM sqlite_schema WHERE name = 'talent_candidate_cohort'`)
			}
			return
		}); err != nil {
			t.Fatal(err)
		}
		if postgres {
			must(t, db.Do(t.Context(), h.DB, func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'talent_candidate_cohort'::regclass`)
				return err
			}))
		}
		must(t, h.Close())
		if !postgres {
			f, err := os.OpenFile(c.Data+"/guildhall.db", os.O_RDWR, 0)
			must(t, err)
			_, err = f.WriteAt(make([]byte, 4096), (root-1)*4096)
			must(t, err)
			must(t, f.Close())
		}
		h = open(t, c)
		if l := glanced(t, h); l.Level != watch.Fail || l.Mend == "" {
			t.Errorf("of a damaged database: %+v", l)
		}
		var figures bytes.Buffer
		must(t, h.Watch.Write(t.Context(), &figures))
		if !strings.Contains(figures.String(), "guildhall_db_whole 0\n") {
			t.Error("the figures do not tell that it is damaged")
		}
	})
}

// glanced serves the house until it has looked.
func glanced(t *testing.T, h *app.House) watch.Line {
	l, err := app.Listener("127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, l) }()
	until(t, "it has looked", func() bool { return !strings.Contains(wholeLine(t, h).Said, "Being read") })
	line := wholeLine(t, h)
	stop()
	must(t, <-ended)
	return line
}

func wholeLine(t *testing.T, h *app.House) watch.Line {
	ctx := i18n.With(auth.With(db.In(t.Context(), db.House), auth.Actor{ID: "p", Roles: []string{auth.Admin}}), "en")
	o, err := h.Watch.Operations(ctx)
	must(t, err)
	for _, p := range o.Parts {
		for _, l := range p.Lines {
			if l.Key == "whole" {
				return l
			}
		}
	}
	t.Fatal("the page does not tell whether the database is whole")
	return watch.Line{}
}
