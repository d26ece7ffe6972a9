package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "survey."+word, args...)
}

func (e Entry) name(ctx context.Context) string { return i18n.Pick(ctx, e.Name, e.NameEN) }

func kindWord(ctx context.Context, code string) string { return codes.NameOf(ctx, kindName(code)) }

// word says a value of a list, or nothing where it is not told.
func word(ctx context.Context, prefix, value string) string {
	if value == "" {
		return ""
	}
	return say(ctx, prefix+value)
}

func when(ctx context.Context, at *time.Time) string {
	if at == nil {
		return ""
	}
	return i18n.Date(ctx, *at)
}

func optional(n *int64) any {
	if n == nil {
		return ""
	}
	return *n
}

// told shows a figure that may not be known.
func told(n *int64) string {
	if n == nil {
		return "–"
	}
	return i18n.Count(*n)
}

func three(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func wordChoices(ctx context.Context, none, prefix string, values []string) []web.Choice {
	all := []web.Choice{{Text: say(ctx, none)}}
	for _, v := range values {
		all = append(all, web.Choice{Value: v, Text: say(ctx, prefix+v)})
	}
	return all
}

func stateChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Text: say(ctx, "any")}}
	for _, s := range FormStates {
		all = append(all, web.Choice{Value: string(s), Text: say(ctx, "form."+string(s))})
	}
	return all
}

func kindChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Text: say(ctx, "choose")}}
	for _, c := range codes.Shipped().All("position") {
		all = append(all, web.Choice{Value: c.Code, Text: c.Code + " " + codes.NameOf(ctx, c)})
	}
	return all
}

// tint is the class of a state's tag.
func tint(s State) string {
	switch s {
	case Published:
		return "go"
	case Drafted, Opened, Revised:
		return "wait"
	}
	return ""
}

func formTint(f *Form) string {
	switch {
	case f.State == Asked || f.State == Returned:
		return "none"
	case f.State == Answered && len(f.Doubts) > 0:
		return "wait"
	}
	return "go"
}

// walk is the states through which rounds go as a rule.
var walk = []State{Drafted, Opened, Closed, Checked, Modelled, Reviewed, Published}

// passed tells whether a round is beyond a state.
func (r *Round) passed(s State) bool {
	now := slices.Index(walk, r.State)
	if r.State == Revised {
		now = slices.Index(walk, Checked)
	}
	return slices.Index(walk, s) < now
}

func (r *Round) at(s State) bool {
	return r.State == s || r.State == Revised && s == Checked
}

// fresh is how many empty lines a form offers for kinds of work that it does not name.
const fresh = 3

// lineWrongs gives what is wrong with one line of a form, in words.
func lineWrongs(ctx context.Context, err error, line int) (list []string) {
	for _, field := range []string{"position", "planned", "q1", "q2", "q3", "q4", "three", "reason", "confidence"} {
		if f := fault.At(err, place(line, field)); f != nil {
			list = append(list, say(ctx, "column."+field)+"："+i18n.T(ctx, f.Key, f.Args...))
		}
	}
	return list
}

// doubtWords says a doubt.
func doubtWords(ctx context.Context, d Doubt) string {
	return say(ctx, "doubt."+d.Word, kindWord(ctx, d.Position), i18n.Count(d.Told), i18n.Count(d.Against))
}

// kept says how former plans came true.
func (o Offer) kept(ctx context.Context) string {
	if o.Kept < 0 {
		return ""
	}
	return say(ctx, "kept", i18n.Percent(o.Kept))
}

func fieldID(name string, i int) string { return name + "-" + strconv.Itoa(i+1) }

func firstQuarter(d Draft, now time.Time) string {
	if d.First != "" {
		return d.First
	}
	return strconv.Itoa(now.Year()) + "Q" + strconv.Itoa((int(now.Month())+2)/3)
}

func pageLink(ctx context.Context, n int) string {
	if n < 1 {
		return ""
	}
	return web.With(web.URL(ctx), "page", strconv.Itoa(n))
}

func nextForms(ctx context.Context, w *Whole, q Search) string {
	if !w.More {
		return ""
	}
	return pageLink(ctx, max(q.Page, 1)+1)
}

// demands says which running demand lines a kind of work has.
func demands(ctx context.Context, o Offer) string {
	if o.Wanted == 0 {
		return ""
	}
	return say(ctx, "wanted", i18n.Count(o.Wanted), strings.Join(o.Demands, say(ctx, "and")))
}
