// Package plan (招聘计划融合) takes an enterprise's own hiring plan as a second
// forecast. Plans are biased, each enterprise's in its own way, and some are worth
// more than others: how the earlier plans came true tells both. The correction and
// the weight of a plan are learnt from that record, shrunk towards the enterprise's
// group and all enterprises, and a plan never counts for more than its record has
// earned.
//
// The rule is to do no harm: with no record the weight is small, and a plan that
// is absurd is set aside and shown as such, never silently used.
package plan

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"guildhall/forecast"
)

// Record (计划履约记录) is one plan that has met its fate.
type Record struct {
	Key     string   // series, such as enterprise and kind of position
	Group   []string // pooling path, widest first, as in forecast.Series
	Age     int      // how many periods ago, 0 the latest
	Planned float64  // NaN: no plan was sent
	Actual  float64
	// Statistical is what the statistical forecast was when the plan was made.
	Statistical float64
}

// Book (履约档案) is what the records teach. It may be used by many goroutines.
type Book struct {
	ratio  map[string]*tally // realised / declared by path
	weight map[string]*moment
	close  moment // how close plans came, and how close chance allows
}

// Hindsight tells whether the plans on record came true more exactly than is
// possible for figures made in advance: numbers of people vary by chance by about
// their square root, and a plan cannot foresee that. Such plans were written, or
// corrected, after the fact; they are no evidence, and no plan gets more than the
// weight it would have without a record.
func (b *Book) Hindsight() bool { return b.close.n >= 20 && b.close.ed < 0.6*b.close.dd }

// Constants of the rule.
const (
	priorWeight = 0.2 // of a plan without any record
	priorPlans  = 4   // how many realised plans that counts for
	maxWeight   = 0.8 // of any plan
	absurd      = 10  // times anything realised: quarantined
	memory      = 0.94
)

// tally adds up what was realised and what had been declared.
type tally struct{ actual, planned, n float64 }

// moment adds up what the weight of the plan is found from: with d the difference
// of corrected plan and statistical forecast and e the latter's error, the best
// weight is sum(e d) / sum(d d).
type moment struct{ ed, dd, n float64 }

func usable(r *Record) bool {
	return !math.IsNaN(r.Planned) && r.Planned > 0 && !math.IsNaN(r.Actual) && r.Actual >= 0
}

// Learn reads the records. Missing and zero plans are "no plan" and teach nothing.
// The error lists every record that cannot be: negative or infinite numbers, or no
// key.
func Learn(records []Record) (*Book, error) {
	if err := check(records); err != nil {
		return nil, err
	}
	b := &Book{ratio: map[string]*tally{}, weight: map[string]*moment{}}
	sorted := append([]Record(nil), records...)
	sort.SliceStable(sorted, func(i, j int) bool {
		if sorted[i].Key != sorted[j].Key {
			return sorted[i].Key < sorted[j].Key
		}
		return sorted[i].Age > sorted[j].Age
	})
	for i := range sorted {
		b.addRatio(&sorted[i], 1)
	}
	for i := range sorted {
		b.addWeight(&sorted[i])
	}
	return b, nil
}

func check(records []Record) error {
	var bad []string
	for i, r := range records {
		switch {
		case r.Key == "":
			bad = append(bad, fmt.Sprintf("record %d has no key", i+1))
		case r.Planned < 0 || math.IsInf(r.Planned, 0):
			bad = append(bad, fmt.Sprintf("record %d of %q: plan %v", i+1, r.Key, r.Planned))
		case r.Actual < 0 || math.IsInf(r.Actual, 0):
			bad = append(bad, fmt.Sprintf("record %d of %q: realised %v", i+1, r.Key, r.Actual))
		case math.IsInf(r.Statistical, 0):
			bad = append(bad, fmt.Sprintf("record %d of %q: forecast %v", i+1, r.Key, r.Statistical))
		case r.Age < 0:
			bad = append(bad, fmt.Sprintf("record %d of %q: age %d", i+1, r.Key, r.Age))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("plan: %s", strings.Join(bad, "; "))
}

// paths are the groups of a series, widest first, and the series itself last.
func paths(key string, group []string) []string {
	out := []string{""}
	for i := range group {
		out = append(out, strings.Join(group[:i+1], "\x00"))
	}
	return append(out, "\x01"+key)
}

func discount(age int) float64 { return math.Pow(memory, float64(age)) }

// addRatio counts a record into all its groups, or takes it out with sign -1.
func (b *Book) addRatio(r *Record, sign float64) {
	if !usable(r) {
		return
	}
	w := discount(r.Age) * sign
	for _, p := range paths(r.Key, r.Group) {
		t := b.ratio[p]
		if t == nil {
			t = &tally{}
			b.ratio[p] = t
		}
		t.actual += w * r.Actual
		t.planned += w * r.Planned
		t.n += w
	}
}

// addWeight judges the plan of a record by the correction that the other records
// give, so that no plan is its own witness.
func (b *Book) addWeight(r *Record) {
	if !usable(r) || math.IsNaN(r.Statistical) {
		return
	}
	b.addRatio(r, -1)
	p := r.Planned * b.Correction(r.Key, r.Group)
	b.addRatio(r, 1)
	d, e := p-r.Statistical, r.Actual-r.Statistical
	scale := r.Actual/2 + r.Statistical/2 + 1 // counts vary by their size
	b.close.ed += (p - r.Actual) * (p - r.Actual) / scale
	b.close.dd += (r.Actual/2 + r.Statistical/2) / scale
	b.close.n++
	w := discount(r.Age)
	for _, path := range paths(r.Key, r.Group) {
		m := b.weight[path]
		if m == nil {
			m = &moment{}
			b.weight[path] = m
		}
		m.ed += w * e * d / scale
		m.dd += w * d * d / scale
		m.n += w
	}
}

// Correction is what a plan of this series is multiplied by: realised over
// declared, shrunk from the series to its group to all.
func (b *Book) Correction(key string, group []string) float64 {
	c := 1.0
	for i, p := range paths(key, group) {
		t := b.ratio[p]
		if t == nil {
			continue
		}
		// The wider group counts for as many persons as a usual quarter or two.
		k := 20.0
		if i == 0 {
			k = 50
		}
		c = clamp((t.actual+k*c)/(t.planned+k), 0.1, 10)
	}
	return c
}

// Weight is the weight of this series' plan against the statistical forecast, and
// how many realised plans it rests on.
func (b *Book) Weight(key string, group []string) (w, plans float64) {
	w = priorWeight
	ps := paths(key, group)
	for i, p := range ps {
		m := b.weight[p]
		if m == nil || m.dd <= 0 {
			continue
		}
		if i == len(ps)-1 {
			plans = m.n
		}
		k := m.dd / m.n * priorPlans * 4
		w = clamp((m.ed+k*w)/(m.dd+k), 0, maxWeight)
	}
	if b.Hindsight() {
		w = math.Min(w, priorWeight)
	}
	return w, plans
}

// Blend (融合结果) is a statistical forecast and a plan put together, with all that
// is needed to show how.
type Blend struct {
	Mean        float64         `json:"mean"`
	Statistical float64         `json:"statistical"`
	Declared    forecast.Figure `json:"declared"`   // the plan as it was sent
	Corrected   forecast.Figure `json:"corrected"`  // after the enterprise's own bias
	Correction  float64         `json:"correction"` // what it was multiplied by
	Weight      float64         `json:"weight"`     // of the corrected plan, 0 to 0.8
	Plans       float64         `json:"plans"`      // realised plans behind the weight, older ones count less
	Status      Status          `json:"status"`
}

// Status (计划状态) says how a plan was taken.
type Status string

// How a plan can be taken.
const (
	Used        Status = "used"
	NoPlan      Status = "no-plan"     // missing, late or zero: never taken for zero demand
	Quarantined Status = "quarantined" // above ten times anything realised: shown, not used
)

// Blend puts a plan and a statistical forecast together. largest is the largest
// value ever realised, 0 where unknown.
func (b *Book) Blend(key string, group []string, planned, statistical, largest float64) Blend {
	r := Blend{Mean: statistical, Statistical: statistical, Declared: forecast.Figure(planned), Corrected: forecast.None(), Correction: b.Correction(key, group), Status: NoPlan}
	if math.IsNaN(planned) || math.IsInf(planned, 0) || planned <= 0 {
		return r
	}
	if planned > absurd*math.Max(largest, math.Max(statistical, 1)) {
		r.Status = Quarantined
		return r
	}
	r.Status = Used
	c := planned * r.Correction
	r.Corrected = forecast.Figure(c)
	r.Weight, r.Plans = b.Weight(key, group)
	r.Mean = statistical + r.Weight*(c-statistical)
	return r
}

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }
