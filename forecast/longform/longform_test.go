package longform_test

import (
	"bytes"
	"compress/gzip"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/longform"
)

func read(t *testing.T, s string) []longform.Item {
	t.Helper()
	items, err := longform.Read(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestTimesBecomeRegular(t *testing.T) {
	for _, c := range []struct {
		what   string
		times  []string
		season int
		next   string
		gaps   int
	}{
		{"quarters", []string{"2026Q1", "2026Q2", "2026Q4"}, 4, "2027Q1", 1},
		{"quarters with a dash", []string{"2026-Q1", "2026-Q2"}, 4, "2026Q3", 0},
		{"months", []string{"2025-11", "2025-12", "2026-01"}, 12, "2026-02", 0},
		{"every third month", []string{"2025-03", "2025-06", "2025-12"}, 4, "2026-03", 1},
		{"first days", []string{"2025-12-01", "2026-01-01", "2026-02-01"}, 12, "2026-03-01", 0},
		{"last days", []string{"2025-12-31", "2026-01-31", "2026-02-28"}, 12, "2026-03-31", 0},
		{"quarter ends", []string{"2025-09-30", "2025-12-31", "2026-03-31"}, 4, "2026-06-30", 0},
		{"days", []string{"2026-02-27", "2026-02-28", "2026-03-01", "2026-03-03"}, 7, "2026-03-04", 1},
		{"weeks", []string{"2026-02-06", "2026-02-13", "2026-02-20"}, 52, "2026-02-27", 0},
		{"hours", []string{"2026-02-06 22:00:00", "2026-02-06 23:00:00", "2026-02-07 00:00:00"}, 24, "2026-02-07 01:00:00", 0},
		{"integers", []string{"1", "2", "3"}, 1, "4", 0},
		{"even integers", []string{"-2", "0", "4"}, 1, "6", 1},
		{"years", []string{"2024", "2025"}, 1, "2026", 0},
	} {
		table := "unique_id,ds,y\n"
		for i := len(c.times) - 1; i >= 0; i-- {
			table += "a," + c.times[i] + ",1\n"
		}
		it := read(t, table)[0]
		if len(it.Faults) > 0 {
			t.Errorf("%s: %v", c.what, it.Faults)
			continue
		}
		gaps := 0
		for _, v := range it.Y {
			if math.IsNaN(v) {
				gaps++
			}
		}
		if it.Season() != c.season || it.Label(len(it.Y)) != c.next || gaps != c.gaps {
			t.Errorf("%s: season %d, next %s, %d gaps; should be %d, %s, %d", c.what, it.Season(), it.Label(len(it.Y)), gaps, c.season, c.next, c.gaps)
		}
	}
}

func TestFaultsBearTheirLine(t *testing.T) {
	for table, want := range map[string]string{
		"a,1,x\n":                    `line 2: series "a": "x" is not a number`,
		"a,1,1\na,1,2\n":             `line 3: series "a": 1 occurs twice, first in line 2`,
		"a,1,1\na,2026Q1,2\n":        `line 3: series "a": "2026Q1" is a quarter, earlier times are an integer: the frequencies are mixed`,
		"a,soon,1\n":                 `line 2: series "a": "soon" is not a time: a date, a period such as 2026Q3 or 2026-07, or an integer`,
		"a,2026-02-30,1\n":           `line 2: series "a": "2026-02-30" is not a time: a date, a period such as 2026Q3 or 2026-07, or an integer`,
		"a,2026Q5,1\n":               `line 2: series "a": "2026Q5" is not a time: a date, a period such as 2026Q3 or 2026-07, or an integer`,
		"a,1,-Inf\n":                 `line 2: series "a": "-Inf" is infinite`,
		"a,1,1e999\n":                `line 2: series "a": "1e999" is infinite`,
		",1,1\n":                     `line 2: series "": unique_id is empty`,
		"a,1,1\na,2,1\na,900000,1\n": `line 2: series "a": the times have no common step: the frequencies are mixed, or more than half of the periods are missing`,
	} {
		it := read(t, "unique_id,ds,y\n"+table)[0]
		if len(it.Faults) == 0 || it.Faults[0].Error() != want {
			t.Errorf("%q: %v, should be %s", table, it.Faults, want)
		}
	}
}

func TestLinesOfValues(t *testing.T) {
	it := read(t, "unique_id,ds,y\na,5,1\na,1,1\na,2,1\n")[0]
	for i, want := range map[int]int{-1: 3, 0: 3, 1: 4, 2: 2, 3: 2, 4: 2, 5: 0} {
		if got := it.Line(i); got != want {
			t.Errorf("value %d is in line %d, should be %d", i, got, want)
		}
	}
}

func TestOrderCompressionAndMarksChangeNothing(t *testing.T) {
	rows := []string{"b,2026Q1,3", "a,2026Q2,2", "a,2026Q1,1", "b,2026Q2,NA"}
	var first string
	rng := rand.New(rand.NewPCG(1, 1))
	for range 10 {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		plain := "\ufeffy_other,unique_id,DS,y\r\n"
		for _, r := range rows {
			plain += "x," + r + "\r\n"
		}
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write([]byte(plain)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		items, err := longform.Read(&z)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, it := range items {
			got += it.Key + it.Label(0)
			for _, v := range it.Y {
				if math.IsNaN(v) {
					got += " -"
				} else {
					got += " " + string(rune('0'+int(v)))
				}
			}
		}
		if first == "" {
			first = got
		}
		if got != first || got != "a2026Q1 1 2b2026Q1 3 -" {
			t.Fatalf("got %q, first %q", got, first)
		}
	}
}

func TestUnreadableTables(t *testing.T) {
	for _, s := range []string{"", "a,b,c\n1,2,3\n", "unique_id,ds\n"} {
		if _, err := longform.Read(strings.NewReader(s)); err == nil {
			t.Errorf("%q was read", s)
		}
	}
	if _, err := longform.ReadGroups(strings.NewReader("unique_id,g\na,\na,x\n")); err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("an empty group and an id twice give %v", err)
	}
}

func TestWrittenRows(t *testing.T) {
	var b bytes.Buffer
	f := forecast.Forecast{Mean: []float64{1.5}, Lo: [][]float64{{0}}, Hi: [][]float64{{1e9}}}
	err := longform.Write(&b, []float64{0.8}, []longform.Row{
		{Key: "a,b", Forecast: &f, Label: func(int) string { return "2026Q1" }, Method: "count"},
		{Key: "c", Method: "no observation"}})
	want := "unique_id,ds,forecast,lo-80,hi-80,method\n\"a,b\",2026Q1,1.5,0,1000000000,count\nc,,,,,refused: no observation\n"
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s\nshould be\n%s", err, b.String(), want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("unique_id,ds,y\na,2026Q1,1\na,2026Q2,x\n"))
	f.Add([]byte("unique_id,ds,y\na,1,1\na,-999999999999999999,2\na,999999999999999999,2\n"))
	f.Add([]byte("unique_id,ds,y\na,0001-01-31,1\na,9999-12-31,nan\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := longform.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, it := range items {
			if len(it.Faults) > 0 {
				continue
			}
			if len(it.Y) == 0 || len(it.Y) > 3*len(b)+40 {
				t.Fatalf("%d values from %d bytes", len(it.Y), len(b))
			}
			it.Label(len(it.Y))
			it.Season()
			it.Base()
		}
	})
}
