package talent

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
)

// The whole of who may do what, for people to read: with a candidate of school
// one and an open position of firm one. A change to the rule book shows as a change to this table.
const matrix = `
                               stranger student  other    school   firm     rival    office   admin
talent.candidate.consent       -        yes      -        yes      -        -        -        -
talent.candidate.enter         -        -        -        yes      -        -        -        -
talent.candidate.export        -        -        -        yes      yes      yes      yes      yes
talent.candidate.import        -        -        -        yes      -        -        yes      yes
talent.candidate.list          -        -        -        yes      yes      yes      yes      yes
talent.candidate.look          -        yes      -        yes      -        -        -        -
talent.candidate.read          -        yes      -        yes      -        -        yes      yes
talent.candidate.vouch         -        yes      -        yes      -        -        -        -
talent.candidate.wish          -        yes      -        yes      -        -        -        -
talent.demand.answer           -        -        -        -        yes      -        yes      yes
talent.demand.base             -        -        -        -        -        -        yes      yes
talent.demand.change           -        -        -        -        yes      -        yes      yes
talent.demand.close            -        -        -        -        yes      -        yes      yes
talent.demand.export           -        -        -        yes      yes      yes      yes      yes
talent.demand.file             -        -        -        -        yes      -        yes      yes
talent.demand.hired            -        -        -        -        yes      -        yes      yes
talent.demand.import           -        -        -        -        yes      -        yes      yes
talent.demand.list             -        -        -        yes      yes      yes      yes      yes
talent.demand.post             -        -        -        -        yes      -        yes      yes
talent.demand.read             -        -        -        -        yes      -        yes      yes
talent.demand.renew            -        -        -        -        yes      -        yes      yes
talent.demand.withdraw         -        -        -        -        yes      -        yes      yes
talent.position.import         -        -        -        -        yes      -        yes      yes
talent.position.read           yes      yes      yes      yes      yes      yes      yes      yes
talent.programme.import        -        -        -        yes      -        -        yes      yes
talent.programme.read          yes      yes      yes      yes      yes      yes      yes      yes
talent.rule.decide             -        -        -        -        -        -        yes      yes
`

func TestPolicy(t *testing.T) {
	on := Subject{School: "school", Enterprise: "firm", Candidate: "student", Open: true}
	names := []string{"stranger", "student", "other", "school", "firm", "rival", "office", "admin"}
	actors := []auth.Actor{
		{},
		{ID: "a", About: "student", Unit: "school", Roles: []string{auth.Student}},
		{ID: "b", About: "other", Unit: "school", Roles: []string{auth.Student}},
		{ID: "c", Unit: "school", Roles: []string{auth.Staff}},
		{ID: "d", Unit: "firm", Roles: []string{auth.UnitAdmin}},
		{ID: "e", Unit: "rival", Roles: []string{auth.UnitAdmin}},
		{ID: "f", Roles: []string{auth.Secretariat}},
		{ID: "g", Roles: []string{auth.Admin}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%30s", "")
	for _, name := range names {
		fmt.Fprintf(&b, " %-8s", name)
	}
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		fmt.Fprintf(&b, "\n%-30s", action)
		for _, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, on) {
				word = "yes"
			}
			fmt.Fprintf(&b, " %-8s", word)
		}
	}
	var got strings.Builder
	for line := range strings.Lines(b.String() + "\n") {
		got.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if got.String() != matrix {
		t.Errorf("got:%s\nwant:%s", got.String(), matrix)
	}
}
