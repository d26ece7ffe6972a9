package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// Every language says all that any other says, with as many blanks to fill in.
func TestWords(t *testing.T) {
	verb := regexp.MustCompile(`%[-+#0-9.\[\]]*[a-zA-Z]`)
	blanks := func(text string) int { return len(verb.FindAllString(strings.ReplaceAll(text, "%%", ""), -1)) }
	for _, one := range i18n.Languages {
		for key, text := range i18n.Words(one) {
			for _, other := range i18n.Languages {
				said := i18n.Words(other)[key]
				if said == "" {
					t.Errorf("%s cannot say %s", other, key)
				} else if n, m := blanks(text), blanks(said); n != m {
					t.Errorf("%s has %d blanks in %s and %d in %s", key, n, one, m, other)
				}
			}
		}
	}
}

// A word that goes by a count does so by a count that the text has, and no
// brace is left for a reader to see.
func TestCountsInWordsAreWellFormed(t *testing.T) {
	for _, language := range i18n.Languages {
		for key, text := range i18n.Words(language) {
			if wrong := i18n.Malformed(text); wrong != "" {
				t.Errorf("%s in %s, %q: %s", key, language, text, wrong)
			}
		}
	}
}

// Every fault that the code raises, and every word that pages say by a whole
// key, is in the books.
func TestEveryKeyHasItsWord(t *testing.T) {
	raised := regexp.MustCompile(`(?:\.New\(|i18n\.T\(\w+, |i18n\.Key\()"([a-z_]+(?:\.[a-z0-9_]+)+)"`)
	added := regexp.MustCompile(`\.Add\("[^"]*", "([a-z_]+\.[a-z0-9_.]+)"`)
	files, _ := filepath.Glob("../*/*.go")
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range append(raised.FindAllStringSubmatch(string(text), -1), added.FindAllStringSubmatch(string(text), -1)...) {
			if key := found[1]; !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") && !i18n.Has(key) {
				t.Errorf("%s says %s, for which there is no word", file, key)
			}
		}
	}
}

// Every kind of rule that a room declares is worded, and its set-ups can hold.
func TestRulesAreWorded(t *testing.T) {
	for _, k := range rule.Kinds() {
		for _, key := range k.Words() {
			if !i18n.Has(key) {
				t.Errorf("%s has no word for %s", k.Name, key)
			}
		}
		for _, s := range k.Setups() {
			if err := k.Check(s); err != nil || s.Name == "" || s.NameEN == "" || s.Article == "" {
				t.Errorf("the set-up %s of %s: %v, %q, %q, %q", s.Code, k.Name, err, s.Name, s.NameEN, s.Article)
			}
		}
	}
}
