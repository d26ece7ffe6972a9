package plan

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/i18n"
	"guildhall/internal/ledger"
	"guildhall/internal/web"
)

func (n Named) in(ctx context.Context) string {
	if n.Name == "" {
		return ""
	}
	return i18n.Pick(ctx, n.Name, n.NameEN)
}

func sortNamed(list []Named) {
	slices.SortFunc(list, func(a, b Named) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}

func namesIn(ctx context.Context, list []Named) string {
	said := make([]string, len(list))
	for i, n := range list {
		said[i] = n.in(ctx)
	}
	return strings.Join(said, say(ctx, "and"))
}

// choices gives entries of a list to choose from, with one that chooses none.
func choices(ctx context.Context, none string, list []Named) []web.Choice {
	all := []web.Choice{{Text: say(ctx, none)}}
	for _, n := range list {
		all = append(all, web.Choice{Value: n.ID, Text: n.in(ctx)})
	}
	return all
}

// wordChoices gives choices whose words stand in our book under a prefix.
func wordChoices(ctx context.Context, none, prefix string, values ...string) (all []web.Choice) {
	if none != "" {
		all = append(all, web.Choice{Text: say(ctx, none)})
	}
	for _, v := range values {
		all = append(all, web.Choice{Value: v, Text: say(ctx, prefix+v)})
	}
	return all
}

func yearChoices(ctx context.Context, years []int) []web.Choice {
	all := []web.Choice{{Text: say(ctx, "any")}}
	for _, y := range years {
		all = append(all, web.Choice{Value: strconv.Itoa(y), Text: strconv.Itoa(y)})
	}
	return all
}

func staffChoices(ctx context.Context, staff map[string]string) []web.Choice {
	var list []Named
	for id, name := range staff {
		list = append(list, Named{ID: id, Name: name})
	}
	sortNamed(list)
	return choices(ctx, "anyone", list)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func amount(yuan float64) string {
	if yuan == 0 {
		return ""
	}
	return strconv.FormatFloat(yuan, 'f', -1, 64)
}

// tint is the class of a task's tag.
func tint(t *Task) string {
	switch {
	case t.Late > 0 || t.State == Failed:
		return "tag none"
	case t.State == Accepted:
		return "tag go"
	case t.State == Reported:
		return "tag wait"
	}
	return "tag"
}

// stateWord says how a task stands; that it is late is said in its place.
func stateWord(ctx context.Context, t *Task) string {
	if t.Late > 0 {
		return say(ctx, "late", t.Late)
	}
	return say(ctx, "state."+string(t.State))
}

func stateTint(state string) string {
	switch state {
	case "finished", "granted", "listed":
		return "tag go"
	case "stopped", "refused", "ended":
		return "tag none"
	case "applied":
		return "tag wait"
	}
	return "tag"
}

// stones says how many milestones were reached.
func (p *Project) stones(ctx context.Context) string {
	n := 0
	for _, m := range p.Milestones {
		if m.Reached != "" {
			n++
		}
	}
	return say(ctx, "of", n, len(p.Milestones))
}

// who says who qualifies, in one line.
func (s *Scheme) who(ctx context.Context) string {
	if len(s.Conditions) == 0 {
		return say(ctx, "everyone")
	}
	said := make([]string, len(s.Conditions))
	for i, c := range s.Conditions {
		said[i] = c.Says(ctx)
	}
	return strings.Join(said, say(ctx, "also"))
}

// met counts the conditions that a unit meets.
func (w *Weighed) met() (n int) {
	for _, r := range w.Reasons {
		if r.Met {
			n++
		}
	}
	return n
}

func tasksFirst(ctx context.Context, s TaskSearch) string {
	if s.After == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func tasksNext(ctx context.Context, p *TaskPage) string {
	if p.Next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", p.Next)
}

func accountName(ctx context.Context, kind string) string {
	k, _ := ledger.Find(kind)
	return k.In(ctx)
}

func yuan(fen int64) string { return i18n.Yuan(fen) }

func percent(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return i18n.Percent(float64(part) / float64(whole))
}
