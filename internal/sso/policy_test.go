package sso

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

// Who may do what with a provider of unit "u" in body "b", or with their own links, for
// people to read.
const matrix = `
                       stranger  staff  unit admin  of another unit  of another body  secretariat  of another  admin  their token  self
sso.link.end           -         -      yes         -                -                yes          -           yes    -            -
sso.own.link           -         -      -           -                -                -            -           -      -            yes
sso.own.read           -         -      -           -                -                -            -           -      -            yes
sso.own.unlink         -         -      -           -                -                -            -           -      -            yes
sso.provider.change    -         -      yes         -                -                yes          -           yes    -            -
sso.provider.end       -         -      yes         -                -                yes          -           yes    -            -
sso.provider.list      -         -      yes         -                -                yes          -           yes    -            -
sso.provider.register  -         -      yes         -                -                yes          -           yes    -            -
sso.provider.switch    -         -      yes         -                -                yes          -           yes    -            -
sso.provider.test      -         -      yes         -                -                yes          -           yes    -            -
sso.provider.trust     -         -      -           -                -                yes          -           yes    -            -
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{},
		{ID: "a", Unit: "u", Body: "b", Roles: []string{auth.Staff}},
		{ID: "a", Unit: "u", Body: "b", Roles: []string{auth.UnitAdmin}},
		{ID: "a", Unit: "v", Body: "b", Roles: []string{auth.UnitAdmin}},
		{ID: "a", Unit: "u", Body: "c", Roles: []string{auth.UnitAdmin}},
		{ID: "a", Unit: "o", Body: "b", Roles: []string{auth.Secretariat}},
		{ID: "a", Unit: "o", Body: "c", Roles: []string{auth.Secretariat}},
		{ID: "a", Body: "b", Roles: []string{auth.Admin}},
		{ID: "s", Body: "b", Roles: []string{auth.Admin}, Token: true},
		{ID: "s", Unit: "u", Body: "b", Roles: []string{auth.Student}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%23sstranger  staff  unit admin  of another unit  of another body  secretariat  of another  admin  their token  self\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-23s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, Subject{Body: "b", Unit: "u", Person: "s"}) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{10, 7, 12, 17, 17, 13, 12, 7, 13, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

// A provider of the whole body is not that of a unit's administrator who has no unit.
func TestPolicyOfTheWholeBody(t *testing.T) {
	a := auth.Actor{ID: "a", Body: "b", Roles: []string{auth.UnitAdmin}}
	if policy.Can(auth.With(t.Context(), a), "sso.provider.change", Subject{Body: "b"}) {
		t.Error("whoever leads no unit changes the provider of all units")
	}
}

// Every action, every fault and every way to mend it has its words in both languages.
func TestWords(t *testing.T) {
	need := append(slices.Collect(maps.Keys(policy)), "sso.session.enter", "sso.own.match", "sso.mend.away", "sso.mend.provider")
	fault, key := regexp.MustCompile(`broken\("([a-z]+)"`), regexp.MustCompile(`"(sso\.(?:trial|wrong|done|mail)\.[a-z_]+)"`)
	said := regexp.MustCompile(`say\(ctx, "([a-z_.]+)"[,)]`)
	files, _ := os.ReadDir(".")
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), ".templ") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		code, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fault.FindAllStringSubmatch(string(code), -1) {
			need = append(need, "sso.fault."+m[1], "sso.mend."+m[1])
		}
		for _, m := range key.FindAllStringSubmatch(string(code), -1) {
			need = append(need, m[1])
		}
		for _, m := range said.FindAllStringSubmatch(string(code), -1) {
			need = append(need, "sso."+m[1])
		}
	}
	for _, k := range need {
		if !i18n.Has(k) {
			t.Errorf("no word for %s", k)
		}
	}
	for _, language := range i18n.Languages {
		for k := range i18n.Words(language) {
			if strings.HasPrefix(k, "sso.") && !i18n.Has(k) {
				t.Errorf("%s is not said in every language", k)
			}
		}
	}
}
