package outlook

import (
	"guildhall/forecast"
	"guildhall/forecast/plan"
)

// Horizon is how many quarters a release looks ahead.
const Horizon = 4

// Level is what a line is a forecast of.
type Level string

// The levels: an enterprise's kind of work, a kind of work over all enterprises, a
// segment of the chain, all together.
const (
	OfLine    Level = "line"
	OfKind    Level = "kind"
	OfSegment Level = "segment"
	OfTotal   Level = "total"
)

// Cells of the gap table stand for more than lines do: an occupation and a grade of
// skill are sums of kinds of work; a programme is what its graduates seek.
const (
	OfOccupation Level = "occupation"
	OfGrade      Level = "grade"
	OfProgramme  Level = ofProgramme
)

// Line is the forecast of one series of a release, with what it was made from. The
// names are those at the time of the release.
type Line struct {
	Key         string  `json:"key"` // in the address; the same in every release
	Level       Level   `json:"level"`
	Unit        string  `json:"unit,omitempty"`
	Position    string  `json:"position,omitempty"`
	Segment     string  `json:"segment,omitempty"`
	UnitName    string  `json:"unit_name,omitempty"`
	Name        string  `json:"name"` // of the kind or segment, Chinese
	NameEN      string  `json:"name_en"`
	Recent      int64   `json:"recent"` // hired in the last four quarters
	Ahead       int64   `json:"ahead"`  // expected in the next four
	Change      float64 `json:"change"` // of ahead against recent, as a share; 0 where recent is 0
	Enterprises int     `json:"enterprises"`
	Largest     float64 `json:"largest"`  // share of the largest enterprise in what is expected
	Withheld    bool    `json:"withheld"` // not shown outside the secretariat and the enterprise itself

	Start   string            `json:"start"`    // quarter of Hired[0]
	Hired   []forecast.Figure `json:"hired"`    // null where nothing was told
	Ahead4  []Quarter         `json:"quarters"` // the quarters ahead
	Method  forecast.Route    `json:"method"`
	Notes   []forecast.Note   `json:"notes,omitempty"`
	Score   *forecast.Score   `json:"score,omitempty"` // of the backtest
	Before  *CameSo           `json:"before,omitempty"`
	Refused []string          `json:"refused,omitempty"` // why it could not be forecast

	sigma []float64 // standard deviation of each quarter's error
}

// Quarter is what is expected of one quarter. Whole numbers add up: lines to kinds,
// to segments and to the total.
type Quarter struct {
	Quarter string      `json:"quarter"`
	Mean    float64     `json:"mean"`
	Whole   int64       `json:"whole"`
	Lo80    int64       `json:"lo_80"`
	Hi80    int64       `json:"hi_80"`
	Lo95    int64       `json:"lo_95"`
	Hi95    int64       `json:"hi_95"`
	Plan    *plan.Blend `json:"plan,omitempty"` // the enterprise's own plan and its weight
}

// WAPE gives the backtest's error as a share, or −1 where there was none.
func (l *Line) WAPE() float64 {
	if l.Score == nil || !l.Score.WAPE.Known() {
		return -1
	}
	return float64(l.Score.WAPE)
}

// Mean is what is expected of the next four quarters, unrounded.
func (l *Line) mean() (sum float64) {
	for _, q := range l.Ahead4 {
		sum += q.Mean
	}
	return sum
}

// recent gives how many were hired in the last four quarters of a history.
func recent(y []forecast.Figure) (sum int64) {
	for _, v := range y[max(0, len(y)-4):] {
		if v.Known() {
			sum += int64(v)
		}
	}
	return sum
}

func change(from, to int64) float64 {
	if from == 0 {
		return 0
	}
	return float64(to-from) / float64(from)
}
