package hier

import (
	"errors"
	"fmt"
	"math"
)

// Method (调和方法) says by which measure forecasts are changed as little as
// possible.
type Method string

// The methods.
const (
	BottomUp Method = "bottom-up" // leaves stay, sums are theirs
	TopDown  Method = "top-down"  // the total stays and is shared out by the leaves' forecasts
	OLS      Method = "ols"       // all changes weigh alike
	WLS      Method = "wls"       // changes weigh by the variance of each node's errors
	MinT     Method = "mint"      // by the covariance of the errors, shrunk to its diagonal
	Half     Method = "half"      // the mean of OLS and MinT: no level gives much away
	// Tempered is MinT with every deviation raised to the power 0.7, between OLS
	// (0) and MinT (1): wide sums keep more of their own forecast. On the tourism
	// data it is the only method that worsens no level and betters all together.
	Tempered Method = "tempered"
)

// Weights (权重) choose the method and what it needs to know.
type Weights struct {
	Method Method
	// Errors are past one-step errors by node and then by time, aligned, for all
	// but bottom-up, top-down and OLS. They should come from forecasts of periods not seen in fitting.
	Errors [][]float64
	// NonNegative keeps all results at zero or above.
	NonNegative bool
}

// Report (调和报告) tells what reconciliation did.
type Report struct {
	Method     Method  `json:"method"`
	Shrinkage  float64 `json:"shrinkage"`  // of MinT's correlations, 0 none to 1 all
	Iterations int     `json:"iterations"` // of the conjugate gradients, over all columns
	Residual   float64 `json:"residual"`   // largest incoherence before the final sum, relative to the largest value
	Clipped    int     `json:"clipped"`    // values that would have been negative and were held at zero
	Missing    int     `json:"missing"`    // sums without a forecast of their own
	Floored    int     `json:"floored"`    // nodes whose errors were constant and got their level's median variance
}

// ErrShape says that the forecasts or errors do not fit the hierarchy.
var ErrShape = errors.New("hier: wrong shape")

// Reconcile gives forecasts that add up exactly. base has a row for each node and
// a column for each horizon. A sum whose row is nil, or has a NaN, has no forecast
// of its own and gets the sum of its leaves; leaves must have one.
func (h *Hierarchy) Reconcile(base [][]float64, w Weights) ([][]float64, Report, error) {
	r := Report{Method: w.Method}
	cols, err := h.check(base)
	if err != nil {
		return nil, r, err
	}
	bottom := make([][]float64, len(h.leaves))
	for l, n := range h.leaves {
		bottom[l] = append([]float64(nil), base[n]...)
	}
	switch w.Method {
	case BottomUp:
		r.Clipped = h.clip(bottom, w.NonNegative)
		return h.Sum(bottom), r, nil
	case TopDown:
		if err := h.shareOut(base, bottom); err != nil {
			return nil, r, err
		}
		r.Clipped = h.clip(bottom, w.NonNegative)
		return h.Sum(bottom), r, nil
	case OLS, WLS, MinT, Half, Tempered:
	default:
		return nil, r, fmt.Errorf("hier: there is no method %q", w.Method)
	}
	return h.projectAll(base, bottom, cols, w, r)
}

// projectAll solves each column, and averages OLS and MinT for Half.
func (h *Hierarchy) projectAll(base, bottom [][]float64, cols int, w Weights, r Report) ([][]float64, Report, error) {
	methods := []Method{w.Method}
	if w.Method == Half {
		methods = []Method{OLS, MinT}
	}
	for _, row := range bottom {
		clear(row)
	}
	for _, m := range methods {
		p, err := h.newProjector(base, m, w.Errors, &r)
		if err != nil {
			return nil, r, err
		}
		for c := range cols {
			b := p.column(base, c, w.NonNegative, &r)
			for l := range b {
				bottom[l][c] += b[l] / float64(len(methods))
			}
		}
	}
	r.Clipped += h.clip(bottom, w.NonNegative)
	return h.Sum(bottom), r, nil
}

// check looks at the shape and values of the forecasts.
func (h *Hierarchy) check(base [][]float64) (cols int, err error) {
	if len(base) != len(h.nodes) {
		return 0, fmt.Errorf("%w: %d rows of forecasts for %d nodes", ErrShape, len(base), len(h.nodes))
	}
	var faults []error
	cols = len(base[h.leaves[0]])
	for i, row := range base {
		if row == nil && h.leafOf[i] < 0 {
			continue
		}
		if len(row) != cols {
			faults = append(faults, fmt.Errorf("%w: node %q has %d columns, others %d", ErrShape, h.nodes[i].Key, len(row), cols))
			continue
		}
		for _, v := range row {
			if math.IsInf(v, 0) || math.IsNaN(v) && h.leafOf[i] >= 0 {
				faults = append(faults, &Fault{h.nodes[i].Key, fmt.Sprintf("forecast %v is not a number", v)})
				break
			}
		}
	}
	return cols, errors.Join(faults...)
}

func (h *Hierarchy) clip(bottom [][]float64, do bool) (clipped int) {
	if !do {
		return 0
	}
	for _, row := range bottom {
		for c, v := range row {
			if v < 0 {
				row[c] = 0
				clipped++
			}
		}
	}
	return clipped
}

// shareOut spreads the total over the leaves in the proportion of their forecasts.
func (h *Hierarchy) shareOut(base, bottom [][]float64) error {
	top := -1
	for s, n := range h.sums {
		if len(h.rows[s]) == len(h.leaves) && base[n] != nil {
			top = n
			break
		}
	}
	if top < 0 {
		return &Fault{"", "top-down needs one node above all leaves with a forecast"}
	}
	for c := range base[top] {
		sum := 0.0
		for _, b := range bottom {
			sum += math.Max(0, b[c])
		}
		for _, b := range bottom {
			switch {
			case math.IsNaN(base[top][c]):
			case sum > 0:
				b[c] = math.Max(0, b[c]) / sum * base[top][c]
			default:
				b[c] = base[top][c] / float64(len(bottom))
			}
		}
	}
	return nil
}
