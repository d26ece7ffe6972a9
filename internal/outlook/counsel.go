package outlook

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/db"
)

// Catalogue (紧缺人才目录) is the kinds of work of a release that are surely short,
// with their stars.
type Catalogue struct {
	Release *Release `json:"release"`
	Kinds   []Gap    `json:"kinds"` // the shortest first
}

// Catalogue gives the shortage catalogue, or nil where there is no release to be seen.
func (o *Outlook) Catalogue(ctx context.Context, release string) (*Catalogue, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Catalogue, error) {
		r, err := shown(tx, release, 0)
		if err != nil || r == nil {
			return nil, err
		}
		t, err := tableOf(tx, r, Search{})
		if err != nil {
			return nil, err
		}
		return &Catalogue{r, listed(t.everything)}, nil
	})
}

// listed gives the kinds of work of the catalogue, those with the most stars first.
func listed(kinds []Gap) []Gap {
	some := slices.DeleteFunc(slices.Clone(kinds), func(g Gap) bool { return !g.Listed || blank(g) == 1 })
	slices.SortStableFunc(some, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(b.Star, a.Star), cmp.Compare(b.Index, a.Index), cmp.Compare(a.Code, b.Code))
	})
	return some
}

// Want narrows the advice.
type Want struct {
	Release string `json:"release"`
	Word    string `json:"word"`   // add, expand, keep, shrink, stop
	School  string `json:"school"` // part of a name
	Text    string `json:"q"`
	Format  string `json:"format"`
}

// Counsel (专业设置调整建议) is what a release advises on programmes.
type Counsel struct {
	Release *Release       `json:"release"`
	Advice  []Advice       `json:"advice"` // that was searched for
	Words   map[string]int `json:"words"`  // how many of each there are in all
}

// Counsel gives the advice that the reader may see, or nil where there is no release.
func (o *Outlook) Counsel(ctx context.Context, w Want) (*Counsel, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Counsel, error) {
		r, err := shown(tx, w.Release, 0)
		if err != nil || r == nil {
			return nil, err
		}
		all, err := listAdvice(tx, r.ID)
		if err != nil {
			return nil, err
		}
		c := &Counsel{Release: r, Words: map[string]int{}}
		for _, a := range all {
			one := *a
			if !policy.Can(tx.Context(), "outlook.cell.read", about{state: r.State, level: OfProgramme, withheld: a.Withheld}) {
				one = a.masked()
			}
			c.Words[one.Word]++
			if w.matches(one) {
				c.Advice = append(c.Advice, one)
			}
		}
		c.Advice = inOrderOfWord(c.Advice)
		return c, nil
	})
}

func (w Want) matches(a Advice) bool {
	has := func(text, part string) bool {
		return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(part)))
	}
	return (w.Word == "" || a.Word == w.Word) && has(strings.Join(a.Schools, " "), w.School) && has(a.Name+" "+a.NameEN+" "+a.Code, w.Text)
}
