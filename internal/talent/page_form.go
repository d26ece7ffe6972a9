package talent

import (
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/web"
)

// ownProgrammes gives the programmes of the actor's unit and the kinds of
// candidates that it can enter.
func (t *Talent) ownProgrammes(ctx context.Context) (list []*Programme, kinds []string, err error) {
	_, err = db.View(ctx, t.DB, func(tx *db.Tx) (struct{}, error) {
		unit := auth.From(ctx).Unit
		if err := policy.Allow(ctx, "talent.candidate.enter", Subject{School: unit}); err != nil {
			return struct{}{}, err
		}
		u, err := directory.FindUnit(tx, unit)
		if err != nil {
			return struct{}{}, err
		}
		switch {
		case u.School():
			kinds = []string{Student, Trainee}
		case u.Class == "enterprise":
			kinds = []string{Worker, Trainee}
		default:
			kinds = []string{Trainee}
		}
		all, err := allProgrammes(tx)
		// the list is shared: what goes goes from a copy
		list = slices.DeleteFunc(slices.Clone(all), func(p *Programme) bool { return p.School != unit })
		return struct{}{}, err
	})
	return list, kinds, err
}

func candidateFormTitle(ctx context.Context, id string) string {
	if id == "" {
		return say(ctx, "candidate_new")
	}
	return say(ctx, "candidate_change")
}

func candidateFormTo(id string) string {
	if id == "" {
		return "/candidates"
	}
	return "/candidates/" + id
}

func candidateFormBack(id string) string { return candidateFormTo(id) }

func kindsOf(ctx context.Context, kinds []string) (list []web.Choice) {
	for _, k := range kinds {
		list = append(list, web.Choice{Value: k, Text: say(ctx, "candidate_kind."+k)})
	}
	return list
}

// statusChoices offers the statuses of a kind; of a new candidate those of every
// kind that the unit can enter, for the form changes without scripts.
func statusChoices(ctx context.Context, kind, id string, kinds []string) (list []web.Choice) {
	if id != "" {
		kinds = []string{kind}
	}
	seen := map[string]bool{}
	list = append(list, web.Choice{Text: "–"})
	for _, k := range kinds {
		for _, s := range StatusesOf(k) {
			if !seen[s] {
				seen[s] = true
				list = append(list, web.Choice{Value: s, Text: say(ctx, "is."+s)})
			}
		}
	}
	return list
}

func sourceChoices(ctx context.Context) (list []web.Choice) {
	for _, s := range Sources {
		list = append(list, web.Choice{Value: s, Text: say(ctx, "source."+s)})
	}
	return list
}

func vouchWord(ctx context.Context, c *Candidate) string {
	if may(ctx, "talent.candidate.enter", c.subject()) {
		return say(ctx, "vouch_unit")
	}
	return say(ctx, "vouch_self")
}

// vouchedText tells what one piece of evidence says and weighs.
func vouchedText(ctx context.Context, v Vouched) string {
	text := say(ctx, "vouched_at", v.Level, v.Weight)
	if v.On != "" {
		text += say(ctx, "comma") + v.On
	}
	if v.Old {
		text += say(ctx, "comma") + say(ctx, "vouched_old")
	}
	return text
}

func levelOrNone(ctx context.Context) []web.Choice {
	list := levelChoices(ctx)
	list[0].Text = "–"
	return list
}
