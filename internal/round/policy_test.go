package round

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
)

// The whole of who may do what, for people to read: with a published round of which
// firm one's results are asked, and a student who acts for themselves. A change to the rule book shows as a change to this table.
const matrix = `
                               stranger student  other    school   firm     rival    office   admin
round.answer.gather            -        -        -        -        yes      -        -        -
round.answer.give              -        yes      -        -        -        -        -        -
round.class.finish             -        -        -        -        -        -        yes      yes
round.post.look                -        -        -        -        yes      -        yes      yes
round.post.rank                -        -        -        -        yes      -        -        -
round.post.set                 -        -        -        -        yes      -        yes      yes
round.result.export            -        -        -        -        yes      -        yes      yes
round.result.list              -        -        -        -        yes      -        yes      yes
round.result.mine              -        yes      yes      -        -        -        -        -
round.round.answer             -        -        -        -        -        -        yes      yes
round.round.certificate        yes      yes      yes      yes      yes      yes      yes      yes
round.round.clear              -        -        -        -        -        -        yes      yes
round.round.compute            -        -        -        -        -        -        yes      yes
round.round.draft              -        -        -        -        -        -        yes      yes
round.round.freeze             -        -        -        -        -        -        yes      yes
round.round.open               -        -        -        -        -        -        yes      yes
round.round.preview            -        -        -        -        -        -        yes      yes
round.round.publish            -        -        -        -        -        -        yes      yes
round.round.read               yes      yes      yes      yes      yes      yes      yes      yes
round.round.verify             -        -        -        -        -        -        yes      yes
round.wish.save                -        yes      -        -        -        -        -        -
`

func TestPolicy(t *testing.T) {
	on := Subject{Candidate: "student", Unit: "firm", State: Published, Enterprise: "firm"}
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
