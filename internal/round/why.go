package round

import (
	"context"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/matching"
)

// Why is one choice with its reason, in figures.
type Why struct {
	Told
	Number         int    `json:"number"`   // on the list, from 1; 0: not on it
	Position       string `json:"position"` // id
	Title          string `json:"title"`
	Enterprise     string `json:"enterprise"`
	EnterpriseName string `json:"enterprise_name"`
	Region         string `json:"region"`
	Shift          string `json:"shift"`
	PayLow         int64  `json:"pay_low"`
	PayHigh        int64  `json:"pay_high"`
	Places         int    `json:"places"`
	Placed         int    `json:"placed"`
	Minimum        int    `json:"minimum,omitempty"`
	Cap            int    `json:"cap,omitempty"` // that was full, where that is what counted
	CapSort        string `json:"cap_sort,omitempty"`
	CapOf          string `json:"cap_of,omitempty"`
	ByHand         bool   `json:"by_hand,omitempty"` // the enterprise ranked by hand
	Seats          string `json:"seats,omitempty"`   // for whom seats were reserved
	Shown          bool   `json:"shown"`             // whether Last may be told
}

// Reasons that no engine gives.
const (
	PostClosed = "post_closed" // takes nobody any more, since the freeze
	NotYours   = "programme"   // a class of another programme
	Unlisted   = "unlisted"    // not on the list; what the merit would have come to stands beside
)

// reasons turns what a run told into what a candidate reads.
type reasons struct {
	round *Round
	table *table
	cuts  []Cut
	caps  []CapUse
	units map[string]*directory.Unit
}

func (o *Office) reasons(tx *db.Tx, r *Round, all map[string]*directory.Unit) (x *reasons, err error) {
	x = &reasons{round: r, table: &table{round: r}, units: all}
	if x.table.places, err = placesOf(tx, r); err != nil {
		return nil, err
	}
	if x.cuts, err = cutsOf(tx, r); err != nil {
		return nil, err
	}
	x.caps, err = capsOf(tx, r)
	return x, err
}

// why explains one choice. How low the last admitted merit was is told only where
// at least so many were placed that it is nobody's own.
func (x *reasons) why(t Told) Why {
	p, cut := &x.table.places[t.Seq-1], x.cuts[t.Seq-1]
	w := Why{Told: t, Position: p.id, Title: p.title, Enterprise: p.enterprise, EnterpriseName: nameOf(x.units, p.enterprise),
		Region: p.region, Shift: p.shift, PayLow: p.payLow, PayHigh: p.payHigh, Places: p.places, Placed: cut.Placed,
		Minimum: p.minimum, ByHand: len(p.ranked) > 0, Shown: cut.Placed >= Least && cut.Last > 0 && t.Last > 0}
	switch matching.ReasonCode(t.Code) {
	case matching.CapFull:
		if t.More > 0 && t.More <= len(x.caps) {
			c := x.caps[t.More-1]
			w.Cap, w.CapSort, w.CapOf = c.Cap, c.Sort, c.Of
			w.Shown = c.Placed >= Least && t.Last > 0
		}
	case matching.Placed:
		w.Last = cut.Last
	case matching.NoSeats:
		w.Code = PostClosed
	case matching.Reserved:
		w.Seats = packSeats(p.seats)
	}
	if !w.Shown {
		w.Last, w.Need = 0, 0
	}
	return w
}

// WhyNot tells the actor why a round did not place them at a post, also at one
// that did not stand on their list.
func (o *Office) WhyNot(ctx context.Context, round, position string) (*Why, error) {
	w, _, _, err := o.whyNotBy(ctx, whyAsked{Round: round, Position: position})
	return w, err
}

func (o *Office) whyNotBy(ctx context.Context, in whyAsked) (w *Why, r *Round, all map[string]*directory.Unit, err error) {
	w, err = db.View(ctx, o.DB, func(tx *db.Tx) (*Why, error) {
		if err := policy.Allow(ctx, "round.result.mine", Subject{}); err != nil {
			return nil, err
		}
		if r, err = seeRound(tx, in.Round); err != nil {
			return nil, err
		}
		me := auth.From(ctx).About
		res, err := findResult(tx, r, me)
		if err := errors.Join(err, notSeen(r)); err != nil {
			return nil, err
		}
		if all, err = directory.Units(tx); err != nil {
			return nil, err
		}
		x, err := o.reasons(tx, r, all)
		if err != nil {
			return nil, err
		}
		for i := range x.table.places {
			if p := &x.table.places[i]; in.Position == "" && p.ref == trim(in.Ref) {
				in.Position = p.id
			}
		}
		return o.whyNot(tx, x, res, me, in.Position)
	})
	return w, r, all, err
}

func notSeen(r *Round) error {
	if !r.State.Public() {
		return fault.NotFound.New("fault.not_found")
	}
	return nil
}

func (o *Office) whyNot(tx *db.Tx, x *reasons, res *result, me, position string) (*Why, error) {
	for i, t := range parseChoices(res.choices) {
		if x.table.places[t.Seq-1].id == position {
			w := x.why(t)
			w.Number = i + 1
			return &w, nil
		}
	}
	for i := range x.table.places {
		p := &x.table.places[i]
		if p.id != position {
			continue
		}
		e, err := entrantOf(tx, x.round, me)
		if err != nil {
			return nil, err
		}
		panel, err := o.Talent.Panel(x.round.Scoring, []string{e.profile}, []string{p.profile})
		if err != nil {
			return nil, err
		}
		merit, bar := panel.Judge().Merit(0, 0)
		t := Told{Seq: i + 1, Merit: merit, Code: Unlisted, Last: x.cuts[i].Last}
		switch {
		case p.closed:
			t.Code = PostClosed
		case !p.admits(&e):
			t.Code = NotYours
		case bar != "":
			t.Code = bar
		}
		w := x.why(t)
		return &w, nil
	}
	return nil, fault.NotFound.New("round.why.not_there")
}

// capName names whose cap it is.
func capName(ctx context.Context, all map[string]*directory.Unit, sort, of string) string {
	switch sort {
	case "enterprise":
		if u := all[of]; u != nil {
			return i18n.Pick(ctx, u.Short(), u.NameEN)
		}
	case "region":
		return regionName(ctx, of)
	default:
		return nameOfCode(ctx, sort, of)
	}
	return of
}
