package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
)

// The whole of who may do what: to a draft, to an open round, to the form of unit
// "own" in one.
const matrix = `
                      stranger  student  others  own  secretariat
survey.form.accept    ---       ---      ---     ---  dof
survey.form.answer    ---       ---      ---     --f  dof
survey.form.list      ---       ---      ---     ---  dof
survey.form.read      ---       ---      ---     --f  dof
survey.form.return    ---       ---      ---     ---  dof
survey.round.check    ---       ---      ---     ---  dof
survey.round.close    ---       ---      ---     ---  dof
survey.round.draft    ---       ---      ---     ---  dof
survey.round.model    ---       ---      ---     ---  dof
survey.round.open     ---       ---      ---     ---  dof
survey.round.read     ---       ---      -of     -of  dof
survey.round.remind   ---       ---      ---     ---  dof
survey.round.revise   ---       ---      ---     ---  dof
`

func TestPolicy(t *testing.T) {
	things := []about{{state: Drafted}, {state: Opened}, {state: Opened, unit: "own"}}
	actors := []auth.Actor{{}, {ID: "s", Unit: "own", Roles: []string{auth.Student}}, {ID: "o", Unit: "other", Roles: []string{auth.Staff}},
		{ID: "u", Unit: "own", Roles: []string{auth.UnitAdmin}}, {ID: "li", Roles: []string{auth.Secretariat}}}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%21s stranger  student  others  own  secretariat\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		fmt.Fprintf(&b, "%-22s", action)
		for i, a := range actors {
			word := ""
			for j, on := range things {
				if policy.Can(auth.With(t.Context(), a), action, on) {
					word += "dof"[j : j+1]
				} else {
					word += "-"
				}
			}
			fmt.Fprintf(&b, "%-*s", []int{10, 9, 8, 5, 0}[i], word)
		}
		b.WriteString("\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}
