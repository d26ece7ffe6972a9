package talent

import (
	"strings"
	"testing"

	"guildhall/internal/codes"
	"guildhall/internal/i18n"
)

// What a round was decided on is read by the person themself: it says names, not codes,
// in their language.
func TestAProfileIsSaidInWords(t *testing.T) {
	p := Profile{Level: codes.Secondary, Programme: "460702", Score: 865, Skills: Skills{{"SAF04", 2, "course"}}, WantKinds: []string{"P026"}, WantRegions: []string{"450202"}, WantPay: 520000, Shift: true}
	for language, want := range map[string][]string{
		"zh-CN": {"86.5", "2 级", "5,200", "汽车", "城中区", "；"},
		"en":    {"86.5", "level 2", "5,200", "Shifts: "},
	} {
		ctx := i18n.With(t.Context(), language)
		said := p.Describe(ctx)
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q does not say %q", language, said, w)
			}
		}
		for _, code := range []string{"SAF04", "P026", "450202", codes.Secondary + ";", codes.Secondary + "；", "talent.", "{"} {
			if strings.Contains(said, code) {
				t.Errorf("%s: %q says %q", language, said, code)
			}
		}
	}
}
