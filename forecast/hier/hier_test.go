package hier_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"guildhall/forecast/hier"
)

// crossed makes a hierarchy of enterprise x occupation x region.
func crossed(t testing.TB, n int, rng *rand.Rand) *hier.Hierarchy {
	t.Helper()
	var keys []string
	var values [][]string
	for i := range n {
		keys = append(keys, fmt.Sprintf("leaf %d", i))
		values = append(values, []string{fmt.Sprint(i / 4), fmt.Sprint(rng.IntN(5)), fmt.Sprint(rng.IntN(3))})
	}
	h, err := hier.New(hier.Cross(keys, []string{"enterprise", "occupation", "region"}, values, [][2]int{{1, 2}}))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func random(rng *rand.Rand, rows, cols int, size float64) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, cols)
		for c := range out[i] {
			out[i][c] = size * rng.NormFloat64()
		}
	}
	return out
}

func TestEveryMethodAddsUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	h := crossed(t, 60, rng)
	n := len(h.Nodes())
	errs := random(rng, n, 20, 3)
	for _, m := range []hier.Method{hier.BottomUp, hier.TopDown, hier.OLS, hier.WLS, hier.MinT, hier.Half, hier.Tempered} {
		base := random(rng, n, 3, 10)
		for i := range base {
			for c := range base[i] {
				base[i][c] += 12
			}
		}
		got, rep, err := h.Reconcile(base, hier.Weights{Method: m, Errors: errs, NonNegative: true})
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		addsUp(t, string(m), h, got)
		if rep.Residual > 1e-6 {
			t.Errorf("%s: incoherence %g before the final sum", m, rep.Residual)
		}
		for i := range got {
			for c, v := range got[i] {
				if v < 0 {
					t.Errorf("%s: node %s is %g in column %d", m, h.Nodes()[i].Key, v, c)
				}
			}
		}
	}
}

// addsUp compares every sum with that of the leaves that name it, found anew.
func addsUp(t *testing.T, what string, h *hier.Hierarchy, v [][]float64) {
	t.Helper()
	above := map[string]map[string]bool{}
	var climb func(key, leaf string)
	climb = func(key, leaf string) {
		if above[key] == nil {
			above[key] = map[string]bool{}
		}
		above[key][leaf] = true
		for _, p := range h.Nodes()[h.Index(key)].Parents {
			climb(p, leaf)
		}
	}
	for _, l := range h.Leaves() {
		climb(l, l)
	}
	for key, leaves := range above {
		for c := range v[0] {
			sum := 0.0
			for l := range leaves {
				sum += v[h.Index(l)][c]
			}
			if got := v[h.Index(key)][c]; math.Abs(got-sum) > 1e-9*(1+math.Abs(sum)) {
				t.Fatalf("%s: %s is %v, its leaves add up to %v", what, key, got, sum)
			}
		}
	}
}

func TestCoherentForecastsStay(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	h := crossed(t, 40, rng)
	base := h.Sum(random(rng, len(h.Leaves()), 2, 5))
	errs := random(rng, len(h.Nodes()), 15, 1)
	for _, m := range []hier.Method{hier.OLS, hier.WLS, hier.MinT, hier.Half, hier.Tempered} {
		got, _, err := h.Reconcile(base, hier.Weights{Method: m, Errors: errs})
		if err != nil {
			t.Fatal(err)
		}
		for i := range base {
			if math.Abs(got[i][0]-base[i][0]) > 1e-7*(1+math.Abs(base[i][0])) {
				t.Fatalf("%s: %s was coherent at %v and became %v", m, h.Nodes()[i].Key, base[i][0], got[i][0])
			}
		}
	}
}

// Two leaves and their sum: the projections can be worked out by hand.
func TestSmallProjections(t *testing.T) {
	h, err := hier.New([]hier.Node{{Key: "sum"}, {Key: "a", Parents: []string{"sum"}}, {Key: "b", Parents: []string{"sum"}}})
	if err != nil {
		t.Fatal(err)
	}
	base := [][]float64{{13}, {4}, {6}}
	errs := [][]float64{{2, -2}, {1, 1}, {1, -1}} // variances 4, 1, 1
	for _, c := range []struct {
		m       hier.Method
		a, b, s float64
	}{
		{hier.BottomUp, 4, 6, 10},
		{hier.TopDown, 5.2, 7.8, 13},
		{hier.OLS, 5, 7, 12},     // the 3 that are missing, shared by three
		{hier.WLS, 4.5, 6.5, 11}, // 3 * 1/6 to each leaf
	} {
		got, _, err := h.Reconcile(base, hier.Weights{Method: c.m, Errors: errs})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{c.s, c.a, c.b} {
			if math.Abs(got[i][0]-want) > 1e-7 {
				t.Errorf("%s: node %d is %v, should be %v", c.m, i, got[i][0], want)
			}
		}
	}
}

func TestRoundedNumbersAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		h := crossed(t, 1+rng.IntN(80), rng)
		bottom := random(rng, len(h.Leaves()), 2, 1)
		for _, row := range bottom {
			for c := range row {
				row[c] = math.Abs(row[c])
			}
		}
		v := h.Sum(bottom)
		whole := h.Round(v)
		f := make([][]float64, len(whole))
		for i := range whole {
			f[i] = []float64{float64(whole[i][0]), float64(whole[i][1])}
		}
		addsUp(t, "rounded", h, f)
		for i, n := range h.Nodes() {
			if n.Level != "enterprise" && n.Level != "leaf" && n.Level != hier.Total {
				continue
			}
			if d := math.Abs(f[i][0] - v[i][0]); d >= 1 {
				t.Errorf("%s %s: %v became %v", n.Level, n.Key, v[i][0], f[i][0])
			}
		}
	}
}

func TestBadHierarchiesTellAllFaults(t *testing.T) {
	_, err := hier.New([]hier.Node{{Key: "a", Parents: []string{"b"}}, {Key: "a"}, {Key: "", Parents: nil}, {Key: "c", Parents: []string{"a", "a"}}})
	for _, want := range []string{`"b" does not exist`, `occurs twice`, `has no key`, `named twice`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	_, err = hier.New([]hier.Node{{Key: "a", Parents: []string{"b"}}, {Key: "b", Parents: []string{"a"}}})
	if err == nil || !strings.Contains(err.Error(), "its own parent") {
		t.Errorf("a circle gives %v", err)
	}
}
