package intake

import (
	"strings"
	"time"

	"guildhall/internal/auth"
)

// The states of an import.
const (
	Reading    = "reading"    // files are being read and weighed
	Ready      = "ready"      // looked over; waits for decisions and for the commit
	Committing = "committing" // rows are being taken
	Done       = "done"       // all that may be taken is
	Failed     = "failed"     // broken off while reading: nothing was written
	Dropped    = "dropped"    // given up by a person: nothing was written
)

// Lease is how long an import that nobody works on is left to whoever did: a
// process that is killed stops telling that it works.
const Lease = 30 * time.Second

// Kept is how long an import that is not committed, and rows that were not
// taken, are kept for people to decide on and to download.
const Kept = 30 * 24 * time.Hour

// Job is one import: what one person sent in at one time.
type Job struct {
	ID        string    `json:"id"`
	Unit      string    `json:"unit"`   // for which the person acts
	Person    string    `json:"person"` // who sent it
	Roles     []string  `json:"-"`
	State     string    `json:"state"`
	Fault     string    `json:"fault,omitempty"`
	Sent      int       `json:"sent"` // files
	MadeAt    time.Time `json:"made_at"`
	ChangedAt time.Time `json:"changed_at"`
	BeatAt    time.Time `json:"-"`
	Files     []*File   `json:"files"`
}

// File is one sheet of an import.
type File struct {
	ID       string      `json:"id"`
	Job      string      `json:"-"`
	Number   int         `json:"number"`
	Name     string      `json:"name"`
	Sheet    string      `json:"sheet,omitempty"`
	Kind     string      `json:"kind"`
	Headers  []string    `json:"headers"`
	Owner    string      `json:"owner,omitempty"` // name of the unit whose sheet it is, where no column tells
	Encoding string      `json:"encoding,omitempty"`
	State    string      `json:"state"` // reading, ready, refused or done
	Fault    *Reason     `json:"fault,omitempty"`
	Rows     int         `json:"rows"`
	Counts   Counts      `json:"counts"`
	Taken    Counts      `json:"taken"` // New and Changed only
	Chunks   int         `json:"-"`
	Next     int         `json:"-"`
	Faults   []*Faulties `json:"faults,omitempty"`
}

// Counts tells how many rows have each verdict.
type Counts struct {
	New      int `json:"new"`
	Changed  int `json:"changed"`
	Same     int `json:"same"`
	Decision int `json:"decision"`
	Refused  int `json:"refused"`
}

func (c *Counts) add(v Verdict, n int) {
	switch v {
	case New:
		c.New += n
	case Changed:
		c.Changed += n
	case Same:
		c.Same += n
	case Decision:
		c.Decision += n
	case Refused:
		c.Refused += n
	}
}

// Of gives the count of one verdict.
func (c Counts) Of(v Verdict) int {
	return [...]int{0, c.New, c.Changed, c.Same, c.Decision, c.Refused}[v]
}

// Plus gives the sum of two counts.
func (c Counts) Plus(d Counts) Counts {
	return Counts{c.New + d.New, c.Changed + d.Changed, c.Same + d.Same, c.Decision + d.Decision, c.Refused + d.Refused}
}

// All gives the number of rows.
func (c Counts) All() int { return c.New + c.Changed + c.Same + c.Decision + c.Refused }

// Faulties is the faults of one kind in one file.
type Faulties struct {
	Fault   string    `json:"fault"`
	Field   string    `json:"field,omitempty"`
	Action  Action    `json:"action"`
	Grave   bool      `json:"grave"`
	Mends   int       `json:"mends"` // for how many a mend can be offered
	Count   int       `json:"count"`
	Choice  string    `json:"choice,omitempty"`
	Samples []Finding `json:"-"`
}

// The choices about one kind of fault.
const (
	Mend  = "mend" // take what is offered; where nothing is, the value stays empty
	Keep  = "keep" // take the row without the value, or though it repeats another
	Leave = "skip" // leave the rows out
)

// Decides tells whether a person can choose what becomes of such rows.
func (f *Faulties) Decides() bool { return f.Action == Flag && !f.Grave }

// Asks gives the kinds of fault in which a person has a choice.
func (f *File) Asks() (list []*Faulties) {
	for _, k := range f.Faults {
		if k.Decides() {
			list = append(list, k)
		}
	}
	return list
}

// Counts adds up the files.
func (j *Job) Counts() (all Counts) {
	for _, f := range j.Files {
		all = all.Plus(f.Counts)
	}
	return all
}

// Rows adds up the rows that were read.
func (j *Job) Rows() (n int) {
	for _, f := range j.Files {
		n += f.Rows
	}
	return n
}

// Progress gives how many of the rows have been gone through while committing.
func (j *Job) Progress() (done, all int) {
	for _, f := range j.Files {
		all += f.Rows
		if f.State == Done {
			done += f.Rows
		} else {
			done += min(f.Rows, f.Next*Run)
		}
	}
	return done, all
}

// Left tells how many rows were not taken and can be downloaded.
func (f *File) Left() int { return f.Counts.Decision + f.Counts.Refused }

// actor gives whoever sent the import, to go on in their name.
func (j *Job) actor(body string) auth.Actor {
	return auth.Actor{ID: j.Person, Unit: j.Unit, Body: body, Roles: j.Roles}
}

// choices gives what a person chose, by kind of fault.
func (f *File) choices() map[string]string {
	m := map[string]string{}
	for _, k := range f.Faults {
		if k.Choice != "" {
			m[k.Fault+"\x00"+k.Field] = k.Choice
		}
	}
	return m
}

// decide brings a row to what a person chose about its findings. It gives false
// where the row is to be left out.
func (r *Row) decide(choices map[string]string) bool {
	left := r.Findings[:0:0]
	for _, f := range r.Findings {
		switch choice := choices[f.Fault+"\x00"+f.group()]; {
		case f.Grave || choice == "":
			left = append(left, f)
		case choice == Leave:
			return false
		case choice == Mend && f.Mend != "":
			i, field := r.Kind.Field(f.Field)
			if field != nil {
				r.Values[i] = valueOf(field, f.Mend)
			}
		}
	}
	r.Findings = left
	return true
}

// judge gives a row the verdict of its findings, before its Taker weighs it.
func (r *Row) judge() {
	r.Verdict, r.Changes, r.known = Unweighed, nil, false
	reasons := r.Reasons[:0:0]
	for _, reason := range r.Reasons {
		if strings.HasPrefix(reason.Key, "intake.lacks") && r.Text(reason.Field) == "" {
			r.Verdict = Refused
			reasons = append(reasons, reason)
		}
	}
	r.Reasons = reasons
	for _, f := range r.Findings {
		if f.Grave {
			r.Verdict = Refused
		} else if r.Verdict != Refused {
			r.Verdict = Decision
		}
	}
}

// settle takes a row that its Taker asks about where a person has allowed all
// that it asks.
func (r *Row) settle(choices map[string]string) bool {
	if r.Verdict != Decision || len(r.Findings) > 0 || len(r.Reasons) == 0 {
		return true
	}
	for _, reason := range r.Reasons {
		switch choices[reason.Key+"\x00"+reason.Field] {
		case Leave:
			return false
		case Keep, Mend:
		default:
			return true
		}
	}
	r.Verdict, r.Reasons = Unweighed, nil
	r.Weighed(r.known)
	return true
}
