package paper

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Every Han character is 2 wide, others 1.
func gauge(r rune) float64 {
	if wide(r) || strings.ContainsRune(closing+opening, r) && r > 0x2000 {
		return 2
	}
	return 1
}

func TestLinesBreakWhereTheyMay(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"一二三四五六", "一二三四五|六"},
		{"一二三四五，六七", "一二三四|五，六七"},
		{"一二三四（六七八", "一二三四|（六七八"},
		{"一二三月薪5200元", "一二三月薪|5200元"},
		{"abc defg hijk lm", "abc defg|hijk lm"},
		{"abcdefghijklmn", "abcdefghij|klmn"},
		{"一二\n三", "一二|三"},
		{"一二三四……", "一二三|四……"},
		{"", ""},
	} {
		if got := strings.Join(wrap(c.text, 10, 0, gauge), "|"); got != c.want {
			t.Errorf("%q breaks as %q, not %q", c.text, got, c.want)
		}
	}
}

func TestLinesKeepAllText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("一二三四，。（）“”、abc 019.%-—…")), 0, 60, -1).Draw(t, "text")
		width := float64(rapid.IntRange(2, 20).Draw(t, "width"))
		lines := wrap(text, width, 0, gauge)
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, line := range lines {
			w := 0.0
			for _, r := range line {
				w += gauge(r)
			}
			if w > width && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("%q is wider than %v", line, width)
			}
		}
	})
}
