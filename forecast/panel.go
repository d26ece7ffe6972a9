package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Panel forecasts many series at once. The result has one forecast for each
// series, in the same order. A series with faults is refused: its forecast holds
// the faults and nothing else, and the others go on. The error is for options
// that make no sense (all of them, as *InputError) and for a cancelled context.
//
// Series help each other (weights, seasons, widths of intervals), so a series
// forecast in another panel may get slightly other numbers; the order of the
// series and the number of workers change nothing.
func Panel(ctx context.Context, s []Series, o Options) ([]Forecast, error) {
	if err := errors.Join(o.faults()...); err != nil {
		return nil, err
	}
	p := newPanel(s, o)
	steps := []func(context.Context) error{p.prepare, p.pool, p.fit, p.learn, p.finish}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	out := p.forecasts()
	if o.Backtest {
		if err := rollScores(ctx, s, o, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// One forecasts a single series. Its faults, if any, are the error.
func One(s Series, o Options) (Forecast, error) {
	f, err := Panel(context.Background(), []Series{s}, o)
	if err != nil {
		return Forecast{}, err
	}
	if f[0].Refused() {
		var e []error
		for i := range f[0].Faults {
			e = append(e, &f[0].Faults[i])
		}
		return Forecast{}, errors.Join(e...)
	}
	return f[0], nil
}

// member is one series at work.
type member struct {
	in    *Series
	out   Forecast
	y     []float64 // cleaned
	m     int       // season
	class Class
	from  int // place of y[0] in Series.Y
	first int // place of y[0] on the common time axis

	final  [][]float64 // what each candidate says, by candidate and horizon
	names  []string    // of the candidates
	trials []trial     // what they would have said before
	weight []float64
	scale  float64 // of an error at the end of the history
	mean   float64 // usual size of a value
	disp   float64 // dispersion of counts
	season int     // period of the season that was used
	pooled int     // series the season was learnt from
}

// trial is what the candidates said from one earlier origin, and what came.
type trial struct {
	origin int
	scale  float64
	f      [][]float32
	actual []float64
}

type panel struct {
	o       Options
	workers int
	members []*member
	cells   map[cellKey]*cell
	done    atomic.Int64
	mu      sync.Mutex
}

func newPanel(s []Series, o Options) *panel {
	p := &panel{o: o, workers: o.Workers, members: make([]*member, len(s))}
	if p.workers < 1 {
		p.workers = runtime.GOMAXPROCS(0)
	}
	seen := make(map[string]int, len(s))
	for i := range s {
		p.members[i] = &member{in: &s[i], out: Forecast{Key: s[i].Key}}
		seen[s[i].Key]++
	}
	for _, m := range p.members {
		if m.in.Key != "" && seen[m.in.Key] > 1 {
			m.out.Faults = append(m.out.Faults, InputError{Key: m.in.Key, Index: -1, Reason: RepeatedKey})
		}
	}
	return p
}

// each runs f for every member on all workers. What f writes must belong to its
// member, so that the result does not depend on who did what when.
func (p *panel) each(ctx context.Context, f func(*member, *Workspace)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(p.workers, max(1, len(p.members))) {
		wg.Go(func() {
			ws := &Workspace{}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(p.members) {
					return
				}
				if m := p.members[i]; len(m.out.Faults) == 0 {
					f(m, ws)
				}
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// prepare checks and cleans every history and says what it is.
func (p *panel) prepare(ctx context.Context) error {
	for _, m := range p.members {
		m.out.Faults = append(m.out.Faults, m.in.faults()...)
	}
	return p.each(ctx, func(m *member, ws *Workspace) {
		c := m.in.clean()
		m.m = m.in.season()
		m.class = classOf(c.y, m.m, m.in.Kind)
		if p.o.Models != nil {
			m.class = Chosen
		}
		if m.class == Regular {
			c.scanBreaks(m.in, ws)
		}
		m.y = c.y
		m.mean = mean(c.y)
		m.from, m.first = c.from, c.from
		m.out.Notes = c.notes
		if m.in.Start != (Period{}) {
			f := Freq(m.m)
			m.first += m.in.Start.Minus(Period{}, f)
			m.out.Origin = m.in.Start.Add(c.from+len(c.y)-1, f)
		} else {
			m.first = -len(c.y)
		}
		m.season = 1
		m.noteLength()
	})
}

// noteLength tells what the length of the history does not allow.
func (m *member) noteLength() {
	n := len(m.y)
	switch {
	case m.m > 1 && n < m.m:
		m.tell(WideSeason, fmt.Sprintf("the season of %d periods is longer than the history of %d", m.m, n))
	case m.m > 1 && n < 2*m.m:
		m.tell(NoSeason, "shorter than two seasons: no season of its own")
	}
	switch m.class {
	case Constant:
		m.tell(ConstNote, "never changed: the forecast is the constant; the interval keeps a floor")
	case Ended:
		m.tell(EndedNote, "nothing for a season or more, which chance does not explain: the forecast is zero; the interval keeps a floor")
	case Short, Tiny:
		m.tell(ShortNote, fmt.Sprintf("%d observations are too few for models of its own: strength is borrowed from the group", n))
	}
}

func (m *member) tell(code NoteCode, text string) {
	m.out.Notes = append(m.out.Notes, Note{Code: code, Index: -1, Value: None(), Used: None(), Text: text})
}

// fit computes what each candidate says, now and from earlier origins.
func (p *panel) fit(ctx context.Context) error {
	return p.each(ctx, func(m *member, ws *Workspace) {
		switch m.class {
		case Regular:
			m.fitRegular(p.o, ws)
		case Chosen:
			m.fitChosen(p.o, ws)
		case Constant, Ended:
			m.fitConstant(p.o)
		}
		n := p.done.Add(1)
		if p.o.Progress != nil && n%1024 == 0 {
			p.mu.Lock()
			p.o.Progress(int(n), len(p.members))
			p.mu.Unlock()
		}
	})
}

// fitConstant says that all stays as it is.
func (m *member) fitConstant(o Options) {
	f := make([]float64, o.Horizon)
	for i := range f {
		f[i] = m.y[len(m.y)-1]
	}
	m.names, m.final = []string{"constant"}, [][]float64{f}
	if m.class == Ended {
		m.names[0] = "zero"
	}
}

func (p *panel) forecasts() []Forecast {
	out := make([]Forecast, len(p.members))
	for i, m := range p.members {
		out[i] = m.out
		if m.out.Refused() {
			out[i] = Forecast{Key: m.in.Key, Faults: m.out.Faults}
		}
	}
	return out
}

// scaleOf is the size of an error that is usual for the history y: a geometric
// mean of the seasonal naive's mean absolute error and the one-step deviation of a
// model. Either may be zero, then the other counts; the floor keeps it positive.
func scaleOf(y []float64, m int, sigma float64) float64 {
	a := lagMAE(y, m)
	s := math.Pow(a, 0.6) * math.Pow(sigma, 0.4)
	if !(s > 0) {
		s = math.Max(a, sigma)
	}
	return math.Max(s, 1e-9*(1+math.Abs(mean(y))))
}

// lagMAE is the mean absolute difference over m periods, or over one where the
// history is not longer than m.
func lagMAE(y []float64, m int) float64 {
	if m >= len(y) {
		m = 1
	}
	if len(y) < 2 {
		return 0
	}
	s := 0.0
	for t := m; t < len(y); t++ {
		s += math.Abs(y[t] - y[t-m])
	}
	return s / float64(len(y)-m)
}
