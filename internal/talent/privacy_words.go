package talent

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/i18n"
)

// What is kept of a candidate, in words.

// wordOf says a code that has a word of this room, and an unknown one as it is.
func wordOf(ctx context.Context, group, code string) string {
	if code == "" || !i18n.Has("talent."+group+code) {
		return code
	}
	return say(ctx, group+code)
}

// withCode says a code's name, and the code after it.
func withCode(ctx context.Context, list, code string) string {
	name := nameOfCode(ctx, list, code)
	if name == code {
		return code
	}
	return name + " " + code
}

func skillNames(ctx context.Context, list Skills) string {
	var names []string
	for _, s := range list {
		names = append(names, say(ctx, "skill_at", nameOfCode(ctx, "skill", s.Code), s.Level))
	}
	return strings.Join(names, say(ctx, "stop"))
}

func vouchedBy(ctx context.Context, list []Evidence) string {
	var lines []string
	for _, e := range list {
		parts := []string{say(ctx, "skill_at", nameOfCode(ctx, "skill", e.Code), e.Level), sourceName(ctx, e.Source), e.On}
		lines = append(lines, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), say(ctx, "comma")))
	}
	return strings.Join(lines, say(ctx, "stop"))
}

// Describe says in words what scoring knew of a candidate.
func (p Profile) Describe(ctx context.Context) string {
	certificate, programme, mark := "", "", ""
	if p.Certificate != "" {
		certificate = certificateText(ctx, p.Certificate)
	}
	if p.Programme != "" {
		programme = withCode(ctx, "programme", p.Programme)
	}
	if p.Score >= 0 {
		mark = marks(&p.Score)
	}
	var lines []string
	for _, l := range [][2]string{{"level", levelOf(ctx, p.Level)}, {"programme", programme}, {"score", mark}, {"certificate", certificate},
		{"skills", skillNames(ctx, p.Skills)}, {"want_kinds", kindNames(ctx, p.WantKinds)}, {"want_regions", namesOf(ctx, "region", p.WantRegions)},
		{"want_pay", pay(ctx, p.WantPay, 0)}, {"accept_shift", yes(ctx, p.Shift)}, {"accept_overseas", yes(ctx, p.Overseas)}} {
		if l[1] != "" {
			lines = append(lines, say(ctx, l[0])+i18n.Pick(ctx, "：", ": ")+l[1])
		}
	}
	return strings.Join(lines, say(ctx, "stop"))
}

// levelOf is levelName, with nothing for no level.
func levelOf(ctx context.Context, level string) string {
	if level == "" {
		return ""
	}
	return cmp.Or(levelName(ctx, level), level)
}
