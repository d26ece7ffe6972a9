package round

import (
	"context"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/matching"
)

// PostLook is one post of a round: before the freeze what the round was told of
// it and whom its enterprise ranks, afterwards how it came out and why.
type PostLook struct {
	*Ranking
	EnterpriseName string   `json:"enterprise_name"`
	Cut            *CutView `json:"cut,omitempty"` // once the reader may know
	More           *More    `json:"more,omitempty"`
}

// More is what one more place at a post would change, by a new run of the whole
// round.
type More struct {
	Placed int `json:"placed"` // candidates who would have a place and have none
	Better int `json:"better"` // who would have a choice that they prefer to theirs
	Worse  int `json:"worse"`  // who would have one that they like less: caps above can bring that about
	Lost   int `json:"lost"`   // who would have no place any more
}

// Post gives one post of a round to its enterprise and to whoever runs the round.
// With more it also tells what one more place would change.
func (o *Office) Post(ctx context.Context, round, position string, more bool) (*PostLook, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*PostLook, error) {
		r, err := seeRound(tx, round)
		if err != nil {
			return nil, err
		}
		post, err := o.Talent.Post(tx, position)
		if err != nil {
			return nil, err
		}
		on := r.subject()
		on.Enterprise = post.Enterprise
		if err := policy.Allow(ctx, "round.post.look", on); err != nil {
			return nil, err
		}
		all, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		v := &PostLook{Ranking: &Ranking{Round: r, Post: post}, EnterpriseName: nameOf(all, post.Enterprise)}
		if r.State == Draft || r.State == Collecting {
			v.Ranking, err = o.ranking(tx, r, post)
			return v, err
		}
		if !r.State.Public() {
			r.secretly(actor(tx))
		}
		if r.run == "" || !r.State.Public() && !actor(tx).Runs() {
			return v, nil
		}
		return v, o.cameOut(tx, v, more)
	})
}

// cameOut tells how a post came out.
func (o *Office) cameOut(tx *db.Tx, v *PostLook, more bool) error {
	cut, err := findCut(tx, v.Round, v.Post.ID)
	if errors.Is(err, fault.NotFound) {
		return nil // it did not take part
	}
	if err != nil {
		return err
	}
	v.Cut = &cut
	if more {
		v.More, err = o.oneMore(tx, v.Round, cut.Seq)
	}
	return err
}

// oneMore runs a round again with one more place at a post.
func (o *Office) oneMore(tx *db.Tx, r *Round, seq int) (*More, error) {
	x, err := o.again(tx, r)
	if err != nil {
		return nil, err
	}
	more := matching.Change{Places: map[matching.PositionID]int{matching.PositionID(seq - 1): 1}}
	effect, err := matching.WhatIf(tx.Context(), x.market, x.out.Rule, x.out, more)
	if err != nil {
		return nil, told(err)
	}
	m := new(More)
	for _, move := range effect.Moves {
		switch {
		case move.From == matching.NoPosition:
			m.Placed++
		case move.To == matching.NoPosition:
			m.Lost++
		case wanted(x.market, move.Candidate, move.To) < wanted(x.market, move.Candidate, move.From):
			m.Better++
		default:
			m.Worse++
		}
	}
	return m, nil
}

// wanted is a post's number on a candidate's list.
func wanted(m *matching.Market, c matching.CandidateID, p matching.PositionID) int {
	return m.ChoiceNumber(c, m.Edge(c, p))
}

// OwnPost is a post that its enterprise, or whoever runs the round, can tell the
// round of.
type OwnPost struct {
	*Post
	EnterpriseName string    `json:"enterprise_name"`
	Terms          PostTerms `json:"terms"`
	Ranked         int       `json:"ranked"` // candidates by hand
}

// ownPosts gives the open posts that the actor can tell a round of, a page of
// them, and where it goes on.
func (o *Office) ownPosts(tx *db.Tx, r *Round, s Search) (list []OwnPost, next int, err error) {
	a := actor(tx)
	open, err := o.Talent.Posts(tx)
	if err != nil {
		return nil, 0, err
	}
	terms, err := termsOf(tx, r)
	if err != nil {
		return nil, 0, err
	}
	ranked, err := rankingsOf(tx, r)
	if err != nil {
		return nil, 0, err
	}
	all, err := directory.Units(tx)
	if err != nil {
		return nil, 0, err
	}
	n := 0
	for _, p := range open {
		if !a.Runs() && !a.For(p.Enterprise) || s.Unit != "" && p.Enterprise != s.Unit {
			continue
		}
		if n++; n <= s.After {
			continue
		}
		if len(list) == limitOf(s.Limit) {
			return list, n - 1, nil
		}
		list = append(list, OwnPost{p, nameOf(all, p.Enterprise), terms[p.ID], len(ranked[p.ID])})
	}
	return list, 0, nil
}
