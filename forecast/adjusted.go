package forecast

// Adjusted gives a model that fits inner to the seasonally adjusted history and
// puts the season back on its forecasts. The season is multiplicative where all
// values are positive, and its factors are shrunken by their noise; histories
// shorter than two and a half seasons are not adjusted.
func Adjusted(inner Model) Model { return adjusted{inner} }

// Classical is Adjusted with the adjustment of the M competitions: classical
// multiplicative decomposition where a test finds a season, as in Naive2. It is for
// comparison with published figures.
func Classical(inner Model) Model { return classical{inner} }

type classical struct{ inner Model }

func (c classical) Name() string { return c.inner.Name() }

func (c classical) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	return fitAdjusted(c.inner, y, classic(y, m, ws), ws)
}

type adjusted struct{ inner Model }

func (a adjusted) Name() string { return a.inner.Name() }

func (a adjusted) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	return fitAdjusted(a.inner, y, seasonOf(y, m, positive(y), ws), ws)
}

// fitAdjusted fits inner to y without the season s.
func fitAdjusted(inner Model, y []float64, s factors, ws *Workspace) (Fitted, error) {
	if s.none() {
		return inner.Fit(y, 1, ws)
	}
	mark := ws.mark()
	defer ws.release(mark)
	plain := ws.take(len(y))
	s.remove(y, plain)
	f, err := inner.Fit(plain, 1, ws)
	if err != nil {
		return nil, err
	}
	return &deseasoned{f, s}, nil
}

type deseasoned struct {
	inner  Fitted
	season factors
}

func (d *deseasoned) Forecast(y, out []float64) {
	plain := make([]float64, len(y))
	d.season.remove(y, plain)
	d.inner.Forecast(plain, out)
	d.season.restore(out, len(y))
}

func (d *deseasoned) Info() Info {
	i := d.inner.Info()
	i.K += len(d.season.f)
	return i
}
