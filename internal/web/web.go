// Package web is the door (门户): it lets requests in and replies out. A handler
// answers with data and with the page that shows it; whoever asks for JSON
// gets the data, and everyone else gets the page, from one and the same route.
package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"guildhall/internal/auth"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.977 generate -path ..

// Reply is what a handler gives back. Beside an error, Page is the page on
// which the reader can mend it, such as the form with what they had filled in.
type Reply struct {
	Data any             // for programs
	Page templ.Component // for people
	Goto string          // where people go next, instead of Page
	File *File           // what is downloaded, instead of both
	Done string          // the key of a sentence that the next page shows above its head

	Cookies []*http.Cookie // set with the answer: a session, as it begins or ends
	cookies []kept
}

// File is a download. Write may stream: a failure after its first byte breaks
// the transfer off rather than ending it as if it were whole.
type File struct {
	Name  string // as the reader's machine will keep it
	Type  string // its media type
	Write func(w io.Writer) error
}

// Handler serves one route.
type Handler func(r *http.Request) (Reply, error)

var status = map[fault.Kind]int{
	fault.Invalid:  http.StatusUnprocessableEntity,
	fault.Unknown:  http.StatusUnauthorized,
	fault.Denied:   http.StatusForbidden,
	fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict,
	fault.Busy:     http.StatusTooManyRequests,
	fault.Away:     http.StatusServiceUnavailable,
	fault.Internal: http.StatusInternalServerError,
}

// Problem is what a program is told of a fault.
type Problem struct {
	Kind    fault.Kind     `json:"kind"`
	Key     string         `json:"key"`
	Message string         `json:"message"`
	Faults  []ProblemPlace `json:"faults,omitempty"` // each with its place, where several are told at once
	Trace   string         `json:"trace"`            // by which the log tells more
}

// ProblemPlace is one of several faults.
type ProblemPlace struct {
	Place   string `json:"place"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

func problem(ctx context.Context, err error) Problem {
	f := fault.Of(err)
	p := Problem{Kind: f.Kind, Key: f.Key, Message: i18n.T(ctx, f.Key, f.Args...), Trace: trace(ctx)}
	if list, ok := errors.AsType[fault.List](err); ok {
		for _, item := range list {
			p.Faults = append(p.Faults, ProblemPlace{item.Place, item.Err.Key, i18n.T(ctx, item.Err.Key, item.Err.Args...)})
		}
	}
	return p
}

// answer writes what a handler gave back.
func answer(w http.ResponseWriter, r *http.Request, reply Reply, err error) {
	code := http.StatusOK
	if err != nil {
		p := problem(r.Context(), err)
		code = status[p.Kind]
		if code >= 500 && Pattern(r.Context()) != "GET /readyz" {
			slog.ErrorContext(r.Context(), "web", "route", Pattern(r.Context()), "trace", p.Trace, "error", err)
		}
		if p.Kind == fault.Away || p.Kind == fault.Busy {
			w.Header().Set("Retry-After", "10")
		}
		if p.Kind == fault.Unknown && r.Method == http.MethodGet && !WantsJSON(r) {
			http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		reply.Data, reply.Goto, reply.File = p, "", nil
		if reply.Page == nil || r.Method == http.MethodGet && hides(p.Kind) {
			reply.Page = problemPage(p)
		}
	}
	if reply.File != nil {
		download(w, r, reply.File)
		return
	}
	for _, c := range reply.Cookies {
		http.SetCookie(w, c)
	}
	for _, c := range reply.cookies {
		setCookie(w, r, c.name, c.value, 365*24*3600)
	}
	if reply.Done != "" && reply.Goto != "" {
		setCookie(w, r, "done", reply.Done, 60)
	}
	var body bytes.Buffer // whole before the first byte leaves, so that a page never breaks off
	kind := "text/html; charset=utf-8"
	switch {
	case WantsJSON(r) || reply.Page == nil && reply.Goto == "":
		kind = "application/json"
		err = json.NewEncoder(&body).Encode(reply.Data)
	case reply.Goto != "":
		http.Redirect(w, r, reply.Goto, http.StatusSeeOther)
		return
	default:
		err = reply.Page.Render(r.Context(), &body)
	}
	if err != nil {
		slog.ErrorContext(r.Context(), "web: reply", "route", Pattern(r.Context()), "trace", trace(r.Context()), "error", err)
		http.Error(w, i18n.T(r.Context(), "fault.internal"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(code)
	w.Write(body.Bytes())
}

// hides tells whether a page that was asked for does not stand beside a fault of a kind: it
// is not for the reader, or what it shows could not be read. Beside other faults it shows
// what was asked for, to be put right.
func hides(k fault.Kind) bool {
	return k == fault.Denied || k == fault.NotFound || k == fault.Away || k == fault.Internal
}

func download(w http.ResponseWriter, r *http.Request, f *File) {
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if err := f.Write(w); err != nil {
		slog.ErrorContext(r.Context(), "web: download", "route", Pattern(r.Context()), "trace", trace(r.Context()), "error", err)
		panic(http.ErrAbortHandler)
	}
}

// WantsJSON tells whether the client is a program.
func WantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// Actor gives whoever sent r.
func Actor(r *http.Request) auth.Actor { return auth.From(r.Context()) }
