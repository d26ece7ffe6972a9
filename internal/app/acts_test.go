package app_test

import (
	"os"
	"strings"
	"testing"

	"guildhall/internal/act"
	"guildhall/internal/app"
)

// Each kind of act is declared by the room that it is named after, and leads to
// a page that there is.
func TestActsAreDeclaredWell(t *testing.T) {
	h, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	pages := map[string]bool{}
	for _, r := range h.Routes.List {
		if r.Method == "GET" {
			pages[shape(r.Path)] = true
		}
	}
	for _, k := range act.Vocabulary() {
		room, _, _ := strings.Cut(k.Name, ".")
		if info, err := os.Stat("../" + room); err != nil || !info.IsDir() {
			t.Errorf("%s is of no room", k.Name)
		}
		path, _, _ := strings.Cut(k.Path, "?")
		path, _, _ = strings.Cut(path, "#")
		if k.Path != "" && !pages[shape(path)] {
			t.Errorf("%s leads to %s, where no page is", k.Name, k.Path)
		}
	}
}

// shape gives a path with its blanks unnamed.
func shape(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}
