package codes

import (
	"strings"

	"guildhall/internal/fault"
)

// The alphabet of unified social credit codes: a character's value is its
// place. I, O, S, V and Z are left out.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// usccAuthorities are the characters that stand for a registering authority.
const usccAuthorities = "123456789ANY"

// NormaliseUSCC brings a code as people write it to the form that CheckUSCC
// reads: no spaces, half width, upper case. It never changes a letter or digit
// into another one.
func NormaliseUSCC(s string) string { return plain(s) }

// CheckUSCC checks the form and the check character of a unified social credit
// code (统一社会信用代码, GB 32100-2015), already normalised. The fault tells
// what is wrong: codes.uscc.length, .registration (the 15 digits in use before
// 2015), .organisation (only the 9 characters of the organisation code),
// .character, .authority, .region or .check. That a code is right says nothing
// about whose it is.
func CheckUSCC(s string) error {
	if err := checkUSCCLength(s); err != nil {
		return err
	}
	for i, r := range s {
		if r > 'Z' || strings.IndexByte(usccAlphabet, byte(r)) < 0 {
			return fault.Invalid.New("codes.uscc.character", string(r), len([]rune(s[:i]))+1)
		}
	}
	if strings.IndexByte(usccAuthorities, s[0]) < 0 {
		return fault.Invalid.New("codes.uscc.authority", s[:1])
	}
	if !digits(s[2:8]) {
		return fault.Invalid.New("codes.uscc.region", s[2:8])
	}
	if s[17] != usccCheck(s[:17]) {
		return fault.Invalid.New("codes.uscc.check")
	}
	return nil
}

func checkUSCCLength(s string) error {
	n := len([]rune(s))
	switch {
	case n == 18:
		return nil
	case n == 15 && digits(s):
		return fault.Invalid.New("codes.uscc.registration")
	case n == 9 && organisationFits(s), n == 10 && s[8:9] == "-" && organisationFits(s[:8]+s[9:]):
		return fault.Invalid.New("codes.uscc.organisation")
	}
	return fault.Invalid.New("codes.uscc.length", n)
}

// usccCheck gives the check character of the 17 characters before it.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(usccAlphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// OrganisationFits tells whether the organisation code (GB 11714) within a right
// credit code, its characters 9 to 17, agrees with its own check character.
// Where it does not, warn; some codes in use fail it.
func OrganisationFits(uscc string) bool {
	return CheckUSCC(uscc) == nil && organisationFits(uscc[8:17])
}

func organisationFits(s string) bool {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	if len(s) != 9 {
		return false
	}
	for i, w := range weights {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			sum += int(c-'0') * w
		case c >= 'A' && c <= 'Z':
			sum += int(c-'A'+10) * w
		default:
			return false
		}
	}
	return s[8] == "0X987654321"[sum%11]
}

// SuggestUSCC offers what a wrong code may have been meant to be, where letters
// that are never used were written for the digits they look like. It offers
// only a code that is right; a person decides.
func SuggestUSCC(s string) (string, bool) {
	s = NormaliseUSCC(s)
	t := strings.NewReplacer("O", "0", "I", "1", "S", "5", "Z", "2").Replace(s)
	return t, t != s && CheckUSCC(t) == nil && OrganisationFits(t)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
