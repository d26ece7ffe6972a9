package intake

import (
	"slices"
	"strings"
	"unicode/utf8"

	"guildhall/internal/codes"
)

// part is one entry of a written list.
type part struct {
	text  string
	code  codes.Code // empty where the list does not know it
	level int
	odd   bool // stands behind a mark other than the usual one
}

const separators = "、，,;；/|\n\r\t \u3000+＋"

// parts splits a written list. Names may hold what elsewhere parts them (C/C++),
// so at each place the longest name of the list wins over a mark.
func (cl *cleaner) parts(list, text string) (all []part) {
	odd := false
	for text != "" {
		r, n := utf8.DecodeRuneInString(text)
		if strings.ContainsRune(separators, r) {
			odd = odd || r != '、'
			text = text[n:]
			continue
		}
		code, length := cl.longest(list, text)
		if length == 0 {
			length = strings.IndexAny(text, separators)
			if length < 0 {
				length = len(text)
			}
		}
		p := part{text: text[:length], code: code, odd: odd && len(all) > 0}
		text = text[length:]
		if code.Code != "" {
			p.level, text = level(text)
		} else {
			p.code, p.level = cl.entry(list, p.text)
		}
		odd = false
		all = append(all, p)
	}
	return all
}

// entry looks an entry up that no name begins: a code, or a name that was
// written with other spaces, with a level behind it or none.
func (cl *cleaner) entry(list, text string) (codes.Code, int) {
	for _, cut := range []string{text, strings.TrimRight(text, "0123456789级:：()（）Ll ")} {
		if code, ok := cl.catalogue.Get(list, strings.ToUpper(cut)); ok {
			n, _ := level(text[len(cut):])
			return code, n
		}
		if code, ok := cl.oneNamed(list, cut); ok {
			n, _ := level(text[len(cut):])
			return code, n
		}
	}
	// a code ends in digits, so its level stands behind a mark
	if head, tail, ok := strings.Cut(strings.ReplaceAll(text, "：", ":"), ":"); ok {
		if code, ok := cl.catalogue.Get(list, strings.ToUpper(head)); ok {
			n, _ := level(":" + tail)
			return code, n
		}
	}
	return codes.Code{}, 0
}

// level reads a level from 1 to 5 behind a skill: :3, (3级), 3级, L3.
func level(text string) (n int, rest string) {
	trimmed := strings.TrimLeft(text, ":：(（Ll")
	if trimmed == "" || trimmed[0] < '1' || trimmed[0] > '5' {
		return 0, text
	}
	rest = strings.TrimLeft(trimmed[1:], "级)）")
	if next, _ := utf8.DecodeRuneInString(rest); rest != "" && !strings.ContainsRune(separators, next) {
		return 0, text // the digit begins another word
	}
	return int(trimmed[0] - '0'), rest
}

// longest finds the longest name of a list with which text begins, whole: what
// follows is a mark, a level or nothing.
func (cl *cleaner) longest(list, text string) (codes.Code, int) {
	r, _ := utf8.DecodeRuneInString(text)
	for _, c := range cl.byFirst(list)[r] {
		if !strings.HasPrefix(text, c.Name) {
			continue
		}
		rest := text[len(c.Name):]
		next, _ := utf8.DecodeRuneInString(rest)
		if rest == "" || strings.ContainsRune(separators+":：(（", next) || next >= '1' && next <= '5' {
			return c, len(c.Name)
		}
	}
	return codes.Code{}, 0
}

// byFirst gives a list's entries by the first character of their names, the
// longest names first.
func (cl *cleaner) byFirst(list string) map[rune][]codes.Code {
	if m, ok := cl.firsts[list]; ok {
		return m
	}
	m := map[rune][]codes.Code{}
	for _, c := range cl.catalogue.All(list) {
		r, _ := utf8.DecodeRuneInString(c.Name)
		m[r] = append(m[r], c)
	}
	for r := range m {
		slices.SortStableFunc(m[r], func(a, b codes.Code) int { return len(b.Name) - len(a.Name) })
	}
	cl.firsts[list] = m
	return m
}
