package chain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

const matrix = `
                      stranger  student  staff  secretariat  admin
chain.code.redirect       -        -        -      yes       yes
chain.edge.amend          -        -        -      yes       yes
chain.edge.confirm        -        -       yes     yes       yes
chain.edge.end            -        -        -      yes       yes
chain.edge.import         -        -        -      yes       yes
chain.edge.join           -        -        -      yes       yes
chain.node.read          yes      yes      yes     yes       yes
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{}, {ID: "s", Unit: "u", Roles: []string{auth.Student}}, {ID: "w", Unit: "u", Roles: []string{auth.Staff}},
		{ID: "li", Roles: []string{auth.Secretariat}}, {ID: "a", Roles: []string{auth.Admin}}}
	var got strings.Builder
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
		fmt.Fprint(&got, action)
		for _, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, Node{}) {
				word = "yes"
			}
			fmt.Fprint(&got, " ", word)
		}
		fmt.Fprintln(&got)
	}
	var want strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(matrix), "\n")[1:] {
		fmt.Fprintln(&want, strings.Join(strings.Fields(line), " "))
	}
	if got.String() != want.String() {
		t.Errorf("got\n%swant\n%s", got.String(), want.String())
	}
}
