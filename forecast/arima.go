package forecast

import (
	"fmt"
	"math"
)

// Order (阶数) is the order of a seasonal ARIMA model: autoregression P, differences
// D and moving average Q, the same of the season, and whether there is a constant
// (a mean, or a drift after one difference).
type Order struct {
	P, D, Q    int
	SP, SD, SQ int
	Const      bool
}

// String writes the order as is usual: (1,1,2)(0,1,1) with drift.
func (o Order) String() string {
	s := fmt.Sprintf("(%d,%d,%d)", o.P, o.D, o.Q)
	if o.SP+o.SD+o.SQ > 0 {
		s += fmt.Sprintf("(%d,%d,%d)", o.SP, o.SD, o.SQ)
	}
	if o.Const {
		s += "c"
	}
	return s
}

// ARIMA is the autoregressive integrated moving average (Box & Jenkins 1970) with
// automatic orders after Hyndman & Khandakar (2008): differences by the KPSS test
// and the strength of the season, the rest by AICc among all orders up to limit,
// searched stepwise. Parameters minimise the sum of squares given that nothing was
// unusual before the first observation; autoregression is kept stationary and the
// moving average invertible. A zero limit means (2,1,2)(1,1,1).
func ARIMA(limit Order) Model {
	if limit == (Order{}) {
		limit = Order{P: 2, D: 1, Q: 2, SP: 1, SD: 1, SQ: 1, Const: true}
	}
	return arimaModel{name: "arima", limit: limit}
}

// FixedARIMA is ARIMA of one given order.
func FixedARIMA(o Order) Model { return arimaModel{name: "arima" + o.String(), fixed: &o} }

// ARIMAAverage is the mean of the ARIMA models without season up to two terms of
// either kind, weighted by exp(-AICc/4).
func ARIMAAverage() Model { return arimaModel{name: "arima-average", average: true} }

type arimaModel struct {
	name    string
	limit   Order
	fixed   *Order
	average bool
}

func (a arimaModel) Name() string { return a.name }

func (a arimaModel) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	if len(y) < 5 {
		return nil, ErrTooShort
	}
	mark := ws.mark()
	defer ws.release(mark)
	switch {
	case a.fixed != nil:
		if f := fitOrder(y, m, *a.fixed, ws); f != nil {
			return f, nil
		}
		return nil, ErrTooShort
	case a.average:
		return averageOrders(y, ws)
	}
	return a.stepwise(y, m, ws)
}

// averageOrders fits the small orders and weighs them.
func averageOrders(y []float64, ws *Workspace) (Fitted, error) {
	d := differences(y, 2, ws)
	var fits []*arimaFit
	for p := 0; p <= 2; p++ {
		for q := 0; q <= 2; q++ {
			for c := 0; c <= 1; c++ {
				if p+q > 3 || d == 2 && c == 1 {
					continue
				}
				if f := fitOrder(y, 1, Order{P: p, D: d, Q: q, Const: c == 1}, ws); f != nil {
					fits = append(fits, f)
				}
			}
		}
	}
	if len(fits) == 0 {
		return nil, ErrTooShort
	}
	return mixOrders(fits), nil
}

// arimaMix is the weighted mean of several orders.
type arimaMix struct {
	fits   []*arimaFit
	weight []float64
	info   Info
}

func mixOrders(fits []*arimaFit) *arimaMix {
	least, best := math.Inf(1), fits[0]
	for _, f := range fits {
		if a := f.info.AICc(); a < least {
			least, best = a, f
		}
	}
	x := &arimaMix{info: best.info}
	sum := 0.0
	for _, f := range fits {
		w := 1.0
		if !math.IsInf(least, 1) {
			w = math.Exp(-etsTemperature * (f.info.AICc() - least))
		}
		if w > 0.01 {
			x.fits, x.weight = append(x.fits, f), append(x.weight, w)
			sum += w
		}
	}
	for i := range x.weight {
		x.weight[i] /= sum
	}
	return x
}

func (x *arimaMix) Info() Info { return x.info }

func (x *arimaMix) Forecast(y, out []float64) {
	one := make([]float64, len(out))
	clear(out)
	for i, f := range x.fits {
		f.Forecast(y, one)
		for h, v := range one {
			out[h] += x.weight[i] * v
		}
	}
}

// stepwise is the search of Hyndman & Khandakar: from four starts to the best
// neighbour until none is better.
func (a arimaModel) stepwise(y []float64, m int, ws *Workspace) (Fitted, error) {
	l := a.limit
	base := Order{D: min(l.D, 2)}
	if m > 1 && l.SD > 0 && len(y) > 2*m+5 && seasonStrength(y, m, ws) > 0.64 {
		base.SD = 1
	}
	w := difference(y, m, Order{SD: base.SD}, ws)
	base.D = differences(w, l.D, ws)
	base.Const = l.Const && base.D+base.SD < 2
	tried := map[Order]bool{}
	var best *arimaFit
	try := func(o Order) bool {
		if o.P < 0 || o.Q < 0 || o.SP < 0 || o.SQ < 0 || o.P > l.P || o.Q > l.Q || o.SP > l.SP || o.SQ > l.SQ || tried[o] {
			return false
		}
		if m < 2 && o.SP+o.SQ > 0 {
			return false
		}
		tried[o] = true
		f := fitOrder(y, m, o, ws)
		if f == nil || best != nil && f.info.AICc() >= best.info.AICc() {
			return false
		}
		best = f
		return true
	}
	s := b2i(m > 1)
	for _, o := range []Order{{P: 2, Q: 2, SP: s, SQ: s}, {}, {P: 1, SP: s}, {Q: 1, SQ: s}} {
		o.D, o.SD, o.Const = base.D, base.SD, base.Const
		o.P, o.Q, o.SP, o.SQ = min(o.P, l.P), min(o.Q, l.Q), min(o.SP, l.SP), min(o.SQ, l.SQ)
		try(o)
	}
	if best == nil {
		return nil, ErrTooShort
	}
	for again := true; again; {
		again = false
		for _, d := range neighbours {
			o := best.order
			o.P, o.Q, o.SP, o.SQ = o.P+d[0], o.Q+d[1], o.SP+d[2], o.SQ+d[3]
			if d == [4]int{} {
				o.Const = !o.Const && l.Const && o.D+o.SD < 2
			}
			if try(o) {
				again = true
				break
			}
		}
	}
	return best, nil
}

var neighbours = [][4]int{{1}, {-1}, {0, 1}, {0, -1}, {0, 0, 1}, {0, 0, -1}, {0, 0, 0, 1}, {0, 0, 0, -1}, {1, 1}, {-1, -1}, {}}

// differences is how often y must be differenced until the KPSS test (Kwiatkowski
// et al. 1992) does not see a wandering level at 5 %.
func differences(y []float64, most int, ws *Workspace) int {
	w := y
	for d := 0; d < most; d++ {
		if len(w) < 4 || kpss(w) < 0.463 {
			return d
		}
		w = difference(w, 1, Order{D: 1}, ws)
	}
	return most
}

func kpss(y []float64) float64 {
	n := len(y)
	mu := mean(y)
	lags := int(4 * math.Pow(float64(n)/100, 0.25))
	s, cum, v := 0.0, 0.0, 0.0
	for _, x := range y {
		cum += x - mu
		s += cum * cum
		v += (x - mu) * (x - mu)
	}
	for k := 1; k <= lags && k < n; k++ {
		c := 0.0
		for t := k; t < n; t++ {
			c += (y[t] - mu) * (y[t-k] - mu)
		}
		v += 2 * (1 - float64(k)/float64(lags+1)) * c
	}
	if v <= 0 {
		return 0
	}
	return s / v / float64(n)
}

// difference applies the differences of an order.
func difference(y []float64, m int, o Order, ws *Workspace) []float64 {
	w := y
	step := func(lag int) {
		if len(w) <= lag {
			return
		}
		z := ws.take(len(w) - lag)
		for i := range z {
			z[i] = w[i+lag] - w[i]
		}
		w = z
	}
	for range o.SD {
		step(m)
	}
	for range o.D {
		step(1)
	}
	return w
}

// seasonStrength is 1 - var(remainder) / var(season + remainder) of the classical
// decomposition (Wang, Smith & Hyndman 2006), 0 to 1.
func seasonStrength(y []float64, m int, ws *Workspace) float64 {
	f, noise, ok := decompose(y, m, false, false, ws)
	if !ok {
		return 0
	}
	spread := 0.0
	for _, v := range f {
		spread += v * v / float64(m)
	}
	rest := noise * float64(len(y)-m) / float64(m) // of a single value
	if spread+rest <= 0 {
		return 0
	}
	return math.Max(0, 1-rest/(spread+rest))
}
