package forecast

import (
	"math"
	"testing"
)

// Series that every statistics package ships, and what others publish about them.
var (
	nile = []float64{1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260,
		1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845,
		744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797,
		923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740}
	oil = []float64{445.36, 453.20, 454.41, 422.38, 456.04, 440.39, 425.19, 486.21, 500.43, 521.28, 508.95, 488.89, 509.87, 456.72, 473.82, 525.95, 549.83, 542.34}
	air = []float64{17.55, 21.86, 23.89, 26.93, 26.89, 28.83, 30.08, 30.95, 30.19, 31.58, 32.58, 33.48, 39.02, 41.39, 41.60, 44.66, 46.95, 48.73, 51.49, 50.03,
		60.64, 63.36, 66.36, 68.20, 68.12, 69.78, 72.60}
	passengers = []float64{112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
		145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
		196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
		242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
		315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
		360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432}
	hormone = []float64{2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2, 1.8, 3.2, 3.2, 2.7, 2.2, 2.2, 1.9, 1.9, 1.8, 2.7, 3.0,
		2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3, 2.6, 2.4, 1.8, 1.7, 1.5, 1.4, 2.1, 3.3, 3.5, 3.5, 3.1, 2.6, 2.1, 3.4, 3.0, 2.9}
)

func TestPublishedForecasts(t *testing.T) {
	for _, c := range []struct {
		source string
		model  Model
		y      []float64
		season int
		want   []float64
		within float64
	}{
		{"R HoltWinters(Nile, gamma=FALSE, beta=FALSE): coefficient", FixedSES(0.2465796), nile, 1, []float64{805.0389}, 0.01},
		{"Hyndman & Athanasopoulos, Forecasting, 2nd ed., 7.1: ses(oil)", SES(), oil, 1, []float64{542.68, 542.68}, 0.02},
		{"Hyndman & Athanasopoulos, Forecasting, 2nd ed., 7.2: holt(ausair)", Holt(), air, 1, []float64{74.60, 76.70, 78.80}, 0.05},
		{"statsforecast: CrostonClassic(AirPassengers)", Croston(), passengers, 12, []float64{460.3028, 460.3028}, 0.001},
		{"statsforecast: CrostonSBA(AirPassengers)", SBA(), passengers, 12, []float64{437.2876}, 0.001},
		{"statsforecast: HistoricAverage(AirPassengers)", HistoricMean(), passengers, 12, []float64{280.2986}, 0.001},
		{"statsforecast: SeasonalNaive(AirPassengers)", SeasonalNaive(), passengers, 12, []float64{417, 391, 419, 461}, 0},
	} {
		fit, err := c.model.Fit(c.y, c.season, &Workspace{})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, len(c.want))
		fit.Forecast(c.y, got)
		for i, w := range c.want {
			if math.Abs(got[i]-w) > c.within {
				t.Errorf("%s: %v, should be %v (%v)", c.source, got, c.want, fit.Info().Params)
				break
			}
		}
	}
}

func logOf(y []float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = math.Log(v)
	}
	return out
}

func TestPublishedParameters(t *testing.T) {
	for _, c := range []struct {
		source string
		order  Order
		y      []float64
		season int
		want   map[string]float64
		within float64
	}{
		{"R arima(log(AirPassengers), c(0,1,1), c(0,1,1), method=CSS)", Order{D: 1, Q: 1, SD: 1, SQ: 1}, logOf(passengers), 12, map[string]float64{"ma1": -0.3772, "sma1": -0.5724}, 0.002},
		{"R arima(lh, c(1,0,0))", Order{P: 1, Const: true}, hormone, 1, map[string]float64{"ar1": 0.5739, "mean": 2.4133}, 0.02},
		{"R arima(lh, c(3,0,0))", Order{P: 3, Const: true}, hormone, 1, map[string]float64{"ar1": 0.6448, "ar2": -0.0634, "ar3": -0.2198, "mean": 2.3931}, 0.02},
	} {
		fit, err := FixedARIMA(c.order).Fit(c.y, c.season, &Workspace{})
		if err != nil {
			t.Fatal(err)
		}
		for k, w := range c.want {
			if got := fit.Info().Params[k]; math.Abs(got-w) > c.within {
				t.Errorf("%s: %s is %.4f, should be %.4f (%v)", c.source, k, got, w, fit.Info().Params)
			}
		}
	}
	oilFit := fitSES(oil)
	if math.Abs(oilFit.alpha-0.8339) > 0.002 || math.Abs(oilFit.level-446.5868) > 0.3 {
		t.Errorf("ses(oil): alpha %.4f level %.4f, published 0.8339 and 446.5868", oilFit.alpha, oilFit.level)
	}
}

// R's ets(AirPassengers) is ETS(M,Ad,M) with these parameters and first states; its
// AIC is n log(sum of squared relative errors) + 2 sum log mu + 2 * 18.
func TestPublishedLikelihood(t *testing.T) {
	last := []float64{0.8944, 0.7993, 0.9217, 1.0592, 1.2203, 1.2318, 1.1105, 0.9786, 0.9804, 1.011, 0.8869, 0.9059} // latest first
	season := make([]float64, 12)
	for i, v := range last {
		season[11-i] = v
	}
	e := etsFit{form: etsForm{true, 2, 'M'}, alpha: 0.7096, beta: 0.0204, gamma: 0.0001, phi: 0.98, level: 120.9939, slope: 1.7705, season: season}
	sse, logs, ok := e.run(passengers, make([]float64, 12))
	if !ok {
		t.Fatal("an expected value was not positive")
	}
	aic := float64(len(passengers))*math.Log(sse) + 2*logs + 2*18
	if math.Abs(aic-1395.166) > 0.3 {
		t.Errorf("AIC %.3f, published 1395.166", aic)
	}
	fit, err := ETS("MAdM").Fit(passengers, 12, &Workspace{})
	if err != nil {
		t.Fatal(err)
	}
	i := fit.Info()
	ours := -2*i.LogLik + float64(i.N)*math.Log(float64(i.N)) + 2*18
	t.Logf("our own fit has AIC %.2f: %v", ours, i.Params)
}
