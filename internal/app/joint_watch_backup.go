package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/shelf"
)

// backupState is what is known of the backups: of the folder, and of what the journal tells.
type backupState struct {
	Folder  string
	Last    time.Time // when the newest one was made; zero: there is none
	File    string
	Told    bool // the journal tells of one
	Failed  bool // the latest try did
	Fault   string
	Drilled time.Time // when one was last tried out; zero: never
	Broken  bool      // that drill failed
}

// backups asks the journal, and takes what is known of the newest archive itself.
func backups(tx *db.Tx, at string, last shelf.Item) (s backupState, err error) {
	s.Folder = at
	told, err := journal.List(tx, journal.Search{Action: "house.backup.", Limit: 200})
	if err != nil {
		return s, err
	}
	for _, e := range told {
		switch e.Action {
		case "house.backup.made", "house.backup.failed":
			if !s.Told {
				s.Told, s.Failed = true, e.Action == "house.backup.failed"
				if done, err := journal.Data[BackupDone](e); err == nil {
					s.Fault = done.Fault
				}
			}
			if e.Action == "house.backup.made" && s.Last.IsZero() {
				s.Last, s.File = e.At, e.Subject
			}
		case "house.backup.drilled", "house.backup.drill_failed":
			if s.Drilled.IsZero() {
				s.Drilled, s.Broken = e.At, e.Action == "house.backup.drill_failed"
			}
		}
	}
	if last.At.After(s.Last) {
		s.Last, s.File = last.At, last.Name
	}
	return s, nil
}

// DrillDone is what the journal tells of a drill.
type DrillDone struct {
	MadeAt   time.Time `json:"made_at"`
	Files    int       `json:"files"`
	Findings int       `json:"findings"` // of the journal's chains
	Fault    string    `json:"fault,omitempty"`
}

// TellDrill writes down in the house's journal how a drill went, where there is a house.
func TellDrill(ctx context.Context, c Config, m Manifest, failed error) error {
	if c.embedded() {
		if _, err := os.Stat(c.address()); errors.Is(err, fs.ErrNotExist) {
			return nil // tried out on another machine
		}
	}
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return err
	}
	defer d.Close()
	told := DrillDone{MadeAt: m.MadeAt, Files: len(m.Entries)}
	for _, r := range m.Journal {
		told.Findings += len(r.Findings)
	}
	action := "house.backup.drilled"
	if failed != nil {
		told.Fault = fault.Of(failed).Key
	}
	if failed != nil || told.Findings > 0 {
		action = "house.backup.drill_failed"
	}
	return journal.Note(db.In(ctx, db.House), d, action, "drill", told)
}
