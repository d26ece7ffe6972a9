package forecast

import "math"

// boxCox fits inner after a power transformation of positive histories.
type boxCox struct {
	inner Model
	name  string
}

func (b boxCox) Name() string { return b.name }

func (b boxCox) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	if !positive(y) {
		return b.inner.Fit(y, m, ws)
	}
	lambda := powerOf(y, ws)
	if lambda == 1 {
		return b.inner.Fit(y, m, ws)
	}
	mark := ws.mark()
	defer ws.release(mark)
	z := ws.take(len(y))
	power(y, z, lambda)
	f, err := b.inner.Fit(z, m, ws)
	if err != nil {
		return nil, err
	}
	t := &transformed{inner: f, lambda: lambda, info: f.Info()}
	t.info.Params = map[string]float64{"lambda": lambda}
	for k, v := range f.Info().Params {
		t.info.Params[k] = v
	}
	last := y[len(y)-1]
	t.info.Sigma *= math.Pow(last, 1-lambda) // by the derivative at the last value
	return t, nil
}

type transformed struct {
	inner  Fitted
	lambda float64
	info   Info
}

func (t *transformed) Info() Info { return t.info }

func (t *transformed) Forecast(y, out []float64) {
	z := make([]float64, len(y))
	power(y, z, t.lambda)
	t.inner.Forecast(z, out)
	for i, v := range out {
		out[i] = unpower(v, t.lambda)
	}
}

// power writes (y^lambda - 1) / lambda, or log y where lambda is zero.
func power(y, out []float64, lambda float64) {
	switch lambda {
	case 0:
		for i, v := range y {
			out[i] = math.Log(v)
		}
	case 0.5:
		for i, v := range y {
			out[i] = 2 * (math.Sqrt(v) - 1)
		}
	default:
		for i, v := range y {
			out[i] = (math.Pow(v, lambda) - 1) / lambda
		}
	}
}

// unpower undoes power; what lies below its range becomes zero.
func unpower(v, lambda float64) float64 {
	if lambda == 0 {
		return math.Exp(math.Min(v, 500))
	}
	b := v*lambda + 1
	if b <= 0 {
		return 0
	}
	if lambda == 0.5 {
		return b * b
	}
	return math.Pow(b, 1/lambda)
}

// powerOf picks lambda from 0, 1/4, 1/2, 3/4 and 1 by the profile likelihood of a
// linear trend with normal errors.
func powerOf(y []float64, ws *Workspace) float64 {
	n := len(y)
	mark := ws.mark()
	defer ws.release(mark)
	q, logs := ws.take(n), 0.0
	for i, v := range y {
		q[i] = math.Sqrt(math.Sqrt(v))
		logs += math.Log(v)
	}
	z := ws.take(n)
	best, at := math.Inf(-1), 1.0
	for _, lambda := range [...]float64{1, 0.75, 0.5, 0.25, 0} {
		for i, v := range q {
			z[i] = quarterPower(v, lambda)
		}
		ll := gaussian(trendResidual(z), n) + (lambda-1)*logs
		if ll > best {
			best, at = ll, lambda
		}
	}
	return at
}

// quarterPower is power for q = y^(1/4).
func quarterPower(q, lambda float64) float64 {
	switch lambda {
	case 1:
		return q * q * q * q
	case 0.75:
		return q * q * q / 0.75
	case 0.5:
		return q * q / 0.5
	case 0.25:
		return q / 0.25
	}
	return 4 * math.Log(q)
}

// trendResidual is the sum of squares around the regression line on time.
func trendResidual(z []float64) float64 {
	b, mu, n := slopeOf(z), mean(z), float64(len(z))
	s := 0.0
	for i, v := range z {
		d := v - mu - b*(float64(i)-(n-1)/2)
		s += d * d
	}
	return s
}
