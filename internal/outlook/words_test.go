package outlook

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/i18n"
)

// Both languages say the same words, with as many blanks, and every word that the
// room says in one piece is there.
func TestWords(t *testing.T) {
	blank := regexp.MustCompile(`%(\[\d\])?[sdv]`)
	for _, language := range i18n.Languages {
		for key, word := range i18n.Words(language) {
			if !strings.HasPrefix(key, "outlook.") {
				continue
			}
			if !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
			if a, b := len(blank.FindAllString(word, -1)), len(blank.FindAllString(i18n.Words("en")[key], -1)); a != b {
				t.Errorf("%s has %d blanks in %s and %d in en", key, a, language, b)
			}
		}
	}
	said := regexp.MustCompile(`(?:say\(ctx, "|"outlook\.)([a-z0-9_.]+[a-z0-9])"`)
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		if strings.HasSuffix(file, "_templ.go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, _ := os.ReadFile(file)
		templ, _ := os.ReadFile(strings.TrimSuffix(file, ".go") + ".templ")
		for _, m := range said.FindAllStringSubmatch(string(text)+string(templ), -1) {
			if !i18n.Has("outlook." + m[1]) {
				t.Errorf("%s says outlook.%s, which has no words", file, m[1])
			}
		}
	}
}

// Every action of the rule book, and every action that the journal is told, has its
// words, for both are shown to people.
func TestActionsHaveWords(t *testing.T) {
	for action := range policy {
		if !i18n.Has(action) {
			t.Errorf("%s has no words", action)
		}
	}
}
