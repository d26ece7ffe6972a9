package codes

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestEveryListHasItsCodes(t *testing.T) {
	c := Shipped()
	for _, e := range c.Lists() {
		all := c.All(e.List)
		if len(all) != e.Count {
			t.Errorf("%s: %d codes, the edition says %d", e.List, len(all), e.Count)
		}
		for _, code := range all {
			if got, ok := c.Get(e.List, code.Code); !ok || got.Name != code.Name {
				t.Errorf("%s %s: got %q %v, want %q: doubled or lost", e.List, code.Code, got.Name, ok, code.Name)
			}
			if code.Code == "" || code.Name == "" || code.List != e.List || code.Edition != e.Edition {
				t.Errorf("%s: incomplete: %+v", e.List, code)
			}
			parent, ok := c.Get(e.List, code.Parent)
			if code.Parent != "" && (!ok || parent.Level >= code.Level) {
				t.Errorf("%s %s: parent %q is missing or not above", e.List, code.Code, code.Parent)
			}
			if e.List == "programme" && !digits(code.Code) {
				t.Errorf("programme %s: the code bears a mark", code.Code)
			}
			if (code.Parent == "") != (code.Level <= 1) {
				t.Errorf("%s %s: level %d with parent %q", e.List, code.Code, code.Level, code.Parent)
			}
		}
	}
}

// The published counts.
func TestCounts(t *testing.T) {
	for _, c := range []struct {
		list  string
		level int
		kind  string
		want  int
	}{
		{"industry", 1, "", 20}, {"industry", 2, "", 97}, {"industry", 3, "", 473}, {"industry", 4, "", 1381},
		{"occupation", 1, "", 8}, {"occupation", 2, "", 79}, {"occupation", 3, "", 450}, {"occupation", 4, "", 1639},
		{"region", 1, Division, 34}, {"region", 3, StatisticalZone, 128}, {"region", 3, Abolished, 20}, {"region", 3, DivisionLike, 26},
		{"programme", 3, Secondary, 344}, {"programme", 3, Higher, 802}, {"programme", 3, VocationalBachelor, 321}, {"programme", 3, Undergraduate, 788},
		{"segment", 0, "上游", 4}, {"segment", 0, "中游", 15}, {"segment", 0, "下游", 6}, {"segment", 0, "支撑", 3},
		{"calendar", 0, "holiday", 619}, {"calendar", 0, "workday", 150},
	} {
		got := 0
		for _, code := range Shipped().All(c.list) {
			if code.Level == c.level && (c.kind == "" || code.Kind == c.kind) {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%s level %d kind %q: %d codes, want %d", c.list, c.level, c.kind, got, c.want)
		}
	}
}

func TestAttributes(t *testing.T) {
	green, digital := 0, 0
	for _, code := range Shipped().All("occupation") {
		if code.Attr["green"] == "yes" {
			green++
		}
		if code.Attr["digital"] == "yes" {
			digital++
		}
	}
	if green != 134 || digital != 95 {
		t.Errorf("%d green and %d digital occupations, want 134 and 95", green, digital)
	}
	if p, _ := Shipped().Get("position", "P001"); p.Attr["monthly_low"] != "4300" || p.Attr["min_education"] != "中职" {
		t.Errorf("P001 has %v", p.Attr)
	}
}

func TestGetPathChildren(t *testing.T) {
	c := Shipped()
	if _, ok := c.Get("industry", "9999"); ok {
		t.Error("an industry that does not exist was found")
	}
	if _, ok := c.Get("no such list", "1"); ok || len(c.All("no such list"))+len(c.Search("no such list", "", 0)) > 0 {
		t.Error("a list that does not exist holds something")
	}
	if got := names(c.Path("region", "450203")); got != "广西壮族自治区 柳州市 鱼峰区" {
		t.Errorf("450203 lies in %q", got)
	}
	if got := names(c.Children("industry", "361")); got != "汽柴油车整车制造 新能源车整车制造" {
		t.Errorf("group 361 holds %q", got)
	}
	if got := len(c.Children("industry", "")); got != 20 {
		t.Errorf("%d sections, want 20", got)
	}
}

func TestByName(t *testing.T) {
	c := Shipped()
	for _, n := range []struct{ list, name, codes string }{
		{"region", "柳州市", "450200"},
		{"region", " 柳 州　市", "450200"},
		{"region", "鼓楼区", "320106 320302 350102 410204"},
		{"position", "冲压操作工", "P001"},
		{"position", "没有这个岗位", ""},
		{"position", "", ""},
	} {
		var got []string
		for _, code := range c.ByName(n.list, n.name) {
			got = append(got, code.Code)
		}
		if strings.Join(got, " ") != n.codes {
			t.Errorf("%s %q: %v, want %s", n.list, n.name, got, n.codes)
		}
	}
}

func TestSearch(t *testing.T) {
	c := Shipped()
	for _, s := range []struct{ name, list, text, first string }{
		{"by code", "industry", "3612", "3612"},
		{"by the beginning of a code", "occupation", "6-22-02", "6-22-02"},
		{"by name", "region", "柳州市", "450200"},
		{"the name that begins so comes first", "position", "冲压", "P001"},
		{"by English, any case", "skill", "HIGH-VOLTAGE SAFETY", "SAF01"},
		{"several words, all must be found", "programme", "汽车 检测 higher", ""},
		{"several words in any order", "programme", "检测 新能源", "660702"},
		{"full width", "industry", "３６１２", "3612"},
	} {
		got := c.Search(s.list, s.text, 10)
		first := ""
		if len(got) > 0 {
			first = got[0].Code
		}
		if first != s.first {
			t.Errorf("%s: %q in %s finds %q first, want %q", s.name, s.text, s.list, first, s.first)
		}
	}
	if got := len(c.Search("country", "", 0)); got != 249 {
		t.Errorf("an empty search finds %d of 249", got)
	}
	if got := len(c.Search("region", "区", 7)); got != 7 {
		t.Errorf("a search limited to 7 finds %d", got)
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("柳州", 5)
	f.Add("（ＡＢＣ） 361", -1)
	f.Add("\xff\u200b ", 0)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		got := Shipped().Search("position", text, limit)
		if limit > 0 && len(got) > limit {
			t.Errorf("%d found, the limit is %d", len(got), limit)
		}
		if Fold(Fold(text)) != Fold(text) {
			t.Errorf("folding %q twice changes it", text)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for _, e := range Shipped().Lists() {
		for range 2 {
			wg.Go(func() {
				first := Shipped().All(e.List)[0]
				if !slices.ContainsFunc(Shipped().ByName(e.List, first.Name), func(c Code) bool { return c.Code == first.Code }) {
					t.Errorf("%s: %s is not found by its name", e.List, first.Name)
				}
			})
		}
	}
	wg.Wait()
}

func names(codes []Code) string {
	var names []string
	for _, c := range codes {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}
