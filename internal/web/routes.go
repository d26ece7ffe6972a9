package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Route is one address and what it does there.
type Route struct {
	Method, Path string
	Action       string // as in the rule book; its word describes the route
	In           reflect.Type
	Query        reflect.Type
	Out          reflect.Type
	Limit        int64 // of the body, in bytes
	Silent       bool  // not in the description for programs
	Unkept       bool  // a repeated request is not remembered
	Public       bool  // strangers may send to it
}

// Option tells more of a route.
type Option func(*Route)

// In names the type that Read fills on this route.
func In[T any]() Option { return func(r *Route) { r.In = reflect.TypeFor[T]() } }

// Asks names the type that Query fills on this route.
func Asks[T any]() Option { return func(r *Route) { r.Query = reflect.TypeFor[T]() } }

// Out names the type of the reply's data.
func Out[T any]() Option { return func(r *Route) { r.Out = reflect.TypeFor[T]() } }

// Upload lets bodies of so many bytes through, where others stop at a mebibyte.
func Upload(limit int64) Option { return func(r *Route) { r.Limit = limit } }

// Silent keeps a route that only pages use out of the description for programs.
func Silent() Option { return func(r *Route) { r.Silent = true } }

// Unkept keeps what is sent to a route, and what it answers, out of the store of
// repeated requests: for secrets that must stand nowhere, on routes whose own rule
// lets them act but once.
func Unkept() Option { return func(r *Route) { r.Unkept = true } }

// Public lets strangers send to a route. Others are turned away from every route that
// could change anything before the room's rule book is asked.
func Public() Option { return func(r *Route) { r.Public = true } }

// Place is an entry of the rail: where a reader can go.
type Place struct {
	Group string // key of the word above it
	Word  string // key of its own word
	Path  string
	Show  func(a auth.Actor) bool // nil shows it to everyone
}

// Routes gathers the routes of every room, and remembers what they are. It turns
// away what other sites send, finds out who asks, in which language to answer,
// and makes a repeated request act once.
type Routes struct {
	// Who tells who sent r, or the zero Actor. An error is an outage, not a stranger.
	Who func(w http.ResponseWriter, r *http.Request) (auth.Actor, error)
	// Body tells which body a stranger looks at, and every body's public names.
	Body func(ctx context.Context, actor auth.Actor) (Body, error)
	// DB keeps which repeated requests have acted. Nil: none are remembered.
	DB *db.DB
	// Watch hears of every request. Nil: nobody does.
	Watch Watcher

	Rail  []Place
	List  []Route
	mux   http.ServeMux
	guard http.CrossOriginProtection
}

// Body is the consortium on whose pages the reader is.
type Body struct {
	ID, Name, NameEN string
	Kind, KindEN     string // the quiet line under the name
	Zone             *time.Location
}

// Add adds a route that does action. Every route names its action; one without
// cannot be added.
func (rs *Routes) Add(pattern, action string, h Handler, options ...Option) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok || action == "" {
		panic("web: route " + pattern + " names no method or no action")
	}
	route := Route{Method: method, Path: path, Action: action, Limit: 1 << 20}
	for _, option := range options {
		option(&route)
	}
	rs.List = append(rs.List, route)
	rs.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		remember(r)
		r.Body = http.MaxBytesReader(bare(w), r.Body, route.Limit)
		if actor := auth.From(r.Context()); !covers(actor, route) {
			answer(w, r, Reply{}, fault.Denied.New("fault.scope", scopeOf(route)))
			return
		}
		if route.Method != http.MethodGet && !route.Public && auth.From(r.Context()).ID == "" {
			answer(w, r, Reply{}, fault.Unknown.New("fault.unknown"))
			return
		}
		if route.Unkept {
			reply, err := h(r)
			answer(w, r, reply, err)
			return
		}
		rs.once(w, r, h)
	})
}

// Handle adds a plain handler, such as one that streams, at an address of its own.
func (rs *Routes) Handle(pattern string, h http.Handler) { rs.mux.Handle(pattern, h) }

// scopeOf names what a token must hold for a route: "talent:read", "talent:write".
func scopeOf(route Route) string {
	room, _, _ := strings.Cut(route.Action, ".")
	if route.Method == http.MethodGet {
		return room + ":read"
	}
	return room + ":write"
}

// covers tells whether the actor's token, if they act by one, is good for a route.
func covers(a auth.Actor, route Route) bool {
	if !a.Token {
		return true
	}
	want := scopeOf(route)
	_, verb, _ := strings.Cut(want, ":")
	for _, s := range a.Scopes {
		if s == want || s == "*:"+verb {
			return true
		}
	}
	return false
}

// Scopes lists what tokens can be given.
func (rs *Routes) Scopes() []string {
	seen := map[string]bool{"*:read": true, "*:write": true}
	list := []string{"*:read", "*:write"}
	for _, route := range rs.List {
		if s := scopeOf(route); !route.Silent && !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}

func (rs *Routes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithValue(r.Context(), frameKey{}, &frame{routes: rs, url: r.URL, trace: db.NewID()[:20]})
	ctx = i18n.With(ctx, language(r))
	r = r.WithContext(ctx)
	secure(w.Header())
	seen := &answered{ResponseWriter: w}
	w = seen
	defer rs.watched(ctx, r, seen)()
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			slog.ErrorContext(ctx, "web: panic", "route", Pattern(ctx), "trace", trace(ctx), "value", v, "stack", string(debug.Stack()))
			answer(w, r, Reply{}, fault.Internal.New("fault.internal"))
		}
	}()
	if strings.HasPrefix(r.URL.Path, "/static/") {
		frameOf(ctx).pattern = "GET /static/"
		rs.mux.ServeHTTP(w, r)
		return
	}
	actor, body, err := rs.introduce(w, r)
	if err != nil {
		answer(w, r, Reply{}, err)
		return
	}
	f := frameOf(ctx)
	f.actor, f.body, f.theme = actor, body, cookie(r, "theme")
	if done := cookie(r, "done"); done != "" && r.Method == http.MethodGet && !WantsJSON(r) {
		f.done = done
		setCookie(w, r, "done", "", -1)
	}
	ctx = db.In(auth.With(ctx, actor), body.ID)
	if body.Zone != nil {
		ctx = i18n.InZone(ctx, body.Zone)
	}
	if actor.ID != "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	if heldBack(actor.Must, r.URL.Path) {
		r = r.WithContext(ctx)
		if r.Method == http.MethodGet && !WantsJSON(r) {
			http.Redirect(w, r, actor.Must, http.StatusSeeOther)
		} else {
			answer(w, r, Reply{}, fault.Denied.New("fault.must", actor.Must))
		}
		return
	}
	rs.guard.Handler(&rs.mux).ServeHTTP(w, r.WithContext(ctx))
}

// heldBack tells whether an actor who must do something first is kept from a path.
func heldBack(must, path string) bool {
	if must == "" || path == must || strings.HasPrefix(path, must+"/") {
		return false
	}
	return !slices.Contains([]string{"/sign-out", "/language", "/theme", "/healthz", "/readyz"}, path)
}

func (rs *Routes) introduce(w http.ResponseWriter, r *http.Request) (actor auth.Actor, body Body, err error) {
	if rs.Who != nil {
		if actor, err = rs.Who(w, r); err != nil {
			return actor, body, err
		}
	}
	if rs.Body != nil {
		body, err = rs.Body(r.Context(), actor)
	}
	return actor, body, err
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Add("Vary", "Accept, Accept-Language, Cookie")
}

func language(r *http.Request) string {
	asked := cookie(r, "lang")
	if asked == "" {
		asked = r.Header.Get("Accept-Language")
	}
	for part := range strings.SplitSeq(asked, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		for _, l := range i18n.Languages {
			base, _, _ := strings.Cut(l, "-")
			if tag == l || tag == base || strings.HasPrefix(tag, base+"-") {
				return l
			}
		}
	}
	return i18n.Languages[0]
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: Secure(r)})
}

// Secure tells whether r came over TLS, here or at the proxy before us.
func Secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// back gives the page to return to: one of ours, whatever the form says.
func back(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
		return "/"
	}
	return u.String()
}

// Back gives where a form wants to lead people next, if that is a page of ours.
func Back(to string) string { return back(to) }
