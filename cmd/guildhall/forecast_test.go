package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// forecastFile runs the command on a table and gives exit code, output file and
// what was printed.
func forecastFile(t *testing.T, table string, args ...string) (code int, out, printed, told string) {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.csv")
	if err := os.WriteFile(in, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "out.csv")
	var o, e bytes.Buffer
	code = forecastCommand(context.Background(), streams{strings.NewReader(""), &o, &e}, append([]string{"--in", in, "--out", file, "--quiet"}, args...))
	b, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return code, string(b), o.String(), e.String()
}

// quarterlyTable has n series of 24 quarters with a season, backwards.
func quarterlyTable(n int) string {
	var b strings.Builder
	b.WriteString("unique_id,ds,y\n")
	for i := n - 1; i >= 0; i-- {
		for q := 23; q >= 0; q-- {
			fmt.Fprintf(&b, "s%02d,%dQ%d,%g\n", i, 2020+q/4, q%4+1, float64(100+10*i)+[]float64{20, -10, 5, -15}[q%4]+math.Mod(float64(q*q*7+i*13), 5))
		}
	}
	return b.String()
}

func TestForecastCommandSaysWhatIsWrong(t *testing.T) {
	table := "unique_id,ds,y\ngood,1,5\ngood,2,6\ngood,3,5\ngood,4,7\ntext,1,x\ntwice,1,1\ntwice,1,2\nminus,1,-1\nminus,2,3\n"
	code, out, _, told := forecastFile(t, table, "--horizon", "1", "--level", "80,95", "--kind", "count")
	if code != exitPartial {
		t.Errorf("exit status %d, should be %d", code, exitPartial)
	}
	for _, want := range []string{"unique_id,ds,forecast,lo-80,hi-80,lo-95,hi-95,method\n", "good,5,", `refused: 1: negative count`,
		`is not a number`, `1 occurs twice, first in line 7`} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q:\n%s", want, out)
		}
	}
	for _, want := range []string{`line 6: series "text"`, `line 8: series "twice"`, `line 9: series "minus": 1: negative count`, "3 of 4 series were refused"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q was not told:\n%s", want, told)
		}
	}
}

func TestForecastCommandIsCalledWrongly(t *testing.T) {
	code, out, _, told := forecastFile(t, "unique_id,ds,y\na,1,1\n", "--horizon", "0", "--level", "0,x", "--method", "magic", "--kind", "soup", "--season", "-1", "--reconcile", "so")
	if code != exitUsage || out != "" {
		t.Errorf("exit status %d and output %q", code, out)
	}
	for _, want := range []string{"--horizon 0", `--level "0"`, `--level "x"`, `"magic"`, `"soup"`, "--season -1", `--reconcile "so"`} {
		if !strings.Contains(told, want) {
			t.Errorf("%q was not told:\n%s", want, told)
		}
	}
	if code, _, _, told := forecastFile(t, "a,b\n1,2\n", "--horizon", "1"); code != exitUsage || !strings.Contains(told, "unique_id, ds and y") {
		t.Errorf("a table without the columns: exit status %d, %s", code, told)
	}
}

func TestForecastCommandIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	table := quarterlyTable(12)
	_, one, _, _ := forecastFile(t, table, "--horizon", "4", "--level", "80", "--workers", "1")
	_, many, _, _ := forecastFile(t, table, "--horizon", "4", "--level", "80", "--workers", "7")
	if one == "" || one != many {
		t.Errorf("one worker:\n%s\nseven:\n%s", one, many)
	}
}

func TestForecastCommandAddsUp(t *testing.T) {
	dir := t.TempDir()
	groups := "unique_id,segment,occupation\n"
	for i := range 12 {
		groups += fmt.Sprintf("s%02d,a%d,b%d\n", i, i%2, i%3)
	}
	h := filepath.Join(dir, "groups.csv")
	if err := os.WriteFile(h, []byte(groups), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, printed, told := forecastFile(t, quarterlyTable(12), "--horizon", "4", "--level", "80", "--hierarchy", h, "--backtest")
	if code != exitOK {
		t.Fatalf("exit status %d: %s", code, told)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, r := range rows[1:] {
		v, err := strconv.ParseFloat(r[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(r[0], "s0") && !strings.HasPrefix(r[0], "s1") {
			sums[r[0]+r[1]] += v
			continue
		}
		i, err := strconv.Atoi(r[0][1:])
		if err != nil {
			t.Fatal(err)
		}
		sums["total"+r[1]] -= v
		sums[fmt.Sprintf("segment=a%d%s", i%2, r[1])] -= v
		sums[fmt.Sprintf("occupation=b%d%s", i%3, r[1])] -= v
	}
	if len(sums) != 4*6 {
		t.Errorf("%d sums, should be 24", len(sums))
	}
	for k, d := range sums {
		if math.Abs(d) > 1e-5 {
			t.Errorf("%s is off by %g", k, d)
		}
	}
	if !strings.Contains(printed, "backtest: 3 origins") || !strings.Contains(printed, "OWA") {
		t.Errorf("no backtest: %s", printed)
	}
}
