package i18n

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// piece is a blank of a text, a percent sign, or the forms of a word that go
// by a count: {day|days} by the blank before it, {2:is|are} by the second
// argument.
var piece = regexp.MustCompile(`%(?:%|[-+# 0]*(?:\[(\d+)\])?[0-9.]*[a-zA-Z])|\{(?:(\d+):)?([^{}|:]+)\|([^{}|]+)\}`)

// agree gives text with the forms of its words chosen by the counts in args.
// What the arguments themselves say is never read as markup.
func agree(text string, args []any) string {
	if !strings.Contains(text, "{") {
		return text
	}
	blank := 0 // the number of the argument said last
	return piece.ReplaceAllStringFunc(text, func(p string) string {
		m := piece.FindStringSubmatch(p)
		switch {
		case p == "%%":
			return p
		case p[0] == '%':
			blank = number(m[1], blank+1)
			return p
		}
		at := number(m[2], blank)
		if at >= 1 && at <= len(args) && one(args[at-1]) {
			return strings.ReplaceAll(m[3], "%", "%%")
		}
		return strings.ReplaceAll(m[4], "%", "%%")
	})
}

// number reads digits, or gives other where there are none.
func number(digits string, other int) int {
	if n, err := strconv.Atoi(digits); err == nil {
		return n
	}
	return other
}

// one tells whether English counts n in the singular: 1 and -1, but not 0 and
// not 1.0. A number that stands as text already counts as it is written.
func one(n any) bool {
	text := strings.TrimSpace(fmt.Sprint(n))
	return strings.TrimPrefix(strings.TrimPrefix(text, "-"), "−") == "1"
}

// Malformed tells what is wrong with the counts of a text, or nothing: a brace
// that opens no pair of forms, or forms that go by a blank that is not there.
func Malformed(text string) string {
	blank, most := 0, 0
	var asked []int
	rest := piece.ReplaceAllStringFunc(text, func(p string) string {
		m := piece.FindStringSubmatch(p)
		switch {
		case p == "%%":
		case p[0] == '%':
			blank = number(m[1], blank+1)
			most = max(most, blank)
		default:
			asked = append(asked, number(m[2], blank))
		}
		return ""
	})
	if strings.ContainsAny(rest, "{}") {
		return "a brace that is not of {one|many} or {2:one|many}"
	}
	for _, at := range asked {
		if at < 1 || at > most {
			return fmt.Sprintf("it counts by blank %d of %d", at, most)
		}
	}
	return ""
}
