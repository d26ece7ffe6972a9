package app_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

// kills gives how often the program is killed: GUILDHALL_KILLS, or few.
func kills(few int) int {
	if n, err := strconv.Atoi(os.Getenv("GUILDHALL_KILLS")); err == nil {
		return n
	}
	return few
}

// victim is the program as it is killed and started again and again, at one address.
type victim struct {
	args   []string
	stderr string        // file into which all of its lives write
	up     sync.RWMutex  // held while nobody serves
	sends  chan struct{} // a request has left
	cmd    *exec.Cmd
	ready  []time.Duration // how long each start took until it served
	unborn int             // killed before it served
}

func newVictim(t testing.TB, c app.Config) *victim {
	v := &victim{args: []string{"serve", "--data", c.Data, "--addr", c.Addr}, sends: make(chan struct{}, 1024),
		stderr: filepath.Join(t.TempDir(), "stderr")}
	if c.Database != "" {
		v.args = append(v.args, "--database", c.Database)
	}
	t.Cleanup(func() {
		if v.cmd != nil && v.cmd.ProcessState == nil {
			v.cmd.Process.Kill()
			v.cmd.Wait()
		}
	})
	return v
}

// launch starts the program and gives a channel that is closed once it serves, and
// one that tells that it ended.
func (v *victim) launch(t testing.TB) (served, ended chan struct{}) {
	t.Helper()
	v.cmd = exec.Command(binary(t), v.args...)
	v.cmd.Env = append(os.Environ(), "LANG=C", "LC_ALL=C")
	log, err := os.OpenFile(v.stderr, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	must(t, err)
	defer log.Close()
	v.cmd.Stderr = log
	out, err := v.cmd.StdoutPipe()
	must(t, err)
	must(t, v.cmd.Start())
	served, ended = make(chan struct{}), make(chan struct{})
	at := time.Now()
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "Serving on ") {
				v.ready = append(v.ready, time.Since(at))
				close(served)
			}
		}
	}()
	return served, ended
}

// kill ends the program as a power cut would, as far as a process can be made to.
func (v *victim) kill(ended chan struct{}) {
	v.cmd.Process.Kill()
	<-ended
	v.cmd.Wait()
}

// live starts the program and waits until it serves.
func (v *victim) live(t testing.TB) (ended chan struct{}) {
	t.Helper()
	served, ended := v.launch(t)
	select {
	case <-served:
	case <-ended:
		log, _ := os.ReadFile(v.stderr)
		t.Fatalf("it ended before it served:\n%s", log[max(0, len(log)-2000):])
	}
	return ended
}

// haunt kills the program so many times: most often while it serves, some requests
// after it was started, and sometimes before it does. What it ends with serves.
func (v *victim) haunt(t testing.TB, n int) {
	v.up.Lock()
	ended := v.live(t)
	v.up.Unlock()
	for k := range n {
		for range len(v.sends) {
			<-v.sends
		}
		for range 1 + rand.IntN(16) {
			select {
			case <-v.sends:
			case <-time.After(time.Minute):
				t.Fatal("nobody sends anything")
			}
		}
		<-time.After(time.Duration(rand.IntN(8000)) * time.Microsecond) // somewhere within what was sent
		v.up.Lock()
		v.kill(ended)
		if k%10 == 9 {
			served, ended := v.launch(t)
			select {
			case <-served:
			case <-time.After(time.Duration(rand.IntN(150)) * time.Millisecond):
				v.unborn++
			}
			v.kill(ended)
		}
		ended = v.live(t)
		v.up.Unlock()
	}
}

// end stops the program as its users do.
func (v *victim) end(t testing.TB) {
	t.Helper()
	v.cmd.Process.Signal(syscall.SIGTERM)
	if err := v.cmd.Wait(); err != nil {
		log, _ := os.ReadFile(v.stderr)
		t.Errorf("it was told to stop and ended with %v:\n%s", err, log[max(0, len(log)-2000):])
	}
}

// Clients write what the product has to write, each until they hear that it is kept,
// while the process is killed again and again at random moments. Then everything that
// was acknowledged is there, once and whole, and nothing was given away twice.
func TestP1P2P3KilledAtRandomNothingAcknowledgedIsLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		n := kills(15)
		c := app.Config{Data: filepath.Join(t.TempDir(), "data"), Addr: freeAddress(t)}
		if db.IsPostgres(address) {
			c.Database = address
		}
		v := newVictim(t, c)
		l := newLoad(t, c, min(30+n/5, 430), []string{"http://" + c.Addr})
		l.sends, l.down = v.sends, func(string) { serving(&v.up) }
		ctx, stop := context.WithCancel(t.Context())
		v.up.Lock()
		var clients sync.WaitGroup
		for range 6 {
			clients.Go(func() { l.work(t, ctx) })
		}
		v.up.Unlock()
		v.haunt(t, n)
		stop()
		clients.Wait()
		l.repeatAll(t)
		v.end(t)
		l.holds(t)
		slices.Sort(v.ready)
		t.Logf("%d kills, %d more before it served; ready again in %v, at most %v\n%s", n, v.unborn,
			v.ready[len(v.ready)/2].Round(time.Millisecond), v.ready[len(v.ready)-1].Round(time.Millisecond), l.told())
	})
}

// verified runs the program's own check of the journal or the ledger.
func verified(t testing.TB, c app.Config, what string) {
	t.Helper()
	args := []string{"verify", what, "--data", c.Data}
	if c.Database != "" {
		args = append(args, "--database", c.Database)
	}
	var out bytes.Buffer
	cmd := exec.Command(binary(t), args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("the %s does not verify: %v\n%s", what, err, &out)
	}
}

func (l *load) told() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := ""
	for _, k := range kindsOfDeed {
		text += fmt.Sprintf("%-8s %6d done, %6d refused\n", k, l.done[k], l.refused[k])
	}
	return text + fmt.Sprintf("%d requests; %d answers were lost and the act found done; %d repeated with the same answer", l.requests, l.lost, l.repeated)
}
