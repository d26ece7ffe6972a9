package codes

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guildhall/internal/fault"
)

func TestCheckUSCC(t *testing.T) {
	for _, c := range []struct{ name, code, key string }{
		{"a public company's, ending in a letter", "9144030071526726XG", ""},
		{"a public company's, digits only", "914403001922038216", ""},
		{"a public company's", "91440300192317458F", ""},
		{"a public company's", "91310000132260250X", ""},
		{"a public company's", "91350900587527783P", ""},
		{"a public company's", "91330100799655058B", ""},
		{"a public company's", "91450200198229141F", ""},
		{"made up", "91450200MAXD00017C", ""},
		{"made up", "91450200MAXD000257", ""},
		{"made up", "91450200MAXD000332", ""},
		{"made up", "91450200MAXD00041W", ""},
		{"made up, organisation code ends in X", "91450200MAXD0005XL", ""},
		{"made up", "91450200MAXD00068L", ""},
		{"made up", "91450200MAXD00076F", ""},
		{"made up", "91450200MAXD00084A", ""},
		{"check character changed", "9144030071526726XH", "codes.uscc.check"},
		{"last two digits swapped", "914403001922038261", "codes.uscc.check"},
		{"only 17 characters", "91440300192317458", "codes.uscc.length"},
		{"the letter O", "91310000132260250O", "codes.uscc.character"},
		{"the letter I", "9145020019822914IF", "codes.uscc.character"},
		{"two digits swapped inside the body", "91350900587527738P", "codes.uscc.check"},
		{"full-width last letter, not normalised", "91330100799655058Ｂ", "codes.uscc.character"},
		{"spaces around, not normalised", " 91450200198229141F ", "codes.uscc.length"},
		{"lower case, not normalised", "91450200198229141f", "codes.uscc.character"},
		{"no such authority", "B1450200198229141F", "codes.uscc.authority"},
		{"a letter in the region", "914502A0198229141F", "codes.uscc.region"},
		{"nothing", "", "codes.uscc.length"},
		{"a registration number of before 2015", "450200000012345", "codes.uscc.registration"},
		{"an organisation code alone", "198229141", "codes.uscc.organisation"},
		{"an organisation code with its hyphen", "19822914-1", "codes.uscc.organisation"},
		{"nine digits that are no organisation code", "198229142", "codes.uscc.length"},
		{"broken text", "91440300192317458\xff", "codes.uscc.character"},
	} {
		if got := keyOf(CheckUSCC(c.code)); got != c.key {
			t.Errorf("%s: %q gives fault %q, want %q", c.name, c.code, got, c.key)
		}
	}
}

func TestNormaliseUSCC(t *testing.T) {
	for _, written := range []string{" 91450200198229141F ", "91450200198229141f", "９１４５０２００198229141Ｆ", "9145 0200 1982 2914 1F", "\ufeff91450200198229141F\u00a0"} {
		if got := NormaliseUSCC(written); CheckUSCC(got) != nil {
			t.Errorf("%q normalises to %q, want 91450200198229141F", written, got)
		}
	}
}

func TestSuggestUSCC(t *testing.T) {
	for _, c := range []struct {
		written, meant string
		ok             bool
	}{
		{"914403OO192317458F", "91440300192317458F", true},
		{"9l440300192317458F", "", false}, // l is upper-cased to L, which is used
		{"9I440300192317458F", "91440300192317458F", true},
		{"91440300192317458F", "", false}, // right already
		{"914403OO192317459F", "", false}, // still wrong
	} {
		got, ok := SuggestUSCC(c.written)
		if ok != c.ok || (ok && got != c.meant) {
			t.Errorf("%q suggests %q %v, want %q %v", c.written, got, ok, c.meant, c.ok)
		}
	}
}

func TestOrganisationFits(t *testing.T) {
	for _, code := range []string{"9144030071526726XG", "914403001922038216", "91440300192317458F", "91310000132260250X",
		"91350900587527783P", "91330100799655058B", "91450200198229141F", "91450200MAXD00017C", "91450200MAXD0005XL"} {
		if !OrganisationFits(code) {
			t.Errorf("the right organisation code within %s does not fit", code)
		}
	}
	body := "91440300192317459" // organisation code 19231745-9, right is 8
	if code := body + string(usccCheck(body)); CheckUSCC(code) != nil || OrganisationFits(code) {
		t.Errorf("%s: want a right credit code whose organisation code does not fit", code)
	}
}

// One character changed, or two different neighbours swapped, is always found:
// that is what the check character is for.
func TestUSCCFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(rapid.StringMatching("[1-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}").Draw(t, "body"))
		code = append(code, usccCheck(string(code)))
		if err := CheckUSCC(string(code)); err != nil {
			t.Fatalf("%s made with its check character: %v", code, err)
		}
		slip := twin(code)
		i := rapid.IntRange(0, 16).Draw(t, "place")
		if rapid.Bool().Draw(t, "swap") {
			slip[i], slip[i+1] = slip[i+1], slip[i]
		} else {
			slip[i] = rapid.SampledFrom([]byte(usccAlphabet)).Draw(t, "other")
		}
		if string(slip) != string(code) && CheckUSCC(string(slip)) == nil {
			t.Fatalf("%s passes for %s", slip, code)
		}
	})
}

func FuzzCheckUSCC(f *testing.F) {
	f.Add("91440300192317458F")
	f.Add("19822914-1")
	f.Add("９１４４０３００192317458f\xff")
	f.Fuzz(func(t *testing.T, s string) {
		n := NormaliseUSCC(s)
		if NormaliseUSCC(n) != n {
			t.Errorf("normalising %q twice changes it", s)
		}
		if CheckUSCC(n) == nil && (len(n) != 18 || strings.ContainsAny(n, "IOSVZ")) {
			t.Errorf("%q passes", n)
		}
		if meant, ok := SuggestUSCC(s); ok && CheckUSCC(meant) != nil {
			t.Errorf("%q suggests %q, which is wrong", s, meant)
		}
	})
}

func twin(b []byte) []byte { return append([]byte(nil), b...) }

// keyOf gives the key of a fault, empty where there is none.
func keyOf(err error) string {
	if err == nil {
		return ""
	}
	if !errors.Is(err, fault.Invalid) {
		return err.Error()
	}
	return fault.Of(err).Key
}
