// Package privacy carries out the rights of persons about their data (个人信息权利):
// to see it, to take it along, to have it corrected or erased, to withdraw what they
// consented to, and to have a person look over what was computed about them (个人信息
// 保护法 arts. 15, 24, 44–50). Whoever has no account, or is too young to act alone,
// asks in writing, and an administrator of their school does it for them.
//
// What is kept stands in the rooms. Each of them answers for itself (holding.Keeper),
// and here it is put together: nothing of what they keep stands here too.
package privacy

import (
	"context"
	"embed"
	"errors"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the rights.
var Room = db.Room{Name: "privacy", Schema: schema}

// Record is what must be known of a candidate to carry out their rights.
type Record struct {
	ID, School, Name, Ref string
}

// Reason is one choice in a round with what became of it.
type Reason struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	Points int    `json:"points"`
	Text   string `json:"text"`
}

// Office carries out the rights.
type Office struct {
	DB      *db.DB
	Keys    *seal.Keys
	Keepers []holding.Keeper
	// Record gives a candidate of the body of tx, whoever asks: the rule book here
	// stands before it.
	Record func(tx *db.Tx, id string) (*Record, error)
	// Records gives the ids of all candidates of the body of tx.
	Records func(tx *db.Tx) ([]string, error)
	// Explain tells how a candidate came out of a round.
	Explain func(tx *db.Tx, round, candidate string) (name string, list []Reason, err error)
	// Whom finds a person of the body of tx by the number of a candidate or a login.
	Whom func(tx *db.Tx, said string) (holding.Whom, error)
	// Expiries are the kinds that go by age, and Leavers counts the candidates who left
	// their school before a day, and gives some of them.
	Expiries []holding.Expiry
	Leavers  func(tx *db.Tx, before string, hold []string, most int) (int, []string, error)
	// Prove asks the actor for their password once more.
	Prove func(ctx context.Context, password string) error
	// Outside is the file outside of the database that tells who was erased.
	Outside string
}

// Person is whose rights are carried out.
type Person struct {
	holding.Whom
	Name   string
	Ref    string
	School string // of a candidate
	Unit   string // that answers for their record; empty: the secretariat
	Self   bool   // the actor themselves
}

func (p *Person) subject() Subject {
	return Subject{Account: p.Account, Candidate: p.Candidate, School: p.School}
}

// base is the path under which their pages stand.
func (p *Person) base() string {
	if p.Self {
		return "/me/data"
	}
	return "/candidates/" + p.Candidate + "/data"
}

// meant finds whom a page is about: the actor, or a candidate by their id.
func (o *Office) meant(tx *db.Tx, action, id string) (*Person, error) {
	a := auth.From(tx.Context())
	p := &Person{Whom: holding.Whom{Account: a.ID}, Name: a.Name, Self: id == ""}
	if a.ID == "" {
		return nil, fault.Unknown.New("fault.unknown")
	}
	if p.Self {
		if id = a.About; !a.Is(auth.Student) {
			id = ""
		}
		if p.Unit = a.Unit; a.Runs() {
			p.Unit = ""
		}
	}
	if id != "" {
		r, err := o.Record(tx, id)
		if errors.Is(err, fault.NotFound) && p.Self {
			return p, policy.Allow(tx.Context(), action, p.subject())
		}
		if err != nil {
			return nil, err
		}
		p.Candidate, p.School, p.Unit, p.Ref = r.ID, r.School, r.School, r.Ref
		if !p.Self {
			p.Name = r.Name
			if p.Account, err = directory.AccountAbout(tx, id); err != nil {
				return nil, err
			}
			if p.Account == a.ID {
				p.Self = true
			}
		}
	}
	if !policy.Can(tx.Context(), "privacy.data.read", p.subject()) && !p.Self {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return p, policy.Allow(tx.Context(), action, p.subject())
}

// Part is what is kept for one purpose.
type Part struct {
	Kind     Kind
	Holdings []holding.Holding
	Until    string // by the rule: how long such things are kept
}

// Look tells that somebody looked at the data, or took it out. It names their unit and
// not them: who they are is their own datum.
type Look struct {
	At     string `json:"at"`
	Action string `json:"action"`
	Unit   string `json:"unit"`
	Self   bool   `json:"self"`
}

// View is all that is kept of a person.
type View struct {
	Person   *Person
	Parts    []Part
	Looks    []Look
	Requests []*Request
	Process  Process
	units    map[string]*directory.Unit
}

// See gives all that is kept of the actor, or of a candidate for whom they act.
func (o *Office) See(ctx context.Context, id string) (*View, error) {
	return o.look(ctx, id, "privacy.data.read")
}

// look gathers for an action, and notes it where it is not the person who looks.
func (o *Office) look(ctx context.Context, id, action string) (*View, error) {
	v, err := db.View(ctx, o.DB, func(tx *db.Tx) (*View, error) { return o.view(tx, id, action) })
	if err != nil || v.Person.Self && action == "privacy.data.read" {
		return v, err
	}
	return v, journal.Note(ctx, o.DB, action, v.Person.either(), map[string]any{"self": v.Person.Self, "kinds": len(v.Parts)})
}

func (p *Person) either() string {
	if p.Candidate != "" {
		return p.Candidate
	}
	return p.Account
}

func (o *Office) view(tx *db.Tx, id, action string) (*View, error) {
	p, err := o.meant(tx, action, id)
	if err != nil {
		return nil, err
	}
	v := &View{Person: p}
	all, _, err := o.gather(tx, p.Whom)
	if err != nil {
		return nil, err
	}
	terms, err := retention(tx)
	if err != nil {
		return nil, err
	}
	v.Parts = sorted(all, terms.Rule)
	held, err := process(tx)
	if err != nil {
		return nil, err
	}
	v.Process = held.Rule
	if v.units, err = directory.Units(tx); err != nil {
		return nil, err
	}
	if v.Looks, err = looks(tx, p, all, v.units); err != nil {
		return nil, err
	}
	v.Requests, err = o.requestsOf(tx, p)
	return v, err
}

// gather asks every room. While a hold stands, all stays.
func (o *Office) gather(tx *db.Tx, w holding.Whom) ([]holding.Holding, holding.Whom, error) {
	all, w, err := o.gatherFree(tx, w)
	if err != nil {
		return nil, w, err
	}
	stays, err := held(tx, w)
	for i := range all {
		if stays && (all[i].Fate != holding.Kept || all[i].Until != "") {
			all[i].Fate, all[i].Reason, all[i].Until = holding.Kept, whyHeld, ""
		}
	}
	return all, w, err
}

// gatherFree asks as if no hold stood. What binds one thing binds who they are in the
// others, so the rooms are asked anew once that is known.
func (o *Office) gatherFree(tx *db.Tx, w holding.Whom) ([]holding.Holding, holding.Whom, error) {
	terms, err := termsOf(tx)
	if err != nil {
		return nil, w, err
	}
	all, err := o.ask(tx, w, terms)
	if err != nil || w.Bound {
		return all, w, err
	}
	i := slices.IndexFunc(all, func(h holding.Holding) bool { return h.Binds })
	if i < 0 {
		return all, w, nil
	}
	because := all[i]
	w.Bound = true
	if all, err = o.ask(tx, w, terms); err != nil {
		return nil, w, err
	}
	for j := range all {
		if h := &all[j]; h.Fate == holding.Kept && (h.Reason == "" || h.Reason == "privacy.why.bound") {
			h.Reason, h.Until = because.Reason, because.Until
		}
	}
	return all, w, nil
}

func (o *Office) ask(tx *db.Tx, w holding.Whom, terms holding.Terms) (all []holding.Holding, err error) {
	for _, k := range o.Keepers {
		list, err := k.Kept(tx, w, terms)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// sorted puts what is kept into the order of the register.
func sorted(all []holding.Holding, r Retention) (parts []Part) {
	for _, k := range Kinds {
		p := Part{Kind: k, Until: r.source(k.Term)}
		for _, h := range all {
			if h.Kind == k.Code {
				p.Holdings = append(p.Holdings, h)
			}
		}
		if len(p.Holdings) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// mostLooks is how many looks a page shows.
const mostLooks = 200

func looks(tx *db.Tx, p *Person, all []holding.Holding, units map[string]*directory.Unit) (list []Look, err error) {
	subjects := []string{}
	for _, id := range []string{p.Account, p.Candidate, p.School} {
		if id != "" {
			subjects = append(subjects, id)
		}
	}
	for _, h := range all {
		if strings.HasPrefix(h.Kind, "placement.") {
			subjects = append(subjects, h.Subject)
		}
	}
	entries, err := journal.LooksAt(tx, subjects, mostLooks, "look", "read", "export")
	for _, e := range entries {
		if e.Subject == p.School && e.Action != "talent.candidate.export" {
			continue
		}
		l := Look{At: e.At.UTC().Format("2006-01-02T15:04:05Z"), Action: e.Action, Self: e.Actor == p.Account && p.Account != ""}
		if u := units[e.Unit]; u != nil {
			l.Unit = i18n.Pick(tx.Context(), u.Name, u.NameEN)
		}
		list = append(list, l)
	}
	return list, err
}
