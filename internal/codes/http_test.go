package codes_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

func door(t *testing.T) *web.Routes {
	c := &codes.Codes{DB: dbtest.Open(t, t.TempDir()+"/test.db", journal.Room, codes.Room), Catalogue: codes.Shipped()}
	rs := &web.Routes{}
	c.Routes(rs)
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
	rs := door(t)
	raw := regexp.MustCompile(`\bcodes\.[a-z_]+[.a-z_]*|%!|\bcodes\.kind`)
	for _, path := range []string{"/codes", "/codes/industry", "/codes/region?under=450200", "/codes/programme?q=汽车&kind=higher",
		"/codes/skill?kind=安全", "/codes/calendar", "/codes/position/P001", "/codes/occupation/6-22-02-01", "/codes/region/450203",
		"/codes/skill/SAF03", "/codes/programme/460702", "/codes/segment/M01", "/codes/country/CN", "/codes/language/zh", "/codes/skill?q=没有"} {
		for _, language := range i18n.Languages {
			w := get(rs, path, "text/html", language)
			body := w.Body.String()
			if w.Code != 200 || strings.Count(body, "<h1>") != 1 {
				t.Errorf("%s in %s: status %d", path, language, w.Code)
			}
			if word := raw.FindString(body); word != "" {
				t.Errorf("%s in %s shows %q", path, language, word)
			}
			var data any
			if w := get(rs, path, "application/json", language); w.Code != 200 || json.Unmarshal(w.Body.Bytes(), &data) != nil {
				t.Errorf("%s as JSON: status %d, %.80s", path, w.Code, w.Body)
			}
		}
	}
	for path, want := range map[string]string{
		"/codes":                    "This service uses the ESCO classification",
		"/codes/position/P001":      "冲压工",
		"/codes/region?under=45":    "",
		"/codes/occupation/nothing": "",
	} {
		if w := get(rs, path, "text/html", "zh-CN"); want == "" && w.Code != 404 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d without %q", path, w.Code, want)
		}
	}
}

// What is exported can be sent back as a new edition, in either language.
func TestExportComesBack(t *testing.T) {
	for _, language := range i18n.Languages {
		rs := door(t)
		rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) {
			return auth.Actor{ID: "root", Roles: []string{auth.Admin}}, nil
		}
		for _, list := range []string{"skill", "position", "segment"} {
			book := get(rs, "/codes/"+list+"?format=xlsx", "text/html", language).Body.Bytes()
			fields := map[string]string{"edition": "new", "title": "新版", "licence": "Apache-2.0", "source": "us", "standing": "own", "valid_from": "2026-01-01"}
			w := send(t, rs, "/codes/"+list+"/editions", fields, book, language)
			if w.Code != 303 {
				t.Fatalf("%s in %s: status %d, %s", list, language, w.Code, w.Body)
			}
			want := codes.Shipped().All(list)
			var got codes.Listing
			body := get(rs, "/codes/"+list+"?edition=new&limit=200", "application/json", language).Body
			if err := json.Unmarshal(body.Bytes(), &got); err != nil || len(got.Codes) != len(want) {
				t.Fatalf("%s: %d codes, %v", list, len(got.Codes), err)
			}
			for i, c := range got.Codes {
				old := want[i]
				if c.Code != old.Code || c.Name != old.Name || c.NameEN != old.NameEN || c.Kind != old.Kind || !maps.Equal(c.Attr, old.Attr) {
					t.Fatalf("%s in %s: %+v came back as %+v", list, language, old, c)
				}
			}
		}
	}
}

func TestUploadOfATree(t *testing.T) {
	rs := door(t)
	rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) {
		return auth.Actor{ID: "root", Roles: []string{auth.Admin}}, nil
	}
	fields := map[string]string{"edition": "2030", "title": "新版", "licence": "x", "source": "us", "standing": "official", "valid_from": "2026-01-01"}
	table := "代码,名称,上级代码,类别\n46,装备制造大类,,高职专科\n4607,'-汽车制造类,46,高职专科\n460702,新能源汽车技术,4607,高职专科\n"
	if w := send(t, rs, "/codes/programme/editions", fields, []byte(table), "zh-CN"); w.Code != 303 {
		t.Fatalf("status %d, %s", w.Code, w.Body)
	}
	var got codes.Entry
	body := get(rs, "/codes/programme/460702", "application/json", "zh-CN").Body
	if err := json.Unmarshal(body.Bytes(), &got); err != nil || got.Of.Edition != "2030" || got.Level != 3 || got.Kind != codes.Higher || len(got.Path) != 3 || got.Path[1].Name != "-汽车制造类" {
		t.Errorf("%+v, %v", got, err)
	}
	if all := get(rs, "/codes/programme?deep=1", "application/json", "en").Body.String(); strings.Count(all, `"level":`) != 3 {
		t.Errorf("all levels: %s", all)
	}
}

func TestUploadFaults(t *testing.T) {
	rs := door(t)
	fields := map[string]string{"edition": "new", "title": "新版", "licence": "x", "source": "us", "standing": "own", "valid_from": "2026-01-01"}
	if w := send(t, rs, "/codes/skill/editions", fields, []byte("code,name\nA,B\n"), "en"); w.Code != 401 {
		t.Errorf("a stranger publishes: status %d", w.Code)
	}
	rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) {
		return auth.Actor{ID: "root", Roles: []string{auth.Admin}}, nil
	}
	for name, c := range map[string]struct{ sheet, says string }{
		"no column of names":     {"代码,颜色\nA,红\n", "Unknown column “颜色”"},
		"no such parent":         {"代码,名称,上级代码\nA,甲,B\n", "Parent “B” is not in this edition"},
		"nothing":                {"\n\n", "empty"},
		"not a table":            {"%PDF-1.4 x", ""},
		"a code twice":           {"code,name\nA,B\nA,C\n", "occurs twice"},
		"a formula's apostrophe": {"code,name\n'=A,\n", "lacks its code or name"},
	} {
		w := send(t, rs, "/codes/skill/editions", fields, []byte(c.sheet), "en")
		if w.Code != 422 || !strings.Contains(w.Body.String(), c.says) || !strings.Contains(w.Body.String(), `value="新版"`) {
			t.Errorf("%s: status %d without %q", name, w.Code, c.says)
		}
	}
	if w := get(rs, "/codes/skill/editions/new", "text/html", "zh-CN"); w.Code != 200 {
		t.Errorf("the form: status %d", w.Code)
	}
}

// send posts a form with a file, as a page does.
func send(t *testing.T, rs *web.Routes, path string, fields map[string]string, file []byte, language string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, value := range fields {
		m.WriteField(name, value)
	}
	part, err := m.CreateFormFile("file", "sheet")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	m.Close()
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

func TestExport(t *testing.T) {
	w := get(door(t), "/codes/region?under=450200&format=xlsx", "text/html", "zh-CN")
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") || !strings.Contains(w.Header().Get("Content-Disposition"), "region.xlsx") {
		t.Errorf("status %d, %s, %d bytes", w.Code, w.Header(), w.Body.Len())
	}
}

// Every word that this room says is there in every language, with the same
// places to fill, and none is there that nobody says.
func TestWords(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"*.go", "*.templ"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go") {
				text, _ := os.ReadFile(name)
				source.Write(text)
			}
		}
	}
	places := regexp.MustCompile(`%(\[\d\])?[a-z]`)
	zh, en := ours(i18n.Languages[0]), ours("en")
	if !slices.Equal(slices.Sorted(maps.Keys(zh)), slices.Sorted(maps.Keys(en))) {
		t.Error("the languages do not say the same words")
	}
	for key, text := range zh {
		if a, b := places.FindAllString(text, -1), places.FindAllString(en[key], -1); len(a) != len(b) {
			t.Errorf("%s fills %v in Chinese and %v in English", key, a, b)
		}
	}
	for _, m := range regexp.MustCompile(`"(codes\.[a-z_]+\.[a-z_]+)"`).FindAllStringSubmatch(source.String(), -1) {
		if !i18n.Has(m[1]) {
			t.Errorf("nobody gave the word %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`say\(ctx, "([a-z_.]+[a-z_])"[,)]`).FindAllStringSubmatch(source.String(), -1) {
		if !i18n.Has("codes." + m[1]) {
			t.Errorf("nobody gave the word codes.%s", m[1])
		}
	}
	for _, e := range codes.Shipped().Lists() {
		for _, key := range []string{"codes.list." + e.List, "codes.one." + e.List, "codes.source." + e.List} {
			if !i18n.Has(key) {
				t.Errorf("nobody gave the word %s", key)
			}
		}
		for _, c := range codes.Shipped().All(e.List) {
			if c.Kind != "" && !i18n.Has("codes.kind."+c.Kind) {
				t.Errorf("nobody gave the word codes.kind.%s", c.Kind)
			}
			for name := range c.Attr {
				if !i18n.Has("codes.attr." + name) {
					t.Errorf("nobody gave the word codes.attr.%s", name)
				}
			}
		}
	}
	for _, r := range codes.Relations {
		if !i18n.Has("codes.relation." + r) {
			t.Errorf("nobody gave the word codes.relation.%s", r)
		}
	}
}

func ours(language string) map[string]string {
	words := map[string]string{}
	for key, text := range i18n.Words(language) {
		if strings.HasPrefix(key, "codes.") {
			words[key] = text
		}
	}
	return words
}
