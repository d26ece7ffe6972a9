package placement

import (
	"context"
	"slices"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Follow is what became of an employment some months after it began.
type Follow struct {
	Month   int       `json:"month"`
	There   bool      `json:"there"`    // still employed there
	PayBand string    `json:"pay_band"` // of PayBands
	Fits    string    `json:"fits"`     // of Fits: how well work and programme match
	Note    string    `json:"note"`
	ToldAt  time.Time `json:"told_at"`
}

// PayBands are bands of pay a month: the pay itself is asked of nobody.
var PayBands = []string{"to_4000", "to_6000", "to_8000", "to_10000", "over_10000"}

// Fits tells how well work and programme match.
var Fits = []string{"same", "near", "other"}

// Tell keeps what the school has found out about an employment.
func (o *Office) Tell(ctx context.Context, id string, f Follow) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		p, err := o.take(tx, "placement.employment.follow", id)
		if err != nil {
			return nil, err
		}
		process, err := rule.Today[Process](tx, "placement.process")
		if err != nil {
			return nil, err
		}
		if err := p.follow(f, day(tx), process.Rule); err != nil {
			return nil, err
		}
		fresh, err := saveFollow(tx, p.ID, f)
		if err != nil {
			return nil, err
		}
		if !fresh {
			return nil, fault.Conflict.New("placement.follow.told")
		}
		if err := o.keep(tx, p); err != nil {
			return nil, err
		}
		if !f.There {
			return p, act.Note(tx, p.left(f))
		}
		return p, act.Note(tx, p.employed(f))
	})
}

func (p *Placement) follow(f Follow, today string, process Process) error {
	if p.Kind != Employment || p.StartedAt == nil {
		return fault.Conflict.New("placement.follow.none")
	}
	var wrong fault.List
	if !slices.Contains(process.months(), f.Month) {
		wrong.Add("month", "placement.follow.month", f.Month)
	} else if due := later(p.Since, f.Month, 0); today < due {
		wrong.Add("month", "placement.follow.early", due)
	}
	if f.There && !slices.Contains(PayBands, f.PayBand) {
		wrong.Add("pay_band", "placement.follow.pay_band")
	}
	if f.There && !slices.Contains(Fits, f.Fits) {
		wrong.Add("fits", "placement.follow.fits")
	}
	return wrong.Err()
}

// Due is an employment after which the school is to ask.
type Due struct {
	Month int    `json:"month"`
	Count int    `json:"count"`
	Last  string `json:"last"` // the day by which the first of them is late
}

// Dues gives what a school is to ask after now, by month; of all where none is named.
func (o *Office) Dues(tx *db.Tx, school string) (list []Due, err error) {
	process, err := rule.Today[Process](tx, "placement.process")
	if err != nil {
		return nil, err
	}
	for _, m := range process.Rule.months() {
		found, err := o.unfollowed(tx, school, m, later(day(tx), -m, 0), most)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			list = append(list, Due{m, len(found), later(found[0].Since, m, process.Rule.Grace)})
		}
	}
	return list, nil
}

// Task is something that waits for whoever asks.
type Task struct {
	Word string
	Args []any
	Due  string
	Link string
}

// Waiting tells what waits for the actor: refused placements and employments to ask
// after for a school, signatures for either side, answers to requests.
func (o *Office) Waiting(tx *db.Tx) (list []Task, err error) {
	a := auth.From(tx.Context())
	if a.Is(auth.Student) && a.About != "" {
		return o.studentWaits(tx, a)
	}
	if !a.For(a.Unit) {
		return nil, nil
	}
	add := func(word, link string, term string, args ...any) error {
		var w db.Where
		visible(a, &w)
		w.And(term, args...)
		n, err := count(tx, w)
		if err == nil && n > 0 {
			list = append(list, Task{Word: "placement.waiting." + word, Args: []any{n}, Link: link})
		}
		return err
	}
	if err := add("refused", "/placements/check", "p.state = 'refused'"); err != nil {
		return nil, err
	}
	if err := add("ready", "/placements?state=ready", "p.state = 'ready' AND p.school = ? AND p.since <= ?", a.Unit, day(tx)); err != nil {
		return nil, err
	}
	if err := add("broken", "/placements?against=1&running=1", "p.state IN ('started', 'changed') AND p.breaches > 0"); err != nil {
		return nil, err
	}
	if err := add("unsigned", "/placements?unsigned=1", unsignedTerm, a.Unit, a.Unit, a.Unit); err != nil {
		return nil, err
	}
	if err := add("asked", "/placements?asked=1", askedTerm, a.Unit, a.Unit); err != nil {
		return nil, err
	}
	dues, err := o.Dues(tx, a.Unit)
	for _, d := range dues {
		list = append(list, Task{Word: "placement.waiting.follow", Args: []any{d.Count, d.Month}, Due: d.Last, Link: "/placements?kind=employment&follow=" + itoa(d.Month)})
	}
	return list, err
}

// unsignedTerm finds what lacks the signature of a unit's side; askedTerm what waits
// for a unit's answer.
const (
	unsignedTerm = `p.state IN ('checked', 'changed') AND (p.school = ? AND p.kind = 'internship' OR p.enterprise = ?) AND NOT EXISTS (
		SELECT 1 FROM agreement_signature s JOIN agreement_agreement g ON g.id = s.agreement_id AND g.version = s.version
		WHERE s.agreement_id = p.agreement_id AND s.role = CASE WHEN p.enterprise = ? THEN 'enterprise' ELSE 'school' END)`
	askedTerm = `EXISTS (SELECT 1 FROM placement_request r WHERE r.placement_id = p.id AND r.state = 'open'
		AND (p.school = ? AND r.side <> 'school' OR p.enterprise = ? AND r.side = 'school'))`
)

func (o *Office) studentWaits(tx *db.Tx, a auth.Actor) (list []Task, err error) {
	var w db.Where
	w.And("p.candidate_id = ? AND p.state IN ('refused', 'checked', 'changed')", a.About)
	mine, err := o.list(tx, w, "p.number", 10)
	if err != nil {
		return nil, err
	}
	if err := o.know(tx, mine); err != nil {
		return nil, err
	}
	for _, p := range mine {
		if p.agreed != nil && slices.Contains(p.agreed.Missing(), roleStudent) {
			list = append(list, Task{Word: "placement.waiting.mine", Args: []any{p.Title}, Due: p.Since, Link: "/placements/" + p.ID})
		}
	}
	return list, nil
}
