package member

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Rank is a rank (职务) that units hold in a body. Which ranks there are is data
// of the body.
type Rank struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	Place  int    `json:"place"` // order of precedence, 1 the highest; no two share one
	Seats  int    `json:"seats"` // as many units may hold it at a time; 0 any number
	// Base ranks are what a unit is that holds no other rank, such as member
	// and observer. A unit holds one base rank, or others, never both.
	Base  bool `json:"base"`
	Votes bool `json:"votes"` // units of this rank vote in the council
}

// In gives the rank's name in the language of ctx.
func (r Rank) In(ctx context.Context) string { return i18n.Pick(ctx, r.Name, r.NameEN) }

// Ordinary is the code of the rank into which a unit falls back that is relieved
// of its last one. Every list of ranks holds it.
const Ordinary = "member"

// shipped are the ranks of a body that has set none of its own: those that
// charters of such bodies usually name.
var shipped = []Rank{
	{"chair", "理事长单位", "Chair", 1, 1, false, true},
	{"vice_chair", "副理事长单位", "Vice-chair", 2, 0, false, true},
	{"secretary_general", "秘书长单位", "Secretary-general", 3, 1, false, true},
	{"deputy_secretary_general", "副秘书长单位", "Deputy secretary-general", 4, 0, false, true},
	{"standing_director", "常务理事单位", "Standing director", 5, 0, false, true},
	{"director", "理事单位", "Director", 6, 0, false, true},
	{Ordinary, "成员单位", "Member", 7, 0, true, true},
	{"observer", "观察员单位", "Observer", 8, 0, true, false},
}

// Ranks is a body's list of ranks, the highest first.
type Ranks []Rank

// Find gives the rank of a code.
func (rs Ranks) Find(code string) (Rank, bool) {
	i := slices.IndexFunc(rs, func(r Rank) bool { return r.Code == code })
	if i < 0 {
		return Rank{Code: code, Name: code}, false
	}
	return rs[i], true
}

// place gives the order of a code; codes that are not in the list come last.
func (rs Ranks) place(code string) int {
	if r, ok := rs.Find(code); ok {
		return r.Place
	}
	return 1 << 20
}

func (rs Ranks) base(code string) bool {
	r, _ := rs.Find(code)
	return r.Base
}

var rankCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// define puts a rank into the list, new or in place of the one with its code.
func (rs Ranks) define(r Rank) (Ranks, error) {
	var wrong fault.List
	r.Code, r.Name, r.NameEN = strings.TrimSpace(r.Code), strings.TrimSpace(r.Name), strings.TrimSpace(r.NameEN)
	if !rankCode.MatchString(r.Code) {
		wrong.Add("code", "member.rank.code", r.Code)
	}
	if r.Name == "" || len([]rune(r.Name)) > 40 {
		wrong.Add("name", "member.rank.unnamed")
	}
	if len([]rune(r.NameEN)) > 80 {
		wrong.Add("name_en", "member.rank.long")
	}
	if r.Place < 1 || r.Place > 99 {
		wrong.Add("place", "member.rank.place")
	}
	if r.Seats < 0 {
		wrong.Add("seats", "member.rank.seats")
	}
	if r.Code == Ordinary && (!r.Base || r.Seats != 0) {
		wrong.Add("base", "member.rank.ordinary")
	}
	list := Ranks{}
	for _, had := range rs {
		if had.Code == r.Code {
			if had.Base != r.Base {
				wrong.Add("base", "member.rank.turned", had.Name)
			}
			continue
		}
		if had.Place == r.Place {
			wrong.Add("place", "member.rank.taken", had.Name)
		}
		list = append(list, had)
	}
	if err := wrong.Err(); err != nil {
		return rs, err
	}
	list = append(list, r)
	slices.SortFunc(list, func(a, b Rank) int { return cmp.Compare(a.Place, b.Place) })
	return list, nil
}

// What a unit can be in a body beside its rank; other words are kept as written.
var parts = map[string]string{
	"lead enterprise": "lead_enterprise", "牵头企业": "lead_enterprise", "lead_enterprise": "lead_enterprise",
	"lead school": "lead_school", "牵头学校": "lead_school", "牵头院校": "lead_school", "lead_school": "lead_school",
	"co-founder": "founder", "founder": "founder", "共建单位": "founder", "发起单位": "founder", "共同发起单位": "founder",
	"operating carrier": "carrier", "运营载体": "carrier", "运行载体": "carrier", "实体化运行载体": "carrier", "carrier": "carrier",
}

// role reads what people write into the column for a unit's role: one or more
// ranks and parts, such as "牵头企业、副理事长" or "lead school, vice chair".
// What is neither is given back in unknown and kept in part.
func (rs Ranks) role(text string) (ranks []Rank, part string, unknown []string) {
	var said []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；/＋+", r) }) {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		if r, ok := rs.called(word); ok {
			if !slices.ContainsFunc(ranks, func(had Rank) bool { return had.Code == r.Code }) {
				ranks = append(ranks, r)
			}
			continue
		}
		if p, ok := parts[strings.ToLower(word)]; ok {
			said = append(said, p)
			continue
		}
		said, unknown = append(said, word), append(unknown, word)
	}
	return ranks, strings.Join(said, ";"), unknown
}

// called finds the rank that a word means, whatever its case, width and hyphens,
// with or without the words for unit and council.
func (rs Ranks) called(word string) (Rank, bool) {
	bare := bareRank(word)
	for _, r := range rs {
		if bare != "" && (bare == bareRank(r.Name) || bare == bareRank(r.NameEN) || bare == bareRank(r.Code)) {
			return r, true
		}
	}
	return Rank{}, false
}

func bareRank(word string) string {
	word = strings.NewReplacer("-", "", "_", "", "council", "", "unit", "", "理事会", "").Replace(directory.Plain(word))
	return strings.TrimSuffix(strings.TrimSuffix(word, "单位"), "man")
}
