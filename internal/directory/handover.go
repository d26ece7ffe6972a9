package directory

import (
	"cmp"
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Tie is what hangs on a unit that leaves, or waits on a person who changes post,
// in one room. Rooms offer it through app.
type Tie struct {
	Word  string `json:"word"`  // key of what it is, in the words of its room: "facility.owned"
	Count int    `json:"count"` // how many of them
	Path  string `json:"path"`  // where they are shown
	// Decide is the key of who must decide about them; empty where they are only
	// history.
	Decide string    `json:"decide,omitempty"`
	Items  []TieItem `json:"items,omitempty"` // the first few, what is due first, first
}

// TieItem is one of the things that a Tie counts.
type TieItem struct {
	Text string `json:"text"`
	Day  string `json:"day,omitempty"` // when it is due or takes place
	Path string `json:"path,omitempty"`
}

// TieItems is how many items a room names; the rest it counts.
const TieItems = 20

// Add counts one more thing, and names it while there is room.
func (t *Tie) Add(i TieItem) {
	if t.Count++; len(t.Items) < TieItems {
		t.Items = append(t.Items, i)
	}
}

// Waiting is what waits on a person in one room.
type Waiting struct {
	Room string
	Tied func(tx *db.Tx, person string) ([]Tie, error)
	// Hand gives what waits on one person to another, and tells how many things
	// that were. Nil where each thing is to be decided where it stands.
	Hand func(tx *db.Tx, from, to string) (int, error)
}

// Handover is all that waits on a person.
type Handover struct {
	Person *Person           `json:"person"`
	Posts  []Entry           `json:"posts"` // that they hold now in the body
	Holds  []*Duty           `json:"holds"` // duties without an end, theirs
	Stands []*Duty           `json:"stands"`
	Ties   []Tie             `json:"ties"` // in the other rooms
	Past   []*Duty           `json:"past"` // that have ended or will
	Names  map[string]string `json:"names"`
	Units  map[string]string `json:"units"`
	Today  string            `json:"today"`

	heirs []heir // who can take them over
}

type heir struct{ id, name, unit string }

func (a heir) compare(b heir) int {
	return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
}

// Duties counts the duties that wait on the person.
func (h *Handover) Duties() int { return len(h.Holds) + len(h.Stands) }

// Open counts everything that waits on the person and must be decided.
func (h *Handover) Open() int {
	n := h.Duties()
	for _, t := range h.Ties {
		if t.Decide != "" {
			n += t.Count
		}
	}
	return n
}

// Handover gathers what waits on a person over all rooms.
func (d *Directory) Handover(ctx context.Context, person string) (*Handover, error) {
	return db.View(ctx, d.DB, func(tx *db.Tx) (*Handover, error) {
		p, err := lookAfter(tx, person, "directory.duty.hand")
		if err != nil {
			return nil, err
		}
		h := &Handover{Person: p, Ties: []Tie{}, Today: Today(tx)}
		if err := h.duties(tx); err != nil {
			return nil, err
		}
		for _, room := range d.Waiting {
			ties, err := room.Tied(tx, person)
			if err != nil {
				return nil, err
			}
			h.Ties = append(h.Ties, slices.DeleteFunc(ties, func(t Tie) bool { return t.Count == 0 })...)
		}
		return h, h.name(tx)
	})
}

// lookAfter gets a person whose duties in the body of tx the actor may hand over:
// somebody of the body for its secretariat, of their unit for its administrator.
func lookAfter(tx *db.Tx, person, action string) (*Person, error) {
	body := auth.From(tx.Context()).Body
	p, err := FindPerson(tx, person)
	if err != nil {
		return nil, err
	}
	units, err := db.All(tx, db.Value[string], `
		SELECT unit_id FROM directory_post WHERE person_id = $1 AND body_id = $2
		UNION SELECT unit_id FROM directory_duty WHERE person_id = $1 AND body_id = $2
		UNION SELECT y.unit_id FROM directory_deputy e JOIN directory_duty y ON y.id = e.duty_id WHERE e.person_id = $1 AND y.body_id = $2`, person, body)
	if err != nil {
		return nil, err
	}
	for _, unit := range units {
		if policy.Can(tx.Context(), action, Subject{Person: person, Unit: unit, Body: body}) {
			return p, nil
		}
	}
	if auth.From(tx.Context()).ID == "" {
		return nil, fault.Unknown.New("fault.unknown")
	}
	return nil, fault.NotFound.New("fault.not_found")
}

// duties sorts the person's duties into those that wait and those that are over,
// as far as the actor looks after their units.
func (h *Handover) duties(tx *db.Tx) error {
	body := auth.From(tx.Context()).Body
	theirs := func(d *Duty) bool {
		return policy.Can(tx.Context(), "directory.duty.hand", Subject{Unit: d.Unit, Body: body})
	}
	holds, err := duties(tx, DutySearch{Body: body, Person: h.Person.ID})
	if err != nil {
		return err
	}
	stands, err := duties(tx, DutySearch{Body: body, Deputy: h.Person.ID, Open: true})
	if err != nil {
		return err
	}
	h.Holds, h.Past, h.Stands = []*Duty{}, []*Duty{}, []*Duty{}
	for _, d := range holds {
		switch {
		case !theirs(d):
		case d.Until == "":
			h.Holds = append(h.Holds, d)
		default:
			h.Past = append(h.Past, d)
		}
	}
	for _, d := range stands {
		if theirs(d) {
			h.Stands = append(h.Stands, d)
		}
	}
	slices.Reverse(h.Past)
	return nil
}

// name finds the names of everybody and everything on the page, and who could
// take the duties over: whoever works for one of the units.
func (h *Handover) name(tx *db.Tx) error {
	body := auth.From(tx.Context()).Body
	units, err := Units(tx)
	if err != nil {
		return err
	}
	h.Names, h.Units = map[string]string{}, map[string]string{}
	var people []string
	for _, d := range slices.Concat(h.Holds, h.Stands, h.Past) {
		people = append(append(people, d.Person), d.Deputies...)
		h.Units[d.Unit] = units[d.Unit].Name
	}
	posts, err := Posts(tx, h.Person.ID)
	if err != nil {
		return err
	}
	for _, o := range posts {
		if o.Body == body {
			h.Posts = append(h.Posts, Entry{Post: o, UnitName: units[o.Unit].Name})
			h.Units[o.Unit] = units[o.Unit].Name
		}
	}
	for unit, name := range h.Units {
		there, err := workers(tx, body, unit)
		if err != nil {
			return err
		}
		for id, person := range there {
			if id != h.Person.ID {
				h.heirs = append(h.heirs, heir{id, person, name})
			}
		}
	}
	slices.SortFunc(h.heirs, heir.compare)
	h.Names, err = PersonNames(tx, people)
	return err
}

// HandForm is what Hand needs to know.
type HandForm struct {
	To     string   `json:"to"`
	Day    string   `json:"day"`
	Duties []string `json:"duties"` // only these; all that wait, if none are named
}

// Handed tells what a handover moved.
type Handed struct {
	Duties int `json:"duties"`
	Things int `json:"things"` // in the other rooms
	Left   int `json:"left"`   // that still wait on the person
}

// Hand gives what waits on a person to another in one go: the duties, and what the
// rooms can give. It is done whole or not at all.
func (d *Directory) Hand(ctx context.Context, person string, in HandForm) (done Handed, err error) {
	done, err = db.Update(here(ctx), d.DB, func(tx *db.Tx) (done Handed, err error) {
		if done.Duties, err = handDuties(tx, person, in); err != nil || len(in.Duties) > 0 {
			return done, err
		}
		for _, room := range d.Waiting {
			if room.Hand == nil {
				continue
			}
			moved, err := room.Hand(tx, person, in.To)
			if err != nil {
				return done, err
			}
			done.Things += moved
		}
		if done.Things == 0 {
			return done, nil
		}
		return done, journal.Record(tx, "directory.duty.hand", person, map[string]any{"to": in.To, "things": done.Things})
	})
	if err != nil {
		return done, err
	}
	h, err := d.Handover(ctx, person)
	if err == nil {
		done.Left = h.Open()
	}
	return done, err
}

// handDuties moves the duties.
func handDuties(tx *db.Tx, person string, in HandForm) (int, error) {
	p, err := lookAfter(tx, person, "directory.duty.hand")
	if err != nil {
		return 0, err
	}
	h := &Handover{Person: p}
	if err := h.duties(tx); err != nil {
		return 0, err
	}
	var wrong fault.List
	day := dutyDay(tx, "day", in.Day, &wrong)
	if in.To == "" || in.To == person {
		wrong.Add("to", "directory.duty.heir")
		return 0, wrong.Err()
	}
	var next []*Duty
	for _, d := range slices.Concat(h.Holds, h.Stands) {
		if len(in.Duties) == 0 || slices.Contains(in.Duties, d.ID) {
			next = append(next, d.handed(person, in.To, day))
		}
	}
	if err := heirsWork(tx, next, in.To, &wrong); err != nil {
		return 0, err
	}
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	for _, d := range next {
		if err := takeOn(tx, d, "directory.duty.hand"); err != nil {
			return 0, err
		}
	}
	return len(next), nil
}

// handed gives the duty that follows when one person takes another's place in it.
func (d *Duty) handed(from, to, day string) *Duty {
	next := *d
	next.Since, next.Until, next.Deputies = max(day, d.Since), "", []string{}
	if d.Person == from {
		next.Person = to
	}
	for _, p := range d.Deputies {
		if p == from {
			p = to
		}
		if p != next.Person && !slices.Contains(next.Deputies, p) {
			next.Deputies = append(next.Deputies, p)
		}
	}
	return &next
}

// heirsWork refuses a successor who does not work for a unit whose duty they are
// to take.
func heirsWork(tx *db.Tx, next []*Duty, to string, wrong *fault.List) error {
	seen := map[string]bool{}
	for _, d := range next {
		if seen[d.Unit] {
			continue
		}
		seen[d.Unit] = true
		there, err := workers(tx, d.Body, d.Unit)
		if err != nil {
			return err
		}
		if there[to] == "" {
			u, err := FindUnit(tx, d.Unit)
			if err != nil {
				return err
			}
			wrong.Add("to", "directory.duty.heir_elsewhere", u.Name)
		}
	}
	return nil
}
