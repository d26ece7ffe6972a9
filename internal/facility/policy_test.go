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
facility.calendar.read          -       -       -      yes  yes          yes
facility.detail.read            -       -       yes    yes  yes          yes
facility.equipment.import       -       -       -      yes  yes          yes
facility.equipment.mark         -       -       -      yes  yes          yes
facility.equipment.read         -       -       -      yes  yes          yes
facility.terms.read             -       -       -      yes  yes          yes
facility.terms.set              -       -       -      yes  yes          yes
facility.use.read               -       -       -      yes  yes          yes
`

// Who may do what with a booking that "unit" asked for of a piece of "own", whose
// keeper is "keeper"; the others of "own" are one who works there and one who
// administers it.
const bookingMatrix = `
                             stranger  student  other  unit  own  keeper  own admin  secretariat  admin
facility.booking.approve         -       -       -      -     -    yes     yes        yes          yes
facility.booking.ask             -       -       yes    yes   yes  yes     yes        -            -
facility.booking.cancel          -       -       -      yes   -    -       -          -            -
facility.booking.correct         -       -       -      -     -    yes     yes        yes          yes
facility.booking.list            -       -       yes    yes   yes  yes     yes        yes          yes
facility.booking.miss            -       -       -      -     -    yes     yes        yes          yes
facility.booking.move            -       -       -      yes   -    -       -          -            -
facility.booking.note            -       -       -      -     -    yes     yes        yes          yes
facility.booking.read            -       -       -      yes   yes  yes     yes        yes          yes
facility.booking.refuse          -       -       -      -     -    yes     yes        yes          yes
facility.booking.withdraw        -       -       -      -     -    yes     yes        yes          yes
`

func TestPolicyOfBookings(t *testing.T) {
	b := &Booking{Owner: "own", Unit: "unit", keepers: []string{"keeper"}}
	actors := []auth.Actor{{},
		{ID: "s", Unit: "unit", Roles: []string{auth.Student}},
		{ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin, auth.Staff}},
		{ID: "u", Unit: "unit", Roles: []string{auth.Staff}},
		{ID: "w", Unit: "own", Roles: []string{auth.Staff}},
		{ID: "keeper", Unit: "own", Roles: []string{auth.Staff}},
		{ID: "x", Unit: "own", Roles: []string{auth.UnitAdmin}},
		{ID: "li", Roles: []string{auth.Secretariat}},
		{ID: "a", Roles: []string{auth.Admin}},
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n%28s stranger  student  other  unit  own  keeper  own admin  secretariat  admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(bookings)) {
		line := fmt.Sprintf("%-33s", action)
		for i, a := range actors {
			word := "-"
			if bookings.Can(auth.With(t.Context(), a), action, b) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{8, 8, 7, 6, 5, 8, 11, 13, 0}[i], word)
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := out.String(); got != bookingMatrix {
		t.Errorf("got:%s\nwant:%s", got, bookingMatrix)
	}
	nobody := &Booking{Owner: "own", Unit: "unit"}
	if !bookings.Can(auth.With(t.Context(), actors[4]), "facility.booking.approve", nobody) {
		t.Error("a piece that nobody looks after is answered for by nobody of its owner")
	}
}

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
	for action := range bookings {
		if !i18n.Has(action) {
			t.Errorf("no word for %s", action)
		}
	}
	for _, s := range States {
		if !i18n.Has("facility.booking.state." + string(s)) {
			t.Errorf("no word for %s", s)
		}
	}
	for _, w := range whoses {
		if !i18n.Has("facility.booking.whose." + w) {
			t.Errorf("no word for %s", w)
		}
	}
	for _, s := range []string{Free, Taken, Gone, Far, Short, "closed"} {
		if !i18n.Has("facility.part." + s) {
			t.Errorf("no word for %s", s)
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
