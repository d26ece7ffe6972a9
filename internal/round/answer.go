package round

import (
	"context"
	"log/slog"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// What a candidate can answer to a place.
const (
	Accept  = "accept"
	Decline = "decline"
)

// Answer is what became of a place that was offered.
type Answer struct {
	Answer string    `json:"answer"` // accept or decline
	Way    string    `json:"way"`    // self, or silence
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"` // the school that gathered it, signed
}

// Held is a place that somebody has.
type Held struct {
	Candidate  string `json:"candidate"`
	School     string `json:"school"`
	Position   string `json:"position"` // id
	Enterprise string `json:"enterprise"`
}

// Answer keeps the actor's answer to the place that a round gave them. It can be
// changed until the last day.
func (o *Office) Answer(ctx context.Context, round, answer string) error {
	return db.Do(ctx, o.DB, func(tx *db.Tx) error {
		r, err := seeRound(tx, round)
		if err != nil {
			return err
		}
		c, err := o.Talent.Candidate(tx, auth.From(ctx).About)
		if err != nil {
			return err
		}
		if err := policy.Allow(ctx, "round.answer.give", c.subject()); err != nil {
			return err
		}
		if answer != Accept && answer != Decline {
			return fault.Invalid.New("round.answer.word", answer)
		}
		if err := r.answerable(tx.Now.In(i18n.China).Format(time.DateOnly)); err != nil {
			return err
		}
		res, err := findResult(tx, r, c.ID)
		if err != nil {
			return err
		}
		if res.seq == 0 {
			return fault.Conflict.New("round.answer.none", r.Number)
		}
		if err := saveAnswers(tx, r, []string{c.ID}, Answer{Answer: answer, Way: "self", At: tx.Now}); err != nil {
			return err
		}
		return journal.Record(tx, "round.answer.give", c.ID, map[string]any{"round": r.ID, "answer": answer})
	})
}

func saveAnswers(tx *db.Tx, r *Round, candidates []string, a Answer) error {
	rows := make([][]any, len(candidates))
	for i, id := range candidates {
		rows[i] = []any{r.ID, id, tx.Body, a.Answer, a.Way, a.At, a.By}
	}
	return db.Insert(tx, "round_answer", []string{"round_id", "candidate_id", "body", "answer", "way", "at", "gathered_by"},
		`ON CONFLICT (round_id, candidate_id) DO UPDATE SET answer = excluded.answer, way = excluded.way, at = excluded.at, gathered_by = excluded.gathered_by`, rows)
}

// answerOf gives somebody's answer to their place, nil where there is none.
func answerOf(tx *db.Tx, r *Round, candidate string) (*Answer, error) {
	list, err := db.All(tx, func(row db.Row) (*Answer, error) {
		a := new(Answer)
		return a, row.Scan(&a.Answer, &a.Way, &a.At)
	}, `SELECT a.answer, a.way, a.at FROM round_answer a WHERE a.round_id = $1 AND a.candidate_id = $2`, r.ID, candidate)
	if len(list) == 0 {
		return nil, err
	}
	return list[0], err
}

// silent gives those who have a place and have not answered.
func silent(tx *db.Tx, r *Round) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT x.candidate_id FROM round_result x
		LEFT JOIN round_answer a ON a.round_id = x.round_id AND a.candidate_id = x.candidate_id
		WHERE x.round_id = $1 AND x.run = $2 AND x.seq > 0 AND a.answer IS NULL ORDER BY x.candidate_id`, r.ID, r.run)
}

// EndAnswers ends the answering: everybody has answered, or the last day is past
// and silence has the effect that the terms gave it, as of the end of that day.
func (o *Office) EndAnswers(ctx context.Context, id string) (*Round, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.answer", id)
		if err != nil {
			return nil, err
		}
		return r, r.endAnswers(tx)
	})
}

func (r *Round) endAnswers(tx *db.Tx) error {
	list, err := silent(tx, r)
	if err != nil {
		return err
	}
	if err := r.answer(len(list), tx.Now); err != nil {
		return err
	}
	if err := saveAnswers(tx, r, list, Answer{Answer: r.Terms.Silence, Way: "silence", At: r.lastMoment()}); err != nil {
		return err
	}
	counts, err := db.All(tx, db.Pair[string, int], `SELECT a.answer, count(*) FROM round_answer a WHERE a.round_id = $1 GROUP BY a.answer`, r.ID)
	if err != nil {
		return err
	}
	r.Figures.Accepted, r.Figures.Declined, r.Figures.Silent = 0, 0, len(list)
	for _, c := range counts {
		switch c.A {
		case Accept:
			r.Figures.Accepted = c.B
		case Decline:
			r.Figures.Declined = c.B
		}
	}
	return keepRound(tx, r)
}

// lastMoment is when silence takes effect: the end of the last day for answers.
func (r *Round) lastMoment() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, r.AnswerBy, i18n.China)
	if err != nil {
		return *r.PublishedAt
	}
	return day.AddDate(0, 0, 1).Add(-time.Second).UTC()
}

// Clear settles a round: what was accepted stands and is counted, and what is left
// is free for the next round.
func (o *Office) Clear(ctx context.Context, id string) (*Round, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.clear", id)
		if err != nil {
			return nil, err
		}
		if err := r.clear(tx.Now); err != nil {
			return nil, err
		}
		if err := keepRound(tx, r); err != nil {
			return nil, err
		}
		list, err := accepted(tx, r)
		if err != nil {
			return nil, err
		}
		return r, r.notePlaced(tx, list)
	})
}

// accepted gives the places of a round that were accepted.
func accepted(tx *db.Tx, r *Round) ([]Held, error) {
	return db.All(tx, func(row db.Row) (h Held, err error) {
		return h, row.Scan(&h.Candidate, &h.School, &h.Position, &h.Enterprise)
	}, `SELECT x.candidate_id, x.school, p.position_id, p.enterprise FROM round_result x
		JOIN round_position p ON p.round_id = x.round_id AND p.seq = x.seq
		JOIN round_answer a ON a.round_id = x.round_id AND a.candidate_id = x.candidate_id AND a.answer = 'accept'
		WHERE x.round_id = $1 AND x.run = $2 AND x.seq > 0 ORDER BY x.candidate_id`, r.ID, r.run)
}

// Follow drafts the round after a cleared one, of the same kind and by the same
// terms, for those and for the places that it left.
func (o *Office) Follow(ctx context.Context, id string) (*Round, error) {
	f, err := db.View(ctx, o.DB, func(tx *db.Tx) (Form, error) {
		r, err := takeRound(tx, "round.round.draft", id)
		if err != nil {
			return Form{}, err
		}
		if r.State != Cleared {
			return Form{}, fault.Conflict.New("round.round.not_cleared", r.Number)
		}
		name := i18n.T(ctx, "round.follow_name", r.Name)
		return Form{Name: name, Kind: r.Kind, Statuses: r.Statuses, After: r.ID, Terms: r.Terms}, nil
	})
	if err != nil {
		return nil, err
	}
	return o.Draft(ctx, f)
}

// Tend ends the answering of rounds whose last day is past. It is the house's own
// doing, for every body in its turn, and ctx must bear the body.
func (o *Office) Tend(ctx context.Context) error {
	due, err := db.View(ctx, o.DB, func(tx *db.Tx) ([]string, error) {
		return db.All(tx, db.Value[string], `SELECT r.id FROM round_round r WHERE r.body = $1 AND r.state = 'published' AND r.answer_by < $2`,
			tx.Body, tx.Now.In(i18n.China).Format(time.DateOnly))
	})
	if err != nil {
		return err
	}
	for _, id := range due {
		if err := db.Do(ctx, o.DB, func(tx *db.Tx) error {
			r, err := findRound(tx, id)
			if err != nil || r.State != Published {
				return err
			}
			r.action = "round.round.answer"
			return r.endAnswers(tx)
		}); err != nil {
			return err
		}
		slog.InfoContext(ctx, "round: answering ended", "round", id)
	}
	return nil
}
