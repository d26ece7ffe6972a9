package app_test

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The floors of the house, from the ground up. A package may import packages
// of lower floors only; rooms stand on one floor, so that none imports another.
//
// Three things stand here that the first plan did not have. seal is the sealing
// of personal fields, which journal, files and directory share. chart draws for
// several rooms and knows none of them. paper makes PDF and Word files for every
// room that prints. Rounds and placements are rooms beside talent, which would be
// too big for one newcomer to read with both in it. intake is the importer: every room that
// takes sheets declares how it takes them, so it stands under the rooms, and it
// asks the directory and the code lists, so it stands above those. bulletin keeps and
// prints what any room publishes, and knows none of them. shelf keeps whole things under
// names, in a folder or a store, for files and for backups. screen looks over what people
// send before it is kept. holding is the form in which every floor from the journal up
// tells what it keeps of a person. ical writes calendar files for every room with times.
var floors = [][]string{
	{"fault", "i18n", "seal", "ical"},
	{"db", "auth", "chart", "shelf", "screen"},
	{"holding"},
	{"journal", "web", "files", "search", "mail", "sheet", "paper"},
	{"directory", "codes", "rule", "demand", "agreement", "act", "bulletin", "ledger"},
	{"intake"},
	{"member", "council", "plan", "measure", "chain", "talent", "recommend", "round", "placement", "survey", "outlook", "technology", "facility",
		"training", "apprentice", "contest", "forum", "academy", "news", "dashboard", "watch", "factor", "sso", "privacy"}, // the rooms
	{"app"},
}

const module = "guildhall/"

func floor(pkg string) int {
	return slices.IndexFunc(floors, func(f []string) bool { return slices.Contains(f, pkg) })
}

func TestFloorPlan(t *testing.T) {
	files, _ := filepath.Glob("../*/*.go")
	if len(files) == 0 {
		t.Fatal("no house here")
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		from := path.Base(path.Dir(filepath.ToSlash(file)))
		if floor(from) < 0 {
			t.Errorf("%s stands on no floor", from)
		}
		for _, name := range imports(t, file) {
			if to, ok := strings.CutPrefix(name, module+"internal/"); ok && floor(to) >= floor(from) {
				t.Errorf("%s imports %s, which is not below it", file, to)
			}
		}
	}
}

// The public packages know nothing of the house, and need nothing but the
// standard library, so that anybody may import them. One file of a package, in no
// program but those built with -tags gm, may need the module of the Chinese suite.
func TestPublicPackagesStandAlone(t *testing.T) {
	for _, root := range []string{"../../matching", "../../forecast", "../../ballot"} {
		filepath.WalkDir(root, func(file string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			for _, name := range imports(t, file) {
				own := strings.HasPrefix(name, module+"matching") || strings.HasPrefix(name, module+"forecast") || strings.HasPrefix(name, module+"ballot")
				if strings.HasPrefix(name, "github.com/emmansun/gmsm/") && chinese(t, file) {
					continue
				}
				if first, _, _ := strings.Cut(name, "/"); !own && (strings.Contains(first, ".") || first == "guildhall") {
					t.Errorf("%s imports %s", file, name)
				}
			}
			return nil
		})
	}
}

// chinese tells whether a file is only in programs that have the Chinese suite.
func chinese(t *testing.T, file string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(file) == "suite_gm.go" && strings.HasPrefix(string(text), "//go:build gm\n")
}

// Rooms are one folder deep: files, schema, text, testdata and data.
func TestRoomsAreFlat(t *testing.T) {
	dirs, _ := filepath.Glob("../*/*")
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() {
			continue
		}
		if name := filepath.Base(dir); !slices.Contains([]string{"schema", "text", "testdata", "static", "data", "demo", "dbtest", "shelftest"}, name) {
			t.Errorf("%s is a folder that no room has", dir)
		}
	}
}

func imports(t *testing.T, file string) (names []string) {
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range tree.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		names = append(names, name)
	}
	return names
}
