package placement

import (
	"context"
	"slices"
	"strings"

	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func (s Search) sorted() string {
	if s.Sort == "" {
		return "-number"
	}
	return s.Sort
}

func first(ctx context.Context, s Search) string {
	if s.After == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func next(ctx context.Context, l *List) string {
	if l.Next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", l.Next)
}

// mine stands for what the actor's unit could plan.
func mine(ctx context.Context) *Placement { return &Placement{School: auth.From(ctx).Unit} }

// chosen makes choices of codes, with one that chooses nothing; exactly lacks that.
func chosen(ctx context.Context, before string, codes []string) []web.Choice {
	return append([]web.Choice{{Value: "", Text: say(ctx, "any")}}, exactly(ctx, before, codes)...)
}

func exactly(ctx context.Context, before string, codes []string) (list []web.Choice) {
	for _, c := range codes {
		list = append(list, web.Choice{Value: c, Text: say(ctx, before+c)})
	}
	return list
}

func units(ctx context.Context, all []choice) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, c := range all {
		list = append(list, web.Choice{Value: c.id, Text: c.name})
	}
	return list
}

func stateNames(path string) (names []string) {
	for _, s := range States {
		if path == "/placements" || s.Before() {
			names = append(names, string(s))
		}
	}
	return names
}

// stateTag is the tint of a state: it can go on, it waits, something stands against it.
func stateTag(p *Placement) string {
	switch {
	case p.State == Refused || p.State.Runs() && p.against() > 0:
		return "tag none"
	case p.State == Ready || p.State == Started:
		return "tag go"
	case p.State == Checked || p.State == Changed:
		return "tag wait"
	}
	return "tag"
}

func outcome(p *Placement) string {
	return strings.Replace(strings.Replace(stateTag(p), "tag", "outcome", 1), " go", "", 1)
}

// headline says what follows from the state.
func headline(ctx context.Context, p *Placement) string {
	switch {
	case p.State == Ready:
		return say(ctx, "headline.ready")
	case p.against() > 0 && p.State != Over && p.State != Withdrawn:
		return say(ctx, "headline.against", p.against())
	}
	return ""
}

func money(ctx context.Context, fen int64) string {
	if fen == 0 {
		return say(ctx, "unknown")
	}
	return i18n.Yuan(fen)
}

func unknown(ctx context.Context, n int) string {
	if n == 0 {
		return say(ctx, "unknown")
	}
	return i18n.Count(n)
}

func zero(n int) string {
	if n == 0 {
		return ""
	}
	return itoa(n)
}

func has(list []string, v string) bool { return slices.Contains(list, v) }

func short(print string) string {
	_, hex, named := strings.Cut(print, ":")
	if !named {
		hex = print
	}
	return hex[:min(12, len(hex))]
}

func mark(a *agreement.Agreement, role string) string {
	if _, ok := a.Has(role); ok {
		return "✓"
	}
	return "·"
}

func signsAs(ctx context.Context, p *Placement, role string) bool {
	return slices.Contains(p.sides(auth.From(ctx)), role) && policy.Can(ctx, "placement.placement.sign", p)
}

func mayAnswer(ctx context.Context, p *Placement, r *Request) bool {
	return policy.Can(ctx, "placement.placement.answer", p) && p.side(auth.From(ctx)) != r.Side
}

func (v *View) waits() bool {
	return slices.ContainsFunc(v.Requests, func(r *Request) bool { return r.State == "open" })
}

type fact struct{ label, text string }

// facts lays the terms out, leaving out what is not told.
func (v *View) facts(ctx context.Context) (list []fact) {
	add := func(word, text string) {
		if text != "" {
			list = append(list, fact{say(ctx, "column."+word), text})
		}
	}
	add("student", v.student.Ref)
	add("school", v.SchoolName)
	add("enterprise", v.EnterpriseName)
	add("post_kind", kindName(ctx, v.PostKind))
	if c, ok := codes.Shipped().Get("programme", v.Programme); ok {
		add("programme", v.Programme+" "+codes.NameOf(ctx, c))
	} else {
		add("programme", v.Programme)
	}
	add("since", v.Since)
	add("last", v.last(ctx))
	add("place", v.Place)
	add("work", v.Work)
	add("board", v.Board)
	add("pay", money(ctx, v.Pay))
	add("base", money(ctx, v.Base))
	if v.PayWay != "" {
		add("pay_way", say(ctx, "pay_way."+v.PayWay))
	}
	add("pay_days", zero(v.PayDay))
	add("hours_day", zero(v.HoursDay))
	add("hours_week", zero(v.HoursWeek))
	if v.Venue != "" {
		add("venue", say(ctx, "venue."+v.Venue))
	}
	add("works", words(ctx, "work.", strings.Join(v.Works, " ")))
	add("intensity", zero(v.Intensity))
	add("insurance", v.Insurance)
	add("insured_to", v.InsuredTo)
	add("filing", v.Filing)
	if v.Private != nil {
		add("school_mentor", v.Private.SchoolMentor)
		add("firm_mentor", v.Private.FirmMentor)
		add("guardian", v.Private.Guardian)
		add("guardian_phone", v.Private.GuardianPhone)
	}
	return list
}

// changes tells what a request would change.
func (r *Request) changes(ctx context.Context, had Terms) string {
	var list []string
	add := func(word, text string) { list = append(list, say(ctx, "column."+word)+" "+text) }
	if r.Terms.Until != had.Until {
		add("last", (&Placement{Terms: *r.Terms}).last(ctx))
	}
	if r.Terms.Pay != had.Pay {
		add("pay", i18n.Yuan(r.Terms.Pay))
	}
	if r.Terms.HoursDay != had.HoursDay {
		add("hours_day", itoa(r.Terms.HoursDay))
	}
	if r.Terms.Work != had.Work {
		add("work", r.Terms.Work)
	}
	return strings.Join(list, say(ctx, "and"))
}

// silence tells what happens where nobody answers, and when.
func silence(ctx context.Context, r *Request, means string) string {
	if r.Kind == "end" && means == "agrees" {
		return say(ctx, "silence.ends", r.Due)
	}
	return say(ctx, "silence.lapses", r.Due)
}

func (f Follow) said(ctx context.Context) string {
	if !f.There {
		return say(ctx, "follow.left") + note(f.Note)
	}
	return say(ctx, "follow.stays", say(ctx, "pay_band."+f.PayBand), say(ctx, "fits."+f.Fits)) + note(f.Note)
}

func note(text string) string {
	if text == "" {
		return ""
	}
	return " · " + text
}

// partyName is what the bearer of a link sees of a party: natural persons stand
// masked, for whoever has the link must know the name in order to sign.
func partyName(f *Offered, p agreement.Party) string {
	if p.Person == "" {
		return p.Name
	}
	return codes.MaskName(p.Name)
}

// both says a word in Chinese and in English: whoever signs reads either.
func both(ctx context.Context, key string) string {
	return i18n.T(i18n.With(ctx, "zh-CN"), key) + " / " + i18n.T(i18n.With(ctx, "en"), key)
}

// english gives a clause in English where the house wrote it; what people wrote
// stands as it is.
func (p *Placement) english(ctx context.Context, c agreement.Clause) string {
	if en := p.clause(i18n.With(ctx, "en"), c.Key); en != c.Text {
		return en
	}
	return ""
}

func (l Limit) said(ctx context.Context) string {
	var list []string
	before := "work."
	if l.Rule == "venue" {
		before = "venue."
	}
	if len(l.Values) > 0 {
		list = append(list, words(ctx, before, strings.Join(l.Values, " ")))
	}
	if l.Excused {
		list = append(list, say(ctx, "excused"))
	}
	return strings.Join(list, " · ")
}

func figure(ctx context.Context, l Limit) string {
	if l.Limit == 0 {
		return ""
	}
	return i18n.Count(l.Limit)
}
