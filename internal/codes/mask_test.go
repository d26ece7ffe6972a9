package codes

import "testing"

func TestMask(t *testing.T) {
	for _, m := range []struct{ name, got, want string }{
		{"identity number", MaskResidentID("450298200503140010"), "450***********0010"},
		{"short identity number", MaskResidentID("4502982"), "*******"},
		{"mobile", MaskPhone("14100001234"), "141****1234"},
		{"short phone", MaskPhone("1234567890"), "**********"},
		{"mail", MaskEmail("zhangsan@example.com"), "z*******@example.com"},
		{"one character of mail", MaskEmail("z@example.com"), "*@example.com"},
		{"no mail", MaskEmail("zhangsan"), "z*******"},
		{"name", MaskName("张三丰"), "张**"},
		{"nothing", MaskName(""), ""},
	} {
		if m.got != m.want {
			t.Errorf("%s: %q, want %q", m.name, m.got, m.want)
		}
	}
}

func TestMobile(t *testing.T) {
	for _, m := range []struct{ name, written, key string }{
		{"plain", "14100001234", ""},
		{"spaces", "141 0000 1234", ""},
		{"hyphens", "141-0000-1234", ""},
		{"country", "+86 141 0000 1234", ""},
		{"country in brackets", "(0086)14100001234", ""},
		{"country without plus", "8614100001234", ""},
		{"full width", "１４１００００１２３４", ""},
		{"spreadsheet", "1.41E+10", "codes.mobile.scientific"},
		{"short", "1410000123", "codes.mobile.length"},
		{"a fixed line", "12100001234", "codes.mobile.form"},
		{"letters", "1410000123a", "codes.mobile.form"},
		{"nothing", "", "codes.mobile.form"},
	} {
		if got := keyOf(CheckMobile(NormaliseMobile(m.written))); got != m.key {
			t.Errorf("%s: %q gives fault %q, want %q", m.name, m.written, got, m.key)
		}
	}
}

func FuzzCheckMobile(f *testing.F) {
	f.Add("+86 141-0000-1234")
	f.Add("1.41E+10")
	f.Add("('000")
	f.Add("８6\xff")
	f.Fuzz(func(t *testing.T, s string) {
		n := NormaliseMobile(s)
		if NormaliseMobile(n) != n {
			t.Errorf("normalising %q twice changes it", s)
		}
		if CheckMobile(n) == nil && (len(n) != 11 || MaskPhone(n)[3:7] != "****") {
			t.Errorf("%q passes", n)
		}
	})
}
