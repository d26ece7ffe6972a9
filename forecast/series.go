package forecast

import (
	"fmt"
	"math"
)

// Kind (量的种类) says what the numbers of a series are. It decides what a
// forecast of them may be.
type Kind uint8

const (
	// Amount is any measured quantity. Negative values are forecast only where
	// the history has some.
	Amount Kind = iota
	// Count is a number of persons or things in a period: whole and never
	// negative, such as hires in a quarter.
	Count
	// Level is a stock at a moment, such as persons employed: never negative.
	Level
)

var kindNames = [...]string{"amount", "count", "level"}

// String gives the name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// MarshalText writes the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(b []byte) error {
	for i, n := range kindNames {
		if n == string(b) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not a kind of series: amount, count or level", b)
}

// Series (时间序列) is one quantity over time.
type Series struct {
	// Key names the series. It must not be empty and not occur twice in a panel.
	Key string
	// Group is the path along which strength is borrowed, widest first, such as
	// segment, then occupation. Series with the same path are most alike.
	Group []string
	// Freq is the number of periods in a season; 0 is read as 1.
	Freq Freq
	// Kind says what the numbers are.
	Kind Kind
	// Start is the period of Y[0]. It is only used to name periods and to line
	// series up with each other; series without one are lined up at their ends.
	Start Period
	// Y holds the observations, one a period; NaN where nothing was observed.
	Y []float64
}

// season is the frequency with the zero value read as "no season".
func (s *Series) season() int { return max(1, int(s.Freq)) }

// Options (选项) say what is wanted. The zero value asks for nothing: Horizon must
// be set.
type Options struct {
	// Horizon is the number of periods to forecast, 1 to 10,000.
	Horizon int
	// Levels are the levels of the intervals, between 0 and 1, such as 0.80 and
	// 0.95. None means no intervals.
	Levels []float64
	// Workers is the number of goroutines; 0 means one for each processor. It
	// never changes the result.
	Workers int
	// Models replaces the default route by the plain mean of these models.
	Models []Model
	// MaxObs is how many of the latest observations the slow models look at; 0
	// means 300. Theta methods always see all.
	MaxObs int
	// Backtest asks for the score of a rolling-origin backtest beside each
	// forecast, as far as the history has room for one.
	Backtest bool
	// Origins is how many earlier origins, one period apart, a backtest is made
	// of; 0 means 3.
	Origins int
	// Progress, where set, is called now and then with the number of series
	// done, from any goroutine but never from two at once.
	Progress func(done, total int)
}

// Reason (缘由) says what is wrong with an input.
type Reason string

// The reasons for which an input is refused.
const (
	Infinite      Reason = "infinite value"
	NegativeCount Reason = "negative count"
	Fractional    Reason = "fractional count"
	NoKey         Reason = "key is empty"
	RepeatedKey   Reason = "key occurs twice"
	NoData        Reason = "no observation"
	BadFreq       Reason = "season is negative or above 10,000"
	BadStart      Reason = "start is not a period of this frequency"
	BadHorizon    Reason = "horizon is not between 1 and 10,000"
	BadLevel      Reason = "level is not between 0 and 1"
	BadOrigins    Reason = "number of origins is not between 0 and 10,000"
	TooLarge      Reason = "value is beyond 1e100"
)

// InputError (输入错误) is one thing that is wrong with an input.
type InputError struct {
	Key    string  `json:"key,omitempty"`    // series, or empty for the options
	Index  int     `json:"index"`            // position in Y or Levels, -1 where it is the whole
	Period string  `json:"period,omitempty"` // name of the period, where known
	Value  float64 `json:"-"`                // what was found
	Reason Reason  `json:"reason"`
}

// Error says it in a sentence.
func (e *InputError) Error() string {
	s := "forecast: "
	if e.Key != "" {
		s += fmt.Sprintf("series %q: ", e.Key)
	}
	if e.Period != "" {
		s += e.Period + ": "
	} else if e.Index >= 0 {
		s += fmt.Sprintf("observation %d: ", e.Index+1)
	}
	return s + string(e.Reason)
}

// label names the i-th period where the series says when it starts.
func (s *Series) label(i int) string {
	if s.Start == (Period{}) {
		return ""
	}
	return s.Start.Add(i, Freq(s.season())).Label(Freq(s.season()))
}

const largest = 1e100 // squares of larger values would overflow

// faults lists everything that is wrong with the series.
func (s *Series) faults() []InputError {
	var f []InputError
	whole := func(r Reason) { f = append(f, InputError{Key: s.Key, Index: -1, Reason: r}) }
	if s.Key == "" {
		whole(NoKey)
	}
	if s.Freq < 0 || s.Freq > 10000 {
		whole(BadFreq)
		return f
	}
	if s.Start != (Period{}) && (s.Start.Sub < 1 || s.Start.Sub > s.season()) {
		whole(BadStart)
	}
	seen := 0
	for i, v := range s.Y {
		if math.IsNaN(v) {
			continue
		}
		seen++
		if r := s.badValue(v); r != "" {
			f = append(f, InputError{Key: s.Key, Index: i, Period: s.label(i), Value: v, Reason: r})
		}
	}
	if seen == 0 {
		whole(NoData)
	}
	return f
}

func (s *Series) badValue(v float64) Reason {
	switch {
	case math.IsInf(v, 0):
		return Infinite
	case math.Abs(v) > largest:
		return TooLarge
	case s.Kind != Amount && v < 0:
		return NegativeCount
	case s.Kind == Count && v != math.Trunc(v):
		return Fractional
	}
	return ""
}

// faults lists everything that is wrong with the options.
func (o *Options) faults() []error {
	var f []error
	if o.Horizon < 1 || o.Horizon > 10000 {
		f = append(f, &InputError{Index: -1, Reason: BadHorizon})
	}
	if o.Origins < 0 || o.Origins > 10000 {
		f = append(f, &InputError{Index: -1, Reason: BadOrigins})
	}
	for i, l := range o.Levels {
		if !(l > 0 && l < 1) {
			f = append(f, &InputError{Index: i, Value: l, Reason: BadLevel})
		}
	}
	return f
}
