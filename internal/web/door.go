package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed static
var static embed.FS

// assets gives each file of static/ the mark of its content, so that readers'
// machines may keep it for ever.
var assets = sync.OnceValue(func() map[string]string {
	marks := map[string]string{}
	fs.WalkDir(static, "static", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			content, _ := static.ReadFile(path)
			sum := sha256.Sum256(content)
			marks[strings.TrimPrefix(path, "static/")] = hex.EncodeToString(sum[:6])
		}
		return err
	})
	return marks
})

// Asset gives the address of a file of static/, for pages that need a script of
// their own.
func Asset(name string) string { return asset(name) }

func asset(name string) string { return "/static/" + name + "?" + assets()[name] }

// Door adds the routes of the door itself: assets, language, theme, health, and
// the description for programs.
func (rs *Routes) Door(ping func(context.Context) error) {
	files := http.FileServerFS(static)
	rs.mux.HandleFunc("GET /static/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "public, max-age=3600")
		}
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		files.ServeHTTP(w, r)
	})
	rs.Add("POST /language", "web.language.set", postLanguage, Silent(), Public())
	rs.Add("POST /theme", "web.theme.set", postTheme, Silent(), Public())
	rs.Add("GET /healthz", "web.health.read", func(*http.Request) (Reply, error) { return Reply{Data: map[string]string{"status": "ok"}}, nil }, Silent())
	var away atomic.Bool // probes come every few seconds: the log is told when the answer changes
	rs.Add("GET /readyz", "web.health.read", func(r *http.Request) (Reply, error) {
		err := ping(r.Context())
		if err != nil && r.Context().Err() == nil && !away.Swap(true) {
			slog.ErrorContext(r.Context(), "web: not ready", "error", err)
		}
		if err != nil {
			return Reply{}, err
		}
		if away.Swap(false) {
			slog.InfoContext(r.Context(), "web: ready again")
		}
		return Reply{Data: map[string]string{"status": "ready"}}, nil
	}, Silent())
	described := sync.OnceValue(rs.OpenAPI) // by whoever asks first: all rooms have moved in
	rs.Add("GET /openapi.json", "web.api.read", func(*http.Request) (Reply, error) { return Reply{Data: described()}, nil }, Silent())
	rs.Add("GET /api", "web.api.read", func(r *http.Request) (Reply, error) {
		return Reply{Data: described(), Page: apiPage(rs.described(r.Context()), rs.Scopes())}, nil
	}, Silent())
	rs.Add("GET /{path...}", "web.page.read", func(*http.Request) (Reply, error) {
		return Reply{}, fault.NotFound.New("fault.not_found")
	}, Silent())
}

// kept answers a form that sets a cookie and leads back to the page it was on.
type kept struct{ name, value string }

func postLanguage(r *http.Request) (Reply, error) {
	in, err := Read[struct{ Language, Back string }](r)
	if err != nil {
		return Reply{}, err
	}
	for _, l := range i18n.Languages {
		if l == in.Language {
			return Reply{Goto: back(in.Back), Data: in.Language, cookies: []kept{{"lang", l}}}, nil
		}
	}
	return Reply{}, fault.Invalid.New("web.no_language", in.Language)
}

func postTheme(r *http.Request) (Reply, error) {
	in, err := Read[struct{ Theme, Back string }](r)
	if err != nil {
		return Reply{}, err
	}
	if in.Theme != "light" && in.Theme != "dark" && in.Theme != "system" {
		return Reply{}, fault.Invalid.New("web.no_theme", in.Theme)
	}
	return Reply{Goto: back(in.Back), Data: in.Theme, cookies: []kept{{"theme", in.Theme}}}, nil
}
