package talent

import (
	"guildhall/internal/codes"
	"guildhall/internal/db"
)

// What matching rounds ask of this room, and it of them; app joins the two.

// Rounds answers this room's questions about matching rounds.
type Rounds interface {
	// Standings gives how a candidate came out of published rounds, newest first.
	Standings(tx *db.Tx, candidate string) ([]Stand, error)
	// Admitted gives whom the last published round placed at a position, nil where
	// there was none.
	Admitted(tx *db.Tx, p *Position) (*Admitted, error)
}

// Stand is a candidate's standing in a published round.
type Stand struct {
	Round  string `json:"round"` // id
	Name   string `json:"name"`
	Choice int    `json:"choice"` // that was met; 0 for none
	Title  string `json:"title,omitempty"`
}

// Admitted is what an enterprise sees of one position after a round.
type Admitted struct {
	Round  string     `json:"round"` // id
	Name   string     `json:"name"`
	Places int        `json:"places"`
	Placed int        `json:"placed"`
	Listed int        `json:"listed"` // candidates who had it on their list
	List   []Admittee `json:"list"`
}

// Admittee is somebody whom a round placed.
type Admittee struct {
	Candidate  string `json:"candidate"` // id
	Name       string `json:"name"`      // masked for whoever need not know it
	SchoolName string `json:"school_name"`
	Programme  string `json:"programme"` // its code
	Choice     int    `json:"choice"`
	Points     int    `json:"points"` // merit, in hundredths
}

// Seekers gives the candidates of these statuses, by id.
func (t *Talent) Seekers(tx *db.Tx, statuses []string) ([]*Candidate, error) {
	var w db.Where
	w.And("c.body = ?", tx.Body)
	w.In("c.status", statuses)
	return db.All(tx, scanCandidate, `SELECT `+candidateColumns+` FROM talent_candidate c`+w.String()+` ORDER BY c.id`, w.Args...)
}

// See gives one candidate whom the actor may see.
func (t *Talent) See(tx *db.Tx, id string) (*Candidate, error) { return seeCandidate(tx, id) }

// Names gives names by id. Whoever asks has found out that the actor may know that
// the person is there; an enterprise reads the name of those alone who consent to it.
func (t *Talent) Names(tx *db.Tx, ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	var w db.Where
	w.And("c.body = ?", tx.Body)
	w.In("c.id", ids)
	found, err := db.All(tx, scanCandidate, `SELECT `+candidateColumns+` FROM talent_candidate c`+w.String(), w.Args...)
	a := actor(tx)
	for _, c := range found {
		names[c.ID] = c.Name
		if a.Unit != "" && !a.Runs() && !a.For(c.School) && a.About != c.ID && !c.Allows(ForEnterprise, tx.Now) {
			names[c.ID] = codes.MaskName(c.Name)
		}
	}
	return names, err
}

// Open gives the positions that take people, by id.
func (t *Talent) Open(tx *db.Tx) ([]*Position, error) { return openPositions(tx) }

// SeePosition gives one position that the actor may see.
func (t *Talent) SeePosition(tx *db.Tx, id string) (*Position, error) { return seePosition(tx, id) }

// InForce gives the body's rule of scoring on the day of tx.
func (t *Talent) InForce(tx *db.Tx) (Rule, error) { return inForce(tx) }

// OpenIDs tells by id which positions take people.
func (t *Talent) OpenIDs(tx *db.Tx) (map[string]bool, error) {
	return idSet(tx, `SELECT p.id FROM talent_position p WHERE p.body = $1 AND p.status = 'open'`)
}

// Consenting tells by id who consents to being matched.
func (t *Talent) Consenting(tx *db.Tx) (map[string]bool, error) {
	return idSet(tx, `SELECT c.id FROM talent_candidate c WHERE c.body = $1 AND c.consent_at IS NOT NULL`)
}

func idSet(tx *db.Tx, query string) (map[string]bool, error) {
	ids, err := db.All(tx, db.Value[string], query, tx.Body)
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set, err
}
