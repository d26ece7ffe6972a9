package talent

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

var bars = []string{BarEducation, BarRegion, BarShift, BarOverseas, BarFloor}

// number writes a whole number as a form holds it: nothing for none.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func yearText(ctx context.Context, year int) string {
	if year == 0 {
		return "–"
	}
	return say(ctx, "class_of", year)
}

// consentsText names the purposes to which somebody consents.
func consentsText(ctx context.Context, c *Candidate) string {
	var list []string
	for _, p := range Purposes {
		if c.Consents.Has(p) {
			list = append(list, say(ctx, "purpose."+p))
		}
	}
	if len(list) == 0 {
		return say(ctx, "consent_none")
	}
	return strings.Join(list, say(ctx, "comma"))
}

func sourceName(ctx context.Context, source string) string {
	if source == "" {
		return say(ctx, "source_unstated")
	}
	return say(ctx, "source."+source)
}

func certificateText(ctx context.Context, packed string) string {
	if packed == "" {
		return "–"
	}
	var list []string
	for part := range strings.SplitSeq(packed, ";") {
		of, grade, _ := strings.Cut(part, ":")
		name := nameOfCode(ctx, "occupation", of)
		if i18n.Has("talent.grade." + grade) {
			name += " " + say(ctx, "grade."+grade)
		}
		list = append(list, name)
	}
	return strings.Join(list, say(ctx, "comma"))
}

func candidatesLine(ctx context.Context) string {
	if auth.From(ctx).Runs() {
		return say(ctx, "candidates_masked")
	}
	return say(ctx, "candidates_own")
}

func candidateLine(ctx context.Context, c *CandidateView) string {
	if c.Private == nil {
		return say(ctx, "candidate_masked")
	}
	return say(ctx, "candidate_noted")
}

func educationChoices(ctx context.Context) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, e := range Educations[1:] {
		list = append(list, web.Choice{Value: e, Text: education(ctx, e)})
	}
	return list
}

// regionChoices offers the cities and districts about the body's own; a code that
// is chosen already stays on offer.
func regionChoices(ctx context.Context, chosen string) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, c := range codes.Shipped().Children("region", "450200") {
		list = append(list, web.Choice{Value: c.Code, Text: codes.NameOf(ctx, c)})
	}
	if chosen != "" && !slices.ContainsFunc(list, func(c web.Choice) bool { return c.Value == chosen }) {
		list = append(list, web.Choice{Value: chosen, Text: regionName(ctx, chosen)})
	}
	return list
}
