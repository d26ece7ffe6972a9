package facility

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

// The whole of who may do what with a piece that is out of use, for people to
// read: "own" works for its owner, "other" for another unit. A change to the
// rule book shows as a change to this table.
const matrix = `
                            stranger  student  other  own  secretariat  admin
facility.detail.read            -       -       yes    yes  yes          yes
facility.equipment.import       -       -       -      yes  yes          yes
facility.equipment.mark         -       -       -      yes  yes          yes
facility.equipment.read         -       -       -      yes  yes          yes
`

func TestPolicy(t *testing.T) {
	retired := &Equipment{Owner: "own", Status: Retired}
	actors := []auth.Actor{{},
		{ID: "s", Unit: "own", Roles: []string{auth.Student}},
		{ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin, auth.Staff}},
		{ID: "w", Unit: "own", Roles: []string{auth.Staff}},
		{ID: "li", Roles: []string{auth.Secretariat}},
		{ID: "a", Roles: []string{auth.Admin}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%27s stranger  student  other  own  secretariat  admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-32s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, retired) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{8, 8, 7, 5, 13, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
	for _, a := range actors {
		if !policy.Can(auth.With(t.Context(), a), "facility.equipment.read", &Equipment{Owner: "own", Status: Maintenance}) {
			t.Errorf("%q does not see a piece that is being mended", a.ID)
		}
	}
}

// Every action, and every status, has its words in both languages.
func TestWords(t *testing.T) {
	for action := range policy {
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
	}
	for _, s := range Statuses {
		if !i18n.Has("facility.status."+string(s)) || !i18n.Has("facility.mark."+string(s)) {
			t.Errorf("no word for %s", s)
		}
	}
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "facility.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
}
