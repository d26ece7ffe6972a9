// Package supply (人才供给) tells how many graduates will come to look for work, of
// which occupation and when, and what is missing or left over against demand.
//
// Students move through a programme by year of entry (a cohort): some stay on each
// year, some graduate, of those some study further, some enlist, and of the rest
// some stay in the city. Each share is learnt from what happened to earlier cohorts
// as a beta distribution: a programme with little record is drawn to its school's
// share, a school to its level of education. Years differ from each other by more
// than chance, and that difference is learnt too. The result is drawn two thousand
// times, so that it says how sure it is.
package supply

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"
)

// Step (环节) is one thing that happens to some of a cohort.
type Step string

// The steps, in the order in which they happen.
const (
	Enrol    Step = "enrol"    // planned places that were taken up; may exceed them
	Progress Step = "progress" // students still there after a year
	Graduate Step = "graduate" // students in their last year who graduate
	Further  Step = "further"  // graduates who go on studying
	Enlist   Step = "enlist"   // the other graduates who join the forces
	Stay     Step = "stay"     // the remaining graduates who look for work in the city
)

var steps = []Step{Enrol, Progress, Graduate, Further, Enlist, Stay}

// Past (历届记录) is what happened to one cohort at one step in one year.
type Past struct {
	Programme string
	Path      []string // pooling path of the programme, widest first: level, school
	Step      Step
	Year      int
	Of        int // how many it could have happened to
	Did       int // how many it happened to
}

// Rates (转移率) are the shares learnt from the past.
type Rates struct {
	cells map[string]*cell
	year  map[Step]float64 // how alike years are: a beta's strength, large is alike
	ratio map[Step]float64 // deviation of the log of taken up over planned
}

// cell counts one step of one group or programme.
type cell struct{ of, did float64 }

// strengths of the wider group, in students, where nothing is known of how much
// groups differ.
const (
	firstStrength = 2.0
)

// usual shares of each step where there is no record at all. They are wide priors,
// worth two students.
var usual = map[Step]float64{Enrol: 0.95, Progress: 0.96, Graduate: 0.95, Further: 0.15, Enlist: 0.02, Stay: 0.6}

// Learn reads the past. The error lists every record that cannot be.
func Learn(past []Past) (*Rates, error) {
	var faults []error
	for i, p := range past {
		if reason := p.wrong(); reason != "" {
			faults = append(faults, fmt.Errorf("supply: record %d (%s, %s, %d): %s", i+1, p.Programme, p.Step, p.Year, reason))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	r := &Rates{cells: map[string]*cell{}, year: map[Step]float64{}, ratio: map[Step]float64{}}
	for _, p := range past {
		for _, k := range keys(p.Step, p.Programme, p.Path) {
			c := r.cells[k]
			if c == nil {
				c = &cell{}
				r.cells[k] = c
			}
			c.of += float64(p.Of)
			c.did += float64(p.Did)
		}
	}
	for _, s := range steps {
		r.year[s] = r.likeness(past, s)
	}
	r.ratio[Enrol] = r.ratioSpread(past)
	return r, nil
}

func (p *Past) wrong() string {
	switch {
	case p.Programme == "":
		return "the programme is empty"
	case usual[p.Step] == 0:
		return "there is no such step"
	case p.Of < 0 || p.Did < 0:
		return "a number is negative"
	case p.Did > p.Of && p.Step != Enrol:
		return fmt.Sprintf("%d of %d is more than all", p.Did, p.Of)
	}
	return ""
}

// keys are the cells that a record counts into, widest first.
func keys(s Step, programme string, path []string) []string {
	out := []string{string(s)}
	for i := range path {
		out = append(out, string(s)+"\x00"+strings.Join(path[:i+1], "\x00"))
	}
	return append(out, string(s)+"\x01"+programme)
}

// Beta (贝塔分布) is what is known of a share.
type Beta struct{ A, B float64 }

// Mean is the expected share.
func (b Beta) Mean() float64 { return b.A / (b.A + b.B) }

// Rate is what is known of a step of a programme: its own record, the wider group
// standing in for as many students as programmes are alike.
func (r *Rates) Rate(s Step, programme string, path []string) Beta {
	mu, strength := math.Min(usual[s], 0.99), firstStrength
	b := Beta{mu * strength, (1 - mu) * strength}
	for _, k := range keys(s, programme, path) {
		c := r.cells[k]
		if c == nil {
			continue
		}
		mu = b.Mean()
		// A group hands its mean on, with the weight of a class or so: programmes
		// of a school are alike, but not the same.
		strength = math.Min(b.A+b.B, handOn)
		did := math.Min(c.did, c.of)
		b = Beta{mu*strength + did, (1-mu)*strength + c.of - did}
	}
	return b
}

// handOn is how many students the wider group's record counts for.
const handOn = 40

// likeness finds how alike the years of one programme are: the strength of a beta
// distribution that years are drawn from, by comparing how much yearly shares vary
// with how much they would by chance.
func (r *Rates) likeness(past []Past, s Step) float64 {
	var num, den float64
	for _, p := range past {
		if p.Step != s || p.Of < 2 {
			continue
		}
		c := r.cells[string(s)+"\x01"+p.Programme]
		if c.of <= float64(p.Of) { // a single year shows no difference
			continue
		}
		mu, n := clamp(c.did/c.of, 0.001, 0.999), float64(p.Of)
		d := math.Min(float64(p.Did), n)/n - mu
		left := 1 - n/c.of // the year is part of its own mean
		num += d*d/left - mu*(1-mu)/n
		den += mu * (1 - mu) * (1 - 1/n)
	}
	if den == 0 {
		return 60
	}
	rho := clamp((num+0.5/60)/(den+0.5), 1e-4, 0.3) // correlation within a year
	return (1 - rho) / rho
}

// ratioSpread is the standard deviation of log(taken up / planned) around each
// programme's own.
func (r *Rates) ratioSpread(past []Past) float64 {
	sum, n := 0.0, 0.0
	for _, p := range past {
		c := r.cells[string(Enrol)+"\x01"+p.Programme]
		if p.Step != Enrol || p.Of == 0 || p.Did == 0 || c.did == 0 {
			continue
		}
		d := math.Log(float64(p.Did) / float64(p.Of) / (c.did / c.of))
		sum += d * d
		n++
	}
	return math.Sqrt((sum + 4*0.1*0.1) / (n + 4))
}

// takenUp is the expected ratio of students enrolled to places planned.
func (r *Rates) takenUp(programme string, path []string) float64 {
	ratio := usual[Enrol]
	for _, k := range keys(Enrol, programme, path) {
		if c := r.cells[k]; c != nil {
			ratio = (c.did + handOn*ratio) / (c.of + handOn)
		}
	}
	return ratio
}

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

// quantile is the p-quantile of sorted draws.
func quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	at := clamp(p*float64(n)-0.5, 0, float64(n-1))
	i := int(at)
	if i+1 >= n {
		return sorted[n-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

func sortedCopy(v []float64) []float64 {
	w := append([]float64(nil), v...)
	sort.Float64s(w)
	return w
}
