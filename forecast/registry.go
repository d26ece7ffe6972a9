package forecast

import "sort"

// models are the single models by name. Those that know no season see the
// seasonally adjusted history.
var models = map[string]Model{
	"naive":          Naive(),
	"seasonal-naive": SeasonalNaive(),
	"naive2":         Naive2(),
	"mean":           HistoricMean(),
	"ses":            Adjusted(SES()),
	"holt":           Adjusted(Holt()),
	"damped":         Adjusted(Damped(slopePrior)),
	"theta":          Adjusted(Theta()),
	"dynamic-theta":  Adjusted(DynamicTheta()),
	"box-cox-theta":  Adjusted(BoxCoxTheta()),
	"ces":            Adjusted(CES(cesPrior)),
	"ets":            ETS(),
	"ets-average":    ETSAverage(),
	"arima":          ARIMA(Order{}),
	"arima-average":  Adjusted(ARIMAAverage()),
	"croston":        Croston(),
	"sba":            SBA(),
	"tsb":            TSB(),
}

// ModelNamed gives a model by its name, and whether there is one.
func ModelNamed(name string) (Model, bool) {
	m, ok := models[name]
	return m, ok
}

// ModelNames lists the names that ModelNamed knows.
func ModelNames() []string {
	n := make([]string, 0, len(models))
	for k := range models {
		n = append(n, k)
	}
	sort.Strings(n)
	return n
}

// RecentErrors gives the errors of one-step forecasts of the last k periods, made by
// dynamic theta with what was fitted before them. It is a cheap stand-in for the
// errors of better forecasts where their correlations are wanted, as for MinT. It is
// nil where fewer than five observations come before.
func RecentErrors(y []float64, m, k int) []float64 {
	n := len(y) - k
	if k < 1 || n < 5 {
		return nil
	}
	fit, err := models["dynamic-theta"].Fit(y[:n], m, &Workspace{})
	if err != nil {
		return nil
	}
	out, one := make([]float64, k), make([]float64, 1)
	for i := range out {
		fit.Forecast(y[:n+i], one)
		out[i] = y[n+i] - one[0]
	}
	return out
}
