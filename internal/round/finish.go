package round

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Finishing tells that an order class has ended: everybody who took a seat has
// finished but those named.
type Finishing struct {
	Position string `json:"position"` // id of the post whose class it is
	Dropped  string `json:"dropped"`  // numbers of those who did not finish, with commas or spaces between them
	Hours    int    `json:"hours"`    // taught
	On       string `json:"on"`       // its last day
}

// Class is one class of an order class round, as its page shows it.
type Class struct {
	Position string         `json:"position"` // id
	Title    string         `json:"title"`
	Seats    int            `json:"seats"`    // that were taken
	Schools  map[string]int `json:"schools"`  // of these, by unit
	Finished *int           `json:"finished"` // nil while it runs
	Hours    int            `json:"hours"`
	On       string         `json:"on"`
}

// Finish ends one class of a cleared order class round.
func (o *Office) Finish(ctx context.Context, id string, in Finishing) (*Round, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.class.finish", id)
		if err != nil {
			return nil, err
		}
		if r.Kind != OrderClass || r.State != Cleared {
			return nil, fault.Conflict.New("round.class.not_yet", r.Number)
		}
		list, err := accepted(tx, r)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(h Held) bool { return h.Position != in.Position })
		if len(list) == 0 {
			return nil, fault.Invalid.New("round.class.nobody")
		}
		finished, err := o.finishers(tx, in, list)
		if err != nil {
			return nil, err
		}
		if err := saveFinish(tx, r, in, finished, len(list)-len(finished)); err != nil {
			return nil, err
		}
		told := map[string]any{"position": in.Position, "finished": len(finished), "dropped": len(list) - len(finished), "hours": in.Hours, "on": in.On, "line": r.Line}
		if err := journal.Record(tx, "round.class.finish", r.ID, told); err != nil {
			return nil, err
		}
		return r, r.noteFinished(tx, in, finished)
	})
}

// finishers gives those of a class who finished, or tells what is wrong with what
// was told.
func (o *Office) finishers(tx *db.Tx, in Finishing, list []Held) ([]Held, error) {
	var wrong fault.List
	if in.Hours < 0 || in.Hours > 5000 {
		wrong.Add("hours", "round.class.hours")
	}
	if _, err := time.Parse(time.DateOnly, in.On); err != nil {
		wrong.Add("on", "fault.date", in.On)
	} else if in.On > day(tx.Now) {
		wrong.Add("on", "round.class.future")
	}
	ids := make([]string, len(list))
	for i, h := range list {
		ids[i] = h.Candidate
	}
	numbers, err := o.Talent.Numbers(tx, ids)
	if err != nil {
		return nil, err
	}
	dropped := map[string]bool{}
	for _, n := range strings.FieldsFunc(in.Dropped, func(c rune) bool { return strings.ContainsRune(" ,，、;；\n\t", c) }) {
		found := false
		for id, ref := range numbers {
			if ref == n {
				dropped[id], found = true, true
			}
		}
		if !found {
			wrong.Add("dropped", "round.class.stranger", n)
		}
	}
	return slices.DeleteFunc(list, func(h Held) bool { return dropped[h.Candidate] }), wrong.Err()
}

func (r *Round) noteFinished(tx *db.Tx, in Finishing, list []Held) error {
	if len(list) == 0 {
		return nil
	}
	a := act.Act{Kind: actFinished, Unit: list[0].Enterprise, Subject: r.ID, Title: r.Name, Marks: map[string]string{"kind": r.Kind},
		Amounts: map[string]int64{"persons": int64(len(list)), "hours": int64(in.Hours) * int64(len(list))}}
	for _, h := range list {
		a.Units, a.Persons = append(a.Units, h.School), append(a.Persons, h.Candidate)
	}
	return act.Note(tx, a)
}

// AnswersForm is what a school tells of the places that its students got.
type AnswersForm struct {
	Answer   string `json:"answer"`   // of all but those named
	Contrary string `json:"contrary"` // numbers of those who answer the other way
}

// AnswerFor keeps what the actor's school was told by its students, signed, of the
// places that a round gave them. What somebody has answered by themselves stays.
func (o *Office) AnswerFor(ctx context.Context, id string, in AnswersForm) (int, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (int, error) {
		r, err := seeRound(tx, id)
		if err != nil {
			return 0, err
		}
		school := actor(tx).Unit
		if err := policy.Allow(ctx, "round.answer.gather", Subject{Unit: school, State: r.State}); err != nil {
			return 0, err
		}
		if in.Answer != Accept && in.Answer != Decline {
			return 0, fault.Invalid.New("round.answer.word", in.Answer)
		}
		if err := r.answerable(day(tx.Now)); err != nil {
			return 0, err
		}
		open, err := unanswered(tx, r, school)
		if err != nil {
			return 0, err
		}
		numbers, err := o.Talent.Numbers(tx, open)
		if err != nil {
			return 0, err
		}
		other := map[string]string{Accept: Decline, Decline: Accept}[in.Answer]
		by := map[string][]string{}
		for _, c := range open {
			word := in.Answer
			if slices.Contains(strings.FieldsFunc(in.Contrary, func(c rune) bool { return strings.ContainsRune(" ,，、;；\n\t", c) }), numbers[c]) {
				word = other
			}
			by[word] = append(by[word], c)
		}
		for _, word := range slices.Sorted(maps.Keys(by)) {
			if err := saveAnswers(tx, r, by[word], Answer{Answer: word, Way: "self", At: tx.Now, By: school}); err != nil {
				return 0, err
			}
		}
		return len(open), journal.Record(tx, "round.answer.gather", r.ID, map[string]any{"school": school, "accept": len(by[Accept]), "decline": len(by[Decline])})
	})
}

// Outcome is how a round came out, for other rooms to hear of.
type Outcome struct {
	*Round
	Placed   []Held
	Accepted []Held
	Finished []Held // of an order class
}

// Outcome tells how a public round came out. Whoever asks works for the house.
func (o *Office) Outcome(tx *db.Tx, id string) (*Outcome, error) {
	r, err := findRound(tx, id)
	if err != nil {
		return nil, err
	}
	x := &Outcome{Round: r}
	if !r.State.Public() {
		return x, nil
	}
	if x.Placed, err = held(tx, r); err != nil {
		return nil, err
	}
	if x.Accepted, err = accepted(tx, r); err != nil {
		return nil, err
	}
	done, err := finishes(tx, r)
	for _, h := range x.Accepted {
		if f, ok := done[h.Position]; ok && slices.Contains(f.who, h.Candidate) {
			x.Finished = append(x.Finished, h)
		}
	}
	return x, err
}

// classes gives the classes of an order class round that has been cleared.
func (o *Office) classes(tx *db.Tx, r *Round) (list []Class, err error) {
	if r.Kind != OrderClass || r.State != Cleared {
		return nil, nil
	}
	taken, err := accepted(tx, r)
	if err != nil {
		return nil, err
	}
	done, err := finishes(tx, r)
	if err != nil {
		return nil, err
	}
	titles, err := titlesOf(tx, r)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	at := map[string]*Class{}
	for _, h := range taken {
		c := at[h.Position]
		if c == nil {
			c = &Class{Position: h.Position, Title: titles[h.Position], Schools: map[string]int{}}
			if f, ok := done[h.Position]; ok {
				n := len(f.who)
				c.Finished, c.Hours, c.On = &n, f.hours, f.on
			}
			at[h.Position] = c
		}
		c.Seats++
		c.Schools[nameOf(units, h.School)]++
	}
	for _, id := range slices.Sorted(maps.Keys(at)) {
		list = append(list, *at[id])
	}
	return list, nil
}
