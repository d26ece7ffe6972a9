package i18n_test

import (
	"testing"
	"testing/fstest"
	"time"

	"guildhall/internal/i18n"
)

var _ = i18n.Add(fstest.MapFS{
	"text/zh-CN.json": {Data: []byte(`{"t.open": "开放", "t.state": "状态：%s（%d）"}`)},
	"text/en.json":    {Data: []byte(`{"t.open": "open", "t.state": "state: %s (%d)"}`)},
})

func TestWordsWithinWords(t *testing.T) {
	ctx := i18n.With(t.Context(), "en")
	if got := i18n.T(ctx, "t.state", i18n.Key("t.open"), 3); got != "state: open (3)" {
		t.Errorf("got %q", got)
	}
	if got := i18n.T(t.Context(), "t.state", i18n.Key("t.open"), 3); got != "状态：开放（3）" {
		t.Errorf("got %q", got)
	}
	if got := i18n.T(ctx, "t.missing"); got != "t.missing" {
		t.Errorf("a word that nobody gave is said as %q", got)
	}
}

func TestFigures(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{i18n.Count(0), "0"}, {i18n.Count(999), "999"}, {i18n.Count(1000), "1,000"},
		{i18n.Count(-1234567), "−1,234,567"}, {i18n.Decimal(1234.56, 1), "1,234.6"},
		{i18n.Decimal(-0.04, 1), "0.0"}, {i18n.Percent(0.1234), "12.3%"},
		{i18n.Yuan(520000), "5,200"}, {i18n.Yuan(520050), "5,200.50"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTimesStandInTheBodysZone(t *testing.T) {
	at := time.Date(2026, 10, 30, 17, 5, 0, 0, time.UTC)
	if got := i18n.Time(t.Context(), at); got != "2026-10-31 01:05" {
		t.Errorf("got %q", got)
	}
	if got := i18n.Day(t.Context(), at); got != "2026 年 10 月 31 日" {
		t.Errorf("got %q", got)
	}
}
