package round

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// PostTerms are what a round is told of one post beside what the post itself says.
type PostTerms struct {
	Position  string   `json:"position"`  // id
	Places    int      `json:"places"`    // in this round; 0: all that the post has
	Minimum   int      `json:"minimum"`   // opens with so many only; 0: with any
	Programme string   `json:"programme"` // whose class this is, by its code; empty: any programme's
	Seats     []string `json:"seats"`     // "660701 5": reserved
	FixedOpen bool     `json:"fixed_open"`
	Out       bool     `json:"out"` // does not take part
}

// seats reads the lines of reserved seats, in the order of their types.
func (p PostTerms) seats() (list []seat, bad []string) {
	for _, line := range p.Seats {
		f := strings.Fields(strings.ReplaceAll(line, ",", " "))
		if len(f) == 0 {
			continue
		}
		n, err := strconv.Atoi(f[len(f)-1])
		if len(f) != 2 || err != nil || n < 1 || slices.ContainsFunc(list, func(s seat) bool { return s.of == f[0] }) {
			bad = append(bad, line)
			continue
		}
		list = append(list, seat{f[0], n})
	}
	slices.SortFunc(list, func(a, b seat) int { return cmp.Compare(a.of, b.of) })
	return list, bad
}

// seat is how many places of a post are reserved for a sort of candidates.
type seat struct {
	of string
	n  int
}

// check tells everything that is wrong with the terms of a post that has so many
// places, such as a minimum above them.
func (p PostTerms) check(t Terms, has int) error {
	var wrong fault.List
	places := p.Places
	if p.Places < 0 || p.Places > has {
		wrong.Add("places", "round.post.places", p.Places, has)
	}
	if places <= 0 {
		places = has
	}
	if p.Minimum < 0 || p.Minimum > places {
		wrong.Add("minimum", "round.post.minimum", p.Minimum, places)
	}
	list, bad := p.seats()
	if len(bad) > 0 {
		wrong.Add("seats", "round.post.seat_line", bad[0])
	}
	sum := 0
	for _, s := range list {
		sum += s.n
	}
	if sum > places {
		wrong.Add("seats", "round.post.seats", sum, places)
	}
	if len(list) > 0 && t.SeatsBy == "none" {
		wrong.Add("seats", "round.post.no_seats")
	}
	return wrong.Err()
}

// SetPost keeps what a round is told of one post: by its enterprise, or by whoever
// runs the round, until the freeze.
func (o *Office) SetPost(ctx context.Context, round string, p PostTerms) error {
	return db.Do(ctx, o.DB, func(tx *db.Tx) error {
		r, post, err := o.takePost(tx, "round.post.set", round, p.Position)
		if err != nil {
			return err
		}
		if err := p.check(r.Terms, post.Places); err != nil {
			return err
		}
		if err := savePostTerms(tx, r, p); err != nil {
			return err
		}
		return journal.Record(tx, "round.post.set", r.ID, p)
	})
}

// takePost gets a post for an action in a round that is not frozen yet.
func (o *Office) takePost(tx *db.Tx, action, round, position string) (*Round, *Post, error) {
	r, err := seeRound(tx, round)
	if err != nil {
		return nil, nil, err
	}
	post, err := o.Talent.Post(tx, position)
	if err != nil {
		return nil, nil, err
	}
	on := r.subject()
	on.Enterprise = post.Enterprise
	if err := policy.Allow(tx.Context(), action, on); err != nil {
		return nil, nil, err
	}
	switch {
	case r.State != Draft && r.State != Collecting:
		return nil, nil, fault.Conflict.New("round.post.late", r.Number)
	case !post.Open:
		return nil, nil, fault.Conflict.New("round.post.closed", post.Title)
	}
	return r, post, nil
}

const postTermsColumns = `t.position_id, t.places, t.minimum, t.programme, t.seats, t.fixed_open, t.left_out`

func scanPostTerms(row db.Row) (p PostTerms, err error) {
	var seats string
	err = row.Scan(&p.Position, &p.Places, &p.Minimum, &p.Programme, &seats, &p.FixedOpen, &p.Out)
	p.Seats = parseList(seats)
	return p, err
}

// termsOf gives what a round was told of posts, by their ids.
func termsOf(tx *db.Tx, r *Round) (map[string]PostTerms, error) {
	list, err := db.All(tx, scanPostTerms, `SELECT `+postTermsColumns+` FROM round_post t WHERE t.round_id = $1`, r.ID)
	all := make(map[string]PostTerms, len(list))
	for _, p := range list {
		all[p.Position] = p
	}
	return all, err
}

func postTerms(tx *db.Tx, r *Round, position string) (PostTerms, error) {
	p, err := db.One(tx, scanPostTerms, `SELECT `+postTermsColumns+` FROM round_post t WHERE t.round_id = $1 AND t.position_id = $2`, r.ID, position)
	if errors.Is(err, fault.NotFound) {
		return PostTerms{Position: position}, nil
	}
	return p, err
}

func savePostTerms(tx *db.Tx, r *Round, p PostTerms) error {
	seats, _ := p.seats()
	packed := make([]string, len(seats))
	for i, s := range seats {
		packed[i] = s.of + " " + strconv.Itoa(s.n)
	}
	_, err := tx.Exec(`INSERT INTO round_post (round_id, position_id, body, places, minimum, programme, seats, fixed_open, left_out, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (round_id, position_id) DO UPDATE SET places = excluded.places, minimum = excluded.minimum, programme = excluded.programme,
			seats = excluded.seats, fixed_open = excluded.fixed_open, left_out = excluded.left_out, changed_at = excluded.changed_at`,
		r.ID, p.Position, tx.Body, p.Places, p.Minimum, p.Programme, packList(packed), p.FixedOpen, p.Out, tx.Now)
	return err
}
