// Package act keeps the acts (行为) of a body: facts of its life that may be
// counted, such as a resolution carried or a class finished. The journal tells
// everything that was done, for audit and for reactions; an act is one of few
// kinds, each declared by its room with its amounts and a sentence that says what
// it means. Indicators are counted from acts and from nothing else.
//
// A room declares its kinds as its package starts and notes an act in the
// transaction of the change, after it has told the journal:
//
//	var _ = act.Declare(act.Kind{
//		Name: "training.class.finished", ZH: "培训班结业", EN: "Class finished",
//		MeansZH: "一个培训班按计划结束并完成考核。", MeansEN: "A class has ended as planned and its learners were assessed.",
//		Path:    "/classes/{subject}",
//		Amounts: []act.Amount{{Name: "hours", Unit: act.Hour, ZH: "学时", EN: "hours taught"}},
//		Marks:   []string{"base"},
//	})
//
//	act.Note(tx, act.Act{Kind: "training.class.finished", Unit: host, Units: firms, Persons: learners,
//		Amounts: map[string]int64{"hours": 1120}, Marks: map[string]string{"base": "cross_enterprise"},
//		Subject: c.ID, Title: c.Name})
//
// Acts are only added. What was noted wrongly is taken back by a counter-act, by
// TakeBack; both stay, and neither is counted from then on.
package act

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of acts.
var Room = db.Room{Name: "act", Schema: schema}

// Act tells that something happened.
type Act struct {
	ID      string            `json:"id"`
	Kind    string            `json:"kind"`
	At      time.Time         `json:"at"`       // when it happened; the transaction's time where zero
	NotedAt time.Time         `json:"noted_at"` // when it was told here; set by Note
	Unit    string            `json:"unit,omitempty"`
	Units   []string          `json:"units"`             // all who took part; Note adds Unit
	Persons []string          `json:"persons,omitempty"` // ids of ours, never names or numbers of documents
	Amounts map[string]int64  `json:"amounts,omitempty"`
	Marks   map[string]string `json:"marks,omitempty"`
	Subject string            `json:"subject"` // the id of what it is about
	Title   string            `json:"title"`   // the few words by which people know the subject; nothing personal
	Entry   string            `json:"entry"`   // the journal's entry; set by Note

	TakesBack string `json:"takes_back,omitempty"` // the act that this one takes back
	Reason    string `json:"reason,omitempty"`     // why
	TakenBack string `json:"taken_back,omitempty"` // the act by which this one was taken back
}

// Link gives where the subject can be looked at, or "".
func (a Act) Link() string {
	k, _ := Find(a.Kind)
	return k.link(a.Subject)
}

// Note keeps acts, each of a declared kind, with the change that they tell of.
// The journal must have been told in the same transaction before: its last entry
// is the one that the acts bear. An act that its kind does not allow is a mistake
// of the program, not of whoever asked.
func Note(tx *db.Tx, acts ...Act) error {
	if len(acts) == 0 {
		return nil
	}
	entry, err := told(tx)
	if err != nil {
		return err
	}
	for i := range acts {
		a := &acts[i]
		a.ID, a.NotedAt, a.Entry = db.NewID(), tx.Now, entry
		if a.At.IsZero() {
			a.At = tx.Now
		}
		a.At = a.At.UTC().Truncate(time.Microsecond)
		if a.Unit != "" && !slices.Contains(a.Units, a.Unit) {
			a.Units = append(slices.Clone(a.Units), a.Unit)
		}
		a.Units, a.Persons = distinct(a.Units), distinct(a.Persons)
		if err := a.check(tx.Now); err != nil {
			return fmt.Errorf("act %s of %s: %w", a.Kind, a.Subject, err)
		}
	}
	return save(tx, acts)
}

// told gives the journal's entry of this transaction.
func told(tx *db.Tx) (string, error) {
	if last := journal.Written(tx); last != "" {
		return last, nil
	}
	return "", errors.New("act: the journal was told of nothing in this transaction: record first, then note")
}

// idWorks tells an id of ours, which says nothing of a person, from what people
// are called or numbered by.
var (
	idWorks  = regexp.MustCompile(`^[0-9a-zA-Z_:.-]{1,80}$`)
	document = regexp.MustCompile(`^(1[0-9]{10}|[0-9]{17}[0-9Xx])$`)
)

func (a *Act) check(now time.Time) error {
	k, ok := Find(a.Kind)
	switch {
	case !ok:
		return fmt.Errorf("no such kind is declared")
	case a.Subject == "" || a.Title == "":
		return fmt.Errorf("it has no subject or no title")
	case a.At.After(now):
		return fmt.Errorf("it is to happen at %s, and it is %s", a.At, now)
	}
	for name := range a.Amounts {
		if _, ok := k.Amount(name); !ok {
			return fmt.Errorf("the kind declares no amount %q", name)
		}
	}
	for name, value := range a.Marks {
		if !slices.Contains(k.Marks, name) || value == "" {
			return fmt.Errorf("the kind declares no mark %q, or it is empty", name)
		}
	}
	for _, p := range a.Persons {
		if !idWorks.MatchString(p) || document.MatchString(p) {
			return fmt.Errorf("%d characters stand for a person that are no id of ours", len(p))
		}
	}
	if slices.Contains(a.Units, "") {
		return fmt.Errorf("a unit has no id")
	}
	return nil
}

func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// TakeBack takes back the standing acts of a kind about a subject, and tells how
// many there were. The journal must have been told before, as for Note.
func TakeBack(tx *db.Tx, kind, subject, reason string) (int, error) {
	standing, err := List(tx, Filter{Kind: kind, Subject: subject}, "", 0)
	if err != nil || len(standing) == 0 {
		return 0, err
	}
	return len(standing), takeBack(tx, standing, reason)
}

// TakeBackOne takes back one standing act.
func TakeBackOne(tx *db.Tx, a Act, reason string) error { return takeBack(tx, []Act{a}, reason) }

func takeBack(tx *db.Tx, standing []Act, reason string) error {
	entry, err := told(tx)
	if err != nil {
		return err
	}
	counter := make([]Act, len(standing))
	for i, a := range standing {
		counter[i] = Act{ID: db.NewID(), Kind: a.Kind, At: tx.Now, NotedAt: tx.Now, Unit: a.Unit, Subject: a.Subject, Title: a.Title,
			Entry: entry, TakesBack: a.ID, Reason: reason}
	}
	return save(tx, counter)
}

// Acts shows the acts and what their kinds mean.
type Acts struct {
	DB *db.DB
	// Names gives the names of units, Chinese and English, by id; nil shows ids.
	Names func(tx *db.Tx) (map[string][2]string, error)
}

// Act gives one act of the body.
func (s *Acts) Act(ctx context.Context, id string) (*Act, error) {
	return db.View(ctx, s.DB, func(tx *db.Tx) (*Act, error) {
		if err := policy.Allow(ctx, "act.act.read", nil); err != nil {
			return nil, err
		}
		return one(tx, id)
	})
}

// The rule book: what the kinds mean is public, the acts are the secretariat's.
var policy = auth.Policy[*Act]{
	"act.act.read":        func(a auth.Actor, _ *Act) bool { return a.Runs() },
	"act.vocabulary.read": auth.Everyone[*Act],
}
