package app_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// repacked gives a whole archive whose entries somebody changed: nil leaves one out.
func repacked(t *testing.T, path string, change func(name string, content []byte) []byte) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := gzip.NewWriter(&out)
	tw := tar.NewWriter(to)
	for tr := tar.NewReader(zip); ; {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		entry, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if entry = change(h.Name, entry); entry == nil {
			continue
		}
		h.Size = int64(len(entry))
		if err := tw.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		tw.Write(entry)
	}
	if err := errors.Join(tw.Close(), to.Close()); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "b.backup")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// manifest changes the fields of an archive's manifest.
func manifest(t *testing.T, change func(fields map[string]any)) func(string, []byte) []byte {
	return func(name string, content []byte) []byte {
		if name != "manifest.json" {
			return content
		}
		fields := map[string]any{}
		if err := json.Unmarshal(content, &fields); err != nil {
			t.Fatal(err)
		}
		change(fields)
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

// A backup names the hash of the house's suite, and by it finds whatever was changed in
// an archive that is whole, under that name or another's.
func TestBackupIsCheckedByTheHashThatItNames(t *testing.T) {
	for _, s := range seal.Suites() {
		t.Run(s.Name, func(t *testing.T) {
			c := settings(t, false)
			c.Suite = s.Name
			h := open(t, c)
			file, err := h.Files.Put(strings.NewReader("内容"), "a.txt", 100)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "b.backup")
			m, err := app.Backup(t.Context(), c, path, true)
			if err != nil || m.Hash != s.HashName {
				t.Fatalf("made with %q, %v", m.Hash, err)
			}
			if m, err = app.CheckBackup(t.Context(), path); err != nil || m.Hash != s.HashName {
				t.Fatalf("read with %q, %v", m.Hash, err)
			}
			to := settings(t, false)
			if _, err := app.Restore(t.Context(), to, path); err != nil {
				t.Fatal(err)
			}
			if content, err := open(t, to).Files.Read(file); err != nil || string(content) != "内容" {
				t.Errorf("the restored file is %q, %v", content, err)
			}
			for what, change := range map[string]func(string, []byte) []byte{
				"a bit of a file turned": func(name string, content []byte) []byte {
					if strings.HasPrefix(name, "files/") {
						content[0] ^= 1
					}
					return content
				},
				"the key left out": func(name string, content []byte) []byte {
					if name == "key" {
						return nil
					}
					return content
				},
				"the hash's name changed": manifest(t, func(fields map[string]any) {
					for _, o := range seal.Suites() {
						if o != s {
							fields["hash"] = o.HashName
							return
						}
					}
					fields["entries"].(map[string]any)["key"] = ""
				}),
			} {
				if _, err := app.CheckBackup(t.Context(), repacked(t, path, change)); fault.Of(err).Key != "app.damaged" {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

// Manifests from before they named their hash are of SHA-256; one of a hash that this
// program lacks is no damaged one.
func TestBackupsOfOtherHashes(t *testing.T) {
	c := settings(t, false)
	open(t, c)
	path := filepath.Join(t.TempDir(), "b.backup")
	if _, err := app.Backup(t.Context(), c, path, true); err != nil {
		t.Fatal(err)
	}
	old := repacked(t, path, manifest(t, func(fields map[string]any) { delete(fields, "hash") }))
	if _, err := app.Restore(t.Context(), settings(t, false), old); err != nil {
		t.Errorf("an old one: %v", err)
	}
	want := map[string]string{"sha3": "app.other_hash", "chinese": "app.other_hash", "international": "app.other_hash", "sm3": "app.damaged"}
	if len(seal.Suites()) == 1 {
		want["sm3"], want["chinese"] = "app.suite_missing", "app.suite_missing"
	}
	for name, key := range want {
		bad := repacked(t, path, manifest(t, func(fields map[string]any) { fields["hash"] = name }))
		if _, err := app.CheckBackup(t.Context(), bad); fault.Of(err).Key != key {
			t.Errorf("%s: %v, want %s", name, err, key)
		}
	}
}
