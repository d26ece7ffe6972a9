package app_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
	"guildhall/internal/watch"
)

// The doctor finds what is broken, says what to mend in the reader's language, and neither
// mends nor makes anything.
func TestDoctor(t *testing.T) {
	whole := t.TempDir()
	found(t, filepath.Join(whole, "data"))
	for _, c := range []struct {
		name   string
		break_ func(dir string, c *app.Config)
		key    string
		level  watch.Level
	}{
		{"as it was made", func(string, *app.Config) {}, "schema", watch.OK},
		{"key beside the data", func(string, *app.Config) {}, "key", watch.Warn},
		{"no folder", func(dir string, c *app.Config) { c.Data = dir + "/none" }, "folder", watch.Fail},
		{"a folder for everybody", func(dir string, c *app.Config) { os.Chmod(c.Data, 0o755) }, "folder", watch.Warn},
		{"no key", func(dir string, c *app.Config) { os.Remove(c.Data + "/key") }, "key", watch.Fail},
		{"half a key", func(dir string, c *app.Config) { os.WriteFile(c.Data+"/key", []byte("abc"), 0o600) }, "key", watch.Fail},
		{"a key for everybody", func(dir string, c *app.Config) { os.Chmod(c.Data+"/key", 0o644) }, "key", watch.Fail},
		{"no database", func(dir string, c *app.Config) { os.Remove(c.Data + "/guildhall.db") }, "open", watch.Fail},
		{"no database but a text", func(dir string, c *app.Config) {
			os.WriteFile(c.Data+"/guildhall.db", []byte(strings.Repeat("no database ", 1000)), 0o600)
		}, "open", watch.Fail},
		{"a table that was changed by hand", func(dir string, c *app.Config) { lose(t, c.Data+"/guildhall.db", "talent_candidate", "want_pay") }, "schema", watch.Fail},
		{"no backups", func(string, *app.Config) {}, "backups", watch.Warn},
		{"backups nowhere", func(dir string, c *app.Config) { c.Backups = dir + "/none" }, "backups", watch.Fail},
		{"a broken backup", func(dir string, c *app.Config) {
			c.Backups = t.TempDir()
			os.WriteFile(c.Backups+"/guildhall-2026-10-31.backup", []byte("broken"), 0o600)
		}, "backups", watch.Fail},
		{"an hour that is none", func(dir string, c *app.Config) { c.Backups, c.BackupAt = t.TempDir(), "25:00" }, "settings", watch.Fail},
		{"a mail server that is away", func(dir string, c *app.Config) { c.SMTP = "smtp://127.0.0.1:1?from=a@example.org" }, "smtp", watch.Fail},
		{"an address in clear", func(dir string, c *app.Config) { c.URL = "http://guildhall.example" }, "url", watch.Fail},
		{"an address that is silent", func(dir string, c *app.Config) { c.URL = "https://127.0.0.1:1" }, "url", watch.Note},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			os.Chmod(dir+"/data", 0o700)
			os.Chmod(dir+"/data/key", 0o600)
			conf := app.Config{Data: dir + "/data", Addr: "127.0.0.1:1", BackupAt: "02:30", Keep: "14,12"}
			c.break_(dir, &conf)
			_, keyBefore := os.Stat(conf.Data + "/key")
			for _, language := range i18n.Languages {
				ok := false
				for _, l := range app.Doctor(i18n.With(t.Context(), language), conf) {
					if l.Key == c.key && l.Level == c.level {
						ok = true
					}
					for _, said := range []string{l.Name, l.Said, l.Mend} {
						if strings.HasPrefix(said, "watch.") || strings.Contains(said, "%!") {
							t.Errorf("%s says %q", language, said)
						}
					}
					if (l.Level == watch.Warn || l.Level == watch.Fail) && l.Mend == "" {
						t.Errorf("%s does not say what to do", l.Key)
					}
				}
				if !ok {
					t.Errorf("%s: no line %s %s among %+v", language, c.key, c.level, app.Doctor(t.Context(), conf))
				}
			}
			if _, after := os.Stat(conf.Data + "/key"); (after == nil) != (keyBefore == nil) {
				t.Error("the doctor made a key")
			}
		})
	}
}

// lose takes a column away.
func lose(t *testing.T, path, table, column string) {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	must(t, err)
	defer d.Close()
	_, err = d.Exec("ALTER TABLE " + table + " DROP COLUMN " + column)
	must(t, err)
}
