package chain

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/i18n"
)

// Every segment stands in each picture once, inside it, and over no other.
func TestPictures(t *testing.T) {
	stages := whole.stages()
	for _, language := range i18n.Languages {
		ctx := i18n.With(t.Context(), language)
		for name, p := range map[string]picture{"wide": wide(ctx, stages), "narrow": narrow(ctx, stages)} {
			if len(p.Boxes) != 28 || len(p.Lanes) != 4 {
				t.Fatalf("%s: %d boxes, %d lanes", name, len(p.Boxes), len(p.Lanes))
			}
			for i, b := range p.Boxes {
				if x := number(t, b.X) + number(t, b.Width); x > 100.01 || b.Y+b.Height > p.Height || number(t, b.Bar) > 60 {
					t.Errorf("%s: %s leaves the picture: %+v", name, b.Name, b)
				}
				if len(b.Lines) > 3 || strings.Contains(strings.Join(b.Lines, ""), "…") {
					t.Errorf("%s: the name %q does not fit its box", name, b.Lines)
				}
				for _, o := range p.Boxes[:i] {
					if b.Y < o.Y+o.Height && o.Y < b.Y+b.Height && number(t, b.X) < number(t, o.X)+number(t, o.Width) && number(t, o.X) < number(t, b.X)+number(t, b.Width) {
						t.Errorf("%s: %s lies over %s", name, b.Name, o.Name)
					}
				}
			}
		}
	}
}

func TestBalanced(t *testing.T) {
	for _, c := range []struct {
		name  string
		width float64
		want  string
	}{
		{"金属材料与锻铸件", 7, "金属材料|与锻铸件"},
		{"热管理", 7, "热管理"},
		{"Quality, safety and environment", 10, "Quality, safety|and environment"},
	} {
		if got := balanced(c.name, c.width, 3); !slices.Equal(got, strings.Split(c.want, "|")) {
			t.Errorf("%q breaks into %q, want %q", c.name, got, c.want)
		}
	}
}

func number(t *testing.T, percent string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.TrimSuffix(percent, "%"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBroken(t *testing.T) {
	for _, c := range []struct {
		name  string
		width float64
		want  string
	}{
		{"智能装备与机器人集成", 7, "智能装备与机器|人集成"},
		{"质量、安全与环保", 3, "质量、|安全与|环保"},
		{"Smart equipment and robot integration", 10, "Smart equipment|and robot|integration"},
		{"一二三四五六七八九", 2, "一二|三四|五六…"},
		{"", 5, ""},
	} {
		got := broken(c.name, c.width, 3)
		if !slices.Equal(got, strings.Split(c.want, "|")) {
			t.Errorf("%q breaks into %q, want %q", c.name, got, c.want)
		}
	}
}
