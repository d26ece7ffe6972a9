package talent

import (
	"context"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
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
	Next     int       `json:"next,omitempty"` // cuts go on after this number

	mine bool // the reader's unit has results here
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
}

// RoundSearch narrows the positions of a round.
type RoundSearch struct {
	Unit  string `json:"unit"`  // an enterprise
	Sort  string `json:"sort"`  // "listed", "placed" or "last", with a minus for falling; by number if empty
	After int    `json:"after"` // offset into the list
	Limit int    `json:"limit"` // 1 to 200; 50 if 0
}

// Round gives one round that the actor may see; positions once it is published,
// or for whoever runs it once it is computed.
func (t *Talent) Round(ctx context.Context, id string, s RoundSearch) (*RoundView, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*RoundView, error) {
		r, err := seeRound(tx, id)
		if err != nil {
			return nil, err
		}
		v := &RoundView{Round: r, Progress: t.Progress(id)}
		a := auth.From(ctx)
		v.mine = a.For(a.Unit) && r.State == Published
		if r.State != Published {
			r.secretly(a)
		}
		if r.run == "" || r.State != Published && !a.Runs() {
			return v, nil
		}
		all, err := units(tx)
		if err != nil {
			return nil, err
		}
		if v.Cuts, v.Next, err = listCuts(tx, r, s); err != nil {
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
func (t *Talent) Results(ctx context.Context, id string, s ResultSearch) (*Results, error) {
	found, err := db.View(ctx, t.DB, func(tx *db.Tx) (*Results, error) { return t.results(tx, id, s) })
	if err == nil && len(found.List) > 0 && !auth.From(ctx).Runs() {
		err = journal.Note(ctx, t.DB, "talent.round.result", id, map[string]any{"candidates": len(found.List), "unit": found.Unit})
	}
	return found, err
}

func (t *Talent) results(tx *db.Tx, id string, s ResultSearch) (*Results, error) {
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
	if err := policy.Allow(tx.Context(), "talent.round.result", on); err != nil {
		return nil, err
	}
	found := &Results{Round: r, Unit: s.Unit}
	if found.List, found.Next, err = listPlacements(tx, r, s); err != nil {
		return nil, err
	}
	if found.units, err = units(tx); err != nil {
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
	}
	return found, nil
}

// ExportResults lists all that a search finds, as on the pages, and notes it.
func (t *Talent) ExportResults(ctx context.Context, id string, s ResultSearch) (*Results, error) {
	s.After, s.Limit = "", 200
	var all *Results
	for {
		found, err := db.View(ctx, t.DB, func(tx *db.Tx) (*Results, error) { return t.results(tx, id, s) })
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
			return all, journal.Note(ctx, t.DB, "talent.candidate.export", auth.From(ctx).Unit, told)
		}
	}
}

// Admitted is what an enterprise sees of one position after a round.
type Admitted struct {
	Round *Round      `json:"round"`
	Cut   CutView     `json:"cut"`
	List  []Placement `json:"list"`
}

// admittedAt gives whom the last published round placed at a position, nil where
// there was none.
func (t *Talent) admittedAt(tx *db.Tx, p *Position) (*Admitted, error) {
	r, err := db.One(tx, scanRound, `SELECT `+roundColumns+` FROM talent_round r JOIN talent_round_position p ON p.round_id = r.id
		WHERE p.position_id = $1 AND r.body = $2 AND r.state = 'published' ORDER BY r.number DESC LIMIT 1`, p.ID, tx.Body)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	cut, err := findCut(tx, r, p.ID)
	if err != nil {
		return nil, err
	}
	list, err := placedIn(tx, r, cut.Seq)
	if err != nil {
		return nil, err
	}
	all, err := units(tx)
	for i := range list {
		list[i].SchoolName = nameOf(all, list[i].School)
		if !actor(tx).For(p.Enterprise) {
			list[i].Name = codes.MaskName(list[i].Name)
		}
	}
	return &Admitted{r, cut, list}, err
}

// Stand is a candidate's standing in a published round.
type Stand struct {
	Round      string `json:"round"` // id
	Name       string `json:"name"`
	Choices    int    `json:"choices"` // on the candidate's list
	Choice     int    `json:"choice"`  // that was met; 0 for none
	Position   string `json:"position,omitempty"`
	Title      string `json:"title,omitempty"`
	Enterprise string `json:"enterprise,omitempty"`
	Points     int    `json:"points,omitempty"`
}
