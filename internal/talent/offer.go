package talent

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// What other rooms ask of this one; app joins them.

// Taught gives every programme of the body, by school and code.
func (t *Talent) Taught(tx *db.Tx) ([]*Programme, error) { return allProgrammes(tx) }

// Roster counts the candidates of one programme code at one school who graduate
// in one year.
type Roster struct {
	School, Code string
	Year         int
	Students     int // all of them
	Graduated    int // of these, those who have left school
	Further      int // of the graduated, those who study on
}

// Rosters counts candidates by school, programme code and year of graduation;
// candidates whose year is not known are left out.
func (t *Talent) Rosters(tx *db.Tx) ([]Roster, error) {
	return db.All(tx, func(row db.Row) (r Roster, err error) {
		return r, row.Scan(&r.School, &r.Code, &r.Year, &r.Students, &r.Graduated, &r.Further)
	}, `SELECT c.school, c.programme_code, c.graduates, count(*),
			sum(CASE WHEN c.status IN ('graduated_employed', 'graduated_seeking', 'graduated_studying') THEN 1 ELSE 0 END),
			sum(CASE WHEN c.status = 'graduated_studying' THEN 1 ELSE 0 END)
		FROM talent_candidate c WHERE c.body = $1 AND c.graduates > 0
		GROUP BY c.school, c.programme_code, c.graduates ORDER BY c.school, c.programme_code, c.graduates`, tx.Body)
}

// Opening is the places of open positions of one enterprise, kind and segment.
type Opening struct {
	Enterprise, Kind, Segment string
	Positions, Places         int
}

// Openings sums the places that are open now.
func (t *Talent) Openings(tx *db.Tx) ([]Opening, error) {
	return db.All(tx, func(row db.Row) (o Opening, err error) {
		return o, row.Scan(&o.Enterprise, &o.Kind, &o.Segment, &o.Positions, &o.Places)
	}, `SELECT p.enterprise, p.kind, p.segment, count(*), sum(p.headcount) FROM talent_position p
		WHERE p.body = $1 AND p.status = 'open' GROUP BY p.enterprise, p.kind, p.segment ORDER BY p.enterprise, p.kind, p.segment`, tx.Body)
}

// CandidateByRef gives the id of the candidate whom sheets name by a number, and
// their school and name, so that an account can be made for them.
func (t *Talent) CandidateByRef(tx *db.Tx, ref string) (id, school, name string, err error) {
	c, err := db.One(tx, scanCandidate, `SELECT `+candidateColumns+` FROM talent_candidate c WHERE c.body = $1 AND c.ref = $2 AND c.ref <> ''`, tx.Body, ref)
	if err != nil {
		return "", "", "", err
	}
	return c.ID, c.School, c.Name, nil
}

// Figure is a number for the dashboard.
type Figure struct {
	Word  string `json:"word"` // key of its name
	Value int    `json:"value"`
	Link  string `json:"link"`
}

// Figures gives the numbers that the actor may know.
func (t *Talent) Figures(tx *db.Tx) ([]Figure, error) {
	a := actor(tx)
	var list []Figure
	count := func(n int, err error) ([]Figure, error) {
		return append(list, Figure{"talent.figure.candidates", n, "/candidates"}), err
	}
	posts, err := posts(tx)
	if err != nil {
		return nil, err
	}
	open, places := 0, 0
	for i := range posts {
		if posts[i].status == Open {
			open, places = open+1, places+int(posts[i].headcount)
		}
	}
	list = append(list, Figure{"talent.figure.positions", open, "/positions?status=open"}, Figure{"talent.figure.places", places, "/positions?status=open"})
	switch {
	case a.Runs():
		return count(seekers(tx, ""))
	case a.For(a.Unit) && !a.Is(auth.Student):
		return count(seekers(tx, a.Unit))
	case a.For(a.Unit):
		var c db.Where
		c.And("c.body = ?", tx.Body)
		c.In("c.status", Seeking)
		visibleCandidates(a, &c)
		return count(db.One(tx, db.Value[int], `SELECT count(*) FROM talent_candidate c`+c.String(), c.Args...))
	}
	return list, nil
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
func (t *Talent) Waiting(tx *db.Tx) ([]Task, error) {
	a := actor(tx)
	list, err := demandsWaiting(tx)
	if err != nil {
		return nil, err
	}
	if a.For(a.Unit) && !a.Runs() {
		var w db.Where
		w.And("c.body = ? AND c.school = ? AND c.consent_at IS NULL", tx.Body, a.Unit)
		w.In("c.status", Seeking)
		n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM talent_candidate c`+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			list = append(list, Task{Word: "talent.waiting.consents", Args: []any{n}, Link: "/candidates?consent=no"})
		}
	}
	return list, nil
}

// OpenPositions gives the positions that are open, newest first, for those who tell
// them to the public: at most 20,000.
func (t *Talent) OpenPositions(tx *db.Tx) ([]*Position, error) {
	return db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p
		WHERE p.body = $1 AND p.status = 'open' ORDER BY p.posted DESC, p.id LIMIT 20000`, tx.Body)
}
