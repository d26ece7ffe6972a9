package codes

import (
	"testing"

	"pgregory.net/rapid"
)

func TestMatchProgramme(t *testing.T) {
	for _, m := range []struct {
		name, level, written, code string
		reason                     Reason
		sure                       bool
	}{
		{"the published name", Higher, "新能源汽车技术", "460702", SameName, true},
		{"spaces and width", Higher, " 新能源 汽车技术　", "460702", SameName, true},
		{"the code", Higher, "460702", "460702", SameCode, true},
		{"the code with its marks", Undergraduate, " 080216tk", "080216", SameCode, true},
		{"the word programme", Higher, "新能源汽车技术专业", "460702", Decorated, true},
		{"its level", Higher, "新能源汽车技术（专科）", "460702", Decorated, true},
		{"its length", Higher, "新能源汽车技术(三年制)", "460702", Decorated, true},
		{"all of them", Higher, "新能源汽车技术专业（专科）(3年制)", "460702", Decorated, true},
		{"another and", Secondary, "汽车制造和检测", "660701", Reworded, false},
		{"a direction in brackets", Higher, "新能源汽车技术（电池方向）", "460702", Reworded, false},
		{"a slip of the pen", Higher, "新能源汽车枝术", "460702", SimilarName, false},
		{"the level tells which", "", "汽车服务工程技术（职业本科）", "300203", Decorated, true},
	} {
		got := Shipped().MatchProgramme(m.level, m.written)
		if len(got) == 0 {
			t.Errorf("%s: nothing for %q", m.name, m.written)
			continue
		}
		if got[0].Code.Code != m.code || got[0].Reason != m.reason || (got[0].Confidence >= Sure) != m.sure {
			t.Errorf("%s: %q is taken for %s %s by %s with %.2f", m.name, m.written, got[0].Code.Code, got[0].Code.Name, got[0].Reason, got[0].Confidence)
		}
	}
	if got := Shipped().MatchProgramme(Secondary, "新能源汽车技术专业xyz完全不同"); len(got) > 0 && got[0].Confidence >= Sure {
		t.Errorf("nonsense is taken for %v", got[0])
	}
	if got := Shipped().MatchProgramme(Higher, ""); len(got) > 0 {
		t.Errorf("nothing is taken for %v", got[0])
	}
}

func TestMatchOthers(t *testing.T) {
	c := Shipped()
	for _, m := range []struct {
		name string
		got  []Match
		code string
	}{
		{"occupation by name", c.MatchOccupation("汽车装调工"), "6-22-02-01"},
		{"occupation by code without hyphens", c.MatchOccupation("6220201"), "6-22-02-01"},
		{"skill by Chinese name", c.MatchSkill("高压安全操作"), "SAF01"},
		{"skill by English name", c.MatchSkill("High-Voltage safety procedures"), "SAF01"},
		{"skill by code", c.MatchSkill("saf01"), "SAF01"},
		{"position by name", c.MatchPosition("冲压操作工"), "P001"},
	} {
		if len(m.got) != 1 || m.got[0].Code.Code != m.code || m.got[0].Confidence < Sure {
			t.Errorf("%s: %v, want %s for sure", m.name, m.got, m.code)
		}
	}
	if got := c.MatchSkill("精通各种办公软件"); len(got) > 0 && got[0].Confidence >= Sure {
		t.Errorf("an unknown skill is taken for %v", got[0])
	}
}

// Whatever is written, at most one match is sure, the likeliest comes first, and
// a published name always finds its own code.
func TestMatchIsConservative(t *testing.T) {
	c := Shipped()
	all := c.All("programme")
	rapid.Check(t, func(t *rapid.T) {
		p := all[rapid.IntRange(0, len(all)-1).Draw(t, "programme")]
		r := []rune(p.Name)
		i := rapid.IntRange(0, len(r)-1).Draw(t, "place")
		if rapid.Bool().Draw(t, "slip") {
			r[i] = rapid.SampledFrom([]rune("机车电气Ａ（ ")).Draw(t, "character")
		}
		matches := c.MatchProgramme("", string(r))
		own := string(r) != p.Name || p.Level < 3
		for n, m := range matches {
			own = own || m.Code.Code == p.Code
			if m.Confidence > 1 || m.Confidence <= 0 || (n > 0 && (m.Confidence > matches[n-1].Confidence || m.Confidence >= Sure)) {
				t.Fatalf("%s: match %d has confidence %v: %v", string(r), n, m.Confidence, matches)
			}
		}
		if !own {
			t.Fatalf("%s does not find %s", string(r), p.Code)
		}
	})
}

func FuzzMatchProgramme(f *testing.F) {
	f.Add("", "软件技术专业（专科）")
	f.Add(Higher, "460702")
	f.Add("x", "((专业)\xff")
	f.Fuzz(func(t *testing.T, level, name string) {
		for i, m := range Shipped().MatchProgramme(level, name) {
			if i > 0 && m.Confidence >= Sure || level != "" && m.Code.Kind != level {
				t.Errorf("%q at %q: match %d is %+v", name, level, i, m)
			}
		}
	})
}
