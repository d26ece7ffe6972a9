package accuracy

import (
	"math"
	"strings"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/hier"
)

// TestReconciliation forecasts all 425 nodes of the tourism data from six origins and
// compares errors after reconciliation with those before.
func TestReconciliation(t *testing.T) {
	leaves := tourism(t)
	h := tourismTree(t, leaves)
	nodes := h.Nodes()
	var bottom [][]float64
	for i := range leaves {
		bottom = append(bottom, leaves[i].Y)
	}
	full := h.Sum(bottom)
	scored := map[hier.Method]map[string]float64{}
	base := map[string]float64{}
	count := map[string]float64{}
	const ahead = 8
	for _, origin := range []int{52, 56, 60, 64, 68, 72} {
		var s []forecast.Series
		errs := make([][]float64, len(nodes))
		for i, n := range nodes {
			y := full[i][:origin]
			s = append(s, forecast.Series{Key: n.Key, Freq: forecast.Quarterly, Start: forecast.Period{Year: 1998, Sub: 1}, Y: y})
			errs[i] = forecast.RecentErrors(y, 4, 32)
		}
		var means [][]float64
		for _, f := range panel(t, s, forecast.Options{Horizon: ahead}) {
			means = append(means, f.Mean)
		}
		score := func(into map[string]float64, v [][]float64) {
			for i, n := range nodes {
				scale := forecast.ScaleOf(full[i][:origin], 4).MAE
				for k := range ahead {
					e := math.Abs(v[i][k]-full[i][origin+k]) / scale / ahead
					into[n.Level] += e
					into["all"] += e
				}
			}
		}
		score(base, means)
		for _, n := range nodes {
			count[n.Level]++
			count["all"]++
		}
		for _, m := range []hier.Method{hier.BottomUp, hier.OLS, hier.WLS, hier.MinT, hier.Half, hier.Tempered} {
			got, rep, err := h.Reconcile(means, hier.Weights{Method: m, Errors: errs, NonNegative: true})
			if err != nil {
				t.Fatal(err)
			}
			if scored[m] == nil {
				scored[m] = map[string]float64{}
			}
			score(scored[m], got)
			if origin == 72 {
				t.Logf("%s: %+v", m, rep)
			}
		}
	}
	levels := []string{"total", "purpose", "state", "state,purpose", "region", "leaf", "all"}
	for _, l := range levels {
		line := ""
		for _, m := range []hier.Method{hier.BottomUp, hier.OLS, hier.WLS, hier.MinT, hier.Half, hier.Tempered} {
			line += " " + string(m) + " " + ratio(scored[m][l]/base[l])
		}
		t.Logf("%-14s base %.3f%s", l, base[l]/count[l], line)
	}
	best := scored[hier.Tempered]
	atMost(t, "all nodes against base", best["all"]/base["all"], 0.966)
	atMost(t, "leaves against base", best["leaf"]/base["leaf"], 0.98)
	for _, l := range levels {
		atMost(t, l+" against base", best[l]/base[l], 1.12)
	}
}

func ratio(v float64) string { return strings.TrimSpace(shown(v)) }

// tourismTree is total, purposes, states, both, regions and leaves.
func tourismTree(t *testing.T, s []forecast.Series) *hier.Hierarchy {
	t.Helper()
	var keys []string
	var values [][]string
	for i := range s {
		p := strings.Split(s[i].Key, "/")
		keys, values = append(keys, s[i].Key), append(values, []string{p[0], p[1], p[2]})
	}
	h, err := hier.New(hier.Cross(keys, []string{"region", "state", "purpose"}, values, [][2]int{{1, 2}}))
	if err != nil {
		t.Fatal(err)
	}
	return h
}
