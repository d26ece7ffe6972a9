package talent

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// The purposes for which a person can consent. What the house does with each
// stands in the code; its wording is the body's dated rule.
const (
	ForEnterprise = "enterprise" // being shown to enterprises, by name
	ForRound      = "round"      // taking part in rounds
	ForStatistics = "statistics" // being counted in what the candidates are able to
	ForOverseas   = "overseas"   // posts abroad
)

// Purposes lists them.
var Purposes = []string{ForEnterprise, ForRound, ForStatistics, ForOverseas}

// Purpose is one purpose, with the words to which people consent.
type Purpose struct {
	Code    string `json:"code" choices:"enterprise,round,statistics,overseas"`
	Name    string `json:"name"`
	NameEN  string `json:"name_en"`
	Text    string `json:"text"`
	TextEN  string `json:"text_en"`
	Article string `json:"article"`
}

// ConsentRule is a body's dated wording of the consents that it asks for.
type ConsentRule struct {
	Purposes        []Purpose `json:"purposes"`
	Guardian        string    `json:"guardian"`
	GuardianEN      string    `json:"guardian_en"`
	GuardianArticle string    `json:"guardian_article"`
	Withdraw        string    `json:"withdraw"`
	WithdrawEN      string    `json:"withdraw_en"`
	WithdrawArticle string    `json:"withdraw_article"`
}

// Check tells everything that is wrong with the wording: nobody can consent to
// what is not said, nor by a sentence without its article.
func (r ConsentRule) Check() error {
	var wrong fault.List
	seen := map[string]bool{}
	for i, p := range r.Purposes {
		at := func(field string) string { return fmt.Sprintf("purposes.%d.%s", i, field) }
		if seen[p.Code] {
			wrong.Add(at("code"), "talent.consent.twice", p.Code)
		}
		seen[p.Code] = true
		for _, f := range []struct{ name, value string }{{"name", p.Name}, {"name_en", p.NameEN}, {"text", p.Text}, {"text_en", p.TextEN}, {"article", p.Article}} {
			if strings.TrimSpace(f.value) == "" {
				wrong.Add(at(f.name), "talent.consent.unsaid")
			}
		}
	}
	return wrong.Err()
}

// purpose gives a purpose of the rule.
func (r ConsentRule) purpose(code string) (Purpose, bool) {
	i := slices.IndexFunc(r.Purposes, func(p Purpose) bool { return p.Code == code })
	if i < 0 {
		return Purpose{}, false
	}
	return r.Purposes[i], true
}

func (p Purpose) called(ctx context.Context) string { return i18n.Pick(ctx, p.Name, p.NameEN) }
func (p Purpose) words(ctx context.Context) string  { return i18n.Pick(ctx, p.Text, p.TextEN) }

// The shipped rules.
//
//go:embed data/*.json
var shipped embed.FS

func usualRule[T any](name string) (v T) {
	content, err := shipped.ReadFile("data/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(content, &v)
	}
	if err != nil {
		panic("talent: " + name + ": " + err.Error())
	}
	return v
}

const consentKind = "talent.consents"

var _ = rule.Declare(consentKind, usualRule[ConsentRule]("consent"))
