package talent

import (
	"context"

	"guildhall/internal/i18n"
)

func consentsLine(ctx context.Context, v *ConsentView) string {
	if v.Own {
		return say(ctx, "consents_own_line")
	}
	return say(ctx, "consents_their_line")
}

func consentsAt(v *ConsentView) string {
	if v.Own {
		return "/my/consents"
	}
	return "/candidates/" + v.ID + "/consents"
}

// givers are those whose word the reader can note: their own, or on paper that of
// the person and, of whoever is under age, of a guardian.
func givers(v *ConsentView) []string {
	if v.Own || !v.Needs {
		return []string{Self}
	}
	return []string{Self, Guardian}
}

// consentState names where a purpose stands: given, none, or waiting for a guardian.
func consentState(v *ConsentView, purpose string) string {
	switch {
	case !v.Consents.Has(purpose):
		return "none"
	case v.Needs && !v.GuardianConsents.Has(purpose):
		return "guardian"
	}
	return "given"
}

func givenText(ctx context.Context, g *Granted) string {
	if g == nil {
		return say(ctx, "consent_none")
	}
	return say(ctx, "consent_given_on", g.GivenOn, say(ctx, "consent_by."+g.Channel))
}

func giveWord(ctx context.Context, v *ConsentView, giver string) string {
	if v.Own {
		return say(ctx, "consent_give")
	}
	return say(ctx, "consent_note_"+giver)
}

func takeWord(ctx context.Context, v *ConsentView, giver string) string {
	if v.Own {
		return say(ctx, "consent_take")
	}
	return say(ctx, "consent_take_"+giver)
}

// named gives a consent's purpose as it was called when it was given.
func (v *ConsentView) named(ctx context.Context, g Granted) string {
	if p, ok := v.wordings[g.Version].Rule.purpose(g.Purpose); ok {
		return p.called(ctx)
	}
	if p, ok := v.Held.Rule.purpose(g.Purpose); ok {
		return p.called(ctx)
	}
	return g.Purpose
}

// worded gives the words to which was consented, where they are not today's.
func (v *ConsentView) worded(ctx context.Context, g Granted) string {
	if g.Version == v.Held.ID {
		return ""
	}
	p, _ := v.wordings[g.Version].Rule.purpose(g.Purpose)
	return p.words(ctx)
}

// edition names a wording by the day from which it held.
func (v *ConsentView) edition(ctx context.Context, version string) string {
	held, ok := v.wordings[version]
	switch {
	case version == before:
		return say(ctx, "consent_before")
	case !ok || held.Since == "":
		return say(ctx, "consent_shipped")
	}
	return say(ctx, "consent_since", held.Since)
}

func consentEdition(ctx context.Context, v *ConsentView) string {
	if v.Held.Since == "" {
		return say(ctx, "consent_shipped")
	}
	return i18n.Pick(ctx, v.Held.Since+" 起，"+v.Held.Article, "since "+v.Held.Since+", "+v.Held.Article)
}
