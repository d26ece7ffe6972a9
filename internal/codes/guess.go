package codes

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Learned is the reason of a match that real job titles suggest.
const Learned Reason = "learned"

// GuessOccupation finds the occupations that a free job title, such as 五险一金
// 急招动力电池测试员, may mean: what the list itself says first, then what those
// who labelled some 5,900 real titles said of the most similar ones. A label can
// be a group of occupations (Level 3 or less). Below Sure a person decides.
func (c *Catalogue) GuessOccupation(title string, most int) []Match {
	found := c.MatchOccupation(title)
	if len(found) > 0 && found[0].Confidence >= Sure {
		return found[:1]
	}
	seen := map[string]bool{}
	var list []Match
	for _, g := range titles().guess(title, most) {
		if code, ok := c.label(g.label); ok && !seen[code.Code] {
			seen[code.Code] = true
			list = append(list, Match{code, g.confidence, Learned})
		}
	}
	for _, m := range found {
		if !seen[m.Code.Code] {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Match) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return list[:min(len(list), most)]
}

// label gives the code that a label means: 4-01-02-00 is the group 4-01-02.
func (c *Catalogue) label(label string) (Code, bool) {
	for {
		if code, ok := c.Get("occupation", label); ok {
			return code, true
		}
		if !strings.HasSuffix(label, "-00") {
			return Code{}, false
		}
		label = strings.TrimSuffix(label, "-00")
	}
}

// titles is what the labelled titles teach, made at the first question.
var titles = sync.OnceValue(func() *guesser {
	var list []labelled
	unpack("title", func(_, cell []string) { list = append(list, labelled{cell[0], cell[1]}) })
	return newGuesser(list)
})

// labelled is a title with the code that a person gave it.
type labelled struct{ title, label string }

// guesser is a classifier by nearest neighbours: a title is compared with all
// labelled ones by the character groups that both have, rare ones counting more,
// and the nearest vote. It learns by keeping, so it has no weights to ship, and
// gives the same answer everywhere.
type guesser struct {
	labels []string
	rarity map[string]float64
	having map[string][]int32 // titles by group
	length []float64          // of each title's vector
}

// neighbours that vote, each by the square of its likeness.
const neighbours = 40

func newGuesser(list []labelled) *guesser {
	g := &guesser{labels: make([]string, len(list)), rarity: map[string]float64{}, having: map[string][]int32{}, length: make([]float64, len(list))}
	groups := make([][]string, len(list))
	for i, one := range list {
		g.labels[i], groups[i] = one.label, groupsOf(one.title)
		for _, group := range groups[i] {
			g.having[group] = append(g.having[group], int32(i))
		}
	}
	for group, having := range g.having {
		g.rarity[group] = math.Log(float64(len(list)+1) / float64(len(having)+1))
	}
	for i := range groups {
		sum := 0.0
		for _, group := range groups[i] {
			sum += g.rarity[group] * g.rarity[group]
		}
		g.length[i] = math.Sqrt(sum)
	}
	return g
}

// guess is a label with how far it can be trusted.
type guess struct {
	label      string
	confidence float64
}

func (g *guesser) guess(title string, most int) []guess {
	near := g.nearest(title)
	votes, all := map[string]float64{}, 0.0
	for _, n := range near {
		votes[g.labels[n.at]] += n.likeness * n.likeness
		all += n.likeness * n.likeness
	}
	list := make([]guess, 0, len(votes))
	for label, v := range votes {
		list = append(list, guess{label, v / all})
	}
	slices.SortFunc(list, func(a, b guess) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.label, b.label))
	})
	list = list[:min(len(list), most)]
	for i := range list {
		list[i].confidence = trust(list[i].confidence * min(1, near[0].likeness/close))
	}
	return list
}

// close is the likeness from which neighbours have their whole say: where none
// is as near as that, even one voice of all of them says little.
const close = 0.5

// right tells for shares of the votes, in tenths, how often a first guess with
// that share was right among titles that the learner had not seen. The test that
// measures it fails where that no longer holds.
var right = [...]float64{0.10, 0.25, 0.40, 0.50, 0.62, 0.78, 0.90, 0.93, 0.96, 0.98, 0.99}

// trust turns a share of votes into a confidence.
func trust(share float64) float64 {
	at := min(int(share*10), len(right)-2)
	return right[at] + (right[at+1]-right[at])*(share*10-float64(at))
}

type neighbour struct {
	at       int32
	likeness float64 // cosine of the two vectors
}

func (g *guesser) nearest(title string) []neighbour {
	shared, own := map[int32]float64{}, 0.0
	for _, group := range groupsOf(title) {
		w := g.rarity[group] * g.rarity[group]
		own += w
		for _, i := range g.having[group] {
			shared[i] += w
		}
	}
	list := make([]neighbour, 0, len(shared))
	for i, s := range shared {
		list = append(list, neighbour{i, s / (g.length[i] * math.Sqrt(own))})
	}
	slices.SortFunc(list, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.at, b.at))
	})
	return list[:min(len(list), neighbours)]
}

// promises are words of job titles that tell how people are called, not what
// they are to do.
var promises = strings.NewReplacer("五险一金", " ", "六险一金", " ", "五险", " ", "社保", " ", "公积金", " ", "包食宿", " ", "包吃住", " ", "包吃", " ",
	"包住", " ", "双休", " ", "单休", " ", "月薪", " ", "底薪", " ", "高薪", " ", "无责", " ", "日结", " ", "急聘", " ", "诚聘", " ", "急招", " ", "招聘", " ",
	"招募", " ", "朝九晚六", " ", "朝九晚五", " ", "带薪", " ", "无需经验", " ", "经验不限", " ", "不限经验", " ", "可兼职", " ", "兼职", " ", "全职", " ", "长期", " ", "接受", " ", "提成", " ")

// groupsOf gives the groups of one to four characters of a title's words, with
// marks of where a word begins and ends, each once. Figures and brackets are left
// out: they tell of pay and places.
func groupsOf(title string) (list []string) {
	add := func(group string) {
		if !slices.Contains(list, group) {
			list = append(list, group)
		}
	}
	for word := range strings.FieldsFuncSeq(promises.Replace(Fold(title)), func(r rune) bool { return !unicode.Is(unicode.Han, r) && (r < 'a' || r > 'z') && r != '+' && r != '#' }) {
		letters := []rune(word)
		for n := 1; n <= 4; n++ {
			for i := 0; i+n <= len(letters); i++ {
				add(string(letters[i : i+n]))
			}
		}
		if len(letters) > 1 {
			add("^" + string(letters[:2]))
			add(string(letters[len(letters)-2:]) + "$")
		}
	}
	return list
}
