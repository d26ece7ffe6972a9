package round

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// mostRanked is how many candidates an enterprise can rank for one post.
const mostRanked = 200

// Ranking is what an enterprise sees of the candidates for one of its posts before
// a round is decided: no names and no schools, and for each a code that is
// another one in every round.
type Ranking struct {
	Round *Round     `json:"round"`
	Post  *Post      `json:"post"`
	Terms PostTerms  `json:"terms"`
	List  []Rankable `json:"list"`
	Of    int        `json:"of"` // candidates who could come
}

// Rankable is a candidate as an enterprise ranks them.
type Rankable struct {
	Code      string `json:"code"`
	Level     string `json:"level"`
	Programme string `json:"programme"`
	Merit     int    `json:"merit"`
	Parts     []Part `json:"parts"`
	Rank      int    `json:"rank,omitempty"` // by hand, from 1

	id string
}

// Ranking gives the best candidates for a post, those ranked by hand first.
func (o *Office) Ranking(ctx context.Context, round, position string) (*Ranking, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Ranking, error) {
		r, post, err := o.takePost(tx, "round.post.look", round, position)
		if err != nil {
			return nil, err
		}
		return o.ranking(tx, r, post)
	})
}

func (o *Office) ranking(tx *db.Tx, r *Round, post *Post) (*Ranking, error) {
	k := &Ranking{Round: r, Post: post}
	var err error
	if k.Terms, err = postTerms(tx, r, post.ID); err != nil || !r.Terms.ByHand {
		return k, err
	}
	ranked, err := rankingOf(tx, r, post.ID)
	if err != nil {
		return nil, err
	}
	if k.List, err = o.rankables(tx, r, post, ranked); err != nil {
		return nil, err
	}
	k.Of = len(k.List)
	k.List = k.List[:min(len(k.List), max(50, len(ranked)))]
	return k, nil
}

// rankables gives everybody who could come to a post: those ranked, then the rest
// by merit.
func (o *Office) rankables(tx *db.Tx, r *Round, post *Post, ranked []string) ([]Rankable, error) {
	in, _, err := o.entrants(tx, r)
	if err != nil {
		return nil, err
	}
	t := &table{round: r, entrants: in, places: []place{{profile: post.Profile}}}
	panel, err := o.panel(t)
	if err != nil {
		return nil, err
	}
	codes, err := o.codes(t)
	if err != nil {
		return nil, err
	}
	judge := panel.Judge()
	var list []Rankable
	for i := range in {
		merit, bar := judge.Merit(i, 0)
		if bar != "" {
			continue
		}
		list = append(list, Rankable{Code: codes[i], Level: in[i].level, Programme: in[i].programme, Merit: merit,
			Parts: judge.Parts(i, 0), Rank: 1 + slices.Index(ranked, in[i].id), id: in[i].id})
	}
	slices.SortFunc(list, func(a, b Rankable) int {
		if a.Rank > 0 || b.Rank > 0 {
			return cmp.Or(cmp.Compare(min(b.Rank, 1), min(a.Rank, 1)), cmp.Compare(a.Rank, b.Rank))
		}
		return cmp.Or(cmp.Compare(b.Merit, a.Merit), cmp.Compare(a.Code, b.Code))
	})
	return list, nil
}

// Rank keeps an enterprise's own ranking for a post: codes, the one wanted most
// first. They come before everybody else, who follow by merit; an empty list
// leaves all to merit.
func (o *Office) Rank(ctx context.Context, round, position string, codes []string) error {
	ids, err := db.View(ctx, o.DB, func(tx *db.Tx) ([]string, error) {
		r, post, err := o.takePost(tx, "round.post.rank", round, position)
		if err != nil {
			return nil, err
		}
		return o.checkRanking(tx, r, post, codes)
	})
	if err != nil {
		return err
	}
	return db.Do(ctx, o.DB, func(tx *db.Tx) error {
		r, post, err := o.takePost(tx, "round.post.rank", round, position)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO round_ranking (round_id, position_id, body, list, changed_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (round_id, position_id) DO UPDATE SET list = excluded.list, changed_at = excluded.changed_at`,
			r.ID, post.ID, tx.Body, packList(ids), tx.Now); err != nil {
			return err
		}
		return journal.Record(tx, "round.post.rank", r.ID, map[string]any{"position": post.ID, "ranked": len(ids)})
	})
}

// checkRanking gives the candidates whom codes stand for, or everything that is
// wrong with the list.
func (o *Office) checkRanking(tx *db.Tx, r *Round, post *Post, codes []string) ([]string, error) {
	switch {
	case !r.Terms.ByHand:
		return nil, fault.Conflict.New("round.rank.by_score", r.Number)
	case r.State != Collecting:
		return nil, fault.Conflict.New("round.rank.early", r.Number)
	}
	var wrong fault.List
	if len(codes) > mostRanked {
		wrong.Add("list", "round.rank.many", len(codes), mostRanked)
	}
	list, err := o.rankables(tx, r, post, nil)
	if err != nil {
		return nil, err
	}
	known := make(map[string]string, len(list))
	for _, c := range list {
		known[c.Code] = c.id
	}
	ids := make([]string, 0, len(codes))
	for i, code := range codes {
		switch id := known[code]; {
		case slices.Contains(codes[:i], code):
			wrong.Add("list", "round.rank.twice", code)
		case id == "":
			wrong.Add("list", "round.rank.unknown", code)
		default:
			ids = append(ids, id)
		}
	}
	return ids, wrong.Err()
}

func rankingOf(tx *db.Tx, r *Round, position string) ([]string, error) {
	list, err := db.One(tx, db.Value[string], `SELECT k.list FROM round_ranking k WHERE k.round_id = $1 AND k.position_id = $2`, r.ID, position)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return parseList(list), err
}

// rankingsOf gives the rankings by hand, by post.
func rankingsOf(tx *db.Tx, r *Round) (map[string][]string, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT k.position_id, k.list FROM round_ranking k WHERE k.round_id = $1`, r.ID)
	all := make(map[string][]string, len(pairs))
	for _, p := range pairs {
		if p.B != "" {
			all[p.A] = parseList(p.B)
		}
	}
	return all, err
}

// numbered puts what a form numbers into the order of its numbers: values, each
// with a number beside it or none. Without numbers the order counts.
func numbered(values, ranks []string) ([]string, error) {
	if len(ranks) == 0 {
		return values, nil
	}
	type one struct {
		rank  int
		value string
	}
	var list []one
	var wrong fault.List
	for i, v := range values {
		text := ""
		if i < len(ranks) {
			text = trim(ranks[i])
		}
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			wrong.Add("list", "round.wish.rank", text)
			continue
		}
		list = append(list, one{n, v})
	}
	slices.SortStableFunc(list, func(a, b one) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = w.value
	}
	return out, wrong.Err()
}
