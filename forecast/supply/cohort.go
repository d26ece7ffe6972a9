package supply

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sort"

	"guildhall/forecast"
)

// Cohort (届) is the students of a programme who entered, or will enter, in a year.
type Cohort struct {
	Programme string
	Path      []string // level, school; as in Past
	Years     int      // length of the programme, 1 to 10
	// Done is how many years the cohort has behind it: 0 for one that has just
	// entered, negative for one that will enter in -Done years.
	Done     int
	Students int // on the books now, or places planned for those to come
}

// Leads (专业去向) says which occupations a programme leads to, as shares that add
// up to 1 or less; what is missing to 1 works elsewhere.
type Leads map[string]map[string]float64 // programme -> occupation -> share

// Options (选项) of a projection.
type Options struct {
	From    forecast.Period // the quarter now: the first projected one is the next
	Horizon int             // quarters, 1 to 40
	Levels  []float64       // of the intervals
	Quarter int             // in which graduates arrive, 1 to 4; 0 means 3, the July peak
	Draws   int             // 0 means 2,000
	Seed    uint64
}

// Supply (供给) is how many people will look for work, by occupation and quarter.
type Supply struct {
	From        forecast.Period  `json:"from"`
	Levels      []float64        `json:"levels"`
	Occupations map[string][]Row `json:"occupations"` // by quarter from the one after From
}

// Row (供给量) is what is expected in one quarter.
type Row struct {
	Period string    `json:"period"`
	Mean   float64   `json:"mean"`
	Median float64   `json:"median"`
	Lo     []float64 `json:"lo"` // by level
	Hi     []float64 `json:"hi"`
	draws  []float64
}

// Draws gives the simulated numbers behind a row, in the order in which they were
// drawn: the same place in two rows belongs to the same simulated future. It is nil
// for rows read from JSON.
func (r *Row) Draws() []float64 { return r.draws }

func (o *Options) check(cohorts []Cohort, leads Leads) error {
	var faults []error
	bad := func(format string, a ...any) { faults = append(faults, fmt.Errorf("supply: "+format, a...)) }
	if o.Horizon < 1 || o.Horizon > 40 {
		bad("the horizon of %d quarters is not between 1 and 40", o.Horizon)
	}
	if o.From.Sub < 1 || o.From.Sub > 4 {
		bad("the starting quarter %d is not between 1 and 4", o.From.Sub)
	}
	if o.Quarter < 0 || o.Quarter > 4 {
		bad("graduates cannot arrive in quarter %d", o.Quarter)
	}
	if o.Draws < 0 || o.Draws > 1_000_000 {
		bad("the number of draws %d is not between 1 and 1,000,000", o.Draws)
	}
	for _, l := range o.Levels {
		if !(l > 0 && l < 1) {
			bad("the level %v is not between 0 and 1", l)
		}
	}
	for i, c := range cohorts {
		if c.Programme == "" || c.Years < 1 || c.Years > 10 || c.Students < 0 || c.Done > c.Years {
			bad("cohort %d (%s): %d students after %d of %d years cannot be", i+1, c.Programme, c.Students, c.Done, c.Years)
		}
	}
	for _, p := range sortedKeys(leads) {
		sum := 0.0
		for _, w := range leads[p] {
			if !(w >= 0) {
				bad("programme %q leads to an occupation with share %v", p, w)
			}
			sum += w
		}
		if sum > 1+1e-9 {
			bad("programme %q leads to occupations with shares that add up to %v", p, sum)
		}
	}
	return errors.Join(faults...)
}

func sortedKeys[V any](m map[string]V) []string {
	k := make([]string, 0, len(m))
	for s := range m {
		k = append(k, s)
	}
	sort.Strings(k)
	return k
}

// Project draws what becomes of the cohorts. The same input and seed give the same
// numbers; the order of the cohorts changes nothing. The error lists everything
// that cannot be.
func (r *Rates) Project(cohorts []Cohort, leads Leads, o Options) (*Supply, error) {
	if err := o.check(cohorts, leads); err != nil {
		return nil, err
	}
	if o.Quarter == 0 {
		o.Quarter = 3
	}
	if o.Draws == 0 {
		o.Draws = 2000
	}
	s := &Supply{From: o.From, Levels: o.Levels, Occupations: map[string][]Row{}}
	for _, p := range sortedKeys(leads) {
		for _, occ := range sortedKeys(leads[p]) {
			if s.Occupations[occ] == nil {
				s.Occupations[occ] = make([]Row, o.Horizon)
			}
		}
	}
	sorted := append([]Cohort(nil), cohorts...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.Programme != b.Programme {
			return a.Programme < b.Programme
		}
		if a.Done != b.Done {
			return a.Done < b.Done
		}
		return a.Students < b.Students
	})
	for i := range sorted {
		r.follow(&sorted[i], leads[sorted[i].Programme], o, s)
	}
	s.summarise(o)
	return s, nil
}

// arrival is the place on the horizon of the quarter in which a cohort graduates,
// counted from 0, or -1 beyond it.
func arrival(c *Cohort, o Options) int {
	first := mod(o.Quarter-o.From.Sub-1, 4) // quarters to the next arrival
	at := first + 4*(c.Years-c.Done-1)
	if c.Done == c.Years {
		at = first // over-long students graduate next
	}
	if at >= o.Horizon || at < 0 {
		return -1
	}
	return at
}

func mod(a, m int) int { return ((a % m) + m) % m }

// follow draws one cohort through its years and adds those who look for work to
// their occupations.
func (r *Rates) follow(c *Cohort, leads map[string]float64, o Options, s *Supply) {
	at := arrival(c, o)
	if at < 0 || len(leads) == 0 {
		return
	}
	rng := newRand(o.Seed, c)
	occ := sortedKeys(leads)
	for _, k := range occ {
		if row := &s.Occupations[k][at]; row.draws == nil {
			row.draws = make([]float64, o.Draws)
		}
	}
	path := r.walk(c)
	for d := range o.Draws {
		n := path.draw(rng, c.Students)
		rest := 1.0
		for _, k := range occ {
			share := leads[k]
			x := binomial(rng, n, clamp(share/rest, 0, 1))
			s.Occupations[k][at].draws[d] += float64(x)
			n -= x
			if rest -= share; rest <= 0 {
				break
			}
		}
	}
}

// newRand seeds the draws of a cohort by what it is, so that they do not depend on
// the other cohorts.
func newRand(seed uint64, c *Cohort) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%d\x00%d\x00%d", c.Programme, c.Years, c.Done, c.Students)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// passage is what a cohort still has before it.
type passage struct {
	takenUp, spread float64 // of planned places, 0 where it has entered
	progress        Beta
	years           int // to progress through
	final           []Beta
	alike           []float64
	progressAlike   float64
	turn            []bool // the step takes people away
}

func (r *Rates) walk(c *Cohort) *passage {
	p := &passage{progress: r.Rate(Progress, c.Programme, c.Path), progressAlike: r.year[Progress]}
	if c.Done < 0 {
		p.takenUp, p.spread = r.takenUp(c.Programme, c.Path), r.ratio[Enrol]
	}
	p.years = max(0, c.Years-1-max(0, c.Done))
	for _, s := range []Step{Graduate, Further, Enlist, Stay} {
		p.final = append(p.final, r.Rate(s, c.Programme, c.Path))
		p.alike = append(p.alike, r.year[s])
		p.turn = append(p.turn, s == Further || s == Enlist)
	}
	return p
}

// draw simulates how many of n students look for work in the city.
func (p *passage) draw(rng *rand.Rand, n int) int {
	if p.takenUp > 0 {
		n = int(math.Round(float64(n) * p.takenUp * math.Exp(p.spread*rng.NormFloat64()-p.spread*p.spread/2)))
	}
	share := beta(rng, p.progress)
	for range p.years {
		n = binomial(rng, n, yearly(rng, share, p.progressAlike))
	}
	for i, b := range p.final {
		x := binomial(rng, n, yearly(rng, beta(rng, b), p.alike[i]))
		if p.turn[i] {
			x = n - x
		}
		n = x
	}
	return n
}

// yearly draws the share of one year around the long-run share.
func yearly(rng *rand.Rand, share, alike float64) float64 {
	share = clamp(share, 1e-6, 1-1e-6)
	return beta(rng, Beta{share * alike, (1 - share) * alike})
}

func (s *Supply) summarise(o Options) {
	for _, rows := range s.Occupations {
		for i := range rows {
			row := &rows[i]
			row.Period = o.From.Add(i+1, forecast.Quarterly).Label(forecast.Quarterly)
			if row.draws == nil {
				row.draws = make([]float64, o.Draws)
			}
			row.Mean, row.Median, row.Lo, row.Hi = describe(row.draws, o.Levels)
		}
	}
}

// describe gives mean, median and intervals of draws.
func describe(draws, levels []float64) (mean, median float64, lo, hi []float64) {
	w := sortedCopy(draws)
	for _, v := range w {
		mean += v / float64(len(w))
	}
	for _, l := range levels {
		lo, hi = append(lo, quantile(w, (1-l)/2)), append(hi, quantile(w, (1+l)/2))
	}
	return mean, quantile(w, 0.5), lo, hi
}
