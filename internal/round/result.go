package round

import (
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
)

// Least is how many must have been placed at a position before its lowest
// admitted merit is told: fewer, and it would be one person's mark.
const Least = 3

// RoundView is a round with what it came to, position by position.
type RoundView struct {
	*Round
	Cuts     []CutView `json:"cuts,omitempty"`
	Progress Progress  `json:"progress"`
	Caps     []CapUse  `json:"caps,omitempty"`     // those that turned somebody away, the most first
	Previews []Preview `json:"previews,omitempty"` // for whoever runs it, before the freeze
	Posts    []OwnPost `json:"posts,omitempty"`    // that the reader can tell the round of, before the freeze
	Answers  Answers   `json:"answers"`
	Next     int       `json:"next,omitempty"`    // cuts go on after this number
	Classes  []Class   `json:"classes,omitempty"` // of a cleared order class round

	finishing  Finishing // as it was filled in, where it is wrong
	wrong      error
	mine       bool // the reader's unit has results here
	enterprise bool // the reader works for one, and can tell the round of its posts
	units      map[string]*directory.Unit
}

// CutView is a position of a round and how it came out.
type CutView struct {
	Seq            int    `json:"seq"`
	Position       string `json:"position"` // id
	Ref            string `json:"ref"`
	Title          string `json:"title"`
	Enterprise     string `json:"enterprise"`
	EnterpriseName string `json:"enterprise_name"`
	Places         int    `json:"places"`
	Listed         int    `json:"listed"`
	Placed         int    `json:"placed"`
	Last           int    `json:"last,omitempty"` // told from Least placed on
	Capped         bool   `json:"capped,omitempty"`
	Unopened       bool   `json:"unopened,omitempty"`
	Minimum        int    `json:"minimum,omitempty"`
	First          int    `json:"first"`
	Elsewhere      int    `json:"elsewhere"`
	Refused        int    `json:"refused"`
	ByHand         bool   `json:"by_hand,omitempty"`
	Closed         bool   `json:"closed,omitempty"`
}

// Search narrows the positions of a round.
type Search struct {
	Unit  string `json:"unit"`  // an enterprise
	Sort  string `json:"sort"`  // "listed", "placed" or "last", with a minus for falling; by number if empty
	After int    `json:"after"` // offset into the list
	Limit int    `json:"limit"` // 1 to 200; 50 if 0
}

// Round gives one round that the actor may see; positions once it is published,
// or for whoever runs it once it is computed.
func (o *Office) Round(ctx context.Context, id string, s Search) (*RoundView, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*RoundView, error) {
		r, err := seeRound(tx, id)
		if err != nil {
			return nil, err
		}
		v := &RoundView{Round: r, Progress: o.Progress(id)}
		a := auth.From(ctx)
		v.mine = a.For(a.Unit) && r.State.Public()
		if !r.State.Public() {
			r.secretly(a)
		}
		if err := o.preparing(tx, v, s); err != nil {
			return nil, err
		}
		if r.run == "" || !r.State.Public() && !a.Runs() {
			return v, nil
		}
		all, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		if v.Cuts, v.Next, err = listCuts(tx, r, s); err != nil {
			return nil, err
		}
		if err := v.count(tx); err != nil {
			return nil, err
		}
		v.units = all
		if v.Classes, err = o.classes(tx, r); err != nil {
			return nil, err
		}
		for i := range v.Cuts {
			c := &v.Cuts[i]
			c.EnterpriseName = nameOf(all, c.Enterprise)
			if c.Placed < Least && !a.Runs() {
				c.Last = 0
			}
		}
		return v, nil
	})
}

// Answers counts the answers to a round's places.
type Answers struct {
	Accepted int `json:"accepted"`
	Declined int `json:"declined"`
	Open     int `json:"open"`
}

// preparing tells whoever runs the round, and enterprises of their own posts, what
// is being prepared before the freeze.
func (o *Office) preparing(tx *db.Tx, v *RoundView, s Search) (err error) {
	a := actor(tx)
	if v.State != Draft && v.State != Collecting || !a.Runs() && !a.For(a.Unit) {
		return nil
	}
	if v.units, err = directory.Units(tx); err != nil {
		return err
	}
	if u := v.units[a.Unit]; u != nil {
		v.enterprise = u.Class == "enterprise"
	}
	if v.Posts, v.Next, err = o.ownPosts(tx, v.Round, s); err != nil || !a.Runs() {
		return err
	}
	v.Previews, err = previews(tx, v.Round)
	return err
}

// count tells how caps were used and what was answered.
func (v *RoundView) count(tx *db.Tx) error {
	caps, err := capsOf(tx, v.Round)
	if err != nil {
		return err
	}
	for _, c := range caps {
		if c.Turned > 0 {
			v.Caps = append(v.Caps, c)
		}
	}
	slices.SortStableFunc(v.Caps, func(a, b CapUse) int { return b.Turned - a.Turned })
	v.Caps = v.Caps[:min(len(v.Caps), 20)]
	counts, err := db.All(tx, db.Pair[string, int], `SELECT coalesce(a.answer, ''), count(*) FROM round_result x
		LEFT JOIN round_answer a ON a.round_id = x.round_id AND a.candidate_id = x.candidate_id
		WHERE x.round_id = $1 AND x.run = $2 AND x.seq > 0 GROUP BY coalesce(a.answer, '')`, v.ID, v.run)
	for _, c := range counts {
		switch c.A {
		case Accept:
			v.Answers.Accepted = c.B
		case Decline:
			v.Answers.Declined = c.B
		default:
			v.Answers.Open = c.B
		}
	}
	return err
}

// secretly takes out of a round what nobody but those who run it may know before
// it is published.
func (r *Round) secretly(a auth.Actor) {
	if !a.Runs() {
		r.Figures, r.Report, r.Print = Figures{}, Finding{}, ""
		if r.State == Computed || r.State == Verified {
			r.State = Frozen
		}
	}
}

// Placement is somebody's place in a round, as those who may see it see it.
type Placement struct {
	Candidate      string `json:"candidate"` // id
	Name           string `json:"name"`      // masked for whoever need not know it
	School         string `json:"school"`
	SchoolName     string `json:"school_name"`
	Programme      string `json:"programme"` // its code
	Position       string `json:"position,omitempty"`
	Title          string `json:"title,omitempty"`
	Enterprise     string `json:"enterprise,omitempty"`
	EnterpriseName string `json:"enterprise_name,omitempty"`
	Choice         int    `json:"choice,omitempty"` // its number on the list
	Points         int    `json:"points,omitempty"` // merit, in hundredths
	Answer         string `json:"answer,omitempty"`

	named bool // the reader may open their page
}

// ResultSearch narrows a round's results.
type ResultSearch struct {
	Unit   string `json:"unit"`   // a school or an enterprise; the actor's own if empty, all for the secretariat
	Placed string `json:"placed"` // yes or no
	After  string `json:"after"`  // the last candidate of the page before
	Limit  int    `json:"limit"`  // 1 to 200; 50 if 0
}

// Results is a part of a list of placements.
type Results struct {
	Round *Round      `json:"round"`
	Unit  string      `json:"unit"`
	List  []Placement `json:"list"`
	Next  string      `json:"next,omitempty"`

	units map[string]*directory.Unit
}

// Results lists who was placed where: an enterprise sees those placed with it, a
// school its own, the secretariat all, masked. Looking at names is noted.
func (o *Office) Results(ctx context.Context, id string, s ResultSearch) (*Results, error) {
	found, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Results, error) { return o.results(tx, id, s) })
	if err == nil && len(found.List) > 0 && !auth.From(ctx).Runs() {
		err = journal.Note(ctx, o.DB, "round.result.list", id, map[string]any{"candidates": len(found.List), "unit": found.Unit})
	}
	return found, err
}

func (o *Office) results(tx *db.Tx, id string, s ResultSearch) (*Results, error) {
	r, err := seeRound(tx, id)
	if err != nil {
		return nil, err
	}
	a := actor(tx)
	if s.Unit == "" && !a.Runs() {
		s.Unit = a.Unit
	}
	on := r.subject()
	on.Unit = s.Unit
	if err := policy.Allow(tx.Context(), "round.result.list", on); err != nil {
		return nil, err
	}
	found := &Results{Round: r, Unit: s.Unit}
	if found.List, found.Next, err = listPlacements(tx, r, s); err != nil {
		return nil, err
	}
	if err := o.name(tx, found.List); err != nil {
		return nil, err
	}
	if found.units, err = directory.Units(tx); err != nil {
		return nil, err
	}
	for i := range found.List {
		p := &found.List[i]
		p.SchoolName, p.EnterpriseName = nameOf(found.units, p.School), ""
		if p.Enterprise != "" {
			p.EnterpriseName = nameOf(found.units, p.Enterprise)
		}
		if !a.For(p.School) && !a.For(p.Enterprise) {
			p.Name = codes.MaskName(p.Name)
		}
		p.named = a.Runs() || a.For(p.School)
	}
	return found, nil
}

// ExportResults lists all that a search finds, as on the pages, and notes it.
func (o *Office) ExportResults(ctx context.Context, id string, s ResultSearch) (*Results, error) {
	s.After, s.Limit = "", 200
	var all *Results
	for {
		found, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Results, error) { return o.results(tx, id, s) })
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = found
		} else {
			all.List = append(all.List, found.List...)
		}
		if s.After = found.Next; found.Next == "" {
			told := map[string]any{"candidates": len(all.List), "unit": all.Unit, "round": id}
			return all, journal.Note(ctx, o.DB, "round.result.export", auth.From(ctx).Unit, told)
		}
	}
}

// name puts names to placements.
func (o *Office) name(tx *db.Tx, list []Placement) error {
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.Candidate
	}
	names, err := o.Talent.Names(tx, ids)
	for i := range list {
		list[i].Name = names[list[i].Candidate]
	}
	return err
}
