package recommend

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

// The whole of who may do what, for people to read: with a candidate of school one,
// a post of firm one and a course of school one. A change to the rule book shows as
// a change to this table.
const matrix = `
                               stranger student  other    school   firm     rival    office   admin
recommend.candidate.look       -        yes      -        yes      -        -        yes      yes
recommend.candidate.mine       -        yes      yes      -        -        -        -        -
recommend.course.change        -        -        -        yes      -        -        yes      yes
recommend.course.end           -        -        -        yes      -        -        yes      yes
recommend.course.export        yes      yes      yes      yes      yes      yes      yes      yes
recommend.course.offer         -        -        -        yes      -        -        yes      yes
recommend.course.read          yes      yes      yes      yes      yes      yes      yes      yes
recommend.position.look        -        -        -        -        yes      -        yes      yes
recommend.survey.export        -        -        -        yes      yes      yes      yes      yes
recommend.survey.read          -        -        -        yes      yes      yes      yes      yes
`

func TestPolicy(t *testing.T) {
	on := Subject{School: "school", Candidate: "c1", Enterprise: "firm", Owner: "school"}
	actors := []auth.Actor{{},
		{ID: "c", Unit: "school", About: "c1", Roles: []string{auth.Student}},
		{ID: "d", Unit: "school", About: "c2", Roles: []string{auth.Student}},
		{ID: "s", Unit: "school", Roles: []string{auth.Staff}},
		{ID: "f", Unit: "firm", Roles: []string{auth.UnitAdmin}},
		{ID: "r", Unit: "rival", Roles: []string{auth.Staff}},
		{ID: "o", Roles: []string{auth.Secretariat}},
		{ID: "a", Roles: []string{auth.Admin}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%30s stranger student  other    school   firm     rival    office   admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-31s", action)
		for _, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, on) {
				word = "yes"
			}
			line += fmt.Sprintf("%-9s", word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

func TestWhatTouchesWhatIsKept(t *testing.T) {
	for _, c := range []struct {
		action        string
		posts, people bool
	}{
		{"talent.position.import", true, true},
		{"talent.candidate.consent", false, true},
		{"talent.candidate.look", false, false},
		{"talent.candidate.export", false, false},
		{"talent.rule.decide", true, true},
		{"rule.version.set", true, true},
		{"intake.file.take", true, true},
		{"recommend.course.offer", true, true},
		{"recommend.candidate.look", false, false},
		{"recommend.position.look", false, false},
		{"council.motion.close", false, false},
		{"chain.edge.join", true, true},
	} {
		if posts, people := touches(c.action, false), touches(c.action, true); posts != c.posts || people != c.people {
			t.Errorf("%s touches posts %v and people %v, want %v and %v", c.action, posts, people, c.posts, c.people)
		}
	}
}
