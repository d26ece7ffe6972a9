package intake

import (
	"os"
	"regexp"
	"testing"

	"guildhall/internal/i18n"
)

// Every kind, field and fault that people can be told of has its words.
func TestWords(t *testing.T) {
	need := map[string]bool{}
	for _, k := range Kinds {
		need["intake.kind."+k.Name] = true
		for _, f := range k.Fields {
			need["intake.field."+f.Key] = true
			if f.Missing != "" {
				need["intake.fault."+f.Missing] = true
			}
		}
	}
	for key := range policy {
		need[key] = true
	}
	names := regexp.MustCompile(`(?:\.fix|\.flag|Fault:|Fault =|name :?=|note\([^,]*,|spaceFault\([^,]*,|return) ?\(?"([a-z][a-z0-9]*_[a-z0-9_]+)"`)
	keys := regexp.MustCompile(`"(intake\.[a-z_.]+[a-z_])"`)
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() == "act.go" || f.Name() == "privacy.go" {
			continue // names of acts and of what is kept, which bear words elsewhere
		}
		text, _ := os.ReadFile(f.Name())
		for _, m := range names.FindAllStringSubmatch(string(text), -1) {
			need["intake.fault."+m[1]] = true
		}
		for _, m := range keys.FindAllStringSubmatch(string(text), -1) {
			need[m[1]] = true
		}
	}
	for _, not := range []string{"intake.fault.short_name", "intake.fault.hiring_plans"} {
		delete(need, not)
	}
	if len(need) < 200 {
		t.Errorf("only %d words are asked for: the search for them is broken", len(need))
	}
	for key := range need {
		if !i18n.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}
