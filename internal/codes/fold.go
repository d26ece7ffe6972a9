package codes

import (
	"strings"
	"unicode"
)

// Fold brings a written name to the form in which names are compared: half
// width, lower case, round brackets, no spaces nor marks without a shape. Two
// names that a reader takes for the same fold to the same; nothing is guessed.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		r = half(r)
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		switch r {
		case '【', '〔', '[', '{', '〖':
			return '('
		case '】', '〕', ']', '}', '〗':
			return ')'
		case '•', '・', '･', '‧', '∙':
			return '·'
		case '—', '–', '‐', '‑', '−':
			return '-'
		}
		return unicode.ToLower(r)
	}, s)
}

// half gives the half-width twin of a full-width character.
func half(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '　':
		return ' '
	}
	return r
}

// plain trims a written number, brings it to half width and upper case, and
// drops the spaces and marks without a shape that copying leaves behind.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		r = half(r)
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}
