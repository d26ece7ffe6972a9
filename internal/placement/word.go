package placement

import (
	"context"
	"strconv"
	"strings"

	"guildhall/internal/i18n"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "placement."+word, args...)
}

func yes(ctx context.Context, is bool) string {
	if is {
		return say(ctx, "yes")
	}
	return say(ctx, "not")
}

func itoa(n int) string { return strconv.Itoa(n) }

func number(text string) (int, error) { return strconv.Atoi(strings.TrimSpace(text)) }

func trimmed(sort string) string { return strings.TrimPrefix(sort, "-") }

func compare(a, b string) int { return strings.Compare(a, b) }

// In says what is wrong, in the reader's language.
func (b Breach) In(ctx context.Context) string { return say(ctx, "breach."+b.Word, b.said(ctx)...) }

// Mend says how it is put right.
func (b Breach) Mend(ctx context.Context) string { return say(ctx, "mend."+b.Rule) }

// said gives the arguments as they are read: codes become words.
func (b Breach) said(ctx context.Context) []any {
	args := make([]any, len(b.Args))
	for i, a := range b.Args {
		switch b.Word {
		case "agreement", "mentors":
			a = words(ctx, "party.", a)
		case "work", "work_minor", "work_female":
			a = words(ctx, "work.", a)
		case "venue":
			a = words(ctx, "venue.", a)
		}
		args[i] = a
	}
	return args
}

func words(ctx context.Context, before, codes string) string {
	var list []string
	for code := range strings.FieldsSeq(codes) {
		list = append(list, say(ctx, before+code))
	}
	return strings.Join(list, say(ctx, "and"))
}
