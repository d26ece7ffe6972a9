package round

import (
	"slices"
	"sync"

	"guildhall/internal/db"
	"guildhall/matching"
)

// smallRound is up to how many choices a round is kept in memory and run again for
// a single question of a reader.
const smallRound = 100_000

// lastAsked is the round that readers asked about last, put together again: what
// was decided does not change any more, and many ask at the same time.
type lastAsked struct {
	sync.Mutex
	run string
	x   *run
}

// again puts a decided round together from its kept rows, to ask what would have
// been.
func (o *Office) again(tx *db.Tx, r *Round) (*run, error) {
	o.asked.Lock()
	defer o.asked.Unlock()
	if o.asked.run == r.run {
		return o.asked.x, nil
	}
	t, err := frozen(tx, r)
	if err != nil {
		return nil, err
	}
	market, _, of, err := o.kept(tx, t)
	if err != nil {
		return nil, err
	}
	cuts, err := cutsOf(tx, r)
	if err != nil {
		return nil, err
	}
	var closed []string
	for _, c := range cuts {
		if c.Unopened {
			closed = append(closed, t.places[c.Seq-1].ref)
		}
	}
	x := &run{table: t, market: market, out: matching.OutcomeOf(market, r.MatchingRule(), of, closed)}
	if market.Edges() <= smallRound {
		o.asked.run, o.asked.x = r.run, x
	}
	return x, nil
}

// needs finds for each of a candidate's choices the merit that would have been
// enough, by running the round again for each: in rounds that are small enough.
func (o *Office) needs(tx *db.Tx, r *Round, candidate string, choices []Why) error {
	if r.Figures.Choices > smallRound {
		return nil
	}
	x, err := o.again(tx, r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(x.entrants, func(e entrant) bool { return e.id == candidate })
	if i < 0 {
		return nil
	}
	hand := x.byHand()
	for k := range choices {
		w := &choices[k]
		if !w.Shown || w.Code == "" || w.Code == string(matching.Placed) || hand[w.Enterprise] {
			continue
		}
		key, enough, err := matching.LeastKey(tx.Context(), x.market, x.out.Rule, x.out, matching.CandidateID(i), matching.PositionID(w.Seq-1))
		if err != nil {
			return err
		}
		if enough {
			w.Need = Full - int(key)
		}
	}
	return nil
}
