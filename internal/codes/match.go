package codes

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Match is a code that a written name may mean.
type Match struct {
	Code       Code
	Confidence float64 // from 0 to 1; at Sure and above the name means this code and no other
	Reason     Reason
}

// Sure is the confidence from which a match may be taken without asking. At
// most one match of a name reaches it.
const Sure = 0.9

// Reason says how a match was found.
type Reason string

const (
	SameCode    Reason = "code"      // the code was written
	SameName    Reason = "name"      // the published name, width, spaces and brackets aside
	Decorated   Reason = "decorated" // the published name with a word that does not change it, as 专业 or （三年制）
	Reworded    Reason = "reworded"  // the published name with another "and", or without the words in brackets
	SimilarName Reason = "similar"   // a name that shares most of its characters
)

// confidence of each reason, where only one code answers to it. A similar name
// has its likeness instead, brought below unsure.
var confidence = map[Reason]float64{SameCode: 1, SameName: 1, Decorated: 0.95, Reworded: 0.8}

const (
	ambiguous  = 0.5 // the most that one of several codes with the same claim is given
	likeness   = 0.6 // the least share of common character pairs to be worth showing
	unsure     = 0.7 // the most that a similar name is given
	candidates = 5   // as many as a person can choose from
)

// MatchProgramme finds the programmes that a written name may mean, the likeliest
// first. Level is a kind (Secondary, Higher, …), or empty where it is not known;
// a name such as 软件技术（专科） then tells it.
func (c *Catalogue) MatchProgramme(level, name string) []Match {
	said := levelIn(name)
	name = ProgrammeCode(name)
	return c.match("programme", name, func(code Code) bool {
		return code.Level == 3 &&
			(level == "" || code.Kind == level) &&
			(level != "" || said == nil || slices.Contains(said, code.Kind))
	})
}

// MatchOccupation finds the occupations that a written name may mean, or the one
// whose code was written, hyphens or not.
func (c *Catalogue) MatchOccupation(name string) []Match {
	if code, ok := OccupationCode(name); ok {
		name = code
	}
	return c.match("occupation", name, func(code Code) bool { return code.Level == 4 })
}

// MatchSkill finds the skills that a written label, in Chinese or English, may mean.
func (c *Catalogue) MatchSkill(name string) []Match { return c.match("skill", name, nil) }

// MatchPosition finds the kinds of work that a written job title may mean.
func (c *Catalogue) MatchPosition(name string) []Match { return c.match("position", name, nil) }

// ProgrammeCode takes the marks T (special) and K (state controlled) away from an
// undergraduate programme's code, as in 080216T: they are told beside the code.
// What is no such code it gives as it was.
func ProgrammeCode(s string) string {
	if code := strings.TrimRight(plain(s), "TK"); len(code) == 6 && digits(code) {
		return code
	}
	return s
}

// OccupationCode puts the hyphens into an occupation's code that was written
// without, and tells whether it has the form of one.
func OccupationCode(s string) (string, bool) {
	s = strings.ReplaceAll(Fold(s), "-", "")
	if len(s) != 7 || !digits(s) {
		return "", false
	}
	return s[:1] + "-" + s[1:3] + "-" + s[3:5] + "-" + s[5:], true
}

// match tries one reason after the other and stops at the first that finds
// something. may narrows the list; nil takes all of it.
func (c *Catalogue) match(list, name string, may func(Code) bool) []Match {
	if may == nil {
		may = func(Code) bool { return true }
	}
	if code, ok := c.Get(list, plain(name)); ok && may(code) {
		return []Match{{code, confidence[SameCode], SameCode}}
	}
	bare := undecorate(Fold(name))
	steps := []struct {
		reason Reason
		find   func() []Code
	}{
		{SameName, func() []Code { return append(c.ByName(list, name), c.byEnglish(list, name)...) }},
		{Decorated, func() []Code { return c.ByName(list, bare) }},
		{Reworded, func() []Code { return c.reworded(list, bare) }},
	}
	for _, s := range steps {
		found := slices.DeleteFunc(s.find(), func(code Code) bool { return !may(code) })
		if len(found) > 0 {
			return claims(found, s.reason)
		}
	}
	return c.similar(list, bare, may)
}

// claims gives all codes the confidence of the reason, shared where there are several.
func claims(found []Code, reason Reason) []Match {
	sure := confidence[reason]
	if len(found) > 1 {
		sure = min(ambiguous, sure/float64(len(found)))
	}
	matches := make([]Match, len(found))
	for i, code := range found {
		matches[i] = Match{code, sure, reason}
	}
	return matches
}

func (c *Catalogue) byEnglish(list, name string) (found []Code) {
	name = Fold(name)
	for _, code := range c.list(list).codes {
		if code.NameEN != "" && name != "" && Fold(code.NameEN) == name && Fold(code.Name) != name {
			found = append(found, code)
		}
	}
	return found
}

// reworded finds the names that are the same but for the word "and" and for
// what stands in brackets.
func (c *Catalogue) reworded(list, name string) (found []Code) {
	if name = reword(name); name == "" {
		return nil
	}
	l := c.list(list)
	for i, other := range l.reworded() {
		if other == name {
			found = append(found, l.codes[i])
		}
	}
	return found
}

var (
	and      = strings.NewReplacer("与", "和", "及", "和", "、", "和", "&", "和")
	brackets = regexp.MustCompile(`\([^()]*\)`)
	// decoration is what schools add to a programme's name: its level, its
	// length, the way it is taught, the word "programme".
	decoration = regexp.MustCompile(`(专业|\((专科|高职|高职专科|高职高专|大专|中专|中职|技工|本科|职业本科|职教本科|普通本科|专升本|全日制|统招|[二三四五六2-6]年制?|[二三四五六2-6]年一贯制|\d\+\d|中高职贯通|五年一贯制|师范|师范类)\))$`)
)

func reword(folded string) string { return and.Replace(brackets.ReplaceAllString(folded, "")) }

func undecorate(folded string) string {
	for {
		bare := decoration.ReplaceAllString(folded, "")
		if bare == folded || bare == "" {
			return folded
		}
		folded = bare
	}
}

// levelIn reads the level of schooling that a name bears in brackets, nil where
// it bears none.
func levelIn(name string) []string {
	name = Fold(name)
	for _, l := range []struct {
		words string
		kinds []string
	}{
		{"(职业本科) (职教本科)", []string{VocationalBachelor}},
		{"(普通本科)", []string{Undergraduate}},
		{"(本科)", []string{VocationalBachelor, Undergraduate}},
		{"(专科) (高职) (高职专科) (高职高专) (大专)", []string{Higher}},
		{"(中专) (中职)", []string{Secondary}},
	} {
		for w := range strings.FieldsSeq(l.words) {
			if strings.Contains(name, w) {
				return l.kinds
			}
		}
	}
	return nil
}

// similar finds the names that share most of their pairs of characters.
func (c *Catalogue) similar(list, name string, may func(Code) bool) (matches []Match) {
	pairs := pairsOf(name)
	l := c.list(list)
	for i, other := range l.pairs() {
		if like := dice(pairs, other); like >= likeness && may(l.codes[i]) {
			matches = append(matches, Match{l.codes[i], like * unsure, SimilarName})
		}
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return matches[:min(len(matches), candidates)]
}

// pairsOf gives the sorted pairs of neighbouring characters, each as one number.
func pairsOf(s string) []uint64 {
	r := []rune(s)
	pairs := make([]uint64, 0, max(0, len(r)-1))
	for i := 1; i < len(r); i++ {
		pairs = append(pairs, uint64(r[i-1])<<32|uint64(r[i]))
	}
	slices.Sort(pairs)
	return pairs
}

// dice gives the share of common elements in two sorted lists, from 0 to 1.
func dice(a, b []uint64) float64 {
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case 0:
			common, i, j = common+1, i+1, j+1
		case -1:
			i++
		default:
			j++
		}
	}
	if common == 0 {
		return 0
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
