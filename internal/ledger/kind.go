package ledger

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guildhall/internal/i18n"
)

// Kind is a kind of account, as its room declares it.
type Kind struct {
	Name    string // room.noun: "plan.pot"
	ZH      string
	EN      string
	MeansZH string // one sentence: what its balance tells
	MeansEN string
	Path    string // page of the owner: "/projects/{owner}"; empty: none
}

var declared []Kind

var nameWorks = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

// Declare takes in kinds of account. It is called while packages start; what was declared
// is never changed.
func Declare(kinds ...Kind) bool {
	for _, k := range kinds {
		if !nameWorks.MatchString(k.Name) || k.Path != "" && !strings.HasPrefix(k.Path, "/") {
			panic(fmt.Sprintf("ledger: no kind can be %+v", k))
		}
		for _, word := range []string{k.ZH, k.EN, k.MeansZH, k.MeansEN} {
			if strings.TrimSpace(word) == "" {
				panic("ledger: " + k.Name + " is not said in every language")
			}
		}
		if _, ok := Find(k.Name); ok {
			panic("ledger: " + k.Name + " is declared twice")
		}
		declared = append(declared, k)
	}
	return true
}

// Kinds gives what was declared, by name.
func Kinds() []Kind {
	return slices.SortedFunc(slices.Values(declared), func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
}

// Find gives a declared kind.
func Find(name string) (Kind, bool) {
	i := slices.IndexFunc(declared, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return declared[i], true
}

// In names the kind in the reader's language.
func (k Kind) In(ctx context.Context) string { return i18n.Pick(ctx, k.ZH, k.EN) }

// Means tells in the reader's language what a balance tells.
func (k Kind) Means(ctx context.Context) string { return i18n.Pick(ctx, k.MeansZH, k.MeansEN) }

// Link gives where the owner can be looked at, or "".
func (a Account) Link() string {
	k, _ := Find(a.Kind)
	if a.Owner == "" {
		return ""
	}
	return strings.ReplaceAll(k.Path, "{owner}", a.Owner)
}
