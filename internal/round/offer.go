package round

import (
	"context"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// What other rooms ask of this one; app joins them.

// Admitted is what an enterprise sees of one post after a round.
type Admitted struct {
	Round *Round      `json:"round"`
	Cut   CutView     `json:"cut"`
	List  []Placement `json:"list"`
}

// Admitted gives whom the last published round placed at a post, nil where there
// was none. Whoever asks has found out that the actor may know.
func (o *Office) Admitted(tx *db.Tx, post, enterprise string) (*Admitted, error) {
	r, err := db.One(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r JOIN round_position p ON p.round_id = r.id
		WHERE p.position_id = $1 AND r.body = $2 AND `+public+` ORDER BY r.number DESC LIMIT 1`, post, tx.Body)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	cut, err := findCut(tx, r, post)
	if err != nil {
		return nil, err
	}
	list, err := placedIn(tx, r, cut.Seq)
	if err != nil {
		return nil, err
	}
	if err := o.name(tx, list); err != nil {
		return nil, err
	}
	all, err := directory.Units(tx)
	for i := range list {
		list[i].SchoolName = nameOf(all, list[i].School)
		if !actor(tx).For(enterprise) {
			list[i].Name = codes.MaskName(list[i].Name)
		}
	}
	return &Admitted{r, cut, list}, err
}

// Stand is a candidate's standing in a published round.
type Stand struct {
	Round      string `json:"round"` // id
	Name       string `json:"name"`
	Choices    int    `json:"choices"` // on the candidate's list
	Choice     int    `json:"choice"`  // that was met; 0 for none
	Position   string `json:"position,omitempty"`
	Title      string `json:"title,omitempty"`
	Enterprise string `json:"enterprise,omitempty"`
	Points     int    `json:"points,omitempty"`
}

// Standings gives how a candidate came out of published rounds, newest first.
// Whoever asks has found out that the actor may know.
func (o *Office) Standings(tx *db.Tx, candidate string) ([]Stand, error) {
	return standings(tx, candidate)
}

// Telling gives candidates whose results show something: those whom a published
// round placed at a later choice than the first, and after them those it did not
// place. A demonstration makes accounts for them.
func (o *Office) Telling(ctx context.Context, round string, most int) (ids []string, err error) {
	if !auth.From(ctx).Runs() {
		return nil, fault.Denied.New("fault.denied")
	}
	return db.View(ctx, o.DB, func(tx *db.Tx) ([]string, error) {
		r, err := seeRound(tx, round)
		if err != nil {
			return nil, err
		}
		return db.All(tx, db.Value[string], `SELECT x.candidate_id FROM round_result x
			WHERE x.round_id = $1 AND x.run = $2 AND x.choices <> '' AND x.choice <> 1
			ORDER BY CASE WHEN x.choice BETWEEN 2 AND 6 THEN 0 WHEN x.choice = 0 THEN 2 ELSE 1 END, x.choice DESC, x.candidate_id LIMIT $3`, r.ID, r.run, most)
	})
}

// Figure is a number for the dashboard.
type Figure struct {
	Word  string `json:"word"` // key of its name
	Value int    `json:"value"`
	Link  string `json:"link"`
}

// Figures gives the numbers that the actor may know.
func (o *Office) Figures(tx *db.Tx) (list []Figure, err error) {
	last, err := db.All(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r
		WHERE r.body = $1 AND `+public+` ORDER BY r.number DESC LIMIT 1`, tx.Body)
	for _, r := range last {
		list = append(list, Figure{"round.figure.placed", r.Figures.Matched, "/rounds/" + r.ID})
	}
	return list, err
}

// Task is something that waits for the actor: the key of a sentence with its
// arguments, and where it is done.
type Task struct {
	Word string `json:"word"`
	Args []any  `json:"args"`
	Due  string `json:"due,omitempty"` // day; empty where none is set
	Link string `json:"link"`
}

// Waiting gives what waits for the actor.
func (o *Office) Waiting(tx *db.Tx) ([]Task, error) {
	a := actor(tx)
	open, err := db.All(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r
		WHERE r.body = $1 AND r.state <> 'cleared' ORDER BY r.number`, tx.Body)
	if err != nil {
		return nil, err
	}
	var list []Task
	for _, r := range open {
		switch {
		case a.Runs():
			list = append(list, r.task())
		case r.State == Collecting && a.Is(auth.Student) && a.About != "":
			task, err := o.studentTask(tx, r, a.About)
			if err != nil {
				return nil, err
			}
			list = append(list, task...)
		case r.State == Published && a.Is(auth.Student) && a.About != "":
			res, err := findResult(tx, r, a.About)
			if errors.Is(err, fault.NotFound) {
				continue
			}
			answer, err2 := answerOf(tx, r, a.About)
			if err := errors.Join(err, err2); err != nil {
				return nil, err
			}
			if res.seq > 0 && answer == nil {
				list = append(list, Task{Word: "round.waiting.answer_place", Args: []any{r.Name}, Due: r.AnswerBy, Link: "/my#answer"})
			}
		case r.State == Collecting && r.Terms.ByHand && a.For(a.Unit):
			own, _, err := o.ownPosts(tx, r, Search{Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(own) > 0 {
				list = append(list, Task{Word: "round.waiting.rank", Args: []any{r.Name}, Due: r.Until, Link: "/rounds/" + r.ID + "#posts"})
			}
		}
	}
	return list, nil
}

// task is what the secretariat does next with a round.
func (r *Round) task() Task {
	word := map[State]string{Draft: "open", Collecting: "freeze", Frozen: "compute", Computed: "verify", Verified: "publish",
		Published: "answer", Answered: "clear"}[r.State]
	task := Task{Word: "round.waiting." + word, Args: []any{r.Name}, Link: "/rounds/" + r.ID}
	if r.State == Collecting {
		task.Due = r.Until
	}
	if r.State == Published {
		task.Due = r.AnswerBy
	}
	return task
}

func (o *Office) studentTask(tx *db.Tx, r *Round, candidate string) ([]Task, error) {
	c, err := o.Talent.Candidate(tx, candidate)
	if err != nil || !r.joins(c.Status) {
		return nil, err
	}
	if c.ConsentAt == nil {
		return []Task{{Word: "round.waiting.consent", Due: r.Until, Link: "/my"}}, nil
	}
	return []Task{{Word: "round.waiting.wish", Args: []any{r.Name}, Due: r.Until, Link: "/my/wishes"}}, nil
}
