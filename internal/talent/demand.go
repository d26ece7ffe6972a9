package talent

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// LineKind is the kind of this room's demand lines.
const LineKind = "talent"

// What can be said of a demand, beside codes.
var (
	Modes       = []string{"hire", "internship", "order_class", "apprenticeship", "field_engineer"} // how the people are to come
	Reasons     = []string{"expand", "replace", "new_line"}                                         // why they are wanted
	Experiences = []string{"none", "under1", "1to3", "3to5", "over5"}                               // years of work asked for
	Grades      = []string{"L5", "L4", "L3", "L2", "L1"}                                            // of skill, the lowest first
)

// Demand is a demand line for people (人才需求), with its particulars.
type Demand struct {
	*demand.Line
	Position     string   `json:"position"` // kind of position
	Occupation   string   `json:"occupation"`
	Segment      string   `json:"segment,omitempty"`
	Region       string   `json:"region,omitempty"`
	Education    string   `json:"education,omitempty"`
	Programmes   []string `json:"programmes,omitempty"`
	Grade        string   `json:"grade,omitempty"`
	Certificates string   `json:"certificates,omitempty"` // in the owner's words
	Experience   string   `json:"experience,omitempty"`
	Needs        Needs    `json:"needs"`
	PayLow       int64    `json:"pay_low,omitempty"` // fen a month
	PayHigh      int64    `json:"pay_high,omitempty"`
	Shift        string   `json:"shift,omitempty"`
	Duty         string   `json:"duty,omitempty"`
	Modes        []string `json:"modes,omitempty"`
	Urgent       bool     `json:"urgent,omitempty"`
	Reason       string   `json:"reason,omitempty"`
	Retained     int      `json:"retained"`   // people of the same position at work now
	Departures   int      `json:"departures"` // who left last year

	sealed string // contact
	action string // for which it was taken; keepDemand tells the journal
	class  string // of the reader's unit
}

// Contact is whom to call about a demand. It stands sealed.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

func (d *Demand) subject() Subject { return Subject{Enterprise: d.Unit, Reader: d.class} }

// code notes the codes by which the line is found and counted, with their editions.
func (d *Demand) code(c *codes.Catalogue) {
	d.Codes = nil
	for _, at := range []struct{ list, code string }{{"occupation", d.Occupation}, {"position", d.Position}, {"segment", d.Segment}, {"region", d.Region}} {
		if at.code != "" {
			edition, _ := c.Edition(at.list)
			d.Codes = append(d.Codes, demand.Code{List: at.list, Code: at.code, Edition: edition.Edition})
		}
	}
	edition, _ := c.Edition("programme")
	for _, p := range d.Programmes {
		d.Codes = append(d.Codes, demand.Code{List: "programme", Code: p, Edition: edition.Edition})
	}
}

// FileDemand files a demand of the actor's enterprise. Lines that want the same
// are named, and it is filed beside them only where that is meant.
func (t *Talent) FileDemand(ctx context.Context, in DemandForm) (*Demand, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Demand, error) {
		d := &Demand{Line: &demand.Line{Kind: LineKind}, action: "talent.demand.file"}
		if d.Unit = in.Unit; d.Unit == "" {
			d.Unit = actor(tx).Unit
		}
		if err := policy.Allow(ctx, d.action, d.subject()); err != nil {
			return nil, err
		}
		if err := hires(tx, d.Unit); err != nil {
			return nil, err
		}
		if err := t.fillDemand(tx, d, in); err != nil {
			return nil, err
		}
		if err := demand.File(tx, d.Line); err != nil {
			return nil, err
		}
		return d, keepDemand(tx, d)
	})
}

// ChangeDemand puts a line right that still runs.
func (t *Talent) ChangeDemand(ctx context.Context, id string, in DemandForm) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.change", id, func(tx *db.Tx, d *Demand) error {
		in.Unit = d.Unit
		if err := t.fillDemand(tx, d, in); err != nil {
			return err
		}
		return demand.Change(tx, d.Line)
	})
}

// RenewDemand makes a line valid until another day.
func (t *Talent) RenewDemand(ctx context.Context, id, until string) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.renew", id, func(tx *db.Tx, d *Demand) error { return demand.Renew(tx, d.Line, until) })
}

// WithdrawDemand ends a line that is no longer wanted.
func (t *Talent) WithdrawDemand(ctx context.Context, id, why string) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.withdraw", id, func(tx *db.Tx, d *Demand) error { return demand.Withdraw(tx, d.Line, why) })
}

// CloseDemand ends a line with what became of it.
func (t *Talent) CloseDemand(ctx context.Context, id, why string) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.close", id, func(tx *db.Tx, d *Demand) error { return demand.Close(tx, d.Line, why) })
}

// AnswerDemand says something to a line's owner.
func (t *Talent) AnswerDemand(ctx context.Context, id, words string) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.answer", id, func(tx *db.Tx, d *Demand) error { return demand.Answer(tx, d.Line, words) })
}

// HiredDemand notes that its owner has hired people for a line by themselves.
func (t *Talent) HiredDemand(ctx context.Context, id string, in Hiring) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.hired", id, func(tx *db.Tx, d *Demand) error {
		if err := in.check(day(tx.Now)); err != nil {
			return err
		}
		line, err := demand.Fill(tx, demand.Link{Line: d.ID, Kind: "hire", Subject: db.NewID(), Quantity: in.Count, Text: in.Source})
		if err == nil {
			d.Line = line
		}
		return err
	})
}

// BaseDemand notes the resolution by which something is done for a line.
func (t *Talent) BaseDemand(ctx context.Context, id, mark string) (*Demand, error) {
	return t.onDemand(ctx, "talent.demand.base", id, func(tx *db.Tx, d *Demand) error {
		var wrong fault.List
		mark = strings.Trim(strings.TrimSpace(mark), "第号")
		if t.Resolved == nil || mark == "" {
			wrong.Add("resolution", "talent.demand.no_resolution", mark)
			return wrong.Err()
		}
		resolution, title, err := t.Resolved(tx, mark)
		if isMissing(err) {
			wrong.Add("resolution", "talent.demand.no_resolution", mark)
			return wrong.Err()
		}
		if err != nil {
			return err
		}
		line, err := demand.Cause(tx, demand.Link{Line: d.ID, Kind: "resolution", Subject: resolution, Quantity: max(1, d.Quantity-d.Filled),
			Text: mark + " " + title, Path: "/resolutions/" + resolution})
		if err == nil {
			d.Line = line
		}
		return err
	})
}

// Hiring is what an owner tells of people whom they hired.
type Hiring struct {
	Count  int    `json:"count"`
	Source string `json:"source"` // where they came from
}

func (in Hiring) check(string) error {
	var wrong fault.List
	if in.Count < 1 || in.Count > 10000 {
		wrong.Add("count", "talent.demand.hired_count")
	}
	return wrong.Err()
}

// PostDemand opens a position for what of a line is not filled yet, so that
// candidates and rounds find it. A line has one open position at a time.
func (t *Talent) PostDemand(ctx context.Context, id string) (*Position, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Position, error) {
		d, err := takeDemand(tx, "talent.demand.post", id)
		if err != nil {
			return nil, err
		}
		if !d.State.Runs() {
			return nil, fault.Conflict.New("demand.over")
		}
		if open, err := openFor(tx, d.ID); err != nil || open > 0 {
			return nil, firstErr(err, fault.Conflict.New("talent.demand.posted"))
		}
		p := d.position(tx)
		if p.Phone, err = t.demandPhone(d); err != nil {
			return nil, err
		}
		if err := t.SavePositions(tx, []*Position{p}); err != nil {
			return nil, err
		}
		link := demand.Link{Line: d.ID, Kind: "position", Subject: p.ID, Quantity: p.Headcount, Text: p.Title, Path: "/positions/" + p.ID}
		if d.Line, err = demand.Cause(tx, link); err != nil {
			return nil, err
		}
		return p, journal.Record(tx, d.action, d.ID, map[string]any{"position": p.ID, "places": p.Headcount})
	})
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// position is the opening that a demand asks for.
func (d *Demand) position(tx *db.Tx) *Position {
	return &Position{Enterprise: d.Unit, Kind: d.Position, Title: d.Title, Occupation: d.Occupation, Segment: d.Segment, Region: d.Region,
		Headcount: d.Quantity - d.Filled, Education: d.Education, PayLow: d.PayLow, PayHigh: d.PayHigh, Shift: d.Shift, Grade: d.Grade,
		Posted: day(tx.Now), Closes: max(d.By, day(tx.Now)), Status: Open, Needs: d.Needs, Line: d.ID}
}

// onDemand takes a line for an action, changes it and keeps it.
func (t *Talent) onDemand(ctx context.Context, action, id string, change func(*db.Tx, *Demand) error) (*Demand, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Demand, error) {
		d, err := takeDemand(tx, action, id)
		if err != nil {
			return nil, err
		}
		if err := change(tx, d); err != nil {
			return nil, err
		}
		return d, keepDemand(tx, d)
	})
}

// seeDemand gets a line, if the actor may so much as know of it.
func seeDemand(tx *db.Tx, id string) (*Demand, error) {
	d, err := findDemand(tx, id)
	if err != nil {
		return nil, err
	}
	if d.class, err = readerClass(tx); err != nil {
		return nil, err
	}
	if !may(tx.Context(), "talent.demand.read", d.subject()) {
		return nil, notFound()
	}
	return d, nil
}

func takeDemand(tx *db.Tx, action, id string) (*Demand, error) {
	d, err := seeDemand(tx, id)
	if err != nil {
		return nil, err
	}
	d.action = action
	return d, policy.Allow(tx.Context(), action, d.subject())
}

func keepDemand(tx *db.Tx, d *Demand) error {
	if d.action == "" {
		panic("talent: a demand is kept that was taken for no action")
	}
	if err := saveDemand(tx, d); err != nil {
		return err
	}
	if err := journal.Record(tx, d.action, d.ID, map[string]any{"owner": d.Unit, "number": d.Number, "title": d.Title, "occupation": d.Occupation,
		"quantity": d.Quantity, "filled": d.Filled, "by": d.By, "state": d.State, "valid_until": d.ValidUntil}); err != nil {
		return err
	}
	return noteDemand(tx, d)
}

// readerClass gives the class of the unit for which the actor works: schools,
// institutes and departments read what enterprises want; enterprises, which
// compete, read their own.
func readerClass(tx *db.Tx) (string, error) {
	a := actor(tx)
	if !a.For(a.Unit) {
		return "", nil
	}
	u, err := directory.FindUnit(tx, a.Unit)
	if err != nil {
		return "", err
	}
	return u.Class, nil
}

func (t *Talent) shutContact(c Contact) string {
	if c == (Contact{}) {
		return ""
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // two strings
	}
	return t.Keys.Seal(string(text))
}

func (t *Talent) contact(d *Demand) (c Contact, err error) {
	text, err := t.Keys.Open(d.sealed)
	if err != nil || text == "" {
		return c, err
	}
	return c, json.Unmarshal([]byte(text), &c)
}

func (t *Talent) demandPhone(d *Demand) (string, error) {
	c, err := t.contact(d)
	return c.Phone, err
}

// DemandView is a line with all that came of it.
type DemandView struct {
	*Demand
	Contact *Contact       `json:"contact,omitempty"` // for its owner and those who run the body
	Links   []demand.Link  `json:"links"`
	Replies []demand.Reply `json:"replies"`
	Alike   []*demand.Line `json:"alike,omitempty"` // lines that want the same
	Waited  time.Duration  `json:"waited"`          // for the first answer, or so far
	Able    *Fit           `json:"fit,omitempty"`   // how the candidates of today fit
	units   map[string]*directory.Unit
	like    *demand.Line
}

// Demand gives one line that the actor may see.
func (t *Talent) Demand(ctx context.Context, id string) (*DemandView, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*DemandView, error) {
		d, err := seeDemand(tx, id)
		if err != nil {
			return nil, err
		}
		v := &DemandView{Demand: d, Waited: d.Line.Waited(tx.Now)}
		if v.Links, err = demand.Links(tx, id); err != nil {
			return nil, err
		}
		if v.Replies, err = demand.Replies(tx, id); err != nil {
			return nil, err
		}
		if v.Alike, err = demand.Alike(tx, d.Line, "occupation"); err != nil {
			return nil, err
		}
		if may(ctx, "talent.demand.change", d.subject()) {
			c, err := t.contact(d)
			if err != nil {
				return nil, err
			}
			v.Contact = &c
		}
		return v, t.nameDemand(tx, v)
	})
}

func (t *Talent) nameDemand(tx *db.Tx, v *DemandView) (err error) {
	if v.units, err = units(tx); err != nil {
		return err
	}
	v.UnitName = nameOf(v.units, v.Unit)
	if v.Line.Like != "" {
		if v.like, err = demand.Find(tx, v.Line.Like); err != nil {
			return err
		}
	}
	fit, err := t.fit(tx, v.position(tx))
	v.Able = &fit
	return err
}

// mayDemand tells whether the actor may do something with a line, for its page.
func mayDemand(ctx context.Context, action string, d *Demand) bool {
	return may(ctx, "talent.demand."+action, d.subject())
}

// hires tells whether a unit can file demands: enterprises do, the others answer
// them.
func hires(tx *db.Tx, unit string) error {
	u, err := directory.FindUnit(tx, unit)
	if err != nil {
		return fault.Invalid.New("demand.no_unit")
	}
	if u.Class != "enterprise" {
		return fault.Denied.New("talent.demand.enterprises")
	}
	return nil
}
