package chain_test

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/chain"
	"guildhall/internal/codes"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func door() *web.Routes {
	rs := &web.Routes{}
	chain.New(codes.Shipped()).Routes(rs)
	return rs
}

func get(rs *web.Routes, path, accept, language string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	rs := door()
	raw := regexp.MustCompile(`\b(chain|codes)\.[a-z_]+\.?[a-z_.]*|%!`)
	for _, path := range []string{"/chain", "/chain?q=电池", "/chain?q=没有这个", "/chain/segment/M01", "/chain/position/P010", "/chain/occupation/6-24-04-00",
		"/chain/skill/SAF01", "/chain/programme/460702", "/chain/paths", "/chain/paths?from=programme:460702&to=segment:M01",
		"/chain/paths?from=汽车&to=电池", "/chain/paths?from=冲压操作工"} {
		for _, language := range i18n.Languages {
			w := get(rs, path, "text/html", language)
			if w.Code != 200 || strings.Count(w.Body.String(), "<h1>") != 1 {
				t.Errorf("%s in %s: status %d", path, language, w.Code)
			}
			if word := raw.FindString(w.Body.String()); word != "" {
				t.Errorf("%s in %s shows %q", path, language, word)
			}
			var data any
			if w := get(rs, path, "application/json", language); w.Code != 200 || json.Unmarshal(w.Body.Bytes(), &data) != nil {
				t.Errorf("%s as JSON: status %d, %.80s", path, w.Code, w.Body)
			}
		}
	}
	for _, path := range []string{"/chain/segment/no", "/chain/industry/A", "/chain/nothing/M01"} {
		if w := get(rs, path, "text/html", "en"); w.Code != 404 {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
	}
	if w := get(rs, "/chain/paths?from=没有这个&to=这个也没有", "application/json", "en"); w.Code != 422 || strings.Count(w.Body.String(), `"chain.path.nothing"`) != 2 {
		t.Errorf("two ends that nobody knows: status %d, %s", w.Code, w.Body)
	}
}

// Every link of the chain's pages leads to a page of the chain or of the lists.
func TestLinksLead(t *testing.T) {
	rs := door()
	links := regexp.MustCompile(`href="(/chain[^"]*)"`)
	seen := map[string]bool{}
	for _, start := range []string{"/chain", "/chain/segment/M01", "/chain/position/P010", "/chain/occupation/6-24-04-00"} {
		for _, m := range links.FindAllStringSubmatch(get(rs, start, "text/html", "zh-CN").Body.String(), -1) {
			if seen[m[1]] || strings.Contains(m[1], "?") {
				continue
			}
			seen[m[1]] = true
			to, err := url.PathUnescape(m[1])
			if err != nil {
				t.Fatal(err)
			}
			if w := get(rs, to, "application/json", "zh-CN"); w.Code != 200 {
				t.Errorf("%s leads to %s: status %d", start, to, w.Code)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d links", len(seen))
	}
}

func TestWaysByName(t *testing.T) {
	c := chain.New(codes.Shipped())
	w, err := c.Ways(t.Context(), "冲压操作工", "M07")
	if err != nil || w.From == nil || w.From.Code != "P001" || w.To == nil || len(w.Paths) != 1 || len(w.Paths[0]) != 2 {
		t.Errorf("%+v, %v", w, err)
	}
	w, err = c.Ways(t.Context(), "STAMPING operator", "工")
	if err != nil || w.From == nil || w.To != nil || len(w.ToIs) < 2 {
		t.Errorf("%+v, %v", w, err)
	}
}

// Every word that this room says is there in every language, with the same
// places to fill.
func TestWords(t *testing.T) {
	zh, en := ours("zh-CN"), ours("en")
	if !slices.Equal(slices.Sorted(maps.Keys(zh)), slices.Sorted(maps.Keys(en))) {
		t.Error("the languages do not say the same words")
	}
	places := regexp.MustCompile(`%[a-z]`)
	for key := range zh {
		if a, b := places.FindAllString(zh[key], -1), places.FindAllString(en[key], -1); !slices.Equal(a, b) {
			t.Errorf("%s fills %v in Chinese and %v in English", key, a, b)
		}
	}
	said := regexp.MustCompile(`say\(ctx, "([a-z_.]+[a-z_])"[,)]`)
	for _, pattern := range []string{"*.go", "*.templ"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			text, _ := os.ReadFile(name)
			for _, m := range said.FindAllStringSubmatch(string(text), -1) {
				if !i18n.Has("chain." + m[1]) {
					t.Errorf("%s: nobody gave the word chain.%s", name, m[1])
				}
			}
		}
	}
	for _, kind := range chain.Kinds {
		if !i18n.Has("chain.kind."+kind) || !i18n.Has("chain.group."+kind) {
			t.Errorf("nobody gave the words of %s", kind)
		}
	}
	for _, p := range codes.Shipped().All("position") {
		if !i18n.Has("chain.education." + p.Attr["min_education"]) {
			t.Errorf("nobody gave the word chain.education.%s", p.Attr["min_education"])
		}
	}
}

func ours(language string) map[string]string {
	words := map[string]string{}
	for key, text := range i18n.Words(language) {
		if strings.HasPrefix(key, "chain.") {
			words[key] = text
		}
	}
	return words
}

func FuzzWays(f *testing.F) {
	f.Add("programme:460702", "segment:M01")
	f.Add("冲压", ":")
	f.Add("\xff", "position:")
	c := chain.New(codes.Shipped())
	f.Fuzz(func(t *testing.T, from, to string) {
		w, err := c.Ways(t.Context(), from, to)
		if w == nil || len(w.Paths) > 5 || err != nil && len(w.Paths) > 0 {
			t.Errorf("%+v, %v", w, err)
		}
	})
}
