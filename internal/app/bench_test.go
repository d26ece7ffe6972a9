package app_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The benchmarks measure the program as its users have it: a process, over a
// folder of data. They print figures and judge nothing.

// demoFolder makes the demo's data once.
func demoFolder(b *testing.B) string {
	b.Helper()
	dir := filepath.Join(scratch, "demo")
	if _, err := os.Stat(dir); err != nil {
		p := start(b, "demo", "--data", dir, "--addr", "127.0.0.1:0")
		p.Process.Signal(syscall.SIGTERM)
		p.Wait()
	}
	return dir
}

// cityFiles makes the city-size tables with the generator, where it is at hand.
func cityFiles(b *testing.B) []string {
	b.Helper()
	shared := os.Getenv("GUILDHALL_SHARED")
	if shared == "" {
		b.Skip("left out: the generator of city-size data is not at hand (GUILDHALL_SHARED names the folder that holds it)")
	}
	dir := filepath.Join(scratch, "city")
	if _, err := os.Stat(dir); err != nil {
		gen := exec.Command("go", "run", ".", "-size", "city", "-out", dir)
		gen.Dir = filepath.Join(shared, "data", "gen")
		if out, err := gen.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	var files []string
	for _, name := range []string{"members", "programmes", "students", "student_skills", "positions", "position_skills",
		"hiring_history", "hiring_plans", "equipment"} {
		files = append(files, filepath.Join(dir, name+".csv"))
	}
	return files
}

// BenchmarkColdStart measures from the start of the process to its first answer,
// its memory at rest, and the program's size.
func BenchmarkColdStart(b *testing.B) {
	dir := demoFolder(b)
	var starts []time.Duration
	var rest float64
	for b.Loop() {
		at := time.Now()
		p := start(b, "serve", "--data", dir, "--addr", "127.0.0.1:0")
		get(b, p.URL+"/", "")
		starts = append(starts, time.Since(at))
		rest = max(rest, memory(b, p.Process.Pid))
		p.Process.Signal(syscall.SIGTERM)
		p.Wait()
	}
	b.ReportMetric(median(starts), "ms/start")
	b.ReportMetric(rest, "MB/rest")
	if info, err := os.Stat(binary(b)); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB/binary")
	}
}

// BenchmarkImportCity measures a full import of the city-size tables into an
// empty house on SQLite, and then the list pages over it.
func BenchmarkImportCity(b *testing.B) {
	files := cityFiles(b)
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "data")
		found(b, dir)
		cmd := exec.Command(binary(b), append([]string{"import", "--data", dir, "--commit"}, files...)...)
		cmd.Env = append(os.Environ(), "LANG=C")
		at := time.Now()
		out, err := cmd.CombinedOutput()
		took := time.Since(at)
		if code := cmd.ProcessState.ExitCode(); code != 0 && code != 3 {
			b.Fatalf("%v\n%s", err, out)
		}
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		b.ReportMetric(took.Seconds(), "s/import")
		b.ReportMetric(float64(usage.Maxrss)/1e3, "MB/peak")
		b.Logf("\n%s", out)
		pages(b, dir)
	}
}

// pages measures the list pages of a served house, each asked in turn.
func pages(b *testing.B, dir string) {
	p := start(b, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	cookie := enter(b, p.URL, "secretariat")
	for _, path := range []string{"/candidates", "/candidates?q=%E5%BC%A0", "/positions", "/positions?q=%E7%94%B5", "/members", "/programmes", "/equipment"} {
		var took []time.Duration
		for range 60 {
			at := time.Now()
			get(b, p.URL+path, cookie)
			took = append(took, time.Since(at))
		}
		b.Logf("%-32s median %6.1f ms", path, median(took))
		if path == "/candidates" {
			b.ReportMetric(median(took), "ms/list")
		}
	}
	p.Process.Signal(syscall.SIGTERM)
	p.Wait()
}

func get(b *testing.B, url, cookie string) {
	b.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		b.Fatal(err)
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Body.Close()
	if _, err := io.Copy(io.Discard, w.Body); err != nil || w.StatusCode != 200 || w.Request.URL.Path == "/sign-in" {
		b.Fatalf("%s answers %s at %s, %v", url, w.Status, w.Request.URL, err)
	}
}

// memory gives a process's resident memory in megabytes.
func memory(b *testing.B, pid int) (mb float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("left out: this system does not tell a process's memory")
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "VmRSS:") {
			var kb float64
			fmt.Sscanf(strings.TrimPrefix(line, "VmRSS:"), "%f", &kb)
			return kb / 1e3
		}
	}
	return 0
}

func median(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/2].Microseconds()) / 1e3
}
