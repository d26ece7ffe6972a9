package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/member"

	"guildhall/ballot"
)

// assembly is a body whose units are all there, with a ballot open.
type assembly struct {
	config  app.Config
	body    string
	meeting string
	ballot  string
	units   []string
	tokens  []string // of each unit's delegate
}

// assemble makes a body of n units, each with a delegate who has a token, and
// opens a secret ballot on a motion in a meeting where all are present.
func assemble(t testing.TB, c app.Config, n int) *assembly {
	t.Helper()
	h, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	a := &assembly{config: c, body: foundIn(t, h).ID, tokens: make([]string, n)}
	ctx := a.secretary(t)
	units := make([]*directory.Unit, n)
	for i := range units {
		units[i] = &directory.Unit{Name: fmt.Sprintf("示例单位 %d", i+1), Class: "enterprise", Fictional: true}
	}
	must(t, h.Directory.EnrolUnits(ctx, units))
	for i, u := range units {
		if _, err := h.Member.Join(ctx, member.Membership{Unit: u.ID, Since: "2025-01-01", Resolution: "示例"}); err != nil {
			t.Fatal(err)
		}
		a.units, a.tokens[i] = append(a.units, u.ID), a.delegate(t, h, u.ID, i)
	}
	a.open(t, h, units)
	return a
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (a *assembly) secretary(t testing.TB) context.Context {
	return directory.As(t.Context(), auth.Actor{ID: "li", Name: "李", Body: a.body, Roles: []string{auth.Secretariat}})
}

// delegate invites somebody for a unit and gives a token with which they vote.
func (a *assembly) delegate(t testing.TB, h *app.House, unit string, i int) string {
	t.Helper()
	p, _, err := h.Directory.Invite(a.secretary(t), directory.Invitation{Name: "代表", Login: fmt.Sprintf("delegate%d", i), Unit: unit, Role: auth.UnitAdmin})
	must(t, err)
	posts, err := db.View(db.In(t.Context(), db.House), h.DB, func(tx *db.Tx) ([]*directory.Post, error) { return directory.Posts(tx, p.ID) })
	must(t, err)
	me := directory.As(t.Context(), auth.Actor{ID: p.ID, Body: a.body, Unit: unit, Post: posts[0].ID, Roles: []string{auth.UnitAdmin}})
	token, err := h.Directory.MakeToken(me, "test", []string{"*:read", "*:write"}, []string{"*:read", "*:write"}, 2)
	must(t, err)
	return token.Key
}

func (a *assembly) open(t testing.TB, h *app.House, units []*directory.Unit) {
	t.Helper()
	ctx := a.secretary(t)
	day := time.Now().AddDate(0, 0, 15).Format(time.DateOnly)
	m, err := h.Council.Call(ctx, council.MeetingForm{Organ: "council", Form: "hall", Title: "示例会议", Place: "示例", Day: day, From: "09:30", Until: "11:30", Chair: "主持", Secretary: "记录"})
	must(t, err)
	i, err := h.Council.Add(ctx, m.ID, council.ItemForm{Kind: "motion", Level: ballot.Members, Title: "示例议案", Words: "示例"})
	must(t, err)
	_, err = h.Council.Notify(ctx, m.ID)
	must(t, err)
	_, err = h.Council.Check(ctx, m.ID)
	must(t, err)
	must(t, db.Do(ctx, h.DB, func(tx *db.Tx) error { // as if each had come; one by one would take longer than the vote
		rows := make([][]any, len(units))
		for i, u := range units {
			rows[i] = []any{m.ID, tx.Body, u.ID, "present", "hand", "", "", "", "", "", tx.Now}
		}
		return db.Insert(tx, "council_attendance", []string{"meeting_id", "body", "unit_id", "state", "how", "person_id", "person", "holder_id", "scope", "proof", "at"}, "", rows)
	}))
	_, err = h.Council.Begin(ctx, m.ID)
	must(t, err)
	b, err := h.Council.Open(ctx, i.Motion.ID, council.Opening{})
	must(t, err)
	a.meeting, a.ballot = m.ID, b.ID
}

// cast sends one vote and tells the status; 0 where nobody answers.
func (a *assembly) cast(client *http.Client, base string, i int, choice string) int {
	r, _ := http.NewRequest("POST", base+"/ballots/"+a.ballot+"/votes", strings.NewReader(url.Values{"choice": {choice}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Authorization", "Bearer "+a.tokens[i])
	w, err := client.Do(r)
	if err != nil {
		return 0
	}
	defer w.Body.Close()
	var v struct{ Receipt, Key string }
	if err := json.NewDecoder(w.Body).Decode(&v); err != nil {
		return 0 // broke off
	}
	if w.StatusCode == http.StatusConflict && v.Key != "council.vote.twice" {
		return 0
	}
	return w.StatusCode
}

func choiceOf(i int) string { return []string{ballot.Yes, ballot.Yes, ballot.No, ballot.Abstain}[i%4] }

// closed closes the ballot and gives its board, checked.
func (a *assembly) closed(t testing.TB) *ballot.Board {
	t.Helper()
	h, err := app.Open(t.Context(), a.config)
	must(t, err)
	defer h.Close()
	_, err = h.Council.Close(a.secretary(t), a.ballot)
	must(t, err)
	b, err := h.Council.Published(a.secretary(t), a.ballot)
	must(t, err)
	files, err := b.Files()
	must(t, err)
	dir := fstest.MapFS{}
	for _, f := range files {
		dir[f.Name] = &fstest.MapFile{Data: f.Content}
	}
	if r, err := ballot.Verify(dir); err != nil || len(r.Wrong) > 0 {
		t.Errorf("the board does not hold: %v, %+v", err, r)
	}
	return b
}

// voters gives how many vote: GUILDHALL_VOTERS, or few.
func voters(few int) int {
	if n, err := strconv.Atoi(os.Getenv("GUILDHALL_VOTERS")); err == nil {
		return n
	}
	return few
}

// freeAddress gives an address that a process takes again and again.
func freeAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// Everybody votes at once, each until they hear that the vote is kept, while the
// process is killed three times in the middle. Each vote is counted once.
func TestP6VotesCountOnceThroughKills(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		n := voters(40)
		c := app.Config{Data: filepath.Join(t.TempDir(), "data"), Addr: freeAddress(t)}
		args := []string{"serve", "--data", c.Data, "--addr", c.Addr}
		if db.IsPostgres(address) {
			c.Database = address
			args = append(args, "--database", address)
		}
		a := assemble(t, c, n)
		p := start(t, args...)
		var kept atomic.Int64
		var wg sync.WaitGroup
		var up sync.RWMutex // held while nobody serves
		reached := make(chan int64, n)
		client := &http.Client{Timeout: 20 * time.Second}
		end := time.Now().Add(2 * time.Minute)
		for i := range n {
			wg.Go(func() {
				for {
					code := a.cast(client, "http://"+c.Addr, i, choiceOf(i))
					if code == http.StatusOK || code == http.StatusConflict {
						reached <- kept.Add(1)
						return
					}
					if code == http.StatusForbidden || code == http.StatusUnauthorized || code == http.StatusUnprocessableEntity || time.Now().After(end) {
						t.Errorf("delegate %d is answered %d", i, code)
						reached <- kept.Add(1)
						return
					}
					serving(&up) // nobody answered
				}
			})
		}
		for k := range 3 {
			for <-reached < int64(n*(k+1)/5) {
			}
			up.Lock()
			p.Process.Kill()
			p.Wait()
			p = start(t, args...)
			up.Unlock()
		}
		wg.Wait()
		for i := range min(n, 10) {
			if code := a.cast(client, "http://"+c.Addr, i, ballot.No); code != http.StatusConflict {
				t.Errorf("delegate %d votes again and is answered %d", i, code)
			}
		}
		p.Process.Signal(syscall.SIGTERM)
		p.Wait()
		b := a.closed(t)
		want := []int64{0, 0, 0}
		for i := range n {
			want[map[string]int{ballot.Yes: 0, ballot.No: 1, ballot.Abstain: 2}[choiceOf(i)]]++
		}
		if got := b.Result; got.Cast != int64(n) || fmt.Sprint(got.Counts) != fmt.Sprint(want) {
			t.Errorf("%d voted and the count is %+v, want %v", n, got, want)
		}
	})
}

// BenchmarkVote lets 3,000 delegates vote at once over HTTP and tells how long it
// takes until every vote is kept, how many were answered with an error, and how
// long at most the hall's screen was behind what voters had been told.
func BenchmarkVote(b *testing.B) {
	for b.Loop() {
		voteAtOnce(b, voters(3000))
	}
}

func voteAtOnce(b *testing.B, n int) {
	c := app.Config{Data: filepath.Join(b.TempDir(), "data"), Addr: freeAddress(b)}
	a := assemble(b, c, n)
	p := start(b, "serve", "--data", c.Data, "--addr", c.Addr)
	var wg sync.WaitGroup
	var wrong atomic.Int64
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxConnsPerHost: 200, MaxIdleConnsPerHost: 200}}
	hall := a.watch(b, p.URL, n)
	at := time.Now()
	for i := range n {
		wg.Go(func() {
			if a.cast(client, p.URL, i, choiceOf(i)) != http.StatusOK {
				wrong.Add(1)
			}
			hall.told(time.Now())
		})
	}
	wg.Wait()
	b.ReportMetric(time.Since(at).Seconds(), "s/vote")
	b.ReportMetric(float64(wrong.Load()), "errors")
	behind, slowest := hall.behind()
	b.ReportMetric(behind.Seconds(), "s/hall-behind")
	b.ReportMetric(slowest.Seconds(), "s/hall-page")
	p.Process.Signal(syscall.SIGTERM)
	p.Wait()
	at = time.Now()
	if board := a.closed(b); board.Result.Cast != int64(n) {
		b.Errorf("%d votes are counted", board.Result.Cast)
	}
	b.ReportMetric(time.Since(at).Seconds(), "s/count")
}

// serving waits until the program serves again.
func serving(up *sync.RWMutex) {
	up.RLock()
	defer up.RUnlock()
}

// screen is the wall of the hall as its browser follows the meeting: it asks for
// the page every second.
type screen struct {
	mu    sync.Mutex
	acks  []time.Time // when each cast was acknowledged
	shown []struct {
		voted     int
		asked, at time.Time
	}
	done chan struct{}
}

var onWall = regexp.MustCompile(`class="wallcount"><b>(\d+)</b>`)

// watch follows the hall's page until it shows that all have voted.
func (a *assembly) watch(b *testing.B, base string, n int) *screen {
	s := &screen{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); {
			asked := time.Now()
			voted, err := a.wall(base)
			if err != nil {
				b.Errorf("the hall's page: %v", err)
				return
			}
			s.mu.Lock()
			s.shown = append(s.shown, struct {
				voted     int
				asked, at time.Time
			}{voted, asked, time.Now()})
			s.mu.Unlock()
			if voted >= n {
				return
			}
			time.Sleep(max(0, time.Second-time.Since(asked))) // as the page's browser does
		}
	}()
	return s
}

// wall reads from the hall's page how many have voted.
func (a *assembly) wall(base string) (int, error) {
	r, _ := http.NewRequest("GET", base+"/meetings/"+a.meeting+"/hall", nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Authorization", "Bearer "+a.tokens[0])
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer w.Body.Close()
	page, err := io.ReadAll(w.Body)
	found := onWall.FindAllSubmatch(page, -1)
	if err != nil || len(found) < 2 {
		return 0, fmt.Errorf("%s: %.200s, %v", w.Status, page, err)
	}
	return strconv.Atoi(string(found[1][1]))
}

func (s *screen) told(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acks = append(s.acks, at)
}

// behind gives the longest time between an acknowledgement and the first page that
// counted so many, and how long the slowest page took.
func (s *screen) behind() (most, slowest time.Duration) {
	<-s.done
	k := 0
	for _, p := range s.shown {
		slowest = max(slowest, p.at.Sub(p.asked))
		for ; k < min(p.voted, len(s.acks)); k++ {
			most = max(most, p.at.Sub(s.acks[k]))
		}
	}
	return most, slowest
}
