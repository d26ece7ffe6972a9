package round

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"guildhall/matching"
)

// decision is what a run decided.
type decision struct {
	lists   [][]Told
	seqs    []int // by entrant: number of the position got, 0 for none
	choices []int // its number on the list
	cuts    []Cut
	caps    []CapUse
	figures Figures
	print   string
}

// Cut tells an enterprise and the public how one position came out.
type Cut struct {
	Seq       int  `json:"seq"`
	Listed    int  `json:"listed"` // candidates who had it on their list
	First     int  `json:"first"`  // of these, as their first choice
	Placed    int  `json:"placed"`
	Elsewhere int  `json:"elsewhere"` // of those who listed it, placed where they would rather be
	Refused   int  `json:"refused"`   // of these, who would have come
	Last      int  `json:"last"`      // lowest merit placed; 0 where nobody was, or the enterprise ranked by hand
	Capped    bool `json:"capped"`    // places are left, and a cap above is reached
	Unopened  bool `json:"unopened"`  // too few would have come
}

// CapUse tells how a cap above posts was used.
type CapUse struct {
	Seq    int    `json:"seq"`  // within the round, from 1
	Sort   string `json:"sort"` // enterprise, region, programme or segment
	Of     string `json:"of"`   // unit or code
	Cap    int    `json:"cap"`
	Placed int    `json:"placed"`
	Turned int    `json:"turned"` // candidates who would have had a place but for this cap
}

// run is a solved round with what explains it.
type run struct {
	*table
	lists  [][]Choice
	market *matching.Market
	caps   []capNode
	out    *matching.Outcome
}

// solve makes everybody's list and decides the round.
func (o *Office) solve(ctx context.Context, t *table, done *atomic.Int64) (*run, error) {
	codes, err := o.codes(t)
	if err != nil {
		return nil, err
	}
	x := &run{table: t}
	if x.lists, err = o.lists(ctx, t, done); err != nil {
		return nil, err
	}
	if x.market, x.caps, err = t.market(codes, x.lists); err != nil {
		return nil, err
	}
	x.out, err = matching.Solve(ctx, x.market, t.round.MatchingRule())
	return x, told(err)
}

// decide solves the round and explains it.
func (o *Office) decide(ctx context.Context, t *table, done *atomic.Int64) (*decision, error) {
	x, err := o.solve(ctx, t, done)
	if err != nil {
		return nil, err
	}
	return x.gather(), nil
}

// figure puts down the figures alone.
func (x *run) figure() *decision {
	d := new(decision)
	x.count(d, matching.NewExplainer(x.market, x.out.Rule, x.out), x.byHand())
	return d
}

// lists makes the entrants' lists, on as many processors as there are.
func (o *Office) lists(ctx context.Context, t *table, done *atomic.Int64) ([][]Choice, error) {
	panel, err := o.panel(t)
	if err != nil {
		return nil, err
	}
	own := t.own()
	lists := make([][]Choice, len(t.entrants))
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
					lists[i] = t.list(judge, i, own[i])
				}
				done.Add(int64(to - from))
			}
		})
	}
	wg.Wait()
	return lists, ctx.Err()
}

// list makes one entrant's list. Who has taken consent back has none; a list that
// is filled from the score leaves out posts that are for others, or closed.
func (t *table) list(j Judge, i int, own []int) []Choice {
	e := &t.entrants[i]
	if e.out {
		return nil
	}
	kept := own[:0:0]
	for _, post := range own {
		if t.places[post].admits(e) {
			kept = append(kept, post)
		}
	}
	if len(e.wishes) > 0 && len(kept) == 0 {
		return nil
	}
	return j.List(i, kept, func(post int) bool { return t.places[post].closed || !t.places[post].admits(e) })
}

// gather puts down what the run came to, with the reason for every choice down to
// the one that was met.
func (x *run) gather() *decision {
	n := len(x.lists)
	d := &decision{lists: make([][]Told, n), seqs: make([]int, n), choices: make([]int, n), print: x.out.Fingerprint()}
	why := matching.NewExplainer(x.market, x.out.Rule, x.out).Brief()
	hand := x.byHand()
	capAt := make(map[matching.NodeID]int, len(x.caps))
	for i, c := range x.caps {
		capAt[c.id] = i + 1
	}
	for i, list := range x.lists {
		d.lists[i] = make([]Told, len(list))
		got := x.out.Position(matching.CandidateID(i))
		for k, choice := range list {
			t := Told{Seq: choice.Seq + 1, Merit: choice.Merit}
			if d.seqs[i] == 0 {
				t.explain(why.Why(matching.CandidateID(i), matching.PositionID(choice.Seq)), hand[x.places[choice.Seq].enterprise], capAt)
			}
			d.lists[i][k] = t
			if got == matching.PositionID(choice.Seq) {
				d.seqs[i], d.choices[i] = choice.Seq+1, k+1
			}
		}
	}
	x.count(d, why, hand)
	return d
}

// byHand gives the enterprises that ranked candidates by hand for any post: where
// they did, no merit decided.
func (x *run) byHand() map[string]bool {
	hand := map[string]bool{}
	for i := range x.places {
		if len(x.places[i].ranked) > 0 {
			hand[x.places[i].enterprise] = true
		}
	}
	return hand
}

func (t *Told) explain(why matching.Reason, hand bool, capAt map[matching.NodeID]int) {
	t.Code, t.Place = string(why.Code), why.Place
	switch why.Code {
	case matching.CapFull:
		t.More = capAt[why.Node]
	case matching.NotOpened:
		t.More = why.Willing
	}
	if hand {
		return
	}
	switch why.Code {
	case matching.Full, matching.CapFull, matching.LotLost, matching.Placed, matching.Reserved:
		t.Last = Full - int(why.LastKey)
	}
}

// count puts down the figures, and how each post and each cap came out.
func (x *run) count(d *decision, why *matching.Explainer, hand map[string]bool) {
	s := why.Summary()
	d.figures = Figures{Choices: s.Choices, Matched: s.Matched, Unlisted: s.Unlisted, ByChoice: s.ByChoice,
		Closed: s.Closed, Claims: len(s.Claims), Overrun: s.Overrun}
	used := map[matching.NodeID]matching.CapUse{}
	for _, use := range s.Caps {
		used[use.Node] = use
	}
	for i, c := range x.caps {
		use := used[c.id]
		d.caps = append(d.caps, CapUse{i + 1, c.sort, c.of, c.cap, use.Placed, use.TurnedAway})
		d.figures.Capped += use.TurnedAway
	}
	staff := why.Staff()
	for _, cut := range x.out.CutOffs() {
		st := staff[cut.Position]
		c := Cut{Seq: int(cut.Position) + 1, Listed: st.Listed, First: st.First, Placed: cut.Placed, Elsewhere: st.Elsewhere, Refused: st.Refused,
			Capped: st.Limit != matching.NoNode, Unopened: cut.Closed}
		if cut.Placed > 0 && !hand[x.places[cut.Position].enterprise] {
			c.Last = Full - int(cut.Last)
		}
		if cut.Full && cut.Placed > 0 {
			d.figures.Filled++
		}
		d.cuts = append(d.cuts, c)
	}
}
