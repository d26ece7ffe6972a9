package codes

import "strings"

// MaskResidentID shows the first three and the last four characters of an
// identity number: enough for its holder, without the birth date. A number that
// is too short for that is hidden whole.
func MaskResidentID(s string) string { return mask(s, 3, 4) }

// MaskPhone shows the first three and the last four digits of a phone number.
func MaskPhone(s string) string { return mask(s, 3, 4) }

// MaskEmail shows the first character of the mailbox, and the domain.
func MaskEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return mask(s, 1, 0)
	}
	return mask(s[:at], 1, 0) + s[at:]
}

// MaskName shows the first character of a person's name.
func MaskName(s string) string { return mask(s, 1, 0) }

// mask hides all but the first and the last characters. Where more than one is
// shown it hides at least four, or else everything.
func mask(s string, first, last int) string {
	r := []rune(s)
	shown := first + last
	if len(r) <= shown || (shown > 1 && len(r) < shown+4) {
		return strings.Repeat("*", len(r))
	}
	return string(r[:first]) + strings.Repeat("*", len(r)-shown) + string(r[len(r)-last:])
}
