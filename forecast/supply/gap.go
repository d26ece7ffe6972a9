package supply

import (
	"math"
	"math/rand/v2"
	"sort"

	"guildhall/forecast"
)

// Demand (需求分布) is what employers will want of one occupation in one quarter.
type Demand struct {
	Mean  float64
	Sigma float64 // standard deviation, 0 where certain
	// Entrants is the share of hires that goes to people who come from school and
	// not from another job, 0 to 1; 0 is read as 1. Hires include job changers, so
	// graduates must not be held against all of them.
	Entrants float64
	// Enterprises is how many enterprises the figure is made of, and Largest the
	// largest one's share; both decide whether it may be shown. Zero is unknown.
	Enterprises int
	Largest     float64
}

// DemandOf takes the h-th period of a forecast as demand.
func DemandOf(f *forecast.Forecast, h int) Demand {
	return Demand{Mean: f.Mean[h], Sigma: f.Sigma[h]}
}

// Gap (供需缺口) is demand minus supply.
type Gap struct {
	Mean   float64   `json:"mean"`
	Median float64   `json:"median"`
	Levels []float64 `json:"levels"`
	Lo     []float64 `json:"lo"` // by level
	Hi     []float64 `json:"hi"`
	// Shortage is the probability that demand exceeds supply.
	Shortage float64 `json:"shortage"`
	// Index is 100 (demand - supply) / (demand + supply), expected: -100 nobody is
	// wanted, 0 in balance, 100 nobody is there.
	Index float64 `json:"index"`
	// Ratio is openings to seekers (求人倍率); null where nobody seeks.
	Ratio forecast.Figure `json:"ratio"`
	// Word is what may be said of it.
	Word Word `json:"word"`
	// Suppressed says that the figure must not be shown: it would tell about
	// single enterprises.
	Suppressed bool `json:"suppressed"`
}

// Word (判断) is what may be said of a gap.
type Word string

// The words. Shortage and surplus are only said where the 80 % interval leaves
// zero out.
const (
	Shortage Word = "shortage"
	Surplus  Word = "surplus"
	Open     Word = "open"
)

// Rules of suppression (小单元抑制).
const (
	MinEnterprises = 3   // figures of fewer are not shown
	MaxShare       = 0.8 // nor those of which one has a larger share
)

// GapOf sets demand against the drawn supply. Demand is drawn from a negative
// binomial distribution with its mean and deviation (normal above 400), as often as
// supply was, from the seed.
func GapOf(d Demand, s *Row, levels []float64, seed uint64) Gap {
	draws := s.Draws()
	if len(draws) == 0 {
		draws = []float64{s.Mean}
	}
	share := d.Entrants
	if share <= 0 || share > 1 {
		share = 1
	}
	want := d.draw(len(draws), share, seed)
	diff := make([]float64, len(draws))
	g := Gap{Levels: levels, Suppressed: d.Enterprises > 0 && (d.Enterprises < MinEnterprises || d.Largest > MaxShare)}
	for i := range diff {
		diff[i] = want[i] - draws[i]
		switch {
		case diff[i] > 0:
			g.Shortage++
		case diff[i] == 0:
			g.Shortage += 0.5
		}
		if sum := want[i] + draws[i]; sum > 0 {
			g.Index += 100 * diff[i] / sum
		}
	}
	n := float64(len(diff))
	g.Shortage /= n
	g.Index /= n
	g.Mean, g.Median, g.Lo, g.Hi = describe(diff, levels)
	g.Ratio = forecast.None()
	if s.Mean > 0 {
		g.Ratio = forecast.Figure(d.Mean * share / s.Mean)
	}
	g.Word = word(diff)
	return g
}

func word(diff []float64) Word {
	w := sortedCopy(diff)
	switch {
	case quantile(w, 0.1) > 0:
		return Shortage
	case quantile(w, 0.9) < 0:
		return Surplus
	}
	return Open
}

// draw gives n draws of the demand for entrants, in random order.
func (d Demand) draw(n int, share float64, seed uint64) []float64 {
	mu := math.Max(0, d.Mean*share)
	sd := d.Sigma * share
	out := make([]float64, n)
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	excess := sd*sd - mu
	for i := range out {
		u := (float64(i) + 0.5) / float64(n)
		switch {
		case sd == 0:
			out[i] = mu
		case mu > 0 && excess > 0 && mu <= 400:
			out[i] = u // turned into a quantile below
		default:
			out[i] = math.Max(0, mu+sd*math.Sqrt2*math.Erfinv(2*u-1))
		}
	}
	if sd > 0 && mu > 0 && excess > 0 && mu <= 400 {
		quantiles(out, forecast.Negative{Mean: mu, Dispersion: excess / (mu * mu)})
	}
	rng.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// quantiles turns ascending probabilities into quantiles in one pass.
func quantiles(u []float64, d forecast.Negative) {
	k, sum := 0, d.Prob(0)
	limit := int(d.Mean+60*math.Sqrt(d.Mean+d.Dispersion*d.Mean*d.Mean)) + 60
	for i := range u {
		for sum < u[i] && k < limit {
			k++
			sum += d.Prob(k)
		}
		u[i] = float64(k)
	}
}

// Cell (单元格) is one figure of a table that has row and column totals.
type Cell struct {
	Row, Column string
	Value       float64
	Enterprises int
	Largest     float64 // share of the largest enterprise
}

// Suppress tells which cells of a table with totals must not be shown: those of
// fewer than three enterprises or with one above 80 %, and as many others, smallest
// first, as are needed so that no row and no column has exactly one hidden cell,
// which a subtraction would uncover.
func Suppress(cells []Cell) []bool {
	hide := make([]bool, len(cells))
	for i, c := range cells {
		hide[i] = c.Enterprises < MinEnterprises || c.Largest > MaxShare
	}
	by := make([]int, len(cells))
	for i := range by {
		by[i] = i
	}
	sort.SliceStable(by, func(a, b int) bool { return cells[by[a]].Value < cells[by[b]].Value })
	for again := true; again; {
		again = false
		for _, line := range []func(Cell) string{func(c Cell) string { return c.Row }, func(c Cell) string { return c.Column }} {
			again = hideSecond(cells, hide, by, line) || again
		}
	}
	return hide
}

// hideSecond hides the smallest shown cell of each line that has one hidden cell.
func hideSecond(cells []Cell, hide []bool, by []int, line func(Cell) string) (changed bool) {
	hidden := map[string]int{}
	for i, c := range cells {
		if hide[i] {
			hidden[line(c)]++
		}
	}
	for _, i := range by {
		if l := line(cells[i]); hidden[l] == 1 && !hide[i] {
			hide[i], changed = true, true
			hidden[l]++
		}
	}
	return changed
}
