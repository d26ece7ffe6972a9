package plan

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Kinds lists the kinds of policy: money of the budget, tax, land, finance, talent.
var Kinds = []string{"fiscal", "tax", "land", "finance", "talent"}

// Scheme is a policy of support (政策): who issued it, what it gives, to whom.
type Scheme struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Issuer     string      `json:"issuer"`
	Document   string      `json:"document"`
	Kind       string      `json:"kind"`
	Words      string      `json:"words"`
	Cap        int64       `json:"cap_fen,omitempty"`
	Conditions []Condition `json:"conditions"`
	How        string      `json:"how,omitempty"`
	Since      string      `json:"since"`
	Until      string      `json:"until,omitempty"`
	State      string      `json:"state"` // listed or ended

	// Take-up, over all years.
	Applied int   `json:"applied"`
	Granted int   `json:"granted"`
	Given   int64 `json:"given_fen"`

	madeAt time.Time
	action string
}

// inForce tells whether the policy holds on a day.
func (s *Scheme) inForce(day string) bool {
	return s.State == "listed" && s.Since <= day && (s.Until == "" || day <= s.Until)
}

// SchemeForm is what a policy is filled in with.
type SchemeForm struct {
	Title      string  `json:"title"`
	Issuer     string  `json:"issuer"`
	Document   string  `json:"document"`
	Kind       string  `json:"kind"`
	Words      string  `json:"words"`
	Yuan       float64 `json:"yuan"`       // the most that one unit gets; 0: none is set
	Conditions string  `json:"conditions"` // one a line
	How        string  `json:"how"`
	Since      string  `json:"since"`
	Until      string  `json:"until"`
}

func (f *SchemeForm) check() (*Scheme, fault.List) {
	for _, text := range []*string{&f.Title, &f.Issuer, &f.Document, &f.Words, &f.How} {
		*text = strings.TrimSpace(*text)
	}
	conditions, wrong := ParseConditions(f.Conditions)
	for _, c := range []struct {
		place, text string
		most        int
	}{{"title", f.Title, 200}, {"issuer", f.Issuer, 100}, {"document", f.Document, 100}, {"words", f.Words, 2000}} {
		if c.text == "" || !short(c.text, c.most) {
			wrong.Add(c.place, "plan.wrong.title", c.most)
		}
	}
	if !short(f.How, 2000) {
		wrong.Add("how", "plan.wrong.long", 2000)
	}
	if !slices.Contains(Kinds, f.Kind) {
		wrong.Add("kind", "plan.wrong.kind", f.Kind)
	}
	fen, ok := fenOf(f.Yuan)
	if !ok {
		wrong.Add("yuan", "plan.wrong.money")
	}
	if !isDay(f.Since) {
		wrong.Add("since", "fault.date", f.Since)
	}
	if f.Until != "" && !isDay(f.Until) {
		wrong.Add("until", "fault.date", f.Until)
	} else if f.Until != "" && f.Until < f.Since {
		wrong.Add("until", "plan.wrong.ends")
	}
	return &Scheme{Title: f.Title, Issuer: f.Issuer, Document: f.Document, Kind: f.Kind, Words: f.Words, Cap: fen, Conditions: conditions,
		How: f.How, Since: f.Since, Until: f.Until, State: "listed"}, wrong
}

// ListPolicy puts a policy on the list.
func (p *Plan) ListPolicy(ctx context.Context, f SchemeForm) (*Scheme, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Scheme, error) {
		if err := policy.Allow(ctx, "plan.policy.list", Thing{}); err != nil {
			return nil, err
		}
		s, wrong := f.check()
		if len(wrong) > 0 {
			return nil, wrong
		}
		s.ID, s.madeAt, s.action = db.NewID(), tx.Now, "plan.policy.list"
		if err := keepScheme(tx, s); err != nil {
			if errors.Is(err, fault.Conflict) {
				return nil, fault.Conflict.New("plan.policy_twice", s.Document)
			}
			return nil, err
		}
		return s, act.Note(tx, act.Act{Kind: "plan.policy.listed", At: dayIn(tx, s.Since), Subject: s.ID, Title: s.Title, Marks: map[string]string{"kind": s.Kind}})
	})
}

// EndPolicy ends a policy before its day.
func (p *Plan) EndPolicy(ctx context.Context, id string) (*Scheme, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Scheme, error) {
		s, err := findScheme(tx, id)
		if err != nil {
			return nil, err
		}
		s.action = "plan.policy.end"
		if err := policy.Allow(ctx, s.action, Thing{}); err != nil {
			return nil, err
		}
		if s.State == "ended" {
			return nil, fault.Conflict.New("plan.policy_ended")
		}
		s.State = "ended"
		if err := keepScheme(tx, s); err != nil {
			return nil, err
		}
		return s, act.Note(tx, act.Act{Kind: "plan.policy.ended", Subject: s.ID, Title: s.Title, Marks: map[string]string{"kind": s.Kind}})
	})
}

// Weighed is a policy with how one unit stands to it.
type Weighed struct {
	*Scheme
	Unit      Named    `json:"unit"`
	Reasons   []Reason `json:"reasons"`
	Qualifies bool     `json:"qualifies"`
	InForce   bool     `json:"in_force"`
	Grants    []*Grant `json:"grants"` // that the actor may see
}

// Policy gives one policy. Those who work for a unit see how it stands to it; the
// secretariat may name any unit.
func (p *Plan) Policy(ctx context.Context, id, unit string) (*Weighed, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*Weighed, error) {
		s, err := findScheme(tx, id)
		if err != nil {
			return nil, err
		}
		w := &Weighed{Scheme: s, InForce: s.inForce(today(tx)), Reasons: []Reason{}}
		if err := p.weigh(tx, w, unit); err != nil {
			return nil, err
		}
		w.Grants, err = grantsOf(tx, id)
		return w, err
	})
}

// weigh fills in how a unit stands to a policy: the actor's own, or the one that
// the secretariat names.
func (p *Plan) weigh(tx *db.Tx, w *Weighed, unit string) error {
	a := auth.From(tx.Context())
	if !a.Runs() || unit == "" {
		unit = a.Unit
	}
	if unit == "" || !policy.Can(tx.Context(), "plan.policy.weigh", Thing{unit}) {
		return nil
	}
	u, err := directory.FindUnit(tx, unit)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := p.facts(tx)
	if err != nil {
		return err
	}
	w.Unit = Named{u.ID, u.Short(), u.NameEN}
	if w.Reasons, err = f.weigh(u, w.Conditions); err != nil {
		return err
	}
	w.Qualifies = Qualifies(w.Reasons)
	return nil
}

// Grant is what one unit asked for under a policy in a year, and what it got.
type Grant struct {
	ID       string     `json:"id"`
	Scheme   string     `json:"scheme"`
	Unit     string     `json:"unit"`
	Year     int        `json:"year"`
	Asked    int64      `json:"asked_fen"`
	About    string     `json:"about"`
	Reasons  []Reason   `json:"reasons"` // as they stood when it was asked for
	State    string     `json:"state"`   // applied, granted or refused
	Given    int64      `json:"given_fen"`
	Verdict  string     `json:"verdict,omitempty"`
	MadeAt   time.Time  `json:"made_at"`
	JudgedAt *time.Time `json:"judged_at,omitzero"`
	UnitName Named      `json:"unit_name"`
}

// Apply asks for a policy, for the actor's unit. One that does not qualify is told
// every condition that is not met.
func (p *Plan) Apply(ctx context.Context, id string, yuan float64, about string) (*Grant, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Grant, error) {
		unit := auth.From(ctx).Unit
		if err := policy.Allow(ctx, "plan.policy.apply", Thing{unit}); err != nil {
			return nil, err
		}
		s, err := findScheme(tx, id)
		if err != nil {
			return nil, err
		}
		w := &Weighed{Scheme: s}
		if err := p.weigh(tx, w, unit); err != nil {
			return nil, err
		}
		fen, wrong := s.asked(ctx, today(tx), yuan, w.Reasons)
		if len(wrong) > 0 {
			return nil, wrong
		}
		g := &Grant{ID: db.NewID(), Scheme: id, Unit: unit, Year: tx.Now.Year(), Asked: fen, About: strings.TrimSpace(about), Reasons: w.Reasons, State: "applied", MadeAt: tx.Now}
		if err := keepGrant(tx, g, "plan.policy.apply"); err != nil {
			if errors.Is(err, fault.Conflict) {
				return nil, fault.Conflict.New("plan.applied_already", g.Year)
			}
			return nil, err
		}
		return g, act.Note(tx, act.Act{Kind: "plan.policy.applied", Unit: unit, Subject: id, Title: s.Title,
			Amounts: map[string]int64{"asked": fen}, Marks: map[string]string{"kind": s.Kind}})
	})
}

// asked checks what a unit asks for.
func (s *Scheme) asked(ctx context.Context, day string, yuan float64, reasons []Reason) (fen int64, wrong fault.List) {
	if !s.inForce(day) {
		wrong.Add("policy", "plan.wrong.not_in_force")
	}
	fen, ok := fenOf(yuan)
	if !ok || fen == 0 {
		wrong.Add("yuan", "plan.wrong.money")
	} else if s.Cap > 0 && fen > s.Cap {
		wrong.Add("yuan", "plan.wrong.cap", act.Shown(ctx, act.Fen, s.Cap))
	}
	for _, r := range reasons {
		if !r.Met {
			wrong.Add("conditions", "plan.wrong.condition", r.Condition.Says(ctx), r.Shown(ctx))
		}
	}
	return fen, wrong
}

// JudgeGrant grants what was asked for, as much as yuan says, or refuses it.
func (p *Plan) JudgeGrant(ctx context.Context, id string, grant bool, yuan float64, text string) (*Grant, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Grant, error) {
		if err := policy.Allow(ctx, "plan.grant.judge", Thing{}); err != nil {
			return nil, err
		}
		g, err := findGrant(tx, id)
		if err != nil {
			return nil, err
		}
		s, err := findScheme(tx, g.Scheme)
		if err != nil {
			return nil, err
		}
		if err := g.judge(grant, yuan, text, tx.Now); err != nil {
			return nil, err
		}
		if g.State == "granted" {
			if err := s.postGrant(tx, g, g.Given, "plan.entry.grant"); err != nil {
				return nil, err
			}
		}
		if err := keepGrant(tx, g, "plan.grant.judge"); err != nil || g.State != "granted" {
			return g, err
		}
		return g, act.Note(tx, act.Act{Kind: "plan.policy.granted", Unit: g.Unit, Subject: s.ID, Title: s.Title,
			Amounts: map[string]int64{"granted": g.Given}, Marks: map[string]string{"kind": s.Kind}})
	})
}

func (g *Grant) judge(grant bool, yuan float64, text string, now time.Time) error {
	if g.State != "applied" {
		return fault.Conflict.New("plan.judged")
	}
	var wrong fault.List
	fen, ok := fenOf(yuan)
	if grant && (!ok || fen == 0 || fen > g.Asked) {
		wrong.Add("yuan", "plan.wrong.given")
	}
	if !grant && strings.TrimSpace(text) == "" {
		wrong.Add("text", "plan.wrong.reason")
	}
	if len(wrong) > 0 {
		return wrong
	}
	g.Verdict, g.JudgedAt, g.State = strings.TrimSpace(text), &now, "refused"
	if grant {
		g.State, g.Given = "granted", fen
	}
	return nil
}

func keepScheme(tx *db.Tx, s *Scheme) error {
	if s.action == "" {
		panic("plan: a policy is kept that was taken for no action")
	}
	if err := saveScheme(tx, s); err != nil {
		return err
	}
	return journal.Record(tx, s.action, s.ID, map[string]any{"title": s.Title, "document": s.Document, "kind": s.Kind, "state": s.State})
}

func keepGrant(tx *db.Tx, g *Grant, action string) error {
	if err := saveGrant(tx, g); err != nil {
		return err
	}
	return journal.Record(tx, action, g.ID, map[string]any{"policy": g.Scheme, "unit": g.Unit, "asked": g.Asked, "given": g.Given, "state": g.State})
}

func marshal(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
