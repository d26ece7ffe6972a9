package codes

import (
	"slices"
	"testing"
)

// Every fifth labelled title is kept from the learner and asked of it. The labels
// are those of researchers, 669 for 5,891 titles: one in twenty of the titles asked
// bears a label that no other title has, and like titles bear unlike ones, so that
// a softmax regression over the same groups, tried beside this, reached no more
// than three in a hundred more. What is taken without asking a person is right
// nine times of ten all the same.
func TestGuessesOfTitlesNeverSeen(t *testing.T) {
	var learn, asked []labelled
	unpack("title", func(_, cell []string) {
		if one := (labelled{cell[0], cell[1]}); (len(learn)+len(asked))%5 == 0 {
			asked = append(asked, one)
		} else {
			learn = append(learn, one)
		}
	})
	g := newGuesser(learn)
	var first, five, sure, sureRight, hopeless int
	known := map[string]bool{}
	for _, one := range learn {
		known[one.label] = true
	}
	for _, one := range asked {
		if !known[one.label] {
			hopeless++
		}
		found := g.guess(one.title, 5)
		if slices.ContainsFunc(found, func(x guess) bool { return x.label == one.label }) {
			five++
		}
		if len(found) == 0 {
			continue
		}
		if found[0].label == one.label {
			first++
		}
		if found[0].confidence >= Sure {
			sure++
			if found[0].label == one.label {
				sureRight++
			}
		}
	}
	per := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
	t.Logf("of %d titles: first guess right %.1f %%, among five %.1f %%; label never seen %.1f %%; taken without asking %.1f %%, of these right %.1f %%",
		len(asked), per(first, len(asked)), per(five, len(asked)), per(hopeless, len(asked)), per(sure, len(asked)), per(sureRight, sure))
	for _, c := range []struct {
		what       string
		got, least float64
	}{
		{"first guesses right", per(first, len(asked)), 56.5},
		{"right among five", per(five, len(asked)), 79},
		{"taken without asking", per(sure, len(asked)), 25},
		{"right of those", per(sureRight, sure), 90},
	} {
		if c.got < c.least {
			t.Errorf("%s: %.1f %%, want at least %.1f %%", c.what, c.got, c.least)
		}
	}
}

func TestGuessOccupation(t *testing.T) {
	for _, c := range []struct {
		title, first string
		sure         bool
	}{
		{"汽车装调工", "6-22-02-01", true},      // the list's own name
		{"6-22-02-01", "6-22-02-01", true}, // a code
		{"急聘电工+五险一金", "6-31-01-03", true},
		{"奶茶店店员（包吃住）", "4-03-02-10", true},
		{"某某某某", "", false},
		{"", "", false},
	} {
		found := Shipped().GuessOccupation(c.title, 5)
		if len(found) == 0 {
			if c.first != "" {
				t.Errorf("%q: nothing, want %s", c.title, c.first)
			}
			continue
		}
		if c.first != "" && found[0].Code.Code != c.first || (found[0].Confidence >= Sure) != c.sure {
			t.Errorf("%q: %s %s with %.2f, want %s, sure %v", c.title, found[0].Code.Code, found[0].Code.Name, found[0].Confidence, c.first, c.sure)
		}
	}
}

func BenchmarkGuessOccupation(b *testing.B) {
	c := Shipped()
	c.GuessOccupation("电工", 5)
	for b.Loop() {
		c.GuessOccupation("动力电池包测试员（白夜班，包食宿）", 5)
	}
}
