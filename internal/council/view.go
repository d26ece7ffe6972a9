package council

import (
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Whole is a meeting with all that its page shows.
type Whole struct {
	Meeting *Meeting               `json:"meeting"`
	Items   []*Item                `json:"items"`
	Count   *Count                 `json:"count"`
	Needs   []Need                 `json:"needs"`
	At      map[string]*Attendance `json:"-"`
	Seats   []Member               `json:"-"`
	Open    []*Ballot              `json:"open"` // ballots that are open or being counted
	Mine    *Attendance            `json:"mine,omitempty"`
	Holds   []Member               `json:"holds,omitempty"` // the units whose proxy the actor's unit holds
	Rules   *Rules                 `json:"rules"`
	RuleID  string                 `json:"rule_id"`

	speaks bool // the actor speaks for a unit that sits here
	names  map[string]string
	asides map[string]map[string]string
	lines  []*Line // of the attendance list, for who may see it
	found  int
}

// Need is how many must be there for a class of decision.
type Need struct {
	Class   Class `json:"class"`
	Need    int   `json:"need"`
	Missing int   `json:"missing"`
}

// Meeting gives a meeting that the actor may see.
func (c *Council) Meeting(ctx context.Context, id string) (*Whole, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Whole, error) {
		m, err := see(tx, id)
		if err != nil {
			return nil, err
		}
		return c.whole(tx, m)
	})
}

func (c *Council) whole(tx *db.Tx, m *Meeting) (*Whole, error) {
	w, err := c.followed(tx, m, c.seats)
	if err != nil {
		return nil, err
	}
	return w, c.mineIn(tx, w)
}

// seating gives who sits in an organ on a day.
type seating func(tx *db.Tx, r *Rules, organ, day string) ([]Member, error)

// followed gives a meeting as the hall follows it: the agenda, who is there, and
// what is voted on.
func (c *Council) followed(tx *db.Tx, m *Meeting, seats seating) (*Whole, error) {
	held, err := rules(tx)
	if err != nil {
		return nil, err
	}
	w := &Whole{Meeting: m, Rules: &held.Rule, RuleID: held.ID, names: map[string]string{}, asides: map[string]map[string]string{}}
	day := today(tx)
	if m.ClosedAt != nil {
		day = dayOf(tx.Context(), *m.ClosedAt) // as of the meeting
	}
	if w.Seats, err = seats(tx, w.Rules, m.Organ, day); err != nil {
		return nil, err
	}
	if w.At, err = attendances(tx, m.ID); err != nil {
		return nil, err
	}
	if err := w.agenda(tx); err != nil {
		return nil, err
	}
	if w.Open, err = openIn(tx, m.ID); err != nil {
		return nil, err
	}
	w.Count = count(w.Seats, w.At, "", nil)
	w.need()
	return w, nil
}

// agenda gathers the items with their motions, papers, ballots and resolutions.
func (w *Whole) agenda(tx *db.Tx) error {
	items, err := itemsOf(tx, w.Meeting.ID)
	if err != nil {
		return err
	}
	motions, err := motionsOf(tx, w.Meeting.ID)
	if err != nil {
		return err
	}
	resolved, err := resolutionsOf(tx, w.Meeting.ID)
	if err != nil {
		return err
	}
	w.Items = numbered(items)
	for _, i := range w.Items {
		if i.Papers, err = papers(tx, i.ID); err != nil {
			return err
		}
	}
	for _, m := range motions {
		m.Resolution = resolved[m.ID]
		if m.Ballots, err = ballotsOf(tx, m.ID); err != nil {
			return err
		}
		if w.asides[m.ID], err = asides(tx, m.ID); err != nil {
			return err
		}
		at := slices.IndexFunc(w.Items, func(i *Item) bool { return i.ID == m.Item })
		if i := w.Items[at]; m.Amends != "" {
			i.Changes = append(i.Changes, m)
		} else {
			i.Motion = m
		}
	}
	return nil
}

// need tells for each class of decision that is still to come how many must be there.
func (w *Whole) need() {
	seen := map[string]bool{}
	add := func(code string) {
		if class, ok := w.Rules.Class(code); ok && !seen[code] {
			seen[code] = true
			q := class.quorum()
			n := Need{Class: class, Need: int(q.Need(int64(w.Count.All)))}
			n.Missing = max(0, n.Need-w.Count.Here())
			w.Needs = append(w.Needs, n)
		}
	}
	add("ordinary")
	for _, i := range w.Items {
		if i.Motion != nil && !i.Motion.decided() {
			add(i.Motion.Class)
		}
	}
	slices.SortStableFunc(w.Needs, func(a, b Need) int { return a.Need - b.Need })
}

// mineIn tells where the actor's own unit stands.
func (c *Council) mineIn(tx *db.Tx, w *Whole) (err error) {
	a := auth.From(tx.Context())
	for _, s := range w.Seats {
		w.names[s.Unit] = s.Name
		if at := w.At[s.Unit]; at != nil && at.State == Proxied && at.Holder == a.Unit {
			w.Holds = append(w.Holds, s)
		}
	}
	if !seated(w.Seats, a.Unit) {
		return nil
	}
	w.Mine = w.At[a.Unit]
	w.speaks, err = c.speaks(tx, a, a.Unit)
	return err
}

// MeetingSearch narrows the list of meetings.
type MeetingSearch struct {
	Q      string `json:"q"`
	Organ  string `json:"organ"`
	Status string `json:"status"`
	After  int    `json:"after"` // number of the last of the page before
	Limit  int    `json:"limit"`
}

// MeetingPage is a part of the list, the newest first.
type MeetingPage struct {
	Meetings []*Meeting `json:"meetings"`
	Found    int        `json:"found"`
	Next     int        `json:"next,omitempty"`
}

// Meetings lists the meetings that the actor may see.
func (c *Council) Meetings(ctx context.Context, s MeetingSearch) (*MeetingPage, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*MeetingPage, error) {
		if err := policy.Allow(ctx, "council.meeting.list", Thing{}); err != nil {
			return nil, err
		}
		w := visible(auth.From(ctx))
		w.Like(s.Q, "m.title", "m.place")
		if s.Organ != "" {
			w.And("m.organ = ?", s.Organ)
		}
		if s.Status != "" {
			w.And("m.status = ?", s.Status)
		}
		found, err := countMeetings(tx, w)
		if err != nil {
			return nil, err
		}
		limit := size(s.Limit)
		list, err := meetings(tx, w, s.After, limit+1)
		p := &MeetingPage{Meetings: list, Found: found}
		if len(list) > limit {
			p.Meetings, p.Next = list[:limit], list[limit-1].Number
		}
		for _, m := range p.Meetings {
			m.Minutes = ""
		}
		return p, err
	})
}

// Paperslip is what a voter has before them: the ballot, and the units for which
// they vote.
type Paperslip struct {
	Ballot  *Ballot    `json:"ballot"`
	Motion  *Motion    `json:"motion"`
	Meeting *Meeting   `json:"meeting"`
	Units   []*Elector `json:"units"`
	Waiting []*Elector `json:"waiting,omitempty"` // who has not voted, for who runs the meeting
	Roll    []*Elector `json:"roll,omitempty"`    // of a roll call, for the same
	Share   bool       `json:"share"`             // the actor holds a share of its key
	Given   int        `json:"given"`             // shares that were given

	unit string
	text string
}

// Slip gives a ballot as its voter sees it.
func (c *Council) Slip(ctx context.Context, id string) (*Paperslip, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Paperslip, error) {
		b, err := findBallot(tx, id)
		if err != nil {
			return nil, err
		}
		m, meeting, err := seeMotion(tx, b.Motion)
		if err != nil {
			return nil, err
		}
		p := &Paperslip{Ballot: b, Motion: m, Meeting: meeting}
		a := auth.From(ctx)
		if speaks, err := c.speaks(tx, a, a.Unit); err != nil {
			return nil, err
		} else if speaks {
			if p.Units, err = electorsFor(tx, id, a.Unit); err != nil {
				return nil, err
			}
		}
		if b.Level == "trustees" {
			if err := p.trust(tx, a.ID); err != nil {
				return nil, err
			}
		}
		if !policy.Can(ctx, "council.ballot.enter", meeting.thing()) || b.Status != "open" || b.Level == "hands" {
			return p, nil
		}
		roll, err := electorsOf(tx, id)
		if err != nil {
			return nil, err
		}
		for _, e := range roll {
			if e.Present && !e.Voted {
				p.Waiting = append(p.Waiting, e)
			}
		}
		if b.Level == "open" {
			p.Roll = roll
		}
		return p, nil
	})
}

func (p *Paperslip) trust(tx *db.Tx, person string) error {
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM council_share s JOIN council_trustee t ON t.id = s.trustee_id
		WHERE s.ballot_id = $1 AND t.person_id = $2 AND s.given = ''`, p.Ballot.ID, person)
	if err != nil {
		return err
	}
	p.Share = n > 0
	p.Given, err = db.One(tx, db.Value[int], `SELECT count(*) FROM council_share s WHERE s.ballot_id = $1 AND s.given <> ''`, p.Ballot.ID)
	return err
}

// Sheet is a motion with all that its page shows.
type Sheet struct {
	Motion  *Motion           `json:"motion"`
	Meeting *Meeting          `json:"meeting"`
	Parent  *Motion           `json:"parent,omitempty"`
	Changes []*Motion         `json:"amendments,omitempty"`
	Asides  map[string]string `json:"asides,omitempty"`
	Count   *Count            `json:"count"`
	Class   Class             `json:"class"`
	Rules   *Rules            `json:"-"`

	seats []Member
	names map[string]string
}

// Motion gives a motion that the actor may see.
func (c *Council) Motion(ctx context.Context, id string) (*Sheet, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Sheet, error) {
		m, meeting, err := seeMotion(tx, id)
		if err != nil {
			return nil, err
		}
		w, err := c.whole(tx, meeting)
		if err != nil {
			return nil, err
		}
		s := &Sheet{Meeting: meeting, Rules: w.Rules, seats: w.Seats, names: w.names, Asides: w.asides[id]}
		for _, i := range w.Items {
			if i.Motion != nil && i.Motion.ID == id {
				s.Motion, s.Changes = i.Motion, i.Changes
			}
			for _, o := range i.Changes {
				if o.ID == id {
					s.Motion, s.Parent = o, i.Motion
				}
			}
		}
		if s.Motion == nil {
			return nil, fault.NotFound.New("fault.not_found")
		}
		s.Class, _ = w.Rules.Class(m.Class)
		s.Count = count(w.Seats, w.At, m.Item, s.Asides)
		return s, nil
	})
}

func stateKey(s Status) i18n.Key     { return i18n.Key("council.status." + string(s)) }
func motionKey(s string) i18n.Key    { return i18n.Key("council.motion_state." + s) }
func levelKey(level string) i18n.Key { return i18n.Key("council.level." + level) }
func classKey(class string) i18n.Key { return i18n.Key("council.class." + class) }
