package web_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db/dbtest"
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
