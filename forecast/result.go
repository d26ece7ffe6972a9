package forecast

import (
	"encoding/json"
	"math"
)

// Forecast (预测结果) is what is said about one series. It can be written as JSON;
// a figure that does not exist is null there.
type Forecast struct {
	Key string `json:"key"`
	// Origin is the last period that was looked at; Mean[0] is the one after it.
	Origin Period `json:"origin"`
	// Mean is the expected value of each period of the horizon. It is the number
	// to add up.
	Mean []float64 `json:"mean"`
	// Median is what is as likely to be passed as not. For counts it is a whole
	// number.
	Median []float64 `json:"median"`
	// Lo and Hi bound the intervals, by level as in Options.Levels and then by
	// horizon.
	Lo [][]float64 `json:"lo,omitempty"`
	Hi [][]float64 `json:"hi,omitempty"`
	// Levels repeats Options.Levels, so that the result can be read alone.
	Levels []float64 `json:"levels,omitempty"`
	// Sigma is the standard deviation of the error to be expected at each period
	// of the horizon.
	Sigma []float64 `json:"sigma"`
	Route Route     `json:"route"`
	// Score is the last backtest, nil where there was no room for one or none
	// was asked for.
	Score *Score `json:"score,omitempty"`
	// Notes are the peculiarities of the history and how they were treated.
	Notes []Note `json:"notes,omitempty"`
	// Faults are why the series was refused; then nothing else is set.
	Faults []InputError `json:"faults,omitempty"`
}

// Refused tells whether the series could not be forecast.
func (f *Forecast) Refused() bool { return len(f.Faults) > 0 }

// Class (类别) is the kind of history a series has.
type Class string

// The classes of history.
const (
	Constant Class = "constant" // one value all along
	Ended    Class = "ended"    // only zeros for a season or more, after activity
	Tiny     Class = "tiny"     // fewer than four observations
	Short    Class = "short"    // too short for models of its own
	Counts   Class = "count"    // small whole numbers
	Sparse   Class = "sparse"   // whole numbers, more than half of them zero
	Regular  Class = "regular"  // everything else
	Chosen   Class = "chosen"   // Options.Models was set
)

// Route (路径) says how a forecast was made.
type Route struct {
	Class Class `json:"class"`
	// Text says the same in an English sentence.
	Text string `json:"text"`
	// Weights are the shares of the models that were combined; they add up to 1.
	Weights []Weight `json:"weights"`
	// Observations is how many observations were used.
	Observations int `json:"observations"`
	// Season is the period of the season that was used, 1 for none, and Pool
	// how many series it was learnt from (1: from this one alone).
	Season int `json:"season"`
	Pool   int `json:"pool"`
}

// Weight (权重) is the share of one model.
type Weight struct {
	Model string  `json:"model"`
	Share float64 `json:"share"`
}

// NoteCode (提示代码) names a peculiarity.
type NoteCode string

// The peculiarities that are told. Each has one rule by which it is treated.
const (
	LeadingGap  NoteCode = "leading-gap"  // unobserved periods at the start are left out
	Filled      NoteCode = "filled"       // a gap of up to a season is filled by interpolating the seasonally adjusted values
	CutGap      NoteCode = "cut-gap"      // a longer gap: only what came after it is used
	Stale       NoteCode = "stale"        // the last periods were not observed; forecasts start after the last that was
	Outlier     NoteCode = "outlier"      // a single value far off its surroundings is drawn in to the edge of what is usual
	Shift       NoteCode = "shift"        // the level changed for good; the season before it is kept, the level is not
	EndedNote   NoteCode = "ended"        // nothing for a season or more; forecast is zero with a floor on the interval
	ConstNote   NoteCode = "constant"     // never changed; forecast is the constant with a floor on the interval
	ShortNote   NoteCode = "short"        // too short for models of its own; strength is borrowed from the group
	NoSeason    NoteCode = "no-season"    // shorter than two seasons; no season of its own
	WideSeason  NoteCode = "wide-season"  // season longer than the history
	Holiday     NoteCode = "holiday"      // a period that is off in the same way each year: taken by the season
	CappedModel NoteCode = "capped-model" // a model ran away and was held to the range of the others
)

// Note (提示) is one peculiarity of a history and what was done about it.
type Note struct {
	Code   NoteCode `json:"code"`
	Index  int      `json:"index"`            // position in Series.Y, -1 where it is the whole
	Period string   `json:"period,omitempty"` // its name, where known
	Value  Figure   `json:"value"`            // what was observed
	Used   Figure   `json:"used"`             // what was used instead
	Text   string   `json:"text"`             // the rule, as an English sentence
}

// Figure (数值) is a number that may not exist; NaN is written as null.
type Figure float64

// None is the figure that does not exist.
func None() Figure { return Figure(math.NaN()) }

// Known tells whether the figure exists.
func (f Figure) Known() bool { return !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) }

// MarshalJSON writes the number, or null.
func (f Figure) MarshalJSON() ([]byte, error) {
	if !f.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads a number or null.
func (f *Figure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = None()
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}

// Score (评分) says how good a forecast was. Percentages are between 0 and 200.
type Score struct {
	Origins int    `json:"origins"` // how many origins it is the mean of
	N       int    `json:"n"`       // how many single errors
	WAPE    Figure `json:"wape"`    // sum of absolute errors / sum of what happened
	SMAPE   Figure `json:"smape"`   // mean of 200 |y-f| / (|y|+|f|)
	MASE    Figure `json:"mase"`    // mean absolute error / that of the seasonal naive within the history
	RMSSE   Figure `json:"rmsse"`   // the same with squares, and the root of it
	Bias    Figure `json:"bias"`    // mean of forecast - actual, in the scale of MASE
	// The same errors of "as in the same period last year", for comparison.
	NaiveMASE  Figure `json:"naive_mase"`
	NaiveSMAPE Figure `json:"naive_smape"`
	NaiveRMSSE Figure `json:"naive_rmsse"`
	// Coverage is the share of what happened that the intervals held, Width
	// their mean width in the scale of MASE, MSIS the mean scaled interval
	// score; by level as in Options.Levels.
	Coverage []Figure `json:"coverage,omitempty"`
	Width    []Figure `json:"width,omitempty"`
	MSIS     []Figure `json:"msis,omitempty"`
}
