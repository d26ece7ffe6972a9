// Package load asks a server many things at once, and keeps how long each took. Both what
// stands beside others (bench/beside) and what runs for long (bench/soak) ask by it.
package load

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Result is what came of it.
type Result struct {
	Requests int
	Seconds  float64
	Codes    map[int]int // 0: no answer
	took     []time.Duration
}

// PerSecond gives how many requests were answered each second.
func (r *Result) PerSecond() float64 { return float64(r.Requests) / r.Seconds }

// At gives the time within which a share of the requests was answered, in milliseconds.
func (r *Result) At(share float64) float64 {
	if len(r.took) == 0 {
		return 0
	}
	slices.Sort(r.took)
	i := min(int(share*float64(len(r.took))), len(r.took)-1)
	return float64(r.took[i].Microseconds()) / 1e3
}

// Bad counts what was answered with 500 or more, or not at all.
func (r *Result) Bad() (n int) {
	for code, many := range r.Codes {
		if code == 0 || code >= 500 {
			n += many
		}
	}
	return n
}

// Other counts what was answered with neither 2xx nor 303, which leads on.
func (r *Result) Other() (n int) {
	for code, many := range r.Codes {
		if code/100 != 2 && code != http.StatusSeeOther {
			n += many
		}
	}
	return n
}

// Client is a client that many goroutines share, whose connections stay open.
func Client(connections int) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       60 * time.Second,
	}
}

type tally struct {
	sync.Mutex
	Result
}

func (t *tally) ask(client *http.Client, r *http.Request, due time.Time) {
	code := 0
	if w, err := client.Do(r); err == nil {
		if _, err = io.Copy(io.Discard, w.Body); err == nil {
			code = w.StatusCode
		}
		w.Body.Close()
	}
	took := time.Since(due)
	t.Lock()
	defer t.Unlock()
	t.Requests++
	t.Codes[code]++
	t.took = append(t.took, took)
}

// Closed keeps so many clients busy for a time: each asks anew as soon as it was answered.
func Closed(client *http.Client, clients int, lasts time.Duration, next func(i int) *http.Request) *Result {
	t := &tally{Result: Result{Codes: map[int]int{}}}
	began := time.Now()
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for i := c; time.Since(began) < lasts; i += clients {
				t.ask(client, next(i), time.Now())
			}
		})
	}
	all.Wait()
	t.Seconds = time.Since(began).Seconds()
	return &t.Result
}

// Open asks so many times a second, whether what was asked before has been answered or not;
// a request's time counts from when it was due, so that a server that stalls is not excused.
func Open(client *http.Client, perSecond int, lasts time.Duration, next func(i int) *http.Request) *Result {
	t := &tally{Result: Result{Codes: map[int]int{}}}
	began := time.Now()
	var all sync.WaitGroup
	for i := range int(lasts.Seconds() * float64(perSecond)) {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		all.Go(func() { t.ask(client, next(i), due) })
	}
	all.Wait()
	t.Seconds = time.Since(began).Seconds()
	return &t.Result
}
