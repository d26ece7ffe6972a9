package intake

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/i18n"
)

var update = flag.Bool("update", false, "write the lists of docs/formats.md anew")

const (
	formats = "../../docs/formats.md"
	mark    = "<!-- The lists below are written by: go test ./internal/intake -run Formats -update -->\n"
)

// The manual lists the kinds, their columns and the faults as they are.
func TestFormats(t *testing.T) {
	text, err := os.ReadFile(formats)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(text), mark)
	if !ok {
		t.Fatal("docs/formats.md lost its mark")
	}
	want := head + mark + lists()
	if *update {
		if err := os.WriteFile(formats, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Error("docs/formats.md is not as the code is: run with -update and read the difference")
	}
}

var cellWords = map[Cell]string{Text: "text", Name: "name", Gender: "gender", IDNumber: "identity number", Credit: "credit code", Phone: "phone",
	Date: "day", Quarter: "quarter", Count: "whole number", People: "count", Decimal: "number", Money: "yuan", Wan: "10,000 yuan",
	PayRange: "range of yuan a month", Programme: "programme code", Title: "programme name", Code: "code", Codes: "codes", Skills: "skills",
	Education: "schooling", Enum: "one of", YesNo: "yes or no", Ref: "number"}

func lists() string {
	zh, en := i18n.Words("zh-CN"), i18n.Words("en")
	var b strings.Builder
	b.WriteString("\n## Kinds of sheet\n\nA bold field must be there or the row is refused; a field with † should be, and a person is asked where it is missing.\n")
	for _, k := range Kinds {
		fmt.Fprintf(&b, "\n### `%s` %s\n\n| field | heads | holds |\n|---|---|---|\n", k.Name, zh["intake.kind."+k.Name])
		for _, f := range k.Fields {
			key := "`" + f.Key + "`"
			if f.Essential {
				key = "**" + key + "**"
			} else if f.Missing != "" {
				key += " †"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", key, strings.Join(f.Headers, ", "), contents(f))
		}
	}
	b.WriteString("\n## Faults\n\n| fault | meaning | 含义 |\n|---|---|---|\n")
	var names []string
	for key := range en {
		if name, ok := strings.CutPrefix(key, "intake.fault."); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", n, en["intake.fault."+n], zh["intake.fault."+n])
	}
	return b.String()
}

func contents(f Field) string {
	text := cellWords[f.Cell]
	switch {
	case f.Cell == Enum:
		seen := map[string]bool{}
		var words []string
		for _, w := range f.Words {
			if !seen[w] {
				seen[w] = true
				words = append(words, w)
			}
		}
		slices.Sort(words)
		text += " " + strings.Join(words, ", ")
	case f.List != "":
		text += " of " + f.List
	case f.Ref != "":
		text += " of " + f.Ref
	}
	return text
}
