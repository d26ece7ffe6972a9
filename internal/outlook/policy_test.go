package outlook

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
)

// The whole of who may do what, for people to read: to a published release, to an
// unpublished one, to a line of unit "own" in a published one, to a withheld sum in
// one, and to the records of unit "own".
const matrix = `
                           stranger  student  others  own    secretariat  admin
outlook.advice.read        p-lw-     p-lw-    p-lw-   p-lw-  pulwr        pulwr
outlook.catalogue.read     p-lw-     p-lw-    p-lw-   p-lw-  pulwr        pulwr
outlook.cell.read          p----     p----    p----   p----  pulwr        pulwr
outlook.gap.read           p-lw-     p-lw-    p-lw-   p-lw-  pulwr        pulwr
outlook.hiring.read        -----     -----    -----   --l-r  pulwr        pulwr
outlook.hiring.report      -----     -----    -----   --l-r  pulwr        pulwr
outlook.line.read          p----     p----    p----   p-l--  pulwr        pulwr
outlook.plan.submit        -----     -----    -----   --l-r  pulwr        pulwr
outlook.release.publish    -----     -----    -----   -----  pulwr        pulwr
outlook.release.read       p-lw-     p-lw-    p-lw-   p-lw-  pulwr        pulwr
outlook.release.review     -----     -----    -----   -----  pulwr        pulwr
outlook.release.run        -----     -----    -----   -----  pulwr        pulwr
outlook.release.verify     -----     -----    -----   -----  pulwr        pulwr
`

func TestPolicy(t *testing.T) {
	things := []about{
		{state: Published, level: OfKind},
		{state: Computed, level: OfKind},
		{state: Published, level: OfLine, unit: "own"},
		{state: Published, level: OfKind, withheld: true},
		{unit: "own"},
	}
	actors := []auth.Actor{{}, {ID: "s", Unit: "own", Roles: []string{auth.Student}}, {ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin}},
		{ID: "u", Unit: "own", Roles: []string{auth.Staff}}, {ID: "li", Roles: []string{auth.Secretariat}}, {ID: "root", Roles: []string{auth.Admin}}}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%26s stranger  student  others  own    secretariat  admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		fmt.Fprintf(&b, "%-27s", action)
		for i, a := range actors {
			word := ""
			for j, on := range things {
				if policy.Can(auth.With(t.Context(), a), action, on) {
					word += "pulwr"[j : j+1]
				} else {
					word += "-"
				}
			}
			fmt.Fprintf(&b, "%-*s", []int{10, 9, 8, 7, 13, 0}[i], word)
		}
		b.WriteString("\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

// A list shows exactly the lines that open one by one.
func TestListAgreesWithRule(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		h.report(t, "2026Q1")
		old := h.publish(t)
		h.report(t, "2026Q2")
		fresh := h.run(t)
		for _, r := range []*Release{old, fresh} {
			all, err := h.lines(h.secretariat(t), Ask{Release: r.ID}, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if len(all.Lines) != 20+6+3+1 {
				t.Errorf("%d lines in all", len(all.Lines))
			}
			for name, ctx := range map[string]func(*testing.T) context.Context{
				"stranger": func(t *testing.T) context.Context { return h.stranger(t) }, "E0": func(t *testing.T) context.Context { return h.staff(t, "E0") },
				"E6": func(t *testing.T) context.Context { return h.staff(t, "E6") }, "S0": func(t *testing.T) context.Context { return h.staff(t, "S0") },
			} {
				who := ctx(t)
				listed := map[string]bool{}
				l, err := h.lines(who, Ask{Release: r.ID}, 1000)
				if err == nil {
					for _, one := range l.Lines {
						listed[one.Key] = true
					}
				} else if r.State == Published {
					t.Fatalf("%s: %v", name, err)
				}
				for _, one := range all.Lines {
					_, err := h.Line(who, one.Key, r.ID)
					if (err == nil) != listed[one.Key] {
						t.Errorf("%s: %s is listed %v, opens %v (release %d, %s)", name, one.Key, listed[one.Key], err, r.Number, r.State)
					}
				}
				if r.State == Published && name == "E0" && !listed[lineKey(h.world.units["E0"], "P014")] {
					t.Error("an enterprise does not see its own line")
				}
			}
		}
	})
}
