package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/app"
)

// A backup that somebody else made, or that broke, is refused and breaks nothing.
func FuzzCheckBackup(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"))
	f.Add([]byte("manifest.json"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "a.backup")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, err := app.CheckBackup(t.Context(), path); err == nil {
			t.Errorf("it is taken: %+v", m)
		}
	})
}

var (
	fuzzLine = regexp.MustCompile("(?m)^\\|[^|]+\\| `([a-z/]+)` \\| ([^|]+) \\|$")
	fuzzName = regexp.MustCompile("`(Fuzz[A-Za-z]+)`")
	fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz[A-Za-z]+)\(`)
)

// The list of fuzz targets in docs/testing.md is that of the code: what it names is there,
// and what is there it names.
func TestFuzzTargetsAreListed(t *testing.T) {
	text, err := os.ReadFile("../../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, line := range fuzzLine.FindAllStringSubmatch(string(text), -1) {
		for _, name := range fuzzName.FindAllStringSubmatch(line[2], -1) {
			listed[line[1]+" "+name[1]] = true
		}
	}
	if len(listed) < 20 {
		t.Fatalf("only %d targets are listed", len(listed))
	}
	for _, pattern := range []string{"internal/*/*_test.go", "matching/*_test.go", "matching/*/*_test.go", "forecast/*_test.go", "forecast/*/*_test.go", "ballot/*_test.go", "cmd/*/*_test.go"} {
		files, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range fuzzFunc.FindAllStringSubmatch(string(code), -1) {
				key := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../../") + " " + found[1]
				if !listed[key] {
					t.Errorf("docs/testing.md does not list %s", key)
				}
				delete(listed, key)
			}
		}
	}
	for key := range listed {
		t.Errorf("docs/testing.md lists %s, and there is none", key)
	}
}
