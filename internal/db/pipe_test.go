package db_test

import (
	"errors"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

const insertNote = `INSERT INTO note (body, number, words, at) VALUES ($1, $2, $3, $4)`

// What is said by Later is there for whoever asks next in the same transaction, in the
// order in which it was said, and is kept with it.
func TestP2WhatIsSaidLaterIsThereWhenAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, room)
		ctx := db.In(t.Context(), "a")
		seen, err := db.Update(ctx, d, func(tx *db.Tx) (string, error) {
			if err := tx.Later(insertNote, tx.Body, 1, "first", tx.Now); err != nil {
				return "", err
			}
			if err := tx.Later(`UPDATE note SET words = words || ', then' WHERE number = $1`, 1); err != nil {
				return "", err
			}
			words, err := db.One(tx, db.Value[string], `SELECT words FROM note WHERE number = 1`)
			if err != nil {
				return "", err
			}
			return words, tx.Later(insertNote, tx.Body, 2, "last", tx.Now)
		})
		if err != nil || seen != "first, then" {
			t.Errorf("it read %q, %v", seen, err)
		}
		if n := count(t, ctx, d); n != 2 {
			t.Errorf("%d notes were kept, want 2", n)
		}
	})
}

// Where it fails nothing is kept, whoever asked hears what was wrong, and the next one is
// served as if nothing had been; also after a panic.
func TestP2WhatFailsLaterLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, room)
		ctx := db.In(t.Context(), "a")
		twice := func(between func(*db.Tx) error) error {
			return db.Do(ctx, d, func(tx *db.Tx) error {
				for _, words := range []string{"one", "two"} {
					if err := tx.Later(insertNote, tx.Body, 7, words, tx.Now); err != nil {
						return err
					}
				}
				return between(tx)
			})
		}
		for name, between := range map[string]func(*db.Tx) error{
			"as it is kept": func(*db.Tx) error { return nil },
			"as something is asked": func(tx *db.Tx) error {
				_, err := tx.Exec(`DELETE FROM note`)
				return err
			},
		} {
			if err := twice(between); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: %v, want a conflict", name, err)
			}
			if n := count(t, ctx, d); n != 0 {
				t.Errorf("%s: %d notes were kept", name, n)
			}
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was lost")
				}
			}()
			db.Do(ctx, d, func(tx *db.Tx) error {
				if err := tx.Later(insertNote, tx.Body, 8, "words", tx.Now); err != nil {
					t.Error(err)
				}
				panic("within a transaction")
			})
		}()
		for range 20 { // each connection that there may be
			if err := write(ctx, d, "after"); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, ctx, d); n != 20 {
			t.Errorf("%d notes are there, want 20", n)
		}
	})
}
