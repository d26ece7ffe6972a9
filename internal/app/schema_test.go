package app_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/db"
)

const schemaList = "testdata/schema.sum"

// schemaFiles gives the SHA-256 of every file of tables that the program carries, of both
// engines, by room and name.
func schemaFiles(t *testing.T, rooms []db.Room) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, room := range rooms {
		must(t, fs.WalkDir(room.Schema, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(room.Schema, name)
			files[room.Name+"/"+path.Base(name)] = fmt.Sprintf("%x", sha256.Sum256(text))
			return err
		}))
	}
	return files
}

// listed reads the list of what was written once and for all.
func listed(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	list := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		sum, file, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			t.Fatalf("%s: a line is %q, want a sum, two spaces and room/file", name, lines.Text())
		}
		list[file] = sum
	}
	return list
}

// unlike tells how the files differ from the list, and how that is mended.
func unlike(list, files map[string]string) (said []string) {
	for file, sum := range list {
		switch files[file] {
		case sum:
		case "":
			said = append(said, file+" is gone, and databases have taken this step: put it back, and take away in a new step what it made")
		default:
			said = append(said, file+" was changed, and databases have taken this step as it was: put it back as it was, and say the change in a new step")
		}
	}
	for file := range files {
		if list[file] == "" {
			said = append(said, file+" is new: once it is as it shall stay, write its line with GUILDHALL_SCHEMA=write go test -run TestP11ReleasedSchemaFilesStay ./internal/app")
		}
	}
	slices.Sort(said)
	return said
}

// What a database has gone through is never edited: who has it would keep other tables
// than who begins today.
func TestP11ReleasedSchemaFilesStay(t *testing.T) {
	files, list := schemaFiles(t, app.Rooms()), listed(t, schemaList)
	if os.Getenv("GUILDHALL_SCHEMA") == "write" {
		for file, sum := range files {
			if list[file] == "" { // never another sum for a line that is there
				list[file] = sum
			}
		}
		writeList(t, list)
	}
	for _, said := range unlike(list, files) {
		t.Error(said)
	}
	for _, said := range outOfStep(files) {
		t.Error(said)
	}
}

func writeList(t *testing.T, list map[string]string) {
	t.Helper()
	var lines []string
	for file, sum := range list {
		lines = append(lines, sum+"  "+file+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	must(t, os.WriteFile(schemaList, []byte(strings.Join(lines, "")), 0o644))
}

// outOfStep tells where a room's steps are not 1, 2, 3 … on each engine: a step that
// slips in before another is never taken by those who have that one already.
func outOfStep(files map[string]string) (said []string) {
	steps := map[string][]int{} // by room and engine
	for file := range files {
		room, name, _ := strings.Cut(file, "/")
		number, _, _ := strings.Cut(name, "_")
		n, _ := strconv.Atoi(number)
		if !strings.HasSuffix(name, ".postgres.sql") {
			steps[room+" on sqlite"] = append(steps[room+" on sqlite"], n)
		}
		if !strings.HasSuffix(name, ".sqlite.sql") {
			steps[room+" on postgres"] = append(steps[room+" on postgres"], n)
		}
	}
	for room, numbers := range steps {
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != i+1 {
				said = append(said, fmt.Sprintf("%s: the steps are numbered %v, want 1, 2, 3 … each once", room, numbers))
				break
			}
		}
	}
	return said
}

func TestP11AnEditedSchemaFileIsFound(t *testing.T) {
	was := map[string]string{"a/0001_a.sql": "1", "a/0002_b.sqlite.sql": "2", "a/0002_b.postgres.sql": "3"}
	for _, c := range []struct {
		name, file, sum, want string
	}{
		{"nothing", "a/0001_a.sql", "1", ""},
		{"edited", "a/0001_a.sql", "9", "a/0001_a.sql was changed"},
		{"gone", "a/0002_b.postgres.sql", "", "a/0002_b.postgres.sql is gone"},
		{"not listed", "a/0003_c.sql", "4", "a/0003_c.sql is new"},
	} {
		files := map[string]string{}
		for file, sum := range was {
			files[file] = sum
		}
		if files[c.file] = c.sum; c.sum == "" {
			delete(files, c.file)
		}
		said := unlike(was, files)
		if c.want == "" && len(said) != 0 || c.want != "" && (len(said) != 1 || !strings.HasPrefix(said[0], c.want)) {
			t.Errorf("%s: it says %q", c.name, said)
		}
	}
	for want, file := range map[int]string{0: "a/0003_c.sql", 2: "a/0002_c.sql", 1: "a/0004_c.sqlite.sql"} {
		files := map[string]string{file: "x"}
		for file, sum := range was {
			files[file] = sum
		}
		if said := outOfStep(files); len(said) != want {
			t.Errorf("%s beside %v: it says %q", file, was, said)
		}
	}
}
