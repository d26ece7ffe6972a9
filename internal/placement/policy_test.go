package placement

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

// Who may do what with a placement that is checked: "school" and "firm" work for its
// two units, "other" for a third, "self" is whom it is about.
const matrix = `
                              stranger  pupil  self  other  firm  school  secretariat
placement.employment.follow     -         -      -     -      -     yes     -
placement.placement.admit       -         -      -     -      -     yes     -
placement.placement.answer      -         -      -     -      yes   yes     -
placement.placement.ask         -         -      yes   -      yes   yes     -
placement.placement.check       -         -      -     -      yes   yes     yes
placement.placement.describe    -         -      -     -      yes   yes     -
placement.placement.draft       -         -      -     -      -     yes     -
placement.placement.export      -         -      -     yes    yes   yes     yes
placement.placement.import      -         -      -     -      -     yes     yes
placement.placement.link        -         -      -     -      -     yes     -
placement.placement.list        -         yes    yes   yes    yes   yes     yes
placement.placement.look        -         -      yes   -      yes   yes     -
placement.placement.read        -         -      yes   -      yes   yes     yes
placement.placement.sign        -         -      yes   -      yes   yes     -
placement.placement.start       -         -      -     -      -     yes     -
placement.placement.withdraw    -         -      -     -      -     yes     -
placement.signing.read          yes       yes    yes   yes    yes   yes     yes
placement.signing.sign          yes       yes    yes   yes    yes   yes     yes
placement.staff.read            -         -      -     yes    yes   yes     yes
placement.staff.tell            -         -      -     -      yes   -       yes
`

func TestPolicy(t *testing.T) {
	p := &Placement{School: "s", Enterprise: "e", Candidate: "c", State: Checked}
	actors := []auth.Actor{{},
		{ID: "p", Unit: "s", About: "d", Roles: []string{auth.Student}},
		{ID: "c", Unit: "s", About: "c", Roles: []string{auth.Student}},
		{ID: "o", Unit: "x", Roles: []string{auth.UnitAdmin}},
		{ID: "f", Unit: "e", Roles: []string{auth.Staff}},
		{ID: "s", Unit: "s", Roles: []string{auth.Staff}},
		{ID: "a", Roles: []string{auth.Secretariat}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%29s stranger  pupil  self  other  firm  school  secretariat\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-32s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, p) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{10, 7, 6, 7, 6, 8, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
	p.State = Draft
	if policy.Can(auth.With(t.Context(), actors[2]), "placement.placement.read", p) {
		t.Error("the student is told of what is only planned")
	}
	for action := range policy {
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
	}
}
