package council

import (
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"

	"guildhall/ballot"
)

// The states of a unit in a meeting.
const (
	There   = "present"
	Remote  = "remote"  // takes part from elsewhere
	Proxied = "proxy"   // another unit votes for it
	Writes  = "written" // votes by correspondence
	Apology = "apology"
	Left    = "left" // was there, and went
)

// States lists them.
var States = []string{There, Remote, Proxied, Writes, Apology, Left}

// Attendance is where a unit stands in a meeting (签到).
type Attendance struct {
	Meeting  string     `json:"meeting"`
	Unit     string     `json:"unit"`
	State    string     `json:"state"`
	How      string     `json:"how"` // door, hand or self
	PersonID string     `json:"person_id,omitempty"`
	Person   string     `json:"person,omitempty" personal:"true"`
	Holder   string     `json:"holder,omitempty"` // the unit that votes for it
	Scope    []string   `json:"scope,omitempty"`  // the items for which it may; none means all
	Proof    string     `json:"proof,omitempty"`  // the letter of proxy
	At       time.Time  `json:"at"`
	LeftAt   *time.Time `json:"left_at,omitzero"`
}

// Whose makes the journal keep the person's name under their own key.
func (a *Attendance) Whose() string { return a.PersonID }

func (a *Attendance) here() bool { return a != nil && (a.State == There || a.State == Remote) }

// covers tells whether the proxy is good for an item.
func (a *Attendance) covers(item string) bool {
	return len(a.Scope) == 0 || item == "" || slices.Contains(a.Scope, item)
}

// Count is who is there, as the hall screen shows it.
type Count struct {
	All     int          `json:"all"`
	Present int          `json:"present"`
	Remote  int          `json:"remote"`
	Proxy   int          `json:"proxy"`
	Written int          `json:"written"`
	Apology int          `json:"apology"`
	Classes []ClassCount `json:"classes"`
}

// ClassCount is who is there of one class of member.
type ClassCount struct {
	Class string `json:"class"`
	All   int    `json:"all"`
	Here  int    `json:"here"`
}

// Here gives how many take part, in whatever way.
func (c *Count) Here() int { return c.Present + c.Remote + c.Proxy + c.Written }

// votesFor gives the unit that votes for a member on an item: itself, its proxy,
// or "" where nobody does.
func votesFor(unit, item string, at map[string]*Attendance) string {
	a := at[unit]
	switch {
	case a == nil:
		return ""
	case a.here() || a.State == Writes:
		return unit
	case a.State == Proxied && at[a.Holder].here() && a.covers(item):
		return a.Holder
	}
	return ""
}

// count counts who takes part in an item, or in the meeting where item is "",
// less those who stand aside.
func count(seats []Member, at map[string]*Attendance, item string, aside map[string]string) *Count {
	c := &Count{}
	by := map[string]int{}
	for _, m := range seats {
		if _, stands := aside[m.Unit]; stands {
			continue
		}
		i, known := by[m.Class]
		if !known {
			i = len(c.Classes)
			by[m.Class] = i
			c.Classes = append(c.Classes, ClassCount{Class: m.Class})
		}
		c.All++
		c.Classes[i].All++
		if a := at[m.Unit]; a != nil && a.State == Apology {
			c.Apology++
		}
		if votesFor(m.Unit, item, at) == "" {
			continue
		}
		c.Classes[i].Here++
		switch at[m.Unit].State {
		case There:
			c.Present++
		case Remote:
			c.Remote++
		case Proxied:
			c.Proxy++
		default:
			c.Written++
		}
	}
	return c
}

// quorum adds to wrong every reason for which a class of decision cannot be
// decided by those who are there.
func (c *Count) quorum(wrong *fault.List, class *Class) {
	q := class.quorum()
	if !q.Reached(int64(c.Here()), int64(c.All)) {
		need := q.Need(int64(c.All))
		wrong.Add("quorum", "council.ballot.no_quorum", need, c.All, c.Here(), need-int64(c.Here()), class.Article)
	}
	if class.EachClass.Den == 0 {
		return
	}
	for _, k := range c.Classes {
		if !class.EachClass.Reached(k.Here, k.All) {
			wrong.Add("quorum."+k.Class, "council.ballot.no_class_quorum", classKey(k.Class), class.EachClass.Least(k.All), k.Here, class.Article)
		}
	}
}

// Coming is what a unit is noted with.
type Coming struct {
	Unit   string   `json:"unit"`
	State  string   `json:"state"`
	Person string   `json:"person"`
	Holder string   `json:"holder"`
	Scope  []string `json:"scope"`
	Proof  string   `json:"proof"`
}

// note takes a coming over, or tells everything that forbids it.
func note(m *Meeting, r *Rules, seats []Member, at map[string]*Attendance, in Coming, items []*Item) (*Attendance, error) {
	var wrong fault.List
	a := &Attendance{Meeting: m.ID, Unit: in.Unit, State: in.State}
	a.Person = line(&wrong, "person", in.Person, 50, false)
	if !seated(seats, in.Unit) {
		wrong.Add("unit", "council.attendance.no_seat")
	}
	if !slices.Contains(States, in.State) {
		wrong.Add("state", "council.attendance.state")
	}
	early := m.Status == Notified && (in.State == Apology || in.State == Proxied || in.State == Writes)
	if m.Status != Checking && m.Status != InSession && !early {
		wrong.Add("state", "council.attendance.not_now", stateKey(m.Status))
	}
	switch had := at[in.Unit]; {
	case in.State == Remote && !r.Remote:
		wrong.Add("state", "council.attendance.not_remote")
	case in.State == Writes && !r.Correspondence:
		wrong.Add("state", "council.attendance.not_written", r.WrittenArticle)
	case in.State == Left && !had.here():
		wrong.Add("state", "council.attendance.not_there")
	case in.State == Proxied:
		a.proxy(&wrong, r, seats, at, in, items)
	}
	return a, wrong.Err()
}

func (a *Attendance) proxy(wrong *fault.List, r *Rules, seats []Member, at map[string]*Attendance, in Coming, items []*Item) {
	a.Holder, a.Scope = in.Holder, slices.DeleteFunc(slices.Clone(in.Scope), func(s string) bool { return s == "" })
	a.Proof = line(wrong, "proof", in.Proof, 100, true)
	if !r.Proxies {
		wrong.Add("state", "council.proxy.none", r.ProxyArticle)
		return
	}
	if !seated(seats, in.Holder) || in.Holder == in.Unit {
		wrong.Add("holder", "council.proxy.holder")
		return
	}
	held := 0
	for unit, o := range at {
		if o.State == Proxied && o.Holder == in.Holder && unit != in.Unit {
			held++
		}
		if o.State == Proxied && o.Holder == in.Unit {
			wrong.Add("unit", "council.proxy.holds", r.ProxyArticle)
		}
	}
	if held >= r.ProxiesEach {
		wrong.Add("holder", "council.proxy.many", r.ProxiesEach, r.ProxyArticle)
	}
	if o := at[in.Holder]; o != nil && o.State == Proxied {
		wrong.Add("holder", "council.proxy.chain", r.ProxyArticle)
	}
	for _, id := range a.Scope {
		if !slices.ContainsFunc(items, func(i *Item) bool { return i.ID == id }) {
			wrong.Add("scope", "council.proxy.scope")
		}
	}
}

func seated(seats []Member, unit string) bool {
	return slices.ContainsFunc(seats, func(m Member) bool { return m.Unit == unit })
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ";")
}

func joined(list []string) string { return strings.Join(list, ";") }

// electors freezes the roll for a ballot.
func electors(seats []Member, at map[string]*Attendance, item string, aside map[string]string, written bool) (roll []*Elector) {
	for i, m := range seats {
		e := &Elector{Number: i + 1, Unit: m.Unit, Name: m.Name, NameEN: m.NameEN, Class: m.Class}
		_, e.Aside = aside[m.Unit]
		if written {
			e.Holder = m.Unit
		} else {
			e.Holder = votesFor(m.Unit, item, at)
		}
		e.Present = e.Holder != "" && !e.Aside
		roll = append(roll, e)
	}
	return roll
}

// Elector is a unit on the frozen roll of a ballot.
type Elector struct {
	Number  int    `json:"number"`
	Unit    string `json:"unit"`
	Name    string `json:"name"`
	NameEN  string `json:"name_en,omitempty"`
	Class   string `json:"class"`
	Present bool   `json:"present"`
	Aside   bool   `json:"aside"`
	Holder  string `json:"holder"` // the unit that votes for it
	Voted   bool   `json:"voted"`
	Choice  string `json:"choice,omitempty"` // in an open ballot
}

// sums gives how many are entitled and how many take part.
func sums(roll []*Elector) (all, present int64) {
	for _, e := range roll {
		if !e.Aside {
			all++
		}
		if e.Present {
			present++
		}
	}
	return all, present
}

// decides tells whether the votes on the floor can still be decided by class: a
// ballot stops where those who left took the quorum with them.
func decides(c *Count, q ballot.Fraction) bool { return q.Reached(int64(c.Here()), int64(c.All)) }
