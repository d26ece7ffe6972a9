package codes

import (
	"strings"

	"guildhall/internal/fault"
)

// NormaliseMobile brings a mobile number as people write it to its 11 digits:
// without spaces, hyphens, brackets and the country's 86.
func NormaliseMobile(s string) string {
	s = strings.NewReplacer("-", "", "–", "", "—", "", "(", "", ")", "").Replace(plain(s))
	s = strings.TrimLeft(s, "'’‘`")
	for _, country := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(s, country); ok && len(rest) == 11 {
			return rest
		}
	}
	return s
}

// CheckMobile checks the form of a mobile number of mainland China, already
// normalised. The fault is codes.mobile.scientific (digits lost in a
// spreadsheet), .length or .form.
func CheckMobile(s string) error {
	switch n := len([]rune(s)); {
	case scientific(s):
		return fault.Invalid.New("codes.mobile.scientific")
	case !digits(s):
		return fault.Invalid.New("codes.mobile.form")
	case n != 11:
		return fault.Invalid.New("codes.mobile.length", n)
	case s[0] != '1' || s[1] < '3':
		return fault.Invalid.New("codes.mobile.form")
	}
	return nil
}
