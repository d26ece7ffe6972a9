package factor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// Who may do what with the factors of "s", for people to read; whom an administrator
// looks after stands in the directory's book.
const matrix = `
                        stranger  self  their token  staff  unit admin  secretariat  admin
factor.code.begin       -         yes   -            -      -           -            -
factor.code.confirm     -         yes   -            -      -           -            -
factor.code.end         -         yes   -            -      -           -            -
factor.own.read         -         yes   -            -      -           -            -
factor.passkey.add      -         yes   -            -      -           -            -
factor.passkey.end      -         yes   -            -      -           -            -
factor.passkey.name     -         yes   -            -      -           -            -
factor.person.clear     -         -     -            -      yes         yes          yes
factor.recovery.renew   -         yes   -            -      -           -            -
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{},
		{ID: "s", Roles: []string{auth.Secretariat}},
		{ID: "s", Roles: []string{auth.Secretariat}, Token: true},
		{ID: "w", Roles: []string{auth.Staff}},
		{ID: "u", Roles: []string{auth.UnitAdmin}},
		{ID: "li", Roles: []string{auth.Secretariat}},
		{ID: "a", Roles: []string{auth.Admin}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%23s stranger  self  their token  staff  unit admin  secretariat  admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-24s", action)
		for i, a := range actors {
			word := "-"
			// A person takes their own factors away by their own password, not as an administrator.
			if policy.Can(auth.With(t.Context(), a), action, "s") {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{10, 6, 13, 7, 12, 13, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

// Every action and every field of the rule has its words in both languages.
func TestWords(t *testing.T) {
	need := append(slices.Collect(maps.Keys(policy)), rule.Find(RequiredKind).Words()...)
	for _, key := range append(need, "factor.session.prove", "factor.session.enter", "factor.recovery.use") {
		if !i18n.Has(key) {
			t.Errorf("no word for %s", key)
		}
	}
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "factor.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
}
