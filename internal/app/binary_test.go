package app_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
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
	closeBrowser()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// program builds the program once, as its users have it: without the race
// detector, for what is asked of it here is how it behaves as a process.
// GUILDHALL_PROGRAM names one that is built already.
var program = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("GUILDHALL_PROGRAM"); path != "" {
		return path, nil
	}
	path := filepath.Join(scratch, "guildhall")
	out, err := exec.Command("go", "build", "-trimpath", "-o", path, "guildhall/cmd/guildhall").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

func binary(t testing.TB) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// process is the program as it serves.
type process struct {
	*exec.Cmd
	URL string
	log *bytes.Buffer
	mu  *sync.Mutex
}

// start runs the program with a command that serves, and waits until it says
// where.
func start(t testing.TB, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 14*time.Minute)
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, binary(t), args...), log: new(bytes.Buffer), mu: new(sync.Mutex)}
	p.Env = append(os.Environ(), "LANG=C", "LC_ALL=C")
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = writer(func(b []byte) { p.mu.Lock(); p.log.Write(b); p.mu.Unlock() })
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Signal(syscall.SIGTERM); p.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "Serving on "); ok {
			p.URL, _, _ = strings.Cut(at, ";")
			go func() {
				for lines.Scan() {
				}
			}()
			return p
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t.Fatalf("%v ended before it served:\n%s", args, p.log)
	return nil
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }
