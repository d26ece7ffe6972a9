//go:build unix

package dbtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a PostgreSQL server of a test's own, which it can stop. Unlike the one
// beside the whole suite it waits for the disk.
type Server struct {
	bin, dir, options string
	as                *syscall.Credential // PostgreSQL does not run as root
	env               []string
}

// NewServer makes a server with such settings (as "name=value") in a folder that is
// taken away after the test, and starts it. Where there is no PostgreSQL, the test is
// left out, but under CI it fails.
func NewServer(t testing.TB, settings ...string) *Server {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no PostgreSQL server: run scripts/prepare")
		}
		t.Skip("left out: there is no PostgreSQL server here")
	}
	dir, err := os.MkdirTemp("/tmp", "guildhall-pg-*") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{bin: filepath.Dir(slices.Max(found)), dir: dir}
	t.Cleanup(func() {
		s.run("pg_ctl", "-D", s.dir+"/data", "-m", "immediate", "stop")
		os.RemoveAll(dir)
	})
	if os.Getuid() == 0 {
		s.becomeNobody(t)
	}
	s.options = `-k ` + dir + ` -h "" -c max_connections=60 -c shared_buffers=32MB`
	for _, set := range settings {
		s.options += " -c " + set
	}
	s.must(t, "initdb", "-D", dir+"/data", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	s.Start(t)
	return s
}

func (s *Server) becomeNobody(t testing.TB) {
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, _ := strconv.ParseUint(nobody.Gid, 10, 32)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(s.dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
}

// Address is where the server answers.
func (s *Server) Address() string { return "postgres://test@/postgres?host=" + s.dir }

// Start starts the server and waits until it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.must(t, "pg_ctl", "-D", s.dir+"/data", "-w", "-t", "120", "-l", s.dir+"/log", "-o", s.options, "start")
}

// Disk has the server start again as if its disk took so much longer to keep what it is
// given, as disks of other machines do. From then on the disk can be broken.
func (s *Server) Disk(t testing.TB, longer time.Duration) {
	t.Helper()
	source, made := filepath.Join(s.dir, "disk.c"), filepath.Join(s.dir, "disk.so")
	text := fmt.Sprintf(disk, s.broken(), s.once(), longer.Microseconds())
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-o", made, source, "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("cc: %v\n%s", err, out)
	}
	s.Stop(t, "fast")
	s.env = append(os.Environ(), "LD_PRELOAD="+made)
	s.Start(t)
}

const disk = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>
static int keep(const char *name, int fd) {
	if (access("%s", F_OK) == 0 || unlink("%s") == 0) {
		errno = EIO;
		return -1;
	}
	usleep(%d);
	return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}
int fsync(int fd) { return keep("fsync", fd); }
int fdatasync(int fd) { return keep("fdatasync", fd); }
`

func (s *Server) broken() string { return filepath.Join(s.dir, "broken") }
func (s *Server) once() string   { return filepath.Join(s.dir, "once") }

// Slip has the next sync fail (EIO), and no other: the server breaks off and mends itself.
func (s *Server) Slip(t testing.TB) { s.flag(t, s.once()) }

// Break has every sync fail until Mend: the server breaks off and does not come back.
func (s *Server) Break(t testing.TB) { s.flag(t, s.broken()) }

func (s *Server) flag(t testing.TB, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Mend has syncs do what they are asked to.
func (s *Server) Mend(t testing.TB) {
	t.Helper()
	if err := os.Remove(s.broken()); err != nil {
		t.Fatal(err)
	}
}

// Runs tells whether the server runs, even if it does not answer.
func (s *Server) Runs() bool { return s.run("pg_ctl", "-D", s.dir+"/data", "status") == nil }

// Stop stops the server: "fast" ends its sessions, "immediate" is a crash.
func (s *Server) Stop(t testing.TB, mode string) {
	t.Helper()
	s.must(t, "pg_ctl", "-D", s.dir+"/data", "-m", mode, "-w", "-t", "120", "stop")
}

func (s *Server) must(t testing.TB, name string, args ...string) {
	t.Helper()
	if err := s.run(name, args...); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) run(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	out, err := os.CreateTemp("", "guildhall-pg-*") // not a pipe: the server would hold it open
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, text)
	}
	return nil
}
