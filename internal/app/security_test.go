package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	securityTest  = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	securityPlace = regexp.MustCompile("^`([A-Za-z0-9_./-]+)`$")
	testFunc      = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
)

// The tables of docs/security.md hold: each test and each place named in them is there, and
// each item of the levels looked at stands there once.
func TestSecurityTables(t *testing.T) {
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, items, places := testsOfTheHouse(t), map[string]int{}, 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		for _, m := range securityTest.FindAllStringSubmatch(cells[len(cells)-1], -1) {
			if !tests[m[1]] {
				t.Errorf("%s: there is no test %s", cells[0], m[1])
			}
		}
		if m := securityPlace.FindStringSubmatch(cells[len(cells)-2]); m != nil {
			places++
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
				t.Errorf("%s: there is no %s", cells[0], m[1])
			}
		}
		if len(cells) == 7 {
			items[cells[0]+" "+cells[1]]++
		}
	}
	if places == 0 {
		t.Error("no place is named")
	}
	list, err := os.ReadFile("testdata/asvs-5.0.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for line := range strings.Lines(string(list)) {
		item := strings.TrimSpace(line)
		if item == "" || strings.HasPrefix(item, "#") {
			continue
		}
		known++
		if items[item] != 1 {
			t.Errorf("%s stands there %d times", item, items[item])
		}
	}
	if known != 253 {
		t.Errorf("%d items are known, want 253", known)
	}
}

// testsOfTheHouse names every test in the sources.
func testsOfTheHouse(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	for _, pattern := range []string{"../*/*_test.go", "../../cmd/*/*_test.go", "../../ballot/*_test.go", "../../matching/*/*_test.go"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range testFunc.FindAllStringSubmatch(string(source), -1) {
				tests[m[1]] = true
			}
		}
	}
	return tests
}
