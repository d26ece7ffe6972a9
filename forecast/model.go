package forecast

import (
	"errors"
	"math"
)

// Model (模型) is a way to forecast one series by itself. Implementations have no
// state of their own and may be used by many goroutines.
type Model interface {
	// Name is the model's short name, as it stands in results.
	Name() string
	// Fit learns the model's parameters from a history without gaps whose season
	// has m periods (1: none). It returns ErrTooShort or ErrUnsuitable where the
	// model does not apply. The workspace must not be nil.
	Fit(y []float64, m int, ws *Workspace) (Fitted, error)
}

// Fitted is a model with its parameters found.
type Fitted interface {
	// Forecast fills out with the values expected for the len(out) periods that
	// follow y. The history y is the one that was fitted, or one that continues
	// it: the parameters stay, the states are brought up to date.
	Forecast(y, out []float64)
	// Info tells what was found.
	Info() Info
}

// Info (模型参数) describes a fitted model.
type Info struct {
	Sigma  float64            // standard deviation of the one-step errors within the history
	LogLik float64            // log-likelihood up to the constants of the normal distribution
	K      int                // number of parameters found, states and sigma included
	N      int                // number of errors they were found from
	Params map[string]float64 // by the names used in the model's source
}

// AICc is Akaike's criterion, corrected for short histories (Hurvich & Tsai 1989);
// plus infinity where there are too few observations for it.
func (i Info) AICc() float64 {
	n, k := float64(i.N), float64(i.K)
	if n-k-1 <= 0 {
		return math.Inf(1)
	}
	return -2*i.LogLik + 2*k + 2*k*(k+1)/(n-k-1)
}

var (
	// ErrTooShort says that a history is too short for a model.
	ErrTooShort = errors.New("forecast: the history is too short for this model")
	// ErrUnsuitable says that a model does not apply, such as a multiplicative
	// one to values that are not all positive.
	ErrUnsuitable = errors.New("forecast: the model does not suit this history")
)

// Workspace (工作区) holds the scratch memory of one goroutine, so that fitting
// many series does not allocate again and again. The zero value works.
type Workspace struct {
	slab []float64
	used int
	nm   simplex
}

// take gives a slice of n zeros that is good until release is called with the
// mark that was there before.
func (w *Workspace) take(n int) []float64 {
	if w.used+n > len(w.slab) {
		w.slab = make([]float64, max(2*len(w.slab), w.used+n, 512))
		w.used = 0 // slices handed out before keep the old slab alive
	}
	s := w.slab[w.used : w.used+n : w.used+n]
	w.used += n
	clear(s)
	return s
}

func (w *Workspace) mark() int { return w.used }

// release gives back everything taken since the mark. After the slab grew the
// mark belongs to the old slab and nothing has to be given back but all.
func (w *Workspace) release(mark int) {
	if mark <= w.used {
		w.used = mark
	}
}

// gaussian is the log-likelihood of n normal errors with the given sum of
// squares, without the constants.
func gaussian(sse float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return -0.5 * float64(n) * math.Log(math.Max(sse, tinySSE)/float64(n))
}

// tinySSE keeps the logarithm of a perfect fit finite.
const tinySSE = 1e-200

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func allFinite(v []float64) bool {
	for _, x := range v {
		if !finite(x) {
			return false
		}
	}
	return true
}

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

func mean(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}
