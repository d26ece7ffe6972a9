package codes

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCheckResidentID(t *testing.T) {
	for _, c := range []struct{ name, number, key string }{
		{"a man", "450298200503140010", ""},
		{"a woman", "450298200503140029", ""},
		{"born on a leap day", "450298200802290131", ""},
		{"born on the last day of a year", "450298199912319980", ""},
		{"check character X", "45029820060915009X", ""},
		{"lower-case x, not normalised", "45029820060915009x", "codes.resident_id.character"},
		{"wrong check digit", "450298200503140011", "codes.resident_id.check"},
		{"month 13", "450298200513320010", "codes.resident_id.birth"},
		{"30 February although the check digit fits", "450298200502300019", "codes.resident_id.birth"},
		{"17 characters", "45029820050314001", "codes.resident_id.length"},
		{"15 digits of the old card", "450298050314001", "codes.resident_id.old"},
		{"scientific notation", "4.50298E+17", "codes.resident_id.scientific"},
		{"scientific notation, no decimals, small e", "5e+17", "codes.resident_id.scientific"},
		{"15 digits kept by a spreadsheet", "450298200503140000", "codes.resident_id.rounded"},
		{"X inside", "45029820050314X010", "codes.resident_id.character"},
		{"another alphabet", "45029820050314001٠", "codes.resident_id.character"},
		{"begins with 0", "050298200503140010", "codes.resident_id.character"},
		{"nothing", "", "codes.resident_id.length"},
	} {
		_, err := CheckResidentID(c.number)
		if got := keyOf(err); got != c.key {
			t.Errorf("%s: %q gives fault %q, want %q", c.name, c.number, got, c.key)
		}
	}
}

func TestResidentIDTells(t *testing.T) {
	day := time.Date(2005, 3, 14, 0, 0, 0, 0, time.UTC)
	man, err := CheckResidentID("450298200503140010")
	if want := (ResidentID{Resident, "450298", day, false}); err != nil || man != want {
		t.Errorf("a man: %+v %v, want %+v", man, err, want)
	}
	woman, err := CheckResidentID("450298200503140029")
	if want := (ResidentID{Resident, "450298", day, true}); err != nil || woman != want {
		t.Errorf("a woman: %+v %v, want %+v", woman, err, want)
	}
	if man.BornBy(day.AddDate(0, 0, -1)) || !man.BornBy(day) || !man.BornBy(day.Add(30*time.Hour)) {
		t.Error("born on 2005-03-14: want not by the day before, but by the day and the day after")
	}
	for body, want := range map[string]Holder{"81000020050314001": Permit, "83000020050314001": Permit, "91115620050314001": Foreigner} {
		if got, err := CheckResidentID(body + string(residentCheck(body))); err != nil || got.Holder != want {
			t.Errorf("%s: holder %q %v, want %q", body, got.Holder, err, want)
		}
	}
}

func TestNormaliseResidentID(t *testing.T) {
	for _, written := range []string{"45029820060915009x", "'45029820060915009X", " 450298 20060915 009x\t", "４５０２９８20060915009Ｘ", "‘45029820060915009x"} {
		if got := NormaliseResidentID(written); got != "45029820060915009X" {
			t.Errorf("%q normalises to %q", written, got)
		}
	}
}

// What is written into a number is read from it, and no single slip passes.
func TestResidentIDReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := time.Unix(rapid.Int64Range(-2_000_000_000, 2_000_000_000).Draw(t, "birth"), 0).UTC().Truncate(24 * time.Hour)
		seq := rapid.IntRange(1, 999).Draw(t, "sequence")
		body := fmt.Sprintf("%06d%s%03d", rapid.IntRange(110000, 659999).Draw(t, "region"), birth.Format("20060102"), seq)
		number := body + string(residentCheck(body))
		got, err := CheckResidentID(number)
		if want := (ResidentID{Resident, body[:6], birth, seq%2 == 0}); err != nil || got != want {
			t.Fatalf("%s: %+v %v, want %+v", number, got, err, want)
		}
		slip := []byte(number)
		i := rapid.IntRange(0, 16).Draw(t, "place")
		slip[i] = '0' + byte(rapid.IntRange(0, 9).Draw(t, "digit"))
		if _, err := CheckResidentID(string(slip)); err == nil && string(slip) != number {
			t.Fatalf("%s passes for %s", slip, number)
		}
	})
}

func FuzzCheckResidentID(f *testing.F) {
	f.Add("45029820060915009X")
	f.Add("4.50298E+17")
	f.Add("'４５０２９８\xff")
	f.Fuzz(func(t *testing.T, s string) {
		n := NormaliseResidentID(s)
		got, err := CheckResidentID(n)
		if err == nil && (len(n) != 18 || got.Birth.Format("20060102") != n[6:14]) {
			t.Errorf("%q passes as %+v", n, got)
		}
		if m := MaskResidentID(n); err == nil && m[3:14] != "***********" {
			t.Errorf("the mask %q shows what lies inside", m)
		}
	})
}
