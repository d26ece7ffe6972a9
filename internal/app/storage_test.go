//go:build linux

package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/db"
)

// smallDisk mounts a disk of a few mebibytes, where that is allowed.
func smallDisk(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "disk")
	must(t, os.Mkdir(dir, 0o700))
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=48m"); err != nil {
		t.Skip("left out: a disk can be mounted by root alone:", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// The disk under a serving house fills up: who writes is told so and to come again,
// who reads reads, nothing is half there, and once there is room all goes on by
// itself. A house on a disk that cannot be written says so and does not start.
func TestP8AFullAndAReadOnlyDisk(t *testing.T) {
	disk := smallDisk(t)
	data := filepath.Join(disk, "data")
	found(t, data)
	h, err := app.Open(t.Context(), app.Config{Data: data, Addr: "127.0.0.1:0"})
	must(t, err)
	owner, err := db.View(t.Context(), h.DB, func(tx *db.Tx) (string, error) { return db.One(tx, db.Value[string], `SELECT id FROM directory_unit`) })
	must(t, errors.Join(err, h.Close()))
	v := newVictim(t, app.Config{Data: data, Addr: freeAddress(t)})
	v.live(t)
	base := "http://" + v.args[4]
	cookie := enter(t, base, "secretariat")
	ask := func(method, path string, form url.Values) (*http.Response, error) {
		r, _ := http.NewRequest(method, base+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Cookie", cookie)
		w, err := http.DefaultClient.Do(r)
		if err == nil {
			w.Body.Close()
		}
		return w, err
	}
	acknowledged := 0
	start := func() int {
		w, err := ask("POST", "/projects", url.Values{"name": {"示例"}, "goal": {strings.Repeat("示例", 200)}, "owner": {owner}, "starts": {"2026-01-01"}, "ends": {"2026-12-31"}})
		must(t, err)
		if w.StatusCode == http.StatusServiceUnavailable && w.Header.Get("Retry-After") == "" {
			t.Error("503 does not say when to come again")
		}
		if w.StatusCode == http.StatusOK {
			acknowledged++
		}
		return w.StatusCode
	}
	if code := start(); code != http.StatusOK {
		t.Fatalf("it answers %d", code)
	}
	fill(t, filepath.Join(disk, "full"))
	code := http.StatusOK
	for n := 0; code == http.StatusOK && n < 3000; n++ {
		code = start()
	}
	if code != http.StatusServiceUnavailable {
		t.Errorf("on a full disk it answers %d, want 503", code)
	}
	for _, path := range []string{"/projects", "/me", "/healthz", "/readyz"} {
		if w, err := ask("GET", path, nil); err != nil || w.StatusCode != http.StatusOK {
			t.Errorf("on a full disk %s cannot be read: %v, %v", path, w, err)
		}
	}
	must(t, os.Remove(filepath.Join(disk, "full")))
	if code := start(); code != http.StatusOK {
		t.Errorf("with room again it answers %d", code)
	}
	v.end(t)

	must(t, syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	out, err := exec.Command(binary(t), v.args...).CombinedOutput()
	if err == nil || strings.Contains(string(out), "panic") || len(out) == 0 {
		t.Errorf("on a disk that can only be read it says %q, %v", out, err)
	}
	must(t, syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT, ""))
	h, err = app.Open(t.Context(), app.Config{Data: data, Addr: "127.0.0.1:0"})
	must(t, err)
	defer h.Close()
	must(t, h.DB.Check(t.Context()))
	n, err := db.View(t.Context(), h.DB, func(tx *db.Tx) (int, error) { return db.One(tx, db.Value[int], `SELECT count(*) FROM plan_project`) })
	if err != nil || n != acknowledged {
		t.Errorf("%d projects are there and %d were acknowledged, %v", n, acknowledged, err)
	}
}

// A server that is told to stop says first that it leaves, lets whoever is still inside
// come to an end, and only then goes.
func TestP8ItStopsWithoutBreakingAnybodyOff(t *testing.T) {
	dir := t.TempDir()
	found(t, dir)
	l, err := app.Listener("127.0.0.1:0")
	must(t, err)
	h, err := app.Open(t.Context(), app.Config{Data: dir, Addr: l.Addr().String(), Unready: "1s"})
	must(t, err)
	defer h.Close()
	begun, finish := make(chan struct{}), make(chan struct{})
	h.Handle("GET /slow", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		w.Write([]byte("whole"))
	}))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, l) }()
	base := "http://" + l.Addr().String()
	until(t, "it is ready", func() bool { return ready(base) == http.StatusOK })
	answer := make(chan int, 1)
	go func() {
		w, err := http.Get(base + "/slow")
		if err != nil {
			answer <- 0
			return
		}
		w.Body.Close()
		answer <- w.StatusCode
	}()
	<-begun
	stop()
	until(t, "it says that it leaves", func() bool {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		return w.Code == http.StatusServiceUnavailable
	})
	until(t, "it takes nobody in any more", func() bool { return ready(base) == 0 })
	select {
	case err := <-ended:
		t.Errorf("it is gone (%v) while somebody is inside", err)
	default:
	}
	close(finish)
	if code := <-answer; code != http.StatusOK {
		t.Errorf("who was inside is answered %d", code)
	}
	must(t, <-ended)
}
