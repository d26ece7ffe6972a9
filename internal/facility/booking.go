package facility

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// State is how far a booking has come.
type State string

const (
	Asked     State = "asked"     // holds its time until the keeper answers
	Approved  State = "approved"  // holds its time
	Refused   State = "refused"   // by the keeper, before it was approved
	Cancelled State = "cancelled" // by whoever asked
	Withdrawn State = "withdrawn" // by the keeper, after it was approved
	Used      State = "used"      // the keeper has noted for how long
	Missed    State = "missed"    // nobody came
)

// States lists what a booking can be.
var States = []State{Asked, Approved, Refused, Cancelled, Withdrawn, Used, Missed}

// Live tells whether a booking of this state holds its time.
func (s State) Live() bool { return s == Asked || s == Approved }

// Step is a way from one state to another. Who may take it stands in the rule book
// under the same name.
type Step struct {
	Action string
	From   []State
	To     State                                 // empty: as the terms say
	Reason bool                                  // must be given
	when   func(b *Booking, now time.Time) error // nil: at any time
}

// Steps is the whole way of a booking.
var Steps = []Step{
	{Action: "facility.booking.approve", From: []State{Asked}, To: Approved, when: (*Booking).notOver},
	{Action: "facility.booking.refuse", From: []State{Asked}, To: Refused, Reason: true},
	{Action: "facility.booking.move", From: []State{Asked, Approved}, when: (*Booking).inTime},
	{Action: "facility.booking.cancel", From: []State{Asked, Approved}, To: Cancelled, when: (*Booking).inTime},
	{Action: "facility.booking.withdraw", From: []State{Approved}, To: Withdrawn, Reason: true, when: (*Booking).notOver},
	{Action: "facility.booking.note", From: []State{Approved}, To: Used, when: (*Booking).begun},
	{Action: "facility.booking.miss", From: []State{Approved}, To: Missed, when: (*Booking).begun},
	{Action: "facility.booking.correct", From: []State{Used, Missed}, Reason: true},
}

func stepOf(action string) Step {
	return Steps[slices.IndexFunc(Steps, func(s Step) bool { return s.Action == action })]
}

// Booking is that a unit has a piece of equipment from one moment until another.
type Booking struct {
	ID        string    `json:"id"`
	Number    int64     `json:"number"`
	Equipment string    `json:"equipment"`
	Owner     string    `json:"owner"` // whose the piece is
	Unit      string    `json:"unit"`  // for which it was asked
	Person    string    `json:"person,omitempty"`
	Purpose   string    `json:"purpose"`
	Heads     int64     `json:"heads"` // how many persons come
	From      time.Time `json:"from"`
	To        time.Time `json:"to"` // the first moment at which it is over
	State     State     `json:"state"`
	Reason    string    `json:"reason,omitempty"` // of the last step that needs one
	CancelBy  time.Time `json:"cancel_by"`        // what is approved can be cancelled and moved until then
	Terms     string    `json:"terms"`            // version of the terms by which it was asked for
	Tariff    string    `json:"tariff"`           // version of the rule by which it is priced
	Hourly    *int64    `json:"hourly_fen"`       // what an hour cost then; null where nobody had told
	Percent   int64     `json:"percent"`          // of it that this unit pays
	Price     *int64    `json:"price_fen"`        // of the period
	Minutes   *int64    `json:"used_minutes"`     // noted by the keeper
	Charge    *int64    `json:"charge_fen"`       // of what was noted
	AskedAt   time.Time `json:"asked_at"`
	ChangedAt time.Time `json:"changed_at"`

	Name       string `json:"equipment_name"`
	Location   string `json:"location,omitempty"`
	OwnerName  Named  `json:"owner_name"`
	UnitName   Named  `json:"unit_name"`
	PersonName string `json:"person_name,omitempty"`

	keepers []string // who looks after the piece; none: whoever works for its owner
	action  string   // for which it was taken; keep tells the journal
	had     State    // as it was taken
}

// take checks that a step can be taken now, and takes it.
func (b *Booking) take(action, reason string, now time.Time) error {
	s := stepOf(action)
	if !slices.Contains(s.From, b.State) {
		return fault.Conflict.New("facility.booking.not_now", i18n.Key("facility.booking.state."+string(b.State)))
	}
	if s.when != nil {
		if err := s.when(b, now); err != nil {
			return err
		}
	}
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); s.Reason && n == 0 || n > mostReason {
		var wrong fault.List
		wrong.Add("reason", "facility.booking.reason_bad", mostReason)
		return wrong.Err()
	}
	b.State, b.Reason, b.ChangedAt = cmp.Or(s.To, b.State), reason, now
	return nil
}

const (
	mostReason  = 300
	mostPurpose = 300
	mostHeads   = 10_000
	mostUsed    = 7 * 24 * 60
)

func (b *Booking) notOver(now time.Time) error {
	if !now.Before(b.To) {
		return fault.Conflict.New("facility.booking.over")
	}
	return nil
}

func (b *Booking) begun(now time.Time) error {
	if now.Before(b.From) {
		return fault.Conflict.New("facility.booking.not_begun")
	}
	return nil
}

// inTime tells whether whoever asked can still change their mind: until the notice
// that the terms ask for, or where nobody has answered yet until it begins.
func (b *Booking) inTime(now time.Time) error {
	switch {
	case b.State == Asked && now.Before(b.From), b.State == Approved && !now.After(b.CancelBy) && now.Before(b.From):
		return nil
	}
	return fault.Conflict.New("facility.booking.late")
}

// Open tells whether the step can be taken now, for the buttons of a page.
func (b *Booking) open(action string, now time.Time) bool {
	s := stepOf(action)
	return slices.Contains(s.From, b.State) && (s.when == nil || s.when(b, now) == nil)
}

// length gives the minutes of the period.
func (b *Booking) length() int64 { return int64(b.To.Sub(b.From) / time.Minute) }

// noted keeps for how many minutes the piece was used, 0: nobody came, and what that
// comes to.
func (b *Booking) noted(minutes int64, t Tariff) {
	if minutes == 0 {
		b.State, b.Minutes, b.Charge = Missed, nil, part(b.Price, t.Missed)
		return
	}
	b.State, b.Minutes, b.Charge = Used, &minutes, cost(b.Hourly, minutes, b.Percent)
}

const slotLength = 15 * time.Minute

// slots gives the quarters of an hour that a period holds, the first and the one
// after the last.
func slots(from, to time.Time) (first, end int64) {
	const length = int64(slotLength / time.Second)
	return from.Unix() / length, (to.Unix() + length - 1) / length
}
