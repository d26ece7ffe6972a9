package chart

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden pictures; read the difference")

var nan = math.NaN()

func draw(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), "><", ">\n<") + "\n"
}

var forecast = Line{
	Title: "Demand grew from 1,090 to 1,842 and may reach 2,260.", Unit: "persons", Boundary: "forecast",
	Labels: []string{"2022", "2023", "2024", "2025", "2026", "2027", "2028"}, Known: 5,
	Traces: []Trace{
		{Name: "demand", Kind: Demand, Y: []float64{1090, 1280, 1475, 1650, 1842, 2070, 2260},
			Bands: []Band{{Lo: []float64{nan, nan, nan, nan, 1842, 1800, 1700}, Hi: []float64{nan, nan, nan, nan, 1842, 2300, 2600}}}},
		{Name: "supply", Kind: Supply, Y: []float64{980, 1050, nan, 1210, 1306, 1390, 1520}},
	},
}

func TestPictures(t *testing.T) {
	for name, c := range map[string]templ.Component{
		"line":         forecast.Plot(),
		"line_empty":   Line{Title: "Nothing yet.", Labels: []string{"2022"}, Traces: []Trace{{Name: "demand", Kind: Demand, Y: []float64{nan}}}}.Plot(),
		"line_one":     Line{Title: "One point.", Labels: []string{"2022"}, Known: 1, Traces: []Trace{{Name: "demand", Kind: Demand, Y: []float64{7}}}}.Plot(),
		"line_minus":   Line{Title: "Below zero.", Labels: []string{"a", "b"}, Known: 2, Traces: []Trace{{Name: "gap", Kind: Demand, Y: []float64{-7, 5}}}}.Plot(),
		"pairs":        Pairs{Head: "kind", Tail: "gap", Rows: []Pair{{Label: "tester", Link: "/gaps/P001", Title: "tester: demand 1460, supply 612", Demand: 1460, Supply: 612, Text: "short 848"}, {Label: "clerk", Demand: 430, Supply: 905, Text: "spare 475"}}}.Plot(),
		"pairs_none":   Pairs{}.Plot(),
		"bars":         Bars{Rows: []Bar{{Label: "battery", Value: 2857, Text: "short 2,857", More: "0.56"}, {Label: "trade", Value: -475, Text: "spare 475"}, {Label: "even", Value: 0, Text: "0"}}}.Plot(),
		"cell":         Cell(NewScale(848, -475), -475, "spare 475"),
		"spark":        Spark([]float64{620, 790, 880, nan, 1460}, "620, 790, 880, 1460"),
		"spark_one":    Spark([]float64{3}, "3"),
		"spark_none":   Spark(nil, ""),
		"meter":        Meter(55.0/84, "55 of 84", []Mark{{At: 0.5, Text: "half"}, {At: 2.0 / 3, Text: "two thirds", Due: true}}),
		"meter_beyond": Meter(3, "too much", []Mark{{At: -1, Text: "a"}, {At: nan, Text: "b"}}),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".svg.txt")
			got := draw(t, c)
			if *update {
				os.WriteFile(file, []byte(got), 0o644)
			}
			want, _ := os.ReadFile(file)
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{0, 2000, "0 500 1000 1500 2000"},
		{0, 7, "0 2 4 6"},
		{-475, 848, "0 500"},
		{0, 1, "0 0.25 0.5 0.75 1"},
		{0, 1e12, "0 2.5e+11 5e+11 7.5e+11 1e+12"},
		{5, 5, "5"},
		{0, math.Inf(1), "0"},
	} {
		var got []string
		for _, v := range Ticks(c.lo, c.hi, 4) {
			got = append(got, strconv.FormatFloat(v, 'g', -1, 64))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("Ticks(%v, %v) = %s, want %s", c.lo, c.hi, s, c.want)
		}
	}
}

// An axis of whole numbers says none of them twice.
func TestShortAxisSaysNothingTwice(t *testing.T) {
	l := Line{Labels: []string{"a", "b"}, Known: 2, Traces: []Trace{{Kind: Demand, Y: []float64{0, 1}}}}
	var said []string
	for _, tick := range l.draw().Y {
		said = append(said, tick.Text+" at "+tick.At)
	}
	if got := strings.Join(said, ", "); got != "0 at 87.00%, 1 at 10.00%" {
		t.Errorf("the axis says %s", got)
	}
}

func TestBarsBeginAtZero(t *testing.T) {
	s := NewScale(-100, 300)
	for v, want := range map[float64][2]float64{300: {25, 75}, -100: {0, 25}, 0: {25, 0}, 1: {25, 0.4}} {
		x, width := s.Bar(v)
		if math.Abs(x-want[0]) > 1e-9 || math.Abs(width-want[1]) > 1e-9 {
			t.Errorf("Bar(%v) = %v, %v, want %v", v, x, width, want)
		}
	}
}

var numbers = regexp.MustCompile(`="(-?[0-9.]+)%"`)

// Whatever is drawn stays a picture: no attribute holds what is no number, and
// nothing but the words at the ends leaves the frame.
func TestAnyValuesGiveAPicture(t *testing.T) {
	value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1000, 1000), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)), rapid.Just(0.0), rapid.Just(math.MaxFloat64), rapid.Just(-1e99))
	rapid.Check(t, func(rt *rapid.T) {
		ys := rapid.SliceOfN(value, 0, 12).Draw(rt, "ys")
		lo := rapid.SliceOfN(value, 0, 12).Draw(rt, "lo")
		l := Line{Labels: make([]string, len(ys)), Known: rapid.IntRange(0, 14).Draw(rt, "known"), Traces: []Trace{{Kind: Demand, Y: ys, Bands: []Band{{Lo: lo, Hi: ys}}}}}
		p, b := Pairs{}, Bars{}
		for _, v := range ys {
			p.Rows = append(p.Rows, Pair{Demand: v, Supply: -v})
			b.Rows = append(b.Rows, Bar{Value: v})
		}
		for _, c := range []templ.Component{l.Plot(), p.Plot(), b.Plot(), Cell(NewScale(ys...), 1, ""), Spark(ys, ""), Meter(append(ys, 0)[0], "", nil)} {
			got := draw(t, c)
			if wrong := regexp.MustCompile(`NaN|Inf|e[+]`).FindString(got); wrong != "" {
				rt.Fatalf("%s within:\n%s", wrong, got)
			}
			for _, m := range numbers.FindAllStringSubmatch(got, -1) {
				if v, err := strconv.ParseFloat(m[1], 64); err != nil || v < 0 || v > 200 {
					rt.Fatalf("%s is off the picture:\n%s", m[0], got)
				}
			}
		}
	})
}
