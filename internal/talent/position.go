package talent

import (
	"context"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/matching/fit"
)

// Statuses of a position.
const (
	Open   = "open"   // takes people
	Closed = "closed" // takes none any more
	Filled = "filled" // has all it wanted
)

// PositionStatuses lists them.
var PositionStatuses = []string{Open, Closed, Filled}

// Shifts lists how work is divided over the day.
var Shifts = []string{"day", "two_shift", "three_shift"}

// Educations lists the levels of schooling that positions ask for.
var Educations = []string{"不限", "初中", "高中", "中职", "高职", "职业本科", "本科", "研究生"}

// Position is an opening (岗位) of an enterprise, for one person or several.
type Position struct {
	ID             string    `json:"id"`
	Ref            string    `json:"ref"`        // the number by which sheets name it, such as J000001
	Enterprise     string    `json:"enterprise"` // unit
	EnterpriseName string    `json:"enterprise_name,omitempty"`
	Kind           string    `json:"kind"` // in the list of kinds of positions; empty where not told
	Title          string    `json:"title"`
	Occupation     string    `json:"occupation"`
	Segment        string    `json:"segment"` // of the chain
	Region         string    `json:"region"`
	Headcount      int       `json:"headcount"`
	Education      string    `json:"education"` // the least schooling asked for, one of Educations
	PayLow         int64     `json:"pay_low"`   // fen a month; 0: not told
	PayHigh        int64     `json:"pay_high"`
	Shift          string    `json:"shift"`
	Grade          string    `json:"grade,omitempty"` // of skill that is asked for, L5 to L1
	Line           string    `json:"line,omitempty"`  // the demand line that it was opened for
	Overseas       bool      `json:"overseas"`
	Posted         string    `json:"posted"` // day; empty where not told
	Closes         string    `json:"closes"`
	Status         string    `json:"status"`
	Needs          Needs     `json:"needs"`
	ChangedAt      time.Time `json:"changed_at"`

	Phone string `json:"-"` // of whoever hires, in clear; sealed where it is kept
}

func (p *Position) subject() Subject {
	return Subject{Enterprise: p.Enterprise, Open: p.Status == Open}
}

// Post gives what scoring knows of the position.
func (p *Position) Post() Post {
	return Post{p.Kind, p.Occupation, p.Region, p.Education, p.PayLow, p.PayHigh, p.Shift, p.Overseas, p.Needs}
}

// Fit gives the position as scores take it.
func (p *Position) Fit() fit.Post {
	x := p.Post()
	return x.Fit()
}

// check tells everything that is wrong with a position.
func (p *Position) check() error {
	var wrong fault.List
	if p.Enterprise == "" {
		wrong.Add("enterprise", "talent.position.no_enterprise")
	}
	if p.Title == "" {
		wrong.Add("title", "talent.position.no_title")
	}
	if p.Headcount < 0 {
		wrong.Add("headcount", "talent.negative", p.Headcount)
	}
	if p.PayLow < 0 || p.PayHigh < 0 || p.PayHigh > 0 && p.PayHigh < p.PayLow {
		wrong.Add("pay", "talent.position.pay")
	}
	if p.Posted != "" && p.Closes != "" && p.Closes < p.Posted {
		wrong.Add("closes_on", "talent.position.closes", p.Closes, p.Posted)
	}
	for _, n := range p.Needs {
		if n.Level < 1 || n.Level > 5 {
			wrong.Add("skills", "talent.skill.level", n.Code, n.Level)
		}
		if n.Weight < 0 {
			wrong.Add("weight", "talent.negative", n.Weight)
		}
	}
	return wrong.Err()
}

// PositionSearch narrows a list of positions. Empty fields narrow nothing.
type PositionSearch struct {
	Text       string `json:"q"`
	Enterprise string `json:"enterprise"`
	Kind       string `json:"kind"`
	Segment    string `json:"segment"`
	Region     string `json:"region"`
	Education  string `json:"education"` // what I have: positions that ask for no more
	Pay        int64  `json:"pay"`       // yuan a month: positions that can pay as much
	Status     string `json:"status"`
	After      string `json:"after"` // the last entry of the page before
	Sort       string `json:"sort"`  // "pay", "-pay", "headcount", "-headcount"; newest first if empty
	Limit      int    `json:"limit"` // 1 to 200; 50 if 0
}

// Positions is a part of a list.
type Positions struct {
	List   []*Position `json:"list"`
	Next   string      `json:"next,omitempty"`
	Count  int         `json:"count"`  // that were found, on all pages
	Places int         `json:"places"` // of open positions among them

	units map[string]*directory.Unit
}

// Positions lists what the actor may see.
func (t *Talent) Positions(ctx context.Context, s PositionSearch) (*Positions, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*Positions, error) {
		found, err := listPositions(tx, s)
		if err != nil {
			return nil, err
		}
		if found.units, err = units(tx); err != nil {
			return nil, err
		}
		for _, p := range found.List {
			p.EnterpriseName = nameOf(found.units, p.Enterprise)
		}
		return found, nil
	})
}

// PositionView is a position with what it finds among the candidates: counts, and
// nobody's name.
type PositionView struct {
	*Position
	Fit      Fit       `json:"fit"`
	Admitted *Admitted `json:"admitted,omitempty"` // for its own enterprise, after a round
}

// Fit counts the candidates who look for a place by how they fit a position.
type Fit struct {
	Seekers int            `json:"seekers"` // who look for a place now
	Able    int            `json:"able"`    // nothing bars them and their merit reaches the floor
	Strong  int            `json:"strong"`  // of these, with a merit of 80 or more
	Wish    int            `json:"wish"`    // of these, who named the kind among their wishes
	Barred  map[string]int `json:"barred"`  // by what bars them first
	Lacking []Lack         `json:"lacking"` // required skills that most lack, the commonest first
}

// Lack counts the candidates who lack a skill or have it at too low a level, of
// those whom nothing else bars.
type Lack struct {
	Need
	Count int `json:"count"`
}

// Position gives one position that the actor may see.
func (t *Talent) Position(ctx context.Context, id string) (*PositionView, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*PositionView, error) {
		p, err := seePosition(tx, id)
		if err != nil {
			return nil, err
		}
		all, err := units(tx)
		if err != nil {
			return nil, err
		}
		p.EnterpriseName = nameOf(all, p.Enterprise)
		view := &PositionView{Position: p}
		if view.Fit, err = t.fitOf(tx, p); err != nil {
			return nil, err
		}
		if t.Rounds != nil && may(ctx, "talent.position.import", p.subject()) {
			view.Admitted, err = t.Rounds.Admitted(tx, p)
		}
		return view, err
	})
}

// fit looks at everybody who seeks a place.
func (t *Talent) fit(tx *db.Tx, p *Position) (Fit, error) {
	rule, err := inForce(tx)
	if err != nil {
		return Fit{}, err
	}
	scorer, post := fit.Scorer{Rule: rule.Rule, Links: t.links}, p.Fit()
	f := Fit{Barred: map[string]int{}}
	lacks := make([]int, len(p.Needs))
	err = eachSeeker(tx, func(c *Profile) error {
		f.Seekers++
		x := c.Fit()
		if bar := fit.Bar(&x, &post); bar != "" {
			f.Barred[bar]++
			return nil
		}
		merit := scorer.Score(&x, &post).Merit()
		if merit < rule.Floor {
			f.Barred[BarFloor]++
			return nil
		}
		f.Able++
		if merit >= 8000 {
			f.Strong++
		}
		if slices.Contains(c.WantKinds, p.Kind) {
			f.Wish++
		}
		for i, n := range p.Needs {
			if n.Must && c.Skills.Level(n.Code) < n.Level {
				lacks[i]++
			}
		}
		return nil
	})
	for i, n := range p.Needs {
		if lacks[i] > 0 {
			f.Lacking = append(f.Lacking, Lack{n, lacks[i]})
		}
	}
	return f, err
}

// seePosition gets a position, if the actor may so much as know of it.
func seePosition(tx *db.Tx, id string) (*Position, error) {
	p, err := findPosition(tx, id)
	if err == nil && !may(tx.Context(), "talent.position.read", p.subject()) {
		return nil, notFound()
	}
	return p, err
}

// SavePositions keeps positions as an import brings them: those with an id are
// changed, the others are new. It runs in an Update.
func (t *Talent) SavePositions(tx *db.Tx, list []*Position) error {
	for _, p := range list {
		if err := policy.Allow(tx.Context(), "talent.position.import", p.subject()); err != nil {
			return err
		}
		if err := p.check(); err != nil {
			return err
		}
		if p.ID == "" {
			p.ID = db.NewID()
		}
		if p.Status == "" {
			p.Status = Open
		}
		p.ChangedAt = tx.Now
	}
	return t.savePositions(tx, list)
}
