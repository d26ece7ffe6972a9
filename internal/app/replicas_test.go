package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/db/dbtest"
)

// outage is what the clients saw of an outage: how they were told, and how long the
// longest of them was turned away.
type outage struct {
	mu      sync.Mutex
	turned  atomic.Int64
	since   map[string]time.Time // by replica: turned away since
	longest time.Duration
}

// hears checks an answer: whoever is turned away is told to come again, and is not
// taken for a stranger.
func (o *outage) hears(t testing.TB) func(base string, code int, answer []byte) {
	return func(base string, code int, answer []byte) {
		o.mu.Lock()
		defer o.mu.Unlock()
		switch code {
		case http.StatusServiceUnavailable:
			o.turned.Add(1)
			if o.since[base].IsZero() {
				o.since[base] = time.Now()
			}
		case http.StatusOK, http.StatusConflict, http.StatusUnprocessableEntity:
			if at := o.since[base]; !at.IsZero() {
				o.longest = max(o.longest, time.Since(at))
				delete(o.since, base)
			}
		default:
			t.Errorf("%s answers %d: %.300s", base, code, answer)
		}
	}
}

// ready asks a replica whether readers should be sent there.
func ready(base string) int {
	w, err := http.Get(base + "/readyz")
	if err != nil {
		return 0
	}
	w.Body.Close()
	return w.StatusCode
}

// until waits until it is so, asking as often as a load balancer in a hurry.
func until(t testing.TB, what string, is func() bool) time.Duration {
	t.Helper()
	at := time.Now()
	for !is() {
		if time.Since(at) > 2*time.Minute {
			t.Fatalf("it never came: %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
	return time.Since(at)
}

func (l *load) acknowledged() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.done {
		n += k
	}
	return n
}

// replicasFor gives for how long two replicas are kept busy: GUILDHALL_REPLICAS in
// seconds, or only as long as it takes.
func replicasFor() time.Duration {
	n, _ := strconv.Atoi(os.Getenv("GUILDHALL_REPLICAS"))
	return time.Duration(n) * time.Second
}

// Two servers over one database, under mixed load. Its server is restarted in the
// middle; then one of the two is frozen while it holds the pen. Nothing that was
// acknowledged is lost, nobody is taken for a stranger, whoever is turned away is told
// to come again, and all goes on by itself.
func TestP3P5P8TwoReplicas(t *testing.T) {
	server := dbtest.NewServer(t)
	const lease = 2 * time.Second // the pen's, shorter than it is by itself
	c := app.Config{Data: filepath.Join(t.TempDir(), "data"), Addr: freeAddress(t),
		Database: server.Address() + "&idle_in_transaction_session_timeout=" + strconv.Itoa(int(lease.Milliseconds()))}
	one, two := newVictim(t, c), newVictim(t, app.Config{Data: c.Data, Addr: freeAddress(t), Database: c.Database})
	first, second := "http://"+one.args[4], "http://"+two.args[4]
	l := newLoad(t, c, 30, []string{first, second})
	l.down = func(string) { <-time.After(50 * time.Millisecond) } // as Retry-After asks, in a hurry
	o := &outage{since: map[string]time.Time{}}
	l.failed = o.hears(t)
	one.live(t)
	two.live(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var clients sync.WaitGroup
	for range 6 {
		clients.Go(func() { l.work(t, ctx) })
	}
	began := time.Now()
	busy := func(n int, part time.Duration) {
		from := l.acknowledged()
		until(t, "work goes on", func() bool { return l.acknowledged() >= from+n && time.Since(began) >= part })
	}
	busy(60, replicasFor()/2)

	at := time.Now()
	server.Stop(t, "fast")
	until(t, "both say that they are not ready", func() bool { return ready(first) == 503 && ready(second) == 503 })
	until(t, "clients are turned away", func() bool { return o.turned.Load() > 0 })
	server.Start(t)
	restart := time.Since(at)
	back := until(t, "both are ready again", func() bool { return ready(first) == 200 && ready(second) == 200 })
	busy(60, replicasFor())
	o.mu.Lock()
	t.Logf("the database's restart took %v; ready again %v after it; turned away for at most %v, %d times", restart.Round(time.Millisecond),
		back.Round(time.Millisecond), o.longest.Round(time.Millisecond), o.turned.Load())
	if replicasFor() > 0 && o.longest > restart+5*time.Second {
		t.Errorf("somebody was turned away for %v, and the restart took %v", o.longest, restart)
	}
	o.mu.Unlock()

	frozen(t, server, one)
	l.mu.Lock()
	l.bases = []string{second}
	l.mu.Unlock()
	for range 3 { // those who asked the frozen one wait for it
		clients.Go(func() { l.work(t, ctx) })
	}
	at = time.Now()
	busy(20, 0)
	t.Logf("one froze with the pen in its hand; the other had done 20 more after %v (the pen's lease is %v)", time.Since(at).Round(time.Millisecond), lease)
	must(t, one.cmd.Process.Signal(syscall.SIGCONT))
	l.mu.Lock()
	l.bases = []string{first, second}
	l.mu.Unlock()
	busy(40, 0)
	stop()
	clients.Wait()
	l.repeatAll(t)
	for _, base := range l.bases { // what one took in stands on the other's pages
		until(t, "the hall of "+base+" shows all votes", func() bool {
			n, err := l.wall(base)
			return err == nil && n == l.done["vote"]
		})
	}
	one.end(t)
	two.end(t)
	l.holds(t)
	t.Log("\n" + l.told())
}

// frozen stops a replica in the middle of a transaction that holds a pen.
func frozen(t testing.TB, server *dbtest.Server, v *victim) {
	t.Helper()
	d, err := sql.Open("pgx", server.Address())
	must(t, err)
	defer d.Close()
	until(t, "it is caught with the pen in its hand", func() bool {
		must(t, v.cmd.Process.Signal(syscall.SIGSTOP))
		var n int
		must(t, d.QueryRow(`SELECT count(*) FROM pg_stat_activity a JOIN pg_locks k ON k.pid = a.pid AND k.relation = 'db_pen'::regclass AND k.mode = 'RowShareLock'
			WHERE a.application_name = $1 AND a.state = 'idle in transaction'`, v.name()).Scan(&n))
		if n > 0 {
			return true
		}
		must(t, v.cmd.Process.Signal(syscall.SIGCONT))
		return false
	})
}

// name is by which the database's server knows a replica.
func (v *victim) name() string { return fmt.Sprint("guildhall-", v.cmd.Process.Pid) }
