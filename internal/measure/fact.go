package measure

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// FactKinds lists what is registered: a running entity, full-time staff, a serious
// accident, what an audit found, and a complaint about students' rights that was
// found to be true.
var FactKinds = []string{"entity", "staff", "accident", "audit", "rights"}

// Fact is a fact that no part of the house produces by itself and that is noted by
// hand, with where it is written. Rows that count facts are marked as registered.
type Fact struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"` // one of FactKinds
	Title     string    `json:"title"`
	Document  string    `json:"document"` // where it is written: number of a document, name of a file
	Words     string    `json:"words,omitempty"`
	Persons   int64     `json:"persons,omitempty"` // of staff: how many
	Since     string    `json:"since"`             // the day from which it holds, or on which it happened
	Until     string    `json:"until,omitempty"`   // the day on which it ended, or was mended
	Ending    string    `json:"ending,omitempty"`  // how, or why it was withdrawn
	Withdrawn bool      `json:"withdrawn,omitempty"`
	NotedBy   string    `json:"-"`
	NotedAt   time.Time `json:"noted_at"`
}

// FactForm is what a fact is noted with.
type FactForm struct {
	Kind     string `json:"kind"`
	Title    string `json:"title"`
	Document string `json:"document"`
	Words    string `json:"words"`
	Persons  int64  `json:"persons"`
	Since    string `json:"since"`
}

var _ = act.Declare(
	act.Kind{Name: "measure.fact.noted", ZH: "事项登记", EN: "Fact registered", Path: "/facts#{subject}", Marks: []string{"kind"},
		Amounts: []act.Amount{{Name: "persons", Unit: act.Person, ZH: "人数", EN: "persons"}},
		MeansZH: "秘书处凭文件登记了一项平台各业务不产生的事实：运行实体、专职人员、安全事故、审计问题或查实的权益投诉。",
		MeansEN: "The secretariat registered, with where it is written, a fact that no part of the house produces: an entity, staff, an accident, a finding of an audit, a complaint found true."},
	act.Kind{Name: "measure.fact.ended", ZH: "登记事项终结", EN: "Registered fact ended", Path: "/facts#{subject}", Marks: []string{"kind"},
		MeansZH: "一项登记的事实终止或整改完毕。", MeansEN: "A registered fact has ended, or was mended."},
)

// check tells all that is wrong with the form on a day.
func (f *FactForm) check(today string) (wrong fault.List) {
	f.Title, f.Document, f.Words = strings.TrimSpace(f.Title), strings.TrimSpace(f.Document), strings.TrimSpace(f.Words)
	if !slices.Contains(FactKinds, f.Kind) {
		wrong.Add("kind", "measure.fact.wrong.kind", f.Kind)
	}
	for _, t := range []struct {
		place, text string
		most        int
	}{{"title", f.Title, 200}, {"document", f.Document, 200}} {
		if n := len([]rune(t.text)); n == 0 || n > t.most {
			wrong.Add(t.place, "measure.wrong.empty")
		}
	}
	if len([]rune(f.Words)) > 2000 {
		wrong.Add("words", "measure.wrong.empty")
	}
	if f.Kind == "staff" && (f.Persons < 1 || f.Persons > 1000) || f.Kind != "staff" && f.Persons != 0 {
		wrong.Add("persons", "measure.fact.wrong.persons")
	}
	factDay(&wrong, "since", f.Since, "1949-10-01", today)
	return wrong
}

// factDay checks a day that has come and is not before another.
func factDay(wrong *fault.List, place, day, from, today string) {
	switch _, err := time.Parse(time.DateOnly, day); {
	case err != nil:
		wrong.Add(place, "fault.date", day)
	case day > today:
		wrong.Add(place, "measure.fact.wrong.future")
	case day < from:
		wrong.Add(place, "measure.fact.wrong.before", from)
	}
}

// NoteFact registers a fact, and looks at once whether a row that must not be hit
// is now.
func (m *Measure) NoteFact(ctx context.Context, in FactForm) (*Fact, error) {
	return m.onFacts(ctx, func(tx *db.Tx) (*Fact, error) {
		if err := policy.Allow(ctx, "measure.fact.note", Thing{}); err != nil {
			return nil, err
		}
		if wrong := in.check(today(tx)); len(wrong) > 0 {
			return nil, wrong
		}
		f := &Fact{ID: db.NewID(), Kind: in.Kind, Title: in.Title, Document: in.Document, Words: in.Words, Persons: in.Persons, Since: in.Since,
			NotedBy: auth.From(ctx).ID, NotedAt: tx.Now}
		if err := keepFact(tx, "measure.fact.note", f); err != nil {
			return nil, err
		}
		a := f.act("measure.fact.noted", dayIn(tx, f.Since))
		if f.Kind == "staff" {
			a.Amounts = map[string]int64{"persons": f.Persons}
		}
		return f, act.Note(tx, a)
	})
}

// EndFact notes that a fact has ended, or was mended.
func (m *Measure) EndFact(ctx context.Context, id, day, how string) (*Fact, error) {
	return m.onFacts(ctx, func(tx *db.Tx) (*Fact, error) {
		f, err := takeFact(tx, "measure.fact.end", id)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		factDay(&wrong, "day", day, f.Since, today(tx))
		if how = strings.TrimSpace(how); how == "" || len([]rune(how)) > 500 {
			wrong.Add("how", "measure.wrong.empty")
		}
		if f.Until != "" {
			return nil, fault.Conflict.New("measure.fact.ended_before", f.Until)
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		f.Until, f.Ending = day, how
		if err := keepFact(tx, "measure.fact.end", f); err != nil {
			return nil, err
		}
		return f, act.Note(tx, f.act("measure.fact.ended", dayIn(tx, day)))
	})
}

// WithdrawFact takes back a fact that was noted wrongly, with the reason; it stays
// to be read and is counted no longer.
func (m *Measure) WithdrawFact(ctx context.Context, id, why string) (*Fact, error) {
	return m.onFacts(ctx, func(tx *db.Tx) (*Fact, error) {
		f, err := takeFact(tx, "measure.fact.withdraw", id)
		if err != nil {
			return nil, err
		}
		if why = strings.TrimSpace(why); why == "" || len([]rune(why)) > 500 {
			var wrong fault.List
			wrong.Add("how", "measure.wrong.empty")
			return nil, wrong
		}
		f.Withdrawn, f.Ending = true, why
		if err := keepFact(tx, "measure.fact.withdraw", f); err != nil {
			return nil, err
		}
		for _, kind := range []string{"measure.fact.noted", "measure.fact.ended"} {
			if _, err := act.TakeBack(tx, kind, f.ID, why); err != nil {
				return nil, err
			}
		}
		return f, nil
	})
}

// onFacts lets do change the register, and then looks at what must not be hit.
func (m *Measure) onFacts(ctx context.Context, do func(*db.Tx) (*Fact, error)) (*Fact, error) {
	f, err := db.Update(ctx, m.DB, do)
	if err == nil {
		_, err = m.LookOnce(ctx)
	}
	return f, err
}

// FactSearch asks for a part of the register.
type FactSearch struct {
	Kind   string `json:"kind"`
	Format string `json:"format"` // xlsx or csv
}

// Facts gives the register, the latest first.
func (m *Measure) Facts(ctx context.Context, s FactSearch) ([]*Fact, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) ([]*Fact, error) {
		if err := policy.Allow(ctx, "measure.fact.read", Thing{}); err != nil {
			return nil, err
		}
		if s.Kind != "" && !slices.Contains(FactKinds, s.Kind) {
			return nil, fault.Invalid.New("measure.fact.wrong.kind", s.Kind)
		}
		return facts(tx, s.Kind)
	})
}

func (f *Fact) act(kind string, at time.Time) act.Act {
	return act.Act{Kind: kind, At: at, Subject: f.ID, Title: f.Title, Marks: map[string]string{"kind": f.Kind}}
}

// Stands tells whether the fact holds now.
func (f *Fact) Stands() bool { return f.Until == "" && !f.Withdrawn }

func takeFact(tx *db.Tx, action, id string) (*Fact, error) {
	f, err := findFact(tx, id)
	if err != nil {
		return nil, err
	}
	if err := policy.Allow(tx.Context(), action, Thing{}); err != nil {
		return nil, err
	}
	if f.Withdrawn {
		return nil, fault.Conflict.New("measure.fact.withdrawn_before")
	}
	return f, nil
}

func keepFact(tx *db.Tx, action string, f *Fact) error {
	if err := saveFact(tx, f); err != nil {
		return err
	}
	return journal.Record(tx, action, f.ID, map[string]any{"kind": f.Kind, "title": f.Title, "document": f.Document, "since": f.Since, "until": f.Until, "why": f.Ending})
}

// dayIn gives the morning of a civil day in the body's zone, or now where that day
// has not come.
func dayIn(tx *db.Tx, day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, i18n.Zone(tx.Context()))
	if err != nil || at.After(tx.Now) {
		return tx.Now
	}
	return at
}
