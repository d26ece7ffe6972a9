package agreement

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// State is how far an agreement has come.
type State string

const (
	Drafted State = "drafted"  // somebody's signature is missing
	InForce State = "in_force" // all have signed this version
	Ended   State = "ended"    // its time is over, or the parties ended it
	Broken  State = "broken"   // ended by one side before its time
)

// Over tells whether nothing can be changed any more.
func (s State) Over() bool { return s == Ended || s == Broken }

// Way tells how somebody signed.
type Way string

const (
	ByAccount Way = "account" // signed in
	ByLink    Way = "link"    // by a link that was sent to their phone
)

// Party is one who signs: a unit, or a natural person.
type Party struct {
	Role   string `json:"role"`             // within the kind: school, enterprise, student, guardian
	Unit   string `json:"unit,omitempty"`   // id of a unit
	Person string `json:"person,omitempty"` // id of a natural person
	Name   string `json:"name"`             // as it stands on the paper
}

// Clause is one thing that is agreed. Its head is a word of the room:
// kind + ".clause." + key.
type Clause struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Signed is a signature under a version.
type Signed struct {
	Role    string    `json:"role"`
	Version int       `json:"version"`
	Name    string    `json:"name"`
	Person  string    `json:"person,omitempty"`
	By      Way       `json:"by"`
	At      time.Time `json:"at"`
}

// Agreement is what several parties agree on.
type Agreement struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"`    // declared by its room: placement.internship
	Number  int      `json:"number"`  // within the kind and the body
	Subject string   `json:"subject"` // what it is about: the id of a placement
	Title   string   `json:"title"`   // nothing personal
	Since   string   `json:"since"`   // its first day
	Until   string   `json:"until"`   // the day after its last; empty: without end
	Parties []Party  `json:"parties"`
	Clauses []Clause `json:"clauses"`

	State       State     `json:"state"`
	Version     int       `json:"version"`
	Fingerprint string    `json:"fingerprint"` // of what this version says
	Signed      []Signed  `json:"signed"`      // of every version
	EndedOn     string    `json:"ended_on,omitempty"`
	EndedBy     string    `json:"ended_by,omitempty"` // role
	Why         string    `json:"why,omitempty"`
	MadeAt      time.Time `json:"made_at"`
	ChangedAt   time.Time `json:"changed_at"`

	madeBy string // of this version
	fresh  bool   // the version is not kept yet
}

// Party gives the party of a role.
func (a *Agreement) Party(role string) (Party, bool) {
	i := slices.IndexFunc(a.Parties, func(p Party) bool { return p.Role == role })
	if i < 0 {
		return Party{}, false
	}
	return a.Parties[i], true
}

// Has gives a party's signature under the version of now.
func (a *Agreement) Has(role string) (Signed, bool) {
	i := slices.IndexFunc(a.Signed, func(s Signed) bool { return s.Role == role && s.Version == a.Version })
	if i < 0 {
		return Signed{}, false
	}
	return a.Signed[i], true
}

// Missing gives the roles whose signature this version lacks.
func (a *Agreement) Missing() (roles []string) {
	for _, p := range a.Parties {
		if _, ok := a.Has(p.Role); !ok {
			roles = append(roles, p.Role)
		}
	}
	return roles
}

// Clause gives the text of a clause.
func (a *Agreement) Clause(key string) string {
	for _, c := range a.Clauses {
		if c.Key == key {
			return c.Text
		}
	}
	return ""
}

func (a *Agreement) check() error {
	var wrong fault.List
	if len(a.Parties) < 2 {
		wrong.Add("parties", "agreement.parties")
	}
	seen := map[string]bool{}
	for _, p := range a.Parties {
		if p.Role == "" || seen[p.Role] || strings.TrimSpace(p.Name) == "" || (p.Unit == "") == (p.Person == "") {
			wrong.Add("parties", "agreement.party", p.Role)
		}
		seen[p.Role] = true
	}
	if len(a.Clauses) == 0 {
		wrong.Add("clauses", "agreement.clauses")
	}
	since, err := time.Parse(time.DateOnly, a.Since)
	if err != nil {
		wrong.Add("since", "agreement.day", a.Since)
	}
	if until, also := time.Parse(time.DateOnly, a.Until); a.Until != "" && also != nil {
		wrong.Add("until", "agreement.day", a.Until)
	} else if a.Until != "" && err == nil && !until.After(since) {
		wrong.Add("until", "agreement.order")
	}
	return wrong.Err()
}

// renew makes what the agreement says now its next version.
func (a *Agreement) renew(tx *db.Tx) {
	a.Version++
	a.Fingerprint, a.ChangedAt, a.madeBy, a.fresh = tx.Digest(a.said()), tx.Now, auth.From(tx.Context()).ID, true
}

// said is all that the parties sign, of which the fingerprint is made. The id makes it
// differ from that of any other agreement of the same words.
func (a *Agreement) said() []byte {
	said, err := json.Marshal([]any{a.ID, a.Kind, a.Title, a.Since, a.Until, a.Parties, a.Clauses})
	if err != nil {
		panic(err) // texts only
	}
	return said
}

func (a *Agreement) sign(now time.Time, version int, s Signature) error {
	p, ok := a.Party(s.Role)
	switch {
	case a.State.Over():
		return fault.Conflict.New("agreement.over")
	case !ok:
		return fault.NotFound.New("agreement.no_party", s.Role)
	case version != a.Version:
		return fault.Conflict.New("agreement.changed", a.Version)
	}
	if _, done := a.Has(s.Role); done {
		return fault.Conflict.New("agreement.signed_already")
	}
	var wrong fault.List
	if s.Name = strings.TrimSpace(s.Name); s.Name == "" {
		wrong.Add("name", "agreement.no_name")
	} else if p.Person != "" && plain(s.Name) != plain(p.Name) {
		wrong.Add("name", "agreement.other_name")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	a.Signed = append(a.Signed, Signed{s.Role, version, s.Name, s.Person, s.By, now})
	a.ChangedAt = now
	if len(a.Missing()) == 0 {
		a.State = InForce
	}
	return nil
}

// plain leaves out of a name what people write differently.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "　", "", "·", "", "•", "", "．", "", ".", "").Replace(name))
}

func (a *Agreement) end(day, role, why string) error {
	if a.State.Over() {
		return fault.Conflict.New("agreement.over")
	}
	var wrong fault.List
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		wrong.Add("day", "agreement.day", day)
	}
	if _, ok := a.Party(role); role != "" && !ok {
		wrong.Add("role", "agreement.no_party", role)
	} else if role != "" && strings.TrimSpace(why) == "" {
		wrong.Add("why", "agreement.why")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	a.State, a.EndedOn, a.EndedBy, a.Why = Ended, day, role, strings.TrimSpace(why)
	if role != "" && (a.Until == "" || day < a.Until) {
		a.State = Broken
	}
	return nil
}
