package app

import (
	"context"
	"time"

	"guildhall/internal/chain"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/outlook"
	"guildhall/internal/placement"
	"guildhall/internal/talent"
)

// newChain joins the chain to what is counted over it and to the forecast.
func (h *House) newChain() *chain.Chain {
	c := chain.New(codes.Shipped())
	c.DB, c.Use, c.Gap = h.DB, usedChain, h.segmentGap
	return c
}

// usedChain tells the chain which posts, placements and classes went over it. A class
// goes to the occupations that its programme's teaching standard names.
func usedChain(tx *db.Tx, since time.Time) ([]chain.Use, error) {
	posts, err := talent.Posted(tx, since)
	uses := make([]chain.Use, 0, len(posts))
	for _, p := range posts {
		u := chain.Use{What: "post", Count: 1, Nodes: []chain.Ref{{Kind: chain.KindSegment, Code: p.Segment}, {Kind: chain.KindPosition, Code: p.Kind}, {Kind: chain.KindOccupation, Code: p.Occupation}}}
		for _, n := range p.Needs {
			u.Nodes = append(u.Nodes, chain.Ref{Kind: chain.KindSkill, Code: n.Code})
		}
		uses = append(uses, u)
	}
	if err != nil {
		return nil, err
	}
	begun, err := placement.BegunSince(tx, since)
	for _, b := range begun {
		u := chain.Use{What: "placement", Count: b.Count, Nodes: []chain.Ref{{Kind: chain.KindPosition, Code: b.Kind}, {Kind: chain.KindProgramme, Code: b.Programme}}}
		for _, e := range codes.Shipped().Related("position-occupation", b.Kind) {
			u.Nodes = append(u.Nodes, chain.Ref{Kind: chain.KindOccupation, Code: e.To})
		}
		uses = append(uses, u)
	}
	if err != nil {
		return nil, err
	}
	classes, err := talent.Classes(tx)
	for programme, n := range classes {
		u := chain.Use{What: "class", Count: n, Nodes: []chain.Ref{{Kind: chain.KindProgramme, Code: programme}}}
		for _, e := range codes.Shipped().Related("programme-occupation", programme) {
			u.Nodes = append(u.Nodes, chain.Ref{Kind: chain.KindOccupation, Code: e.To})
		}
		uses = append(uses, u)
	}
	return uses, err
}

// segmentGap gives the chain the newest gap table of a segment.
func (h *House) segmentGap(ctx context.Context, segment string) ([]chain.Gap, error) {
	t, err := h.Outlook.Gaps(ctx, outlook.Search{Segment: segment, Sort: "-gap"})
	if err != nil || t == nil {
		return nil, err
	}
	list := make([]chain.Gap, 0, len(t.Kinds))
	for _, g := range t.Kinds {
		list = append(list, chain.Gap{Position: g.Code, Name: g.Name, NameEN: g.NameEN, Openings: g.Openings, Demand: g.Demand, Supply: g.Supply,
			Gap: g.Gap, Low: g.Lo80, High: g.Hi80, Stars: g.Stars(), Withheld: g.Withheld})
	}
	return list, nil
}
