package round

import (
	"context"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/holding"
)

// Keeper tells what rounds keep of a candidate. A round that is decided stays as it
// was, so that its certificate goes on to hold: of an erased candidate it keeps what
// it was decided on under an id that leads to nobody.
func (o *Office) Keeper() holding.Keeper {
	return holding.Keeper{Room: "round", Kept: o.keptOf, Erase: eraseOf}
}

type taken struct {
	round, name, title, enterprise, wishes, answer string
	state                                          State
	choices                                        string
	choice, points                                 int
}

func (o *Office) keptOf(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Candidate == "" {
		return nil, nil
	}
	wished, err := db.All(tx, func(row db.Row) (t taken, err error) {
		return t, row.Scan(&t.round, &t.name, &t.state, &t.wishes)
	}, `SELECT r.id, r.name, r.state, w.list FROM round_wish w JOIN round_round r ON r.id = w.round_id WHERE w.candidate_id = $1 AND w.body = $2 ORDER BY r.number`, w.Candidate, tx.Body)
	if err != nil {
		return nil, err
	}
	for _, t := range wished {
		h := holding.Holding{Kind: "round.wish", Subject: t.round, Path: "/rounds/" + t.round, Fate: holding.Erased,
			Fields: []holding.Field{{Name: "round", Value: t.name}, {Name: "positions", Value: parseList(t.wishes)}}}
		list = append(list, h)
	}
	rounds, err := db.All(tx, func(row db.Row) (t taken, err error) {
		return t, row.Scan(&t.round, &t.name, &t.state, &t.wishes, &t.choices, &t.choice, &t.points, &t.title, &t.enterprise, &t.answer)
	}, `SELECT r.id, r.name, r.state, c.profile, coalesce(x.choices, ''), coalesce(x.choice, 0), coalesce(x.points, 0), coalesce(p.title, ''), coalesce(p.enterprise, ''), coalesce(a.answer, '')
		FROM round_candidate c JOIN round_round r ON r.id = c.round_id
		LEFT JOIN round_result x ON x.round_id = r.id AND x.run = r.run AND x.candidate_id = c.candidate_id
		LEFT JOIN round_position p ON p.round_id = r.id AND p.seq = x.seq AND x.seq > 0
		LEFT JOIN round_answer a ON a.round_id = r.id AND a.candidate_id = c.candidate_id
		WHERE c.candidate_id = $1 AND c.body = $2 ORDER BY r.number`, w.Candidate, tx.Body)
	for _, t := range rounds {
		list = append(list, t.holding(tx.Context(), o.Talent))
	}
	return list, err
}

func (t taken) holding(ctx context.Context, pool Talent) holding.Holding {
	h := holding.Holding{Kind: "round.result", Subject: t.round, Path: "/rounds/" + t.round, Fate: holding.Nameless, Reason: "privacy.why.certificate",
		Fields: []holding.Field{{Name: "round", Value: t.name}, {Name: "profile", Value: t.wishes, Said: pool.Describe(ctx, t.wishes)}}}
	if !t.state.Public() { // who is in it is being decided, and must stay known until that is over
		h.Fate, h.Reason, h.Binds = holding.Kept, "privacy.why.round_runs", true
		return h
	}
	answered := ""
	if t.answer != "" {
		answered = say(ctx, "answered_"+t.answer)
	}
	h.Fields = append(h.Fields, holding.Field{Name: "choices", Value: len(parseChoices(t.choices))}, holding.Field{Name: "placed_at_choice", Value: t.choice},
		holding.Field{Name: "points", Value: t.points}, holding.Field{Name: "placed_as", Value: t.title}, holding.Field{Name: "answer", Value: t.answer, Said: answered})
	if t.enterprise != "" {
		h.Units = []string{t.enterprise}
	}
	return h
}

// eraseOf takes a candidate's own lists away. What a round was decided on stays.
func eraseOf(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	_, err := tx.Exec(`DELETE FROM round_wish WHERE candidate_id = $1 AND body = $2`, w.Candidate, tx.Body)
	return err
}

// Reason is one choice of a candidate with what became of it, for a person who looks
// it over on request.
type Reason struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	Merit  int    `json:"merit"`
	Text   string `json:"text"`
}

// Explained tells how a candidate came out of a published round, choice by choice. The
// rule book of whoever asks stands before it.
func (o *Office) Explained(tx *db.Tx, round, candidate string) (name string, list []Reason, err error) {
	r, err := findRound(tx, round)
	if err != nil {
		return "", nil, err
	}
	if !r.State.Public() {
		return "", nil, notFound()
	}
	res, err := findResult(tx, r, candidate)
	if err != nil {
		return "", nil, err
	}
	all, err := directory.Units(tx)
	if err != nil {
		return "", nil, err
	}
	x, err := o.reasons(tx, r, all)
	if err != nil {
		return "", nil, err
	}
	for i, told := range parseChoices(res.choices) {
		w := x.why(told)
		w.Number = i + 1
		list = append(list, Reason{w.Number, w.Title, w.EnterpriseName, w.Merit, whyText(tx.Context(), w, all)})
	}
	return r.Name, list, nil
}
