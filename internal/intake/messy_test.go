package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/codes"
)

// The manifest that stands beside a set of faulty files: what was done to each.
type entry struct {
	Type, File, Kind, Field, Fault, Expect, Clean, Written string
	Row, Col                                               int
	Faults                                                 []string
}

type place struct {
	row          int
	field, fault string
}

// parsed is what reading one file gave.
type parsed struct {
	notes  []Finding
	rows   map[int][]*Row
	tables []Table
}

func parse(t *testing.T, fsys fs.FS, name string) parsed {
	t.Helper()
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parseBytes(name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

func parseBytes(name string, data []byte) (parsed, error) {
	p := parsed{rows: map[int][]*Row{}}
	err := Read(codes.Shipped(), name, bytes.NewReader(data), int64(len(data)), nil, Sink{
		Sheet: func(t Table) error { p.tables = append(p.tables, t); return nil },
		Row:   func(r *Row) error { p.rows[r.Number] = append(p.rows[r.Number], r); return nil },
		Note:  func(f Finding) { p.notes = append(p.notes, f) },
	})
	return p, err
}

// asks tells whether a person is asked about a cell.
func (p parsed) asks(row int, field string) bool {
	return slices.ContainsFunc(p.notes, func(f Finding) bool { return f.Row == row && f.Field == field && f.Action == Flag })
}

// score is how well findings agree with a manifest.
type score struct {
	found, all map[string]int // by fault
	extra      map[string]int // findings that the manifest does not have
	cells      int            // right cells, or such as can be put right
	changed    []string       // those that came out otherwise
}

func newScore() *score {
	return &score{found: map[string]int{}, all: map[string]int{}, extra: map[string]int{}}
}

func (s *score) share() (found, all int) {
	for k, n := range s.all {
		all += n
		found += s.found[k]
	}
	return found, all
}

// measure reads every file of a manifest and compares what is found and kept
// with what was done and what is true.
func measure(t *testing.T, fsys fs.FS, s *score, verbose bool) {
	t.Helper()
	data, err := fs.ReadFile(fsys, "manifest.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	byFile := map[string][]entry{}
	kinds := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		byFile[e.File] = append(byFile[e.File], e)
		if e.Type == "file" {
			kinds[e.File] = e.Kind
		}
	}
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		p := parse(t, fsys, file)
		if len(p.tables) != 1 || p.tables[0].Kind.Name != kinds[file] {
			t.Errorf("%s is read as %v, not as %s", file, p.tables, kinds[file])
			continue
		}
		flagged := s.findings(t, file, byFile[file], p, verbose)
		s.truth(t, fsys, file, kinds[file], p, flagged)
	}
}

// findings compares the findings of a file; it gives the cells that the manifest
// says a person must look at.
func (s *score) findings(t *testing.T, file string, want []entry, p parsed, verbose bool) map[place]bool {
	have := map[place]Action{}
	for _, f := range p.notes {
		have[place{f.Row, f.Field, f.Fault}] = f.Action
		if f.Row == 0 || f.Fault == "header_two_rows" {
			have[place{0, "", f.Fault}] = f.Action
		}
	}
	flagged, told := map[place]bool{}, map[place]bool{}
	for _, e := range want {
		if e.Type == "file" {
			for _, name := range e.Faults {
				at := place{0, "", name}
				told[at] = true
				if slices.Contains([]string{"title_row", "note_row", "footer_total", "footer_signature"}, name) {
					continue // told row by row
				}
				s.all[name]++
				if _, ok := have[at]; ok {
					s.found[name]++
				} else if verbose {
					t.Logf("not found: %s: %s", file, name)
				}
			}
			continue
		}
		at := place{e.Row, e.Field, e.Fault}
		told[at] = true
		s.all[e.Fault]++
		if e.Expect == "flag" {
			flagged[place{e.Row, e.Field, ""}] = true
		}
		if have[at] == Action(e.Expect) {
			s.found[e.Fault]++
		} else if verbose {
			t.Logf("not found: %s row %d %s %s (%s) %q", file, e.Row, e.Field, e.Fault, e.Expect, e.Written)
		}
	}
	for _, f := range p.notes {
		if !told[place{f.Row, f.Field, f.Fault}] && f.Row > 0 && f.Fault != "header_two_rows" {
			s.extra[f.Fault]++
			if verbose {
				t.Logf("extra: %s row %d %s %s %q", file, f.Row, f.Field, f.Fault, f.Read)
			}
		}
	}
	return flagged
}

// truth compares every cell that nobody must look at with its true value.
func (s *score) truth(t *testing.T, fsys fs.FS, file, kind string, p parsed, flagged map[place]bool) {
	data, err := fs.ReadFile(fsys, "truth_"+kind+".csv")
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all[1:] {
		if line[0] != file {
			continue
		}
		n, _ := strconv.Atoi(line[1])
		for i, want := range line {
			field := all[0][i]
			if i < 4 || flagged[place{n, field, ""}] {
				continue
			}
			s.cells++
			got, ok := shown(p.rows[n], field)
			if ok && got == "" && p.asks(n, field) {
				continue // left to a person, where it could have been mended: counted among the faults not found
			}
			if !ok || got != want {
				s.changed = append(s.changed, fmt.Sprintf("%s row %d %s: %q, should be %q", file, n, field, got, want))
			}
		}
	}
}

// shown gives a row's value of a field in the words of the truth tables. In a
// sheet with quarters as columns, the field can be a quarter.
func shown(rows []*Row, field string) (string, bool) {
	for _, r := range rows {
		i, f := r.Kind.Field(field)
		switch {
		case f == nil:
			if r.Text("quarter") == field {
				return r.Text("hired"), true
			}
			continue
		case f.Cell == Gender:
			return genderWord(r.Values[i].Text), true
		case f.Cell == Skills:
			var names []string
			for _, item := range r.Items(field) {
				code, _ := codes.Shipped().Get("skill", item.Code)
				names = append(names, code.Name)
			}
			return strings.Join(names, "、"), true
		}
		return r.Values[i].Text, true
	}
	return "", false
}

// check reports the score and holds it to what is promised.
func (s *score) check(t *testing.T) {
	t.Helper()
	for _, k := range slices.Sorted(maps.Keys(s.all)) {
		mark := ""
		if s.found[k] < s.all[k] {
			mark = "  <"
		}
		t.Logf("%-24s %5d of %5d%s", k, s.found[k], s.all[k], mark)
	}
	t.Logf("not in the manifest: %v", s.extra)
	found, all := s.share()
	t.Logf("%d of %d faults (%.2f %%); %d cells, %d changed wrongly", found, all, 100*float64(found)/float64(all), s.cells, len(s.changed))
	if float64(found) < 0.97*float64(all) {
		t.Errorf("%d of %d faults found with the right action: fewer than 97 in 100", found, all)
	}
	for i, c := range s.changed {
		if i == 20 {
			break
		}
		t.Error("changed wrongly: " + c)
	}
}

func TestShippedSample(t *testing.T) {
	z, err := zip.OpenReader("testdata/messy.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	s := newScore()
	measure(t, z, s, testing.Verbose())
	s.check(t)
}

// TestFreshSamples makes faulty files with several seeds, where the generator is
// at hand.
func TestFreshSamples(t *testing.T) {
	shared := os.Getenv("GUILDHALL_SHARED")
	if shared == "" {
		t.Skip("left out: the generator is not at hand (GUILDHALL_SHARED)")
	}
	tool := filepath.Join(t.TempDir(), "consortiumgen")
	build := exec.Command("go", "build", "-o", tool, ".")
	build.Dir = filepath.Join(shared, "data", "gen")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := newScore()
	for _, seed := range []string{"3", "77", "4242"} {
		dir := filepath.Join(t.TempDir(), seed)
		if out, err := exec.Command(tool, "-size", "demo", "-seed", seed, "-out", dir, "-messy-only").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		measure(t, os.DirFS(filepath.Join(dir, "messy")), s, testing.Verbose())
	}
	s.check(t)
}
