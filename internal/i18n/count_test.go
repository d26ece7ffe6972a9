package i18n_test

import (
	"testing"
	"testing/fstest"

	"guildhall/internal/i18n"
)

var _ = i18n.Add(fstest.MapFS{"text/en.json": {Data: []byte(`{
	"t.days": "%v {day|days}",
	"t.mend": "%d {thing needs|things need} mending, %d%% done",
	"t.by": "{2:It|They} in %s: %s {row|rows}",
	"t.turned": "%[2]d {row|rows} of %[1]d {file|files}"
}`)}})

func TestWordsAgreeWithTheirCount(t *testing.T) {
	ctx := i18n.With(t.Context(), "en")
	for _, c := range []struct {
		key  string
		args []any
		want string
	}{
		{"t.days", []any{1}, "1 day"}, {"t.days", []any{int64(1)}, "1 day"}, {"t.days", []any{"1"}, "1 day"},
		{"t.days", []any{0}, "0 days"}, {"t.days", []any{2}, "2 days"}, {"t.days", []any{"1.0"}, "1.0 days"},
		{"t.days", []any{"1,000"}, "1,000 days"}, {"t.days", []any{"21"}, "21 days"},
		{"t.days", []any{-1}, "-1 day"}, {"t.days", []any{i18n.Count(-1)}, "−1 day"},
		{"t.days", []any{"{a|b} %d"}, "{a|b} %d days"},
		{"t.mend", []any{1, 50}, "1 thing needs mending, 50% done"},
		{"t.mend", []any{2, 1}, "2 things need mending, 1% done"},
		{"t.by", []any{"a", "1"}, "It in a: 1 row"}, {"t.by", []any{"1", "2"}, "They in 1: 2 rows"},
		{"t.turned", []any{1, 2}, "2 rows of 1 file"}, {"t.turned", []any{2, 1}, "1 row of 2 files"},
	} {
		if got := i18n.T(ctx, c.key, c.args...); got != c.want {
			t.Errorf("%s of %v is said as %q, want %q", c.key, c.args, got, c.want)
		}
	}
}

func TestMalformedCountsAreFound(t *testing.T) {
	for text, fine := range map[string]bool{
		"plain, 5%%": true, "%d {day|days}": true, "{2:is|are} %s %d": true, "%s %[2]d {day|days}": true,
		"%d {day}": false, "%d {day|days": false, "%d day|days}": false, "%d {a|b|c}": false, "%d {|days}": false,
		"{day|days} %d": false, "%d {2:day|days}": false, "%d {0:day|days}": false, "%d {n:day|days}": false,
		"5%% {day|days}": false,
	} {
		if wrong := i18n.Malformed(text); (wrong == "") != fine {
			t.Errorf("%q: said %q", text, wrong)
		}
	}
}
