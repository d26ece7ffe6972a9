package codes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
)

// The whole of who may do what, for people to read. A change to the rule book
// shows as a change to this table.
const matrix = `
                        stranger  student  staff  unit_admin  secretariat  admin
codes.edition.publish       -         -        -      -           -            yes
codes.list.read             yes       yes      yes    yes         yes          yes
codes.mapping.draw          -         -        -      -           -            yes
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{}}
	for _, role := range []string{auth.Student, auth.Staff, auth.UnitAdmin, auth.Secretariat, auth.Admin} {
		actors = append(actors, auth.Actor{ID: role, Roles: []string{role}})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%23s stranger  student  staff  unit_admin  secretariat  admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		fmt.Fprintf(&b, "%-28s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, Edition{}) {
				word = "yes"
			}
			fmt.Fprintf(&b, "%-*s", []int{10, 9, 7, 12, 13, 0}[i], word)
		}
		b.WriteString("\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}
