package round

import (
	"context"
	"fmt"

	"guildhall/internal/db"
	"guildhall/matching"
)

// Verify checks the kept result with the independent verifier: from the frozen
// input and the rows of the result alone, it counts every score on every list
// again by the rule, and looks for broken caps, lists and blocking pairs. Only
// what it finds right can be published.
func (o *Office) Verify(ctx context.Context, id string) (*Round, error) {
	found, err := db.View(ctx, o.DB, func(tx *db.Tx) (Finding, error) {
		r, err := takeRound(tx, "round.round.verify", id)
		if err != nil {
			return Finding{}, err
		}
		if err := r.step(Computed, Computed); err != nil {
			return Finding{}, err
		}
		tb, err := frozen(tx, r)
		if err != nil {
			return Finding{}, err
		}
		return o.verify(tx, tb)
	})
	if err != nil {
		return nil, err
	}
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.verify", id)
		if err != nil {
			return nil, err
		}
		if err := r.step(Computed, Computed); err != nil {
			return nil, err
		}
		if err := r.verify(found, tx.Now); err != nil {
			return nil, err
		}
		return r, keepRound(tx, r)
	})
}

func (o *Office) verify(tx *db.Tx, tb *table) (Finding, error) {
	market, lists, of, err := o.kept(tx, tb)
	if err != nil {
		return Finding{}, err
	}
	report := matching.Verify(market, tb.round.MatchingRule(), of)
	f := Finding{Matched: report.Matched, Blocking: report.Blocking, Counts: report.Counts, Print: report.Print}
	panel, err := o.panel(tb)
	if err != nil {
		return Finding{}, err
	}
	judge := panel.Judge()
	for i, list := range lists {
		for _, choice := range list {
			f.Pairs++
			merit, bar := judge.Merit(i, choice.Seq)
			if merit != choice.Merit || bar != "" || !tb.places[choice.Seq].admits(&tb.entrants[i]) {
				f.Amiss++
			}
		}
	}
	f.OK = report.OK && report.Stable && f.Amiss == 0
	return f, nil
}

// kept puts the market of a computed round together again from its kept rows,
// with the choice that each entrant got.
func (o *Office) kept(tx *db.Tx, tb *table) (*matching.Market, [][]Choice, []matching.EdgeID, error) {
	codes, err := o.codes(tb)
	if err != nil {
		return nil, nil, nil, err
	}
	at := make(map[string]int, len(tb.entrants))
	for i := range tb.entrants {
		at[tb.entrants[i].id] = i
	}
	lists := make([][]Choice, len(tb.entrants))
	got := make([]int, len(tb.entrants))
	rows := 0
	err = eachResult(tx, tb.round, func(res *result) error {
		i, ok := at[res.candidate]
		if !ok {
			return fmt.Errorf("round %d holds a result of somebody who does not take part", tb.round.Number)
		}
		rows++
		got[i] = res.seq
		for _, told := range parseChoices(res.choices) {
			if told.Seq < 1 || told.Seq > len(tb.places) {
				return fmt.Errorf("round %d holds a choice of position %d of %d", tb.round.Number, told.Seq, len(tb.places))
			}
			lists[i] = append(lists[i], Choice{Seq: told.Seq - 1, Merit: told.Merit})
		}
		return nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	if rows != len(tb.entrants) {
		return nil, nil, nil, fmt.Errorf("round %d holds results of %d of %d candidates", tb.round.Number, rows, len(tb.entrants))
	}
	market, _, err := tb.market(codes, lists)
	if err != nil {
		return nil, nil, nil, err
	}
	of := make([]matching.EdgeID, len(got))
	for i, seq := range got {
		of[i] = matching.NoEdge
		if seq > 0 {
			of[i] = market.Edge(matching.CandidateID(i), matching.PositionID(seq-1))
			if of[i] == matching.NoEdge {
				return nil, nil, nil, fmt.Errorf("round %d placed somebody at a position that is not on their list", tb.round.Number)
			}
		}
	}
	return market, lists, of, nil
}
