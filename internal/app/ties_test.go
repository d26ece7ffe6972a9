package app_test

import (
	"slices"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/directory"
)

// Which kinds of duty there are, and which rooms tell what waits on a person who
// changes post. A room that lacks here offers nothing to hand over.
func TestWhoTellsOfTies(t *testing.T) {
	var duties []string
	for _, k := range directory.DutyKinds() {
		duties = append(duties, k.Name)
	}
	if want := []string{"council.delegate", "facility.keeper", "member.contact"}; !slices.Equal(duties, want) {
		t.Errorf("duties %q, want %q", duties, want)
	}
	h, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var rooms []string
	for _, w := range h.Directory.Waiting {
		rooms = append(rooms, w.Room)
	}
	if want := []string{"plan"}; !slices.Equal(rooms, want) {
		t.Errorf("of persons tell %q, want %q", rooms, want)
	}
	if n := len(h.Member.Tied); n != 8 {
		t.Errorf("of units tell %d rooms, want 8", n)
	}
}
