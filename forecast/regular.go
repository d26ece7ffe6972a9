package forecast

import (
	"fmt"
	"math"
)

// family is a candidate of the default combination.
type family struct {
	name   string
	model  Model
	raw    bool    // sees the history with its season
	prior  float64 // share where nothing is known of the record
	allObs bool    // cheap enough to see every observation
}

// families are the candidates of the default route.
func families() []family {
	return []family{
		{name: "damped", model: Damped(slopePrior), prior: 1},
		{name: "ces", model: CES(cesPrior), prior: 1},
		{name: "dynamic-theta", model: DynamicTheta(), prior: 1, allObs: true},
		{name: "box-cox-theta", model: BoxCoxTheta(), prior: 1, allObs: true},
		{name: "ets", model: ETSAverage(), prior: 1, raw: true},
		{name: "arima", model: ARIMAAverage(), prior: 1},
	}
}

var defaultFamilies = families()

// defaultMaxObs is how much history the slow candidates see.
const defaultMaxObs = 300

// fits are the candidates fitted to one history.
type fits struct {
	season factors
	fitted []Fitted
	from   []int // the first observation that each saw
	sigma  float64
	capped bool // a candidate ran away
}

// fitFamilies fits every candidate to y, the slow ones to the last most observations.
// A candidate that does not apply is replaced by the last seasonally adjusted value.
func fitFamilies(y []float64, m, most int, ws *Workspace) fits {
	mark := ws.mark()
	defer ws.release(mark)
	f := fits{season: seasonOf(y, m, positive(y), ws)}
	plain := ws.take(len(y))
	f.season.remove(y, plain)
	for _, c := range defaultFamilies {
		x, sm := plain, 1
		if c.raw {
			x, sm = y, m
		}
		from := 0
		if !c.allObs {
			from = max(0, len(y)-max(most, 4*m))
		}
		fit, err := c.model.Fit(x[from:], sm, ws)
		if err != nil {
			fit, _ = naive{}.Fit(x, 1, ws)
		}
		f.fitted, f.from = append(f.fitted, fit), append(f.from, from)
	}
	f.sigma = f.fitted[0].Info().Sigma
	return f
}

// say writes the forecasts of every candidate after y.
func (f *fits) say(y []float64, h int, ws *Workspace) [][]float64 {
	mark := ws.mark()
	defer ws.release(mark)
	plain := ws.take(len(y))
	f.season.remove(y, plain)
	out := make([][]float64, len(f.fitted))
	for i, fit := range f.fitted {
		out[i] = make([]float64, h)
		if defaultFamilies[i].raw {
			fit.Forecast(y[f.from[i]:], out[i])
		} else {
			fit.Forecast(plain[f.from[i]:], out[i])
			f.season.restore(out[i], len(y))
		}
		f.capped = tame(out[i], y) || f.capped
	}
	return out
}

// tame holds a forecast that ran away to ten times the range of the history, and
// replaces what is not a number by the last value. It tells whether it had to.
func tame(f, y []float64) (held bool) {
	lo, hi := y[0], y[0]
	for _, v := range y {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	reach := 10 * math.Max(hi-lo, math.Max(math.Abs(hi), math.Abs(lo)))
	for i, v := range f {
		if math.IsNaN(v) {
			v = y[len(y)-1]
		}
		w := clamp(v, lo-reach, hi+reach)
		held = held || w != f[i]
		f[i] = w
	}
	return held
}

func familyNames() []string {
	n := make([]string, len(defaultFamilies))
	for i, f := range defaultFamilies {
		n[i] = f.name
	}
	return n
}

// fitRegular fits the default candidates at the end of the history and at an
// earlier origin, from which their record is taken: with the parameters found
// there they forecast from that origin and from later ones.
func (m *member) fitRegular(o Options, ws *Workspace) {
	n := len(m.y)
	m.names = familyNames()
	most := o.MaxObs
	if most <= 0 {
		most = defaultMaxObs
	}
	end := fitFamilies(m.y, m.m, most, ws)
	m.final = end.say(m.y, o.Horizon, ws)
	m.scale = scaleOf(m.y, m.m, end.sigma)
	if end.capped {
		m.tell(CappedModel, "a model ran away to more than ten times the range of the history and was held there")
	}
	if !end.season.none() {
		m.season, m.pooled = m.m, 1
		m.tellHoliday(end.season)
	}
	back := min(o.Horizon, n/3)
	if n-back < 5 {
		return
	}
	early := fitFamilies(m.y[:n-back], m.m, most, ws)
	scale := scaleOf(m.y[:n-back], m.m, early.sigma)
	step := max(1, min(back, o.Horizon)/3)
	for k := back; k >= 1; k -= step {
		m.record(n-k, scale, early.say(m.y[:n-k], min(k, o.Horizon), ws))
	}
}

// tellHoliday tells of one period that stands out from the season in every year,
// such as the quarter of the Spring Festival: off by a tenth at least, and by twice
// the spread of the others.
func (m *member) tellHoliday(s factors) {
	f := s.f
	if !s.mult || len(f) < 4 {
		return
	}
	at := 0
	for i, v := range f {
		if math.Abs(v-1) > math.Abs(f[at]-1) {
			at = i
		}
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, v := range f {
		if i != at {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if d := math.Abs(f[at] - 1); d < 0.1 || d < 2*(hi-lo) {
		return
	}
	last := len(m.y) - 1 - mod(len(m.y)-1-at, len(f))
	n := Note{Code: Holiday, Index: m.from + last, Period: m.in.label(m.from + last), Value: Figure(f[at]), Used: Figure(f[at]),
		Text: fmt.Sprintf("this period of the season is %.0f %% of the usual level every time: taken by the season", 100*f[at])}
	m.out.Notes = append(m.out.Notes, n)
}

// record keeps what the candidates said from an origin, and what came.
func (m *member) record(origin int, scale float64, said [][]float64) {
	t := trial{origin: origin, scale: scale, actual: m.y[origin : origin+len(said[0])]}
	for _, f := range said {
		g := make([]float32, len(f))
		for i, v := range f {
			g[i] = float32(v)
		}
		t.f = append(t.f, g)
	}
	m.trials = append(m.trials, t)
}

// fitChosen fits the caller's models.
func (m *member) fitChosen(o Options, ws *Workspace) {
	n := len(m.y)
	say := func(y []float64, h int) (out [][]float64, names []string, sigma float64) {
		for _, c := range o.Models {
			fit, err := c.Fit(y, m.m, ws)
			if err != nil {
				continue
			}
			f := make([]float64, h)
			fit.Forecast(y, f)
			tame(f, y)
			out, names = append(out, f), append(names, c.Name())
			sigma = math.Max(sigma, fit.Info().Sigma)
		}
		if len(out) == 0 {
			f := make([]float64, h)
			fit, _ := seasonalNaive{}.Fit(y, m.m, ws)
			fit.Forecast(y, f)
			out, names, sigma = append(out, f), append(names, "seasonal-naive"), fit.Info().Sigma
		}
		return out, names, sigma
	}
	var sigma float64
	m.final, m.names, sigma = say(m.y, o.Horizon)
	m.scale = scaleOf(m.y, m.m, sigma)
	back := min(o.Horizon, n/3)
	if n-back < 3 || len(o.Levels) == 0 {
		return
	}
	said, names, sigma := say(m.y[:n-back], back)
	if len(names) == len(m.names) {
		m.record(n-back, scaleOf(m.y[:n-back], m.m, sigma), said)
	}
}
