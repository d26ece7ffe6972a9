package member

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

// The whole of who may do what, for people to read. A change to the rule book
// shows as a change to this table.
const matrix = `
                        stranger  student  staff  unit_admin  secretariat  admin
member.application.admit    -       -       -      -           yes          yes
member.application.check    -       -       -      -           yes          yes
member.application.contact  -       -       -      -           yes          yes
member.application.mend     -       -       -      -           -            -
member.application.read     -       -       -      -           yes          yes
member.application.refuse   -       -       -      -           yes          yes
member.application.return   -       -       -      -           yes          yes
member.application.send     yes     yes     yes    yes         yes          yes
member.application.withdraw -       -       -      -           yes          yes
member.assessment.adjust    -       -       -      -           yes          yes
member.assessment.announce  -       -       -      -           yes          yes
member.assessment.answer    -       -       -      -           yes          yes
member.assessment.appeal    -       -       -      yes         -            -
member.assessment.conclude  -       -       -      -           yes          yes
member.assessment.count     -       -       -      -           yes          yes
member.assessment.read      -       -       yes    yes         yes          yes
member.contribution.read    -       -       yes    yes         yes          yes
member.phone.read           -       -       yes    yes         yes          yes
member.rank.appoint         -       -       -      -           yes          yes
member.rank.define          -       -       -      -           yes          yes
member.rank.relieve         -       -       -      -           yes          yes
member.roll.read            yes     yes     yes    yes         yes          yes
member.unit.describe        -       -       -      -           yes          yes
member.unit.join            -       -       -      -           yes          yes
member.unit.leave           -       -       -      -           yes          yes
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{}}
	for _, role := range []string{auth.Student, auth.Staff, auth.UnitAdmin, auth.Secretariat, auth.Admin} {
		actors = append(actors, auth.Actor{ID: role, Unit: "u", Body: "b", Roles: []string{role}})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%23s stranger  student  staff  unit_admin  secretariat  admin\n", "")
	can := map[string]func(context.Context) bool{}
	for action := range policy {
		can[action] = func(ctx context.Context) bool { return policy.Can(ctx, action, &Standing{Unit: "u"}) }
	}
	for action := range filingPolicy { // of an application whose key they do not hold
		can[action] = func(ctx context.Context) bool { return filingPolicy.Can(ctx, action, &Filing{}) }
	}
	for action := range assessPolicy { // of one that is announced
		can[action] = func(ctx context.Context) bool { return assessPolicy.Can(ctx, action, &Assessment{State: "announced"}) }
	}
	for _, action := range slices.Sorted(maps.Keys(can)) {
		line := fmt.Sprintf("%-28s", action)
		for i, a := range actors {
			word := "-"
			if can[action](auth.With(t.Context(), a)) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{8, 8, 7, 12, 13, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

// Every action of the rule book has a word, in both languages.
func TestActionsHaveWords(t *testing.T) {
	for _, action := range slices.Concat(slices.Collect(maps.Keys(policy)), slices.Collect(maps.Keys(filingPolicy)), slices.Collect(maps.Keys(assessPolicy))) {
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
	}
}
