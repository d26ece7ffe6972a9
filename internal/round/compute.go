package round

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"

	"guildhall/internal/db"
	"guildhall/matching"
)

// job is a computation of a round that this process is at.
type job struct {
	done, whole atomic.Int64 // candidates whose lists are made
	err         error
	over        chan struct{}
}

// Progress tells how far the computation of a round has come in this process.
type Progress struct {
	Running bool  `json:"running"`
	Done    int64 `json:"done"`
	Whole   int64 `json:"whole"`
}

// Progress tells how far the computation of a round is. A process that stops in
// the middle leaves the round frozen: it is computed anew.
func (o *Office) Progress(id string) Progress {
	v, ok := o.jobs.Load(id)
	if !ok {
		return Progress{}
	}
	j := v.(*job)
	select {
	case <-j.over:
		return Progress{}
	default:
		return Progress{true, j.done.Load(), j.whole.Load()}
	}
}

// Start computes a round beside the request that asked for it.
func (o *Office) Start(ctx context.Context, id string) (*Round, error) {
	r, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.compute", id)
		if err != nil {
			return nil, err
		}
		return r, r.computable()
	})
	if err != nil {
		return nil, err
	}
	j := &job{over: make(chan struct{})}
	if had, running := o.jobs.LoadOrStore(id, j); running {
		select {
		case <-had.(*job).over:
			o.jobs.Store(id, j)
		default:
			return r, nil // somebody was faster
		}
	}
	ctx = context.WithoutCancel(ctx)
	o.work.Go(func() {
		defer close(j.over)
		if _, j.err = o.compute(ctx, id, j); j.err != nil {
			slog.ErrorContext(ctx, "round: computation", "round", id, "error", j.err)
		}
	})
	return r, nil
}

// Wait waits for the computations that Start began.
func (o *Office) Wait() { o.work.Wait() }

// Compute decides a frozen round and keeps the result, which is then to be
// verified. It reads, computes without the pen, and writes in short steps.
func (o *Office) Compute(ctx context.Context, id string) (*Round, error) {
	return o.compute(ctx, id, &job{over: make(chan struct{})})
}

func (o *Office) compute(ctx context.Context, id string, j *job) (*Round, error) {
	tb, err := db.View(ctx, o.DB, func(tx *db.Tx) (*table, error) {
		r, err := takeRound(tx, "round.round.compute", id)
		if err != nil {
			return nil, err
		}
		if err := r.computable(); err != nil {
			return nil, err
		}
		return frozen(tx, r)
	})
	if err != nil {
		return nil, err
	}
	j.whole.Store(int64(len(tb.entrants)))
	d, err := o.decide(ctx, tb, &j.done)
	if err != nil {
		return nil, err
	}
	run := db.NewID()
	if err := o.keepResult(ctx, tb, d, run); err != nil {
		return nil, err
	}
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.compute", id)
		if err != nil {
			return nil, err
		}
		if err := r.compute(run, d.figures, d.print, tx.Now); err != nil {
			return nil, err
		}
		if err := forgetRuns(tx, r); err != nil {
			return nil, err
		}
		return r, keepRound(tx, r)
	})
}

// decision is what a run decided.
type decision struct {
	lists   [][]Told
	seqs    []int // by entrant: number of the position got, 0 for none
	choices []int // its number on the list
	cuts    []Cut
	figures Figures
	print   string
}

// Cut tells an enterprise and the public how one position came out.
type Cut struct {
	Seq    int  `json:"seq"`
	Listed int  `json:"listed"` // candidates who had it on their list
	Placed int  `json:"placed"`
	Last   int  `json:"last"`   // lowest merit placed; 0 where nobody was
	Capped bool `json:"capped"` // places are left, and the enterprise's cap is reached
}

// decide makes everybody's list, solves the round, and explains it.
func (o *Office) decide(ctx context.Context, tb *table, done *atomic.Int64) (*decision, error) {
	codes, err := o.codes(tb)
	if err != nil {
		return nil, err
	}
	lists, err := o.lists(ctx, tb, done)
	if err != nil {
		return nil, err
	}
	market, err := tb.market(codes, lists)
	if err != nil {
		return nil, err
	}
	rule := tb.round.MatchingRule()
	out, err := matching.Solve(ctx, market, rule)
	if err != nil {
		return nil, err
	}
	x := matching.NewExplainer(market, rule, out)
	return gather(tb, lists, market, out, x), nil
}

// lists makes the entrants' lists, on as many processors as there are.
func (o *Office) lists(ctx context.Context, tb *table, done *atomic.Int64) ([][]Choice, error) {
	panel, err := o.panel(tb)
	if err != nil {
		return nil, err
	}
	own := tb.own()
	lists := make([][]Choice, len(tb.entrants))
	const part = 64
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			judge := panel.Judge()
			for ctx.Err() == nil {
				from := int(next.Add(part)) - part
				if from >= len(lists) {
					return
				}
				to := min(from+part, len(lists))
				for i := from; i < to; i++ {
					lists[i] = judge.List(i, own[i])
				}
				done.Add(int64(to - from))
			}
		})
	}
	wg.Wait()
	return lists, ctx.Err()
}

func gather(tb *table, lists [][]Choice, m *matching.Market, out *matching.Outcome, x *matching.Explainer) *decision {
	n := len(tb.entrants)
	d := &decision{lists: make([][]Told, n), seqs: make([]int, n), choices: make([]int, n), print: out.Fingerprint()}
	for i, list := range lists {
		c := matching.CandidateID(i)
		got := out.Position(c)
		d.lists[i] = make([]Told, len(list))
		for k, choice := range list {
			told := Told{Seq: choice.Seq + 1, Merit: choice.Merit}
			if d.seqs[i] == 0 {
				why := x.Why(c, matching.PositionID(choice.Seq))
				told.Code, told.Place = string(why.Code), why.Place
				if why.Enough {
					told.Last, told.Need = Full-int(why.LastKey), Full-int(why.NeedKey)
				}
			}
			d.lists[i][k] = told
			if got == matching.PositionID(choice.Seq) {
				d.seqs[i], d.choices[i] = choice.Seq+1, k+1
			}
		}
	}
	s := x.Summary()
	d.figures = Figures{Choices: s.Choices, Matched: s.Matched, Unlisted: s.Unlisted, ByChoice: s.ByChoice}
	for _, use := range s.Caps {
		d.figures.Capped += use.TurnedAway
	}
	staff := x.Staff()
	for _, cut := range out.CutOffs() {
		c := Cut{Seq: int(cut.Position) + 1, Listed: staff[cut.Position].Listed, Placed: cut.Placed, Capped: staff[cut.Position].Limit != matching.NoNode}
		if cut.Placed > 0 {
			c.Last = Full - int(cut.Last)
		}
		if cut.Full {
			d.figures.Filled++
		}
		d.cuts = append(d.cuts, c)
	}
	return d
}

// keepResult writes what a run decided, in steps short enough that others who
// write for the body do not wait. Until the round points at the run, nobody sees
// it.
func (o *Office) keepResult(ctx context.Context, tb *table, d *decision, run string) error {
	const step = 2000
	for from := 0; from < len(tb.entrants); from += step {
		to := min(from+step, len(tb.entrants))
		if err := db.Do(ctx, o.DB, func(tx *db.Tx) error { return saveResults(tx, tb, d, run, from, to) }); err != nil {
			return err
		}
	}
	return db.Do(ctx, o.DB, func(tx *db.Tx) error { return saveCuts(tx, tb.round, d.cuts, run) })
}
