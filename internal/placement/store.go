package placement

import (
	"encoding/json"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

const columns = `p.id, p.number, p.kind, p.state, p.candidate_id, p.school, p.enterprise, p.post_id, p.post_kind, p.title, p.programme, p.origin,
	p.agreement_id, p.since, p.until, p.terms, p.sealed, p.verdict, p.started_at, p.ended_on, p.why, p.made_at, p.changed_at`

func (o *Office) scan(row db.Row) (*Placement, error) {
	p := new(Placement)
	var terms, sealed, verdict, since, until string
	err := row.Scan(&p.ID, &p.Number, &p.Kind, &p.State, &p.Candidate, &p.School, &p.Enterprise, &p.Post, &p.PostKind, &p.Title, &p.Programme, &p.Origin,
		&p.Agreement, &since, &until, &terms, &sealed, &verdict, &p.StartedAt, &p.EndedOn, &p.Why, &p.MadeAt, &p.ChangedAt)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(terms), &p.Terms); err != nil {
		return nil, err
	}
	p.Since, p.Until = since, until
	open, err := o.Keys.Open(sealed)
	if err == nil && open != "" {
		err = json.Unmarshal([]byte(open), &p.Private)
	}
	if err == nil && verdict != "" {
		p.Verdict = new(Verdict)
		err = json.Unmarshal([]byte(verdict), p.Verdict)
	}
	return p, err
}

func (o *Office) find(tx *db.Tx, id string) (*Placement, error) {
	p, err := db.One(tx, o.scan, `SELECT `+columns+` FROM placement_placement p WHERE p.id = $1 AND p.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	return p, o.know(tx, []*Placement{p})
}

// list gives placements of the body in an order that falls together with their ids.
func (o *Office) list(tx *db.Tx, w db.Where, order string, limit int) ([]*Placement, error) {
	w.And("p.body = ?", tx.Body)
	where := w.String()
	return db.All(tx, o.scan, `SELECT `+columns+` FROM placement_placement p`+where+` ORDER BY `+order+` LIMIT `+w.Next(limit), w.Args...)
}

func count(tx *db.Tx, w db.Where) (int, error) {
	w.And("p.body = ?", tx.Body)
	return db.One(tx, db.Value[int], `SELECT count(*) FROM placement_placement p`+w.String(), w.Args...)
}

func lastNumber(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(p.number), 0) FROM placement_placement p WHERE p.body = $1`, tx.Body)
}

// save writes a placement and shortens its claim to its period.
func (o *Office) save(tx *db.Tx, p *Placement) error {
	terms, err := json.Marshal(p.Terms)
	if err != nil {
		return err
	}
	private, err := json.Marshal(p.Private)
	if err != nil {
		return err
	}
	verdict := []byte{}
	if p.Verdict != nil {
		if verdict, err = json.Marshal(p.Verdict); err != nil {
			return err
		}
	}
	sealed := ""
	if p.Private != (Private{}) {
		sealed = o.Keys.Seal(string(private))
	}
	_, err = tx.Exec(`
		INSERT INTO placement_placement (id, body, number, kind, state, candidate_id, school, enterprise, post_id, post_kind, title, programme, origin, agreement_id,
			since, until, terms, sealed, verdict, breaches, started_at, ended_on, why, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, agreement_id = excluded.agreement_id, since = excluded.since, until = excluded.until,
			terms = excluded.terms, sealed = excluded.sealed, verdict = excluded.verdict, breaches = excluded.breaches, started_at = excluded.started_at,
			ended_on = excluded.ended_on, why = excluded.why, changed_at = excluded.changed_at`,
		p.ID, tx.Body, p.Number, p.Kind, string(p.State), p.Candidate, p.School, p.Enterprise, p.Post, p.PostKind, p.Title, p.Programme, p.Origin, p.Agreement,
		p.Since, p.Until, string(terms), sealed, string(verdict), p.against(), p.StartedAt, p.EndedOn, p.Why, p.MadeAt, p.ChangedAt)
	if err != nil || p.State == Withdrawn {
		return err
	}
	_, err = tx.Exec(`UPDATE placement_claim SET until = $3 WHERE placement_id = $1 AND body = $2 AND until > $3`, p.ID, tx.Body, p.Until)
	return err
}

// Fact is what the demand lines hear of a placement.
type Fact struct {
	Number     int
	Kind       string
	State      State
	Candidate  string
	School     string
	Enterprise string
	Post       string
	Running    int // placements of the same kind at the same post that have begun
}

// FactOf gives what a placement comes to. Whoever asks works for the house.
func FactOf(tx *db.Tx, id string) (f Fact, err error) {
	f, err = db.One(tx, func(row db.Row) (f Fact, err error) {
		return f, row.Scan(&f.Number, &f.Kind, &f.State, &f.Candidate, &f.School, &f.Enterprise, &f.Post)
	}, `SELECT p.number, p.kind, p.state, p.candidate_id, p.school, p.enterprise, p.post_id FROM placement_placement p WHERE p.id = $1 AND p.body = $2`, id, tx.Body)
	if err != nil {
		return f, err
	}
	f.Running, err = db.One(tx, db.Value[int], `SELECT count(*) FROM placement_placement p WHERE p.body = $1 AND p.post_id = $2 AND p.kind = $3 AND p.started_at IS NOT NULL`,
		tx.Body, f.Post, f.Kind)
	return f, err
}

// against counts what stands against a placement.
func (p *Placement) against() int {
	if p.Verdict == nil {
		return 0
	}
	return len(p.Verdict.Breaches)
}

// claim takes a person's period for a placement, or tells which placement has it.
// The person's own row is locked first, whoever holds the pen: two claims of one
// person, from wherever they come, go one after the other.
func claim(tx *db.Tx, p *Placement) error {
	if _, err := tx.Exec(`INSERT INTO placement_person (body, candidate_id, claims) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`, tx.Body, p.Candidate); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE placement_person SET claims = claims + 1 WHERE body = $1 AND candidate_id = $2`, tx.Body, p.Candidate); err != nil {
		return err
	}
	n, err := tx.Exec(`
		INSERT INTO placement_claim (placement_id, body, candidate_id, since, until)
		SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
			SELECT 1 FROM placement_claim c WHERE c.body = $2 AND c.candidate_id = $3 AND c.placement_id <> $1 AND c.since < $5 AND c.until > $4)
		ON CONFLICT (placement_id) DO UPDATE SET since = excluded.since, until = excluded.until`, p.ID, tx.Body, p.Candidate, p.Since, p.Until)
	if err != nil || n > 0 {
		return err
	}
	type other struct {
		number       int
		since, until string
	}
	o, err := db.One(tx, func(row db.Row) (o other, err error) { return o, row.Scan(&o.number, &o.since, &o.until) }, `
		SELECT p.number, c.since, c.until FROM placement_claim c JOIN placement_placement p ON p.id = c.placement_id
		WHERE c.body = $1 AND c.candidate_id = $2 AND c.placement_id <> $3 AND c.since < $5 AND c.until > $4 ORDER BY c.since LIMIT 1`,
		tx.Body, p.Candidate, p.ID, p.Since, p.Until)
	if err != nil {
		return err
	}
	return fault.Conflict.New("placement.overlaps", o.number, o.since, o.until)
}

func unclaim(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM placement_claim WHERE placement_id = $1 AND body = $2`, id, tx.Body)
	return err
}

// holders gives who holds a place as an intern at an enterprise.
func holders(tx *db.Tx, enterprise string) ([]holder, error) {
	return db.All(tx, func(row db.Row) (h holder, err error) { return h, row.Scan(&h.id, &h.kind, &h.since, &h.until) }, `
		SELECT p.id, p.post_kind, p.since, p.until FROM placement_placement p
		WHERE p.body = $1 AND p.enterprise = $2 AND p.kind = 'internship' AND p.state IN ('checked', 'ready', 'started', 'changed') ORDER BY p.number`, tx.Body, enterprise)
}

// staffOf adds how many staff an enterprise has at each kind of post.
func staffOf(tx *db.Tx, enterprise string, to map[[2]string]int) error {
	type kind struct {
		name  string
		staff int
	}
	found, err := db.All(tx, func(row db.Row) (k kind, err error) { return k, row.Scan(&k.name, &k.staff) },
		`SELECT s.post_kind, s.staff FROM placement_staff s WHERE s.body = $1 AND s.enterprise = $2`, tx.Body, enterprise)
	for _, k := range found {
		to[[2]string{enterprise, k.name}] = k.staff
	}
	return err
}

func saveStaff(tx *db.Tx, enterprise, kind string, staff int) error {
	_, err := tx.Exec(`INSERT INTO placement_staff (body, enterprise, post_kind, staff, told_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (body, enterprise, post_kind) DO UPDATE SET staff = excluded.staff, told_at = excluded.told_at`, tx.Body, enterprise, kind, staff, tx.Now)
	return err
}

func saveSnapshot(tx *db.Tx, print, kind, text string) error {
	_, err := tx.Exec(`INSERT INTO placement_rule (fingerprint, body, kind, text, kept_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		print, tx.Body, kind, text, tx.Now)
	return err
}

func findSnapshot(tx *db.Tx, print string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT r.text FROM placement_rule r WHERE r.fingerprint = $1 AND r.body = $2`, print, tx.Body)
}

const requestColumns = `r.id, r.placement_id, r.kind, r.side, r.why, r.day, r.terms, r.due, r.state, r.answer, r.asked_at, r.answered_at`

func scanRequest(row db.Row) (*Request, error) {
	r := new(Request)
	var terms string
	err := row.Scan(&r.ID, &r.Placement, &r.Kind, &r.Side, &r.Why, &r.Day, &terms, &r.Due, &r.State, &r.Answer, &r.AskedAt, &r.AnsweredAt)
	if err == nil && terms != "" {
		r.Terms = new(Terms)
		err = json.Unmarshal([]byte(terms), r.Terms)
	}
	return r, err
}

func findRequest(tx *db.Tx, placement, id string) (*Request, error) {
	return db.One(tx, scanRequest, `SELECT `+requestColumns+` FROM placement_request r WHERE r.id = $1 AND r.placement_id = $2 AND r.body = $3`, id, placement, tx.Body)
}

func requestsOf(tx *db.Tx, placement string) ([]*Request, error) {
	return db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM placement_request r WHERE r.placement_id = $1 AND r.body = $2 ORDER BY r.id DESC`, placement, tx.Body)
}

// silent gives the requests to which nobody has answered in time, and those whose
// agreed end has come.
func silent(tx *db.Tx, today string) ([]*Request, error) {
	return db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM placement_request r
		WHERE r.body = $1 AND (r.state = 'open' AND r.due < $2 OR r.state = 'agreed' AND r.kind = 'end' AND r.day <= $2) ORDER BY r.id`, tx.Body, today)
}

func saveRequest(tx *db.Tx, r *Request) error {
	terms := []byte{}
	if r.Terms != nil {
		var err error
		if terms, err = json.Marshal(r.Terms); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO placement_request (id, body, placement_id, kind, side, why, day, terms, due, state, answer, asked_at, answered_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, answer = excluded.answer, answered_at = excluded.answered_at, day = excluded.day`,
		r.ID, tx.Body, r.Placement, r.Kind, r.Side, r.Why, r.Day, string(terms), r.Due, r.State, r.Answer, r.AskedAt, r.AnsweredAt)
	return err
}

func followsOf(tx *db.Tx, placement string) ([]Follow, error) {
	return db.All(tx, scanFollow, `SELECT `+followColumns+` FROM placement_follow f WHERE f.placement_id = $1 AND f.body = $2 ORDER BY f.month`, placement, tx.Body)
}

const followColumns = `f.month, f.there, f.pay_band, f.fits, f.note, f.told_at`

func scanFollow(row db.Row) (f Follow, err error) {
	return f, row.Scan(&f.Month, &f.There, &f.PayBand, &f.Fits, &f.Note, &f.ToldAt)
}

func saveFollow(tx *db.Tx, placement string, f Follow) (bool, error) {
	n, err := tx.Exec(`INSERT INTO placement_follow (placement_id, month, body, there, pay_band, fits, note, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`, placement, f.Month, tx.Body, f.There, f.PayBand, f.Fits, f.Note, tx.Now)
	return n > 0, err
}

// unfollowed gives the running employments of a school that began on or before a day
// and of which a month was not told yet; of all schools where none is named.
func (o *Office) unfollowed(tx *db.Tx, school string, month int, began string, limit int) ([]*Placement, error) {
	var w db.Where
	w.And("p.kind = 'employment' AND p.started_at IS NOT NULL AND p.since <= ?", began)
	w.And("NOT EXISTS (SELECT 1 FROM placement_follow f WHERE f.placement_id = p.id AND f.month = ?)", month)
	w.And("p.state IN ('started', 'changed') OR p.until > ?", later(began, month, 0))
	if school != "" {
		w.And("p.school = ?", school)
	}
	return o.list(tx, w, "p.since, p.id", limit)
}

func missing(err error) bool { return errors.Is(err, fault.NotFound) }

// claimed tells whether the person of a placement has another one meanwhile.
func claimed(tx *db.Tx, p *Placement) (bool, error) {
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM placement_claim c WHERE c.body = $1 AND c.candidate_id = $2 AND c.since < $4 AND c.until > $3`,
		tx.Body, p.Candidate, p.Since, p.Until)
	return n > 0, err
}
