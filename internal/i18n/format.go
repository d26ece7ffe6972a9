package i18n

import (
	"context"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that zones are known on a machine that has no table of them
)

// China is the zone in which a body's times are shown unless it sets another.
var China = china()

func china() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("CST", 8*3600)
	}
	return zone
}

type zoneKey struct{}

// InZone makes zone the one in which Time and Date speak.
func InZone(ctx context.Context, zone *time.Location) context.Context {
	return context.WithValue(ctx, zoneKey{}, zone)
}

// Zone gives the zone of ctx, or China's.
func Zone(ctx context.Context) *time.Location {
	if z, ok := ctx.Value(zoneKey{}).(*time.Location); ok && z != nil {
		return z
	}
	return China
}

// Time shows a moment as it stands in tables: 2026-10-31 09:30.
func Time(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Zone(ctx)).Format("2006-01-02 15:04")
}

// Date shows the day of a moment as it stands in tables: 2026-10-31.
func Date(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Zone(ctx)).Format(time.DateOnly)
}

// Day shows the day of a moment as it stands in prose.
func Day(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Zone(ctx))
	if Chinese(ctx) {
		return t.Format("2006 年 1 月 2 日")
	}
	return t.Format("2 January 2006")
}

// Count shows a whole number with its thousands parted: 12,345 and −1,200.
func Count[N ~int | ~int32 | ~int64 | ~uint32](n N) string {
	v := int64(n)
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	digits := strconv.FormatInt(v, 10)
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Decimal shows a number with so many places after the point, thousands parted.
func Decimal(v float64, places int) string {
	text := strconv.FormatFloat(v, 'f', places, 64)
	whole, part, dotted := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return text
	}
	out := Count(n)
	if dotted {
		out += "." + part
	}
	if strings.HasPrefix(text, "-") && strings.Trim(text, "-0.") != "" {
		out = "−" + out
	}
	return out
}

// Percent shows a share of one: 0.123 as 12.3%.
func Percent(share float64) string { return Decimal(share*100, 1) + "%" }

// Yuan shows an amount of fen in yuan, without places where it is whole.
func Yuan(fen int64) string {
	if fen%100 == 0 {
		return Count(fen / 100)
	}
	return Decimal(float64(fen)/100, 2)
}
