package privacy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "privacy."+word, args...)
}

func may(ctx context.Context, action string, on Subject) bool { return policy.Can(ctx, action, on) }

// fieldName names a field for people.
func fieldName(ctx context.Context, name string) string { return say(ctx, "field."+name) }

// choiceWords are the fields whose values are codes with a word of this room.
var choiceWords = map[string]bool{"giver": true, "channel": true, "purpose": true}

// valueText reads a value for people.
func valueText(ctx context.Context, v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return say(ctx, "yes")
		}
		return say(ctx, "no")
	case []string:
		return strings.Join(v, "、")
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, valueText(ctx, x))
		}
		return strings.Join(parts, "；")
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

// shown reads a field's value, with the word of its code where it has one.
func shown(ctx context.Context, f holding.Field) string {
	if f.Said != "" {
		return f.Said
	}
	if text, ok := f.Value.(string); ok && choiceWords[f.Name] {
		if key := "privacy." + f.Name + "." + text; i18n.Has(key) {
			return i18n.T(ctx, key)
		}
	}
	return valueText(ctx, f.Value)
}

// filled gives the fields of a thing that hold anything.
func filled(ctx context.Context, h holding.Holding) (list [][2]string) {
	for _, f := range h.Fields {
		if text := shown(ctx, f); text != "" {
			list = append(list, [2]string{fieldName(ctx, f.Name), text})
		}
	}
	return list
}

// mostShown is how many things of a kind a page shows; the export has all.
const mostShown = 20

// fateText tells what becomes of a thing when its person is erased.
func fateText(ctx context.Context, h holding.Holding) string {
	text := say(ctx, "fate."+string(h.Fate))
	if h.Reason != "" {
		text += i18n.Pick(ctx, "：", ": ") + i18n.T(ctx, h.Reason)
	}
	switch {
	case h.Until >= "9999":
		text += i18n.Pick(ctx, "，", ", ") + say(ctx, "for_good")
	case h.Until != "" && (h.Fate == holding.Kept || h.Fate == holding.Destroyed):
		text += i18n.Pick(ctx, "，", ", ") + say(ctx, "until", h.Until)
	}
	return text
}

func fateClass(f holding.Fate) string {
	switch f {
	case holding.Erased, holding.Destroyed:
		return "none"
	case holding.Kept:
		return "wait"
	}
	return ""
}

// ordered puts what goes before what stays.
func ordered(v *View) (list []Part) {
	for _, fate := range []holding.Fate{holding.Erased, holding.Destroyed, holding.Nameless, holding.Kept} {
		for _, p := range v.Parts {
			var some []holding.Holding
			for _, h := range p.Holdings {
				if h.Fate == fate {
					some = append(some, h)
				}
			}
			if len(some) > 0 {
				list = append(list, Part{Kind: p.Kind, Holdings: some})
			}
		}
	}
	return list
}

// consents gives the consents that stand, and rounds those that can be looked over.
func (v *View) consents() (list []holding.Holding) {
	for _, p := range v.Parts {
		for _, h := range p.Holdings {
			if h.Kind == "talent.consent" && field(h, "withdrawn_on") == "" {
				list = append(list, h)
			}
		}
	}
	return list
}

func (v *View) rounds() (list []web.Choice) {
	for _, p := range v.Parts {
		for _, h := range p.Holdings {
			if h.Kind == "round.result" && !h.Binds {
				list = append(list, web.Choice{Value: h.Subject, Text: field(h, "round")})
			}
		}
	}
	return list
}

func field(h holding.Holding, name string) string {
	for _, f := range h.Fields {
		if f.Name == name {
			return fmt.Sprint(f.Value)
		}
	}
	return ""
}

// withdrawal is where a consent is taken back.
func (v *View) withdrawal() string {
	if v.Person.Self {
		return "/my/consents/withdrawal"
	}
	return "/candidates/" + v.Person.Candidate + "/consents/withdrawal"
}

// head names whose data a page shows.
func (v *View) head(ctx context.Context) string {
	if v.Person.Self {
		return say(ctx, "data")
	}
	return say(ctx, "data_of", v.Person.Name)
}

func (v *View) line(ctx context.Context) string {
	n := 0
	for _, p := range v.Parts {
		n += len(p.Holdings)
	}
	if v.Person.Self {
		return say(ctx, "data_line", n)
	}
	return say(ctx, "data_for_line", n)
}

// wrongOn gives what is wrong where it belongs to one form of the page.
func wrongOn(form, at string, err error) error {
	if form == at {
		return err
	}
	return nil
}

func stateClass(state string) string {
	switch state {
	case Accepted, Done:
		return "go"
	case Open, Carrying, InPart:
		return "wait"
	}
	return ""
}

func choices(ctx context.Context, word string, codes []string) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, c := range codes {
		list = append(list, web.Choice{Value: c, Text: say(ctx, word+"."+c)})
	}
	return list
}

// dueText says what happens on the day of a request.
func dueText(ctx context.Context, q *Request) string {
	if q.Kind == Erase {
		return say(ctx, "from_day", q.Due)
	}
	return say(ctx, "by_day", q.Due)
}

// whoAnswers names the unit that answers.
func (v *View) whoAnswers(ctx context.Context, q *Request) string {
	if u := v.units[q.Unit]; u != nil {
		return i18n.Pick(ctx, u.Name, u.NameEN)
	}
	return say(ctx, "secretariat")
}

// lookedAt tells of a look in a line.
func lookedAt(ctx context.Context, l Look) string {
	who := l.Unit
	if l.Self {
		who = say(ctx, "yourself")
	} else if who == "" {
		who = say(ctx, "house")
	}
	return who
}

// canTakeBack tells whether the reader can take the request back.
func canTakeBack(ctx context.Context, a *Asking) bool {
	return a.State == Open && may(ctx, "privacy.request.take", a.subject())
}

func mine(ctx context.Context, a *Asking) bool { return self(auth.From(ctx), a.subject()) }

func next(p *Page, s Search, here string) string {
	if p.Next == 0 {
		return ""
	}
	return fmt.Sprintf("/rights?kind=%s&state=%s&after=%d", s.Kind, s.State, p.Next)
}

func lookTime(ctx context.Context, l Look) string {
	at, err := time.Parse(time.RFC3339, l.At)
	if err != nil {
		return l.At
	}
	return i18n.Time(ctx, at)
}

func (v *View) consentsAt() string { return strings.TrimSuffix(v.withdrawal(), "/withdrawal") }

// termText says how long a kind is kept.
func termText(ctx context.Context, t Term) string {
	switch {
	case t.Ever:
		return say(ctx, "for_good")
	case t.Months > 0 && t.Days > 0:
		return say(ctx, "months", t.Months) + i18n.Pick(ctx, "", " ") + say(ctx, "days", t.Days)
	case t.Months > 0:
		return say(ctx, "months", t.Months)
	}
	return say(ctx, "days", t.Days)
}

func termKind(ctx context.Context, kind string) string {
	return say(ctx, "retention.terms.kind."+kind)
}

func (v *Kept) next() (n int) {
	for _, d := range v.Kinds {
		n += d.Next
	}
	return n
}
