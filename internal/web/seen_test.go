package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// The log tells of each request by its route, and of nobody: what stands in the address, in
// a header or in the body does not reach it, be it answered, refused or broken.
func TestLogNamesNobody(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	rs := house(dbtest.Open(t, t.TempDir()+"/a.db", web.Room))
	rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) {
		return auth.Actor{ID: "person", Name: "secret-name", Unit: "unit"}, nil
	}
	for name, h := range map[string]web.Handler{
		"well":   func(*http.Request) (web.Reply, error) { return web.Reply{Data: "x"}, nil },
		"broken": func(*http.Request) (web.Reply, error) { return web.Reply{}, errors.New("broken") },
		"panic":  func(*http.Request) (web.Reply, error) { panic("broken") },
	} {
		rs.Add("GET /seen/"+name+"/{key}", "test.thing.read", h)
		rs.Add("POST /seen/"+name+"/{key}", "test.thing.write", h)
	}
	var seen []web.Seen
	rs.Watch = func() func(web.Seen) { return func(s web.Seen) { seen = append(seen, s) } }
	for _, name := range []string{"well", "broken", "panic"} {
		send(rs, "GET", "/seen/"+name+"/secret-key?q=secret-query", "", "Authorization", "Bearer secret-token", "User-Agent", "secret-agent")
		send(rs, "POST", "/seen/"+name+"/secret-key", "password=secret-password", "Content-Type", "application/x-www-form-urlencoded")
	}
	send(rs, "GET", "/nowhere/secret-path", "")
	text := log.String()
	if strings.Contains(text, "secret") {
		t.Errorf("the log tells too much:\n%s", text)
	}
	for _, want := range []string{`"route":"GET /seen/well/{key}","method":"GET","status":200`, `"route":"POST /seen/panic/{key}","method":"POST","status":500`, `"trace":"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the log does not tell %s:\n%s", want, text)
		}
	}
	if len(seen) != 7 || seen[0].Pattern != "GET /seen/well/{key}" || seen[5].Status != 500 {
		t.Errorf("seen: %+v", seen)
	}
}

// Whoever probes a house that is not ready every few seconds does not fill its log.
func TestLogTellsOnceThatItIsNotReady(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	var away error
	rs := &web.Routes{Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.Actor{}, nil }}
	rs.Door(func(context.Context) error { return away })
	probe := func(want int) {
		t.Helper()
		if w := send(rs, "GET", "/readyz", "", "Accept", "application/json"); w.Code != want {
			t.Errorf("a probe is answered %d, want %d", w.Code, want)
		}
	}
	probe(200)
	for range 2 {
		away = fault.Away.New("fault.away")
		probe(503)
		probe(503)
		away = nil
		probe(200)
		probe(200)
	}
	for told, want := range map[string]int{"level=ERROR": 2, "web: not ready": 2, "web: ready again": 2} {
		if n := strings.Count(log.String(), told); n != want {
			t.Errorf("%q stands in the log %d times, want %d:\n%s", told, n, want, log.String())
		}
	}
}
