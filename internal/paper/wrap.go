package paper

import (
	"strings"
	"unicode"
)

// What may not begin a line, and what may not end one (GB/T 15834, 避头尾).
const (
	closing = "、，。．：；！？…—～·）〕】》〉」』”’｝］％‰℃°,.:;!?)]}>%"
	opening = "（〔【《〈「『“‘｛［￥＄([{<$¥￡№"
)

// wrap breaks a text into lines no wider than width; gauge tells how wide a
// character is. The first line has less room by indent. Blanks at a break are lost;
// line feeds begin new lines.
func wrap(text string, width, indent float64, gauge func(rune) float64) (lines []string) {
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		lines = append(lines, wrapOne([]rune(paragraph), width, indent, gauge)...)
		indent = 0
	}
	return lines
}

func wrapOne(rs []rune, width, indent float64, gauge func(rune) float64) (lines []string) {
	room := width - indent
	for {
		end := fit(rs, room, gauge)
		if end == len(rs) {
			return append(lines, strings.TrimRight(string(rs), " "))
		}
		at := end
		for at > 0 && !breaks(rs, at) {
			at--
		}
		if at == 0 { // one run is wider than the line: torn where it must be
			at = max(1, end)
		}
		lines = append(lines, strings.TrimRight(string(rs[:at]), " "))
		for at < len(rs) && rs[at] == ' ' {
			at++
		}
		if rs = rs[at:]; len(rs) == 0 {
			return lines
		}
		room = width
	}
}

// fit tells how many characters have room. Blanks at the end need none.
func fit(rs []rune, room float64, gauge func(rune) float64) int {
	used := 0.0
	for i, r := range rs {
		if used += gauge(r); used > room+1e-6 && r != ' ' {
			return i
		}
	}
	return len(rs)
}

// breaks tells whether a line may end before the character at i.
func breaks(rs []rune, i int) bool {
	a, b := rs[i-1], rs[i]
	switch {
	case b == ' ':
		return false // it stays with what is before it, where it needs no room
	case strings.ContainsRune(closing, b), strings.ContainsRune(opening, a), unicode.Is(unicode.Mn, b):
		return false
	case a == ' ':
		return true
	}
	return wide(a) || wide(b)
}

// wide tells characters that stand alone, each its own word.
func wide(r rune) bool {
	return r >= 0x2E80 && r < 0xFB00 || r >= 0xFE30 && r < 0xFFE0 || r >= 0x20000 || strings.ContainsRune("“”‘’—…·", r)
}
