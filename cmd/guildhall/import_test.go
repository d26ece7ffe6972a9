package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// scratch is the folder in which this run of the tests builds the program.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "guildhall-test-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// program builds the program once, as its users have it: without the race
// detector, for what is asked of it is how it behaves as a process.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "guildhall")
	out, err := exec.Command("go", "build", "-trimpath", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// apart runs the import command in a process of its own.
func apart(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(path, append([]string{"import"}, args...)...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(text), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text), exitOK
}

// imports runs the import command and gives what it says.
func imports(t *testing.T, args ...string) (out, said string, code int) {
	t.Helper()
	t.Setenv("LANG", "en_US.UTF-8")
	t.Setenv("LC_ALL", "")
	var o, e bytes.Buffer
	code = run(t.Context(), streams{strings.NewReader(""), &o, &e}, append([]string{"import"}, args...))
	return o.String(), e.String(), code
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const studentSheet = "填报单位：壶城第一学校（示例）,,,\n学号,姓名,专业代码,专业名称,班级,入学日期\n1,韦一,660701,汽车制造与检测,一班,2026/9/1\n2,蒙二,660701,汽车制造与检测,一班,2026-02-30\n"

func TestImportSaysWhatBecomesOfRows(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	write(t, dir, "in/a.csv", studentSheet)
	write(t, dir, "in/notes.csv", "甲,乙\n1,2\n")
	out, said, code := imports(t, "--data", data, filepath.Join(dir, "in"), "--json")
	if code != exitPartial || !strings.Contains(said, "a.csv: students, new ") || !strings.Contains(said, "notes.csv: no sheet") || !strings.Contains(said, "--commit") {
		t.Errorf("exit %d\n%s%s", code, out, said)
	}
	found := map[string]map[string]any{}
	for line := range strings.Lines(out) {
		var f map[string]any
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		found[f["fault"].(string)] = f
	}
	slash, no := found["date_slash"], found["date_impossible"]
	if slash["file"] != "a.csv" || slash["row"] != 3.0 || slash["column"] != 6.0 || slash["field"] != "entry_date" || slash["action"] != "fix" ||
		slash["read"] != "2026/9/1" || slash["kept"] != "2026-09-01" || no["action"] != "flag" || no["kept"] != "" {
		t.Errorf("findings:\n%s", out)
	}
}

func TestImportExitCodes(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	locked := write(t, dir, "locked.xlsx", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"+strings.Repeat("\x00", 512))
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no file named", nil, exitUsage, "FILE"},
		{"a flag that is none", []string{"--nonsense", locked}, exitUsage, "nonsense"},
		{"a kind that is none", []string{"--kind", "poems", locked}, exitUsage, "poems"},
		{"a file that is not there", []string{"--data", data, filepath.Join(dir, "gone.csv")}, exitFailure, "Cannot open"},
		{"an old workbook", []string{"--data", data, locked}, exitFailure, "save it as .xlsx"},
		{"a consortium that is not there", []string{"--data", data, "--body", "nobody", locked}, exitFailure, "no consortium"},
	} {
		out, said, code := imports(t, c.args...)
		if code != c.code || !strings.Contains(said, c.says) || out != "" {
			t.Errorf("%s: exit %d, should be %d\n%s%s", c.name, code, c.code, out, said)
		}
	}
}

func TestImportGivesRefusedRowsBack(t *testing.T) {
	dir := t.TempDir()
	rejected := filepath.Join(dir, "rejected.xlsx")
	in := write(t, dir, "a.csv", studentSheet)
	if _, said, code := imports(t, "--data", filepath.Join(dir, "data"), "--commit", "--rejected", rejected, in); code != exitPartial {
		t.Fatalf("exit %d\n%s", code, said)
	}
	out, said, code := imports(t, "--data", filepath.Join(dir, "data"), rejected)
	if code != exitPartial || !strings.Contains(out, ": students, ") {
		t.Errorf("the refused rows are not the same sheet: exit %d\n%s%s", code, out, said)
	}
}

// Faulty spreadsheets that are sent a second time change nothing.
func TestImportFaultyTwice(t *testing.T) {
	dir := t.TempDir()
	data, in := filepath.Join(dir, "data"), filepath.Join(dir, "in")
	unpack(t, in, "members.csv", "programmes.csv")
	if out, code := apart(t, "--data", data, "--commit", in); code != exitOK {
		t.Fatalf("exit %d\n%s", code, out)
	}
	const faulty = "../../internal/intake/testdata/messy.zip"
	first, code := apart(t, "--data", data, "--commit", faulty)
	if code != exitPartial || strings.Count(first, "\n") != 39 {
		t.Fatalf("exit %d\n%s", code, first)
	}
	again, _ := apart(t, "--data", data, "--commit", faulty)
	for line := range strings.Lines(again) {
		if !strings.Contains(line, " new 0, changed 0, ") {
			t.Errorf("sent again: %s", line)
		}
	}
}

// Killed again and again, at moments spread over its run, an import leaves a
// database that opens; run once more it is whole, and nothing is there twice.
func TestP2ImportKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: -short")
	}
	dir := t.TempDir()
	in, data := filepath.Join(dir, "in"), filepath.Join(dir, "data")
	if err := os.Mkdir(in, 0o755); err != nil {
		t.Fatal(err)
	}
	unpack(t, in, "members.csv", "programmes.csv", "students.csv")
	killed := 0
	wait := 200 * time.Millisecond
	for try := 0; try < 12; try++ {
		if child(t, wait, "import", "--data", data, "--commit", in) {
			killed++
			wait += wait / 2
			continue
		}
		break
	}
	if killed == 0 {
		t.Error("the import was done before it could be killed once")
	}
	out, code := apart(t, "--data", data, "--commit", in)
	if code != exitOK {
		t.Fatalf("after %d kills: exit %d\n%s", killed, code, out)
	}
	out, _ = apart(t, "--data", data, "--commit", in)
	for _, want := range []string{"students.csv: students, new 0, changed 0, same 3000,", "programmes.csv: programmes, new 0, changed 0,"} {
		if !strings.Contains(out, want) {
			t.Errorf("after %d kills:\n%s", killed, out)
		}
	}
	t.Logf("killed %d times", killed)
}

// child runs the program for so long, and tells whether it had to be killed.
func child(t *testing.T, wait time.Duration, args ...string) (killed bool) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(wait, func() { c.Process.Kill() })
	err = c.Wait()
	timer.Stop()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == -1 {
		return true
	}
	if err != nil {
		t.Fatalf("not killed, and failed: %v", err)
	}
	return false
}

// unpack puts tables of the demo into a folder.
func unpack(t *testing.T, dir string, names ...string) {
	t.Helper()
	z, err := zip.OpenReader("../../internal/app/demo/demo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, name := range names {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, string(text))
	}
}
