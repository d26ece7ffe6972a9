package forecast

import (
	"fmt"
	"math"
)

// ETSSpec (指数平滑模型) names a model of exponential smoothing by its error, trend
// and season, such as "ANN", "MAdM" or "AAA": A additive, M multiplicative, N none,
// Ad damped.
type ETSSpec string

// ETS is exponential smoothing by likelihood (Hyndman, Koehler, Snyder & Grose
// 2002; Hyndman et al. 2008): of the named models, or of all fifteen stable ones,
// the one with the smallest AICc.
func ETS(specs ...ETSSpec) Model { return etsModel{name: "ets", specs: specs} }

// ETSAverage is the mean of all fifteen models, weighted by exp(-AICc/4), half of
// what the criterion's theory says, and with Damped's prior on the slope: close
// models are not told apart by chance.
func ETSAverage() Model { return etsModel{name: "ets-average", average: true, prior: slopePrior} }

// slopePrior is the strength of the prior against fast slopes; see Damped.
const slopePrior = 10

// hopelessMargin is by how much AICc a kind of error and season must be worse without
// a trend for its trends not to be tried.
const hopelessMargin = 20.0

// etsTemperature flattens the AICc weights.
const etsTemperature = 0.25

type etsModel struct {
	name    string
	specs   []ETSSpec
	average bool
	prior   float64
}

func (e etsModel) Name() string { return e.name }

// etsForm is a spec taken apart.
type etsForm struct {
	mul    bool // multiplicative error
	trend  int  // 0 none, 1 additive, 2 damped
	season byte // 'N', 'A', 'M'
}

func (f etsForm) String() string {
	return string("AM"[b2i(f.mul)]) + [...]string{"N", "A", "Ad"}[f.trend] + string(f.season)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

var etsForms = allForms()

// allForms are the fifteen models; additive errors with a multiplicative season
// are left out because they are unstable.
func allForms() []etsForm {
	var f []etsForm
	for _, trend := range []int{0, 1, 2} {
		for _, season := range []byte{'N', 'A', 'M'} {
			for _, mul := range []bool{false, true} {
				if mul || season != 'M' {
					f = append(f, etsForm{mul, trend, season})
				}
			}
		}
	}
	return f
}

// etsFit is one fitted model.
type etsFit struct {
	form               etsForm
	alpha, beta, gamma float64 // by which level, slope and season follow the error
	phi                float64
	level, slope       float64   // before the first observation
	season             []float64 // of the first m observations
	info               Info
}

// etsMix is the mean of several.
type etsMix struct {
	fits   []*etsFit
	weight []float64
	info   Info
}

func (e etsModel) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	n := len(y)
	if n < 4 {
		return nil, ErrTooShort
	}
	mark := ws.mark()
	defer ws.release(mark)
	b := newEtsBasis(y, m, e.prior, ws)
	var fits []*etsFit
	least := math.Inf(1)
	hopeless := map[etsForm]bool{} // by error and season
	for _, f := range etsForms {
		kind := etsForm{mul: f.mul, season: f.season}
		if !e.wants(f) || !b.allows(f, e.specs != nil) || hopeless[kind] {
			continue
		}
		fit := b.fit(f, ws)
		if fit == nil {
			continue
		}
		fits = append(fits, fit)
		a := fit.info.AICc()
		least = math.Min(least, a)
		hopeless[kind] = e.specs == nil && f.season != 'N' && a > least+hopelessMargin
	}
	if len(fits) == 0 {
		return nil, fmt.Errorf("%w: no model of exponential smoothing", ErrUnsuitable)
	}
	return e.choose(fits), nil
}

func (e etsModel) wants(f etsForm) bool {
	if e.specs == nil {
		return true
	}
	for _, s := range e.specs {
		if string(s) == f.String() {
			return true
		}
	}
	return false
}

// choose takes the best by AICc, or weighs all.
func (e etsModel) choose(fits []*etsFit) Fitted {
	best := 0
	for i, f := range fits {
		if f.info.AICc() < fits[best].info.AICc() {
			best = i
		}
	}
	if !e.average {
		return fits[best]
	}
	least := fits[best].info.AICc()
	mix := &etsMix{info: fits[best].info}
	sum := 0.0
	for _, f := range fits {
		w := math.Exp(-etsTemperature * (f.info.AICc() - least))
		if math.IsInf(least, 1) {
			w = 1
		}
		if w > 0.01 {
			mix.fits, mix.weight = append(mix.fits, f), append(mix.weight, w)
			sum += w
		}
	}
	for i := range mix.weight {
		mix.weight[i] /= sum
	}
	return mix
}

func (x *etsMix) Info() Info { return x.info }

func (x *etsMix) Forecast(y, out []float64) {
	one := make([]float64, len(out))
	clear(out)
	for i, f := range x.fits {
		f.Forecast(y, one)
		for h, v := range one {
			out[h] += x.weight[i] * v
		}
	}
}
