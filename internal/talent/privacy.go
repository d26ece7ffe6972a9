package talent

import (
	"context"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
)

// Keeper tells what is kept of a person as a candidate.
func (t *Talent) Keeper() holding.Keeper {
	return holding.Keeper{Room: "talent", Kept: t.kept, Erase: t.erase}
}

// Record gives a candidate for whoever carries out their rights; the rule book of
// that room stands before it.
func (t *Talent) Record(tx *db.Tx, id string) (*Candidate, error) { return findCandidate(tx, id) }

func (t *Talent) kept(tx *db.Tx, w holding.Whom, _ holding.Terms) ([]holding.Holding, error) {
	if w.Candidate == "" {
		return nil, nil
	}
	c, err := findCandidate(tx, w.Candidate)
	if errors.Is(err, fault.NotFound) || err == nil && c.Name == "" {
		return nil, nil // erased before
	}
	if err != nil {
		return nil, err
	}
	p, err := t.open(c)
	if err != nil {
		return nil, err
	}
	ctx, path := tx.Context(), "/candidates/"+c.ID
	if self(auth.From(tx.Context()), c.subject()) {
		path = "/my"
	}
	list := []holding.Holding{
		{Kind: "talent.identity", Subject: c.ID, Path: path, Since: day(db.MadeAt(c.ID)), Units: []string{c.School}, Fate: holding.Erased, Fields: []holding.Field{
			{Name: "name", Value: c.Name}, {Name: "ref", Value: c.Ref}, {Name: "student_number", Value: c.Number}, {Name: "id_number", Value: p.Identity}, {Name: "phone", Value: p.Phone},
			{Name: "birth", Value: p.Birth}, {Name: "gender", Value: p.Gender, Said: wordOf(ctx, "gender.", p.Gender)},
			{Name: "kind", Value: c.Kind, Said: wordOf(ctx, "candidate_kind.", c.Kind)},
			{Name: "programme_code", Value: c.ProgrammeCode, Said: withCode(ctx, "programme", c.ProgrammeCode)}, {Name: "level", Value: c.Level, Said: levelOf(ctx, c.Level)}, {Name: "class", Value: c.Class}, {Name: "entered", Value: c.Entered}, {Name: "graduates", Value: c.Graduates}, {Name: "status", Value: c.Status, Said: wordOf(ctx, "is.", c.Status)}}},
		{Kind: "talent.profile", Subject: c.ID, Path: path, Since: day(c.ChangedAt), Units: []string{c.School}, Fate: holding.Erased, Fields: profileFields(ctx, c)},
	}
	if w.Bound {
		list[0].Fate = holding.Kept
	}
	granted, err := grantedTo(tx, c.ID)
	for _, g := range granted {
		h := holding.Holding{Kind: "talent.consent", Subject: c.ID, Path: path, Since: g.GivenOn, Fate: holding.Nameless, Reason: "privacy.why.proof", Fields: []holding.Field{
			{Name: "purpose", Value: g.Purpose}, {Name: "giver", Value: g.Giver}, {Name: "given_on", Value: g.GivenOn}, {Name: "channel", Value: g.Channel}, {Name: "wording", Value: g.Version}}}
		if g.WithdrawnAt != nil {
			h.Fields = append(h.Fields, holding.Field{Name: "withdrawn_on", Value: day(*g.WithdrawnAt)})
		}
		list = append(list, h)
	}
	return list, err
}

func profileFields(ctx context.Context, c *Candidate) []holding.Field {
	score, marked := any(""), ""
	if c.Score != nil {
		score, marked = *c.Score, marks(c.Score)
	}
	var skills, evidence []string
	for _, s := range c.Skills {
		skills = append(skills, Skills{s}.Pack())
	}
	for _, e := range c.Evidence {
		evidence = append(evidence, PackEvidence([]Evidence{e}))
	}
	certificate := ""
	if c.Certificate != "" {
		certificate = certificateText(ctx, c.Certificate)
	}
	return []holding.Field{{Name: "score", Value: score, Said: marked}, {Name: "certificate", Value: c.Certificate, Said: certificate},
		{Name: "home_region", Value: c.Region, Said: regionName(ctx, c.Region)}, {Name: "skills", Value: skills, Said: skillNames(ctx, c.Skills)},
		{Name: "evidence", Value: evidence, Said: vouchedBy(ctx, c.Evidence)},
		{Name: "want_kinds", Value: c.WantKinds, Said: kindNames(ctx, c.WantKinds)}, {Name: "want_regions", Value: c.WantRegions, Said: namesOf(ctx, "region", c.WantRegions)},
		{Name: "want_pay_fen", Value: c.WantPay, Said: pay(ctx, c.WantPay, 0)},
		{Name: "accept_shift", Value: c.AcceptShift}, {Name: "accept_overseas", Value: c.AcceptOverseas}}
}

// erase leaves of a candidate what counts a school's students, and the proof of what
// was consented to, under an id that leads to nobody.
func (t *Talent) erase(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	if w.Candidate == "" {
		return nil
	}
	if _, err := tx.Exec(`UPDATE talent_consent SET withdrawn_at = $3, withdrawn_by = '' WHERE candidate_id = $1 AND body = $2 AND withdrawn_at IS NULL`, w.Candidate, tx.Body, tx.Now); err != nil {
		return err
	}
	if err := refreshConsents(tx, func(q *db.Where) { q.And("c.id = ?", w.Candidate) }); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE talent_candidate SET region = '', score = NULL, certificate = '', want_kinds = '', want_regions = '', want_pay = 0, accept_shift = FALSE,
		accept_overseas = FALSE, skills = '', evidence = '', weighed = '' WHERE id = $1 AND body = $2`, w.Candidate, tx.Body)
	if err != nil || w.Bound {
		return err
	}
	_, err = tx.Exec(`UPDATE talent_candidate SET ref = '', number = '', name = '', class = '', entered = '', sealed = '', identity = '', adult_from = '' WHERE id = $1 AND body = $2`, w.Candidate, tx.Body)
	return err
}

// Graduates gives candidates who left their school before a year, whose record has
// not been erased, by id.
func graduates(tx *db.Tx, before string, hold []string, most int) ([]string, error) {
	w := leavers(tx, before, hold)
	where := w.String()
	return db.All(tx, db.Value[string], `SELECT c.id FROM talent_candidate c`+where+` ORDER BY c.id LIMIT `+w.Next(most), w.Args...)
}

func leavers(tx *db.Tx, before string, hold []string) (w db.Where) {
	w.And("c.body = ? AND c.name <> '' AND c.kind = 'student' AND c.graduates > 0 AND c.graduates < ?", tx.Body, yearOf(before))
	for _, id := range hold {
		w.And("c.id <> ?", id)
	}
	return w
}

// yearOf gives the first year whose students have not all left on a day: they leave
// in summer.
func yearOf(before string) int {
	y, m := 0, before[5:7]
	for _, r := range before[:4] {
		y = y*10 + int(r-'0')
	}
	if m >= "07" {
		y++
	}
	return y
}

// LeftBefore counts the candidates who left their school before a day, and gives some
// of them by id.
func LeftBefore(tx *db.Tx, before string, hold []string, most int) (n int, ids []string, err error) {
	w := leavers(tx, before, hold)
	if n, err = db.One(tx, db.Value[int], `SELECT count(*) FROM talent_candidate c`+w.String(), w.Args...); err != nil || n == 0 {
		return n, nil, err
	}
	ids, err = graduates(tx, before, hold, most)
	return n, ids, err
}

// RecordIDs gives the ids of all candidates of the body.
func (t *Talent) RecordIDs(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT c.id FROM talent_candidate c WHERE c.body = $1`, tx.Body)
}

// RecordNamed gives the id of a candidate of the body by their number in the list.
func (t *Talent) RecordNamed(tx *db.Tx, ref string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT c.id FROM talent_candidate c WHERE c.body = $1 AND c.ref = $2 AND c.ref <> '' ORDER BY c.id LIMIT 1`, tx.Body, ref)
}

// saidOf is what the journal tells of what was said of one candidate: sealed under
// their key, so that an erasure takes it away.
type saidOf struct {
	candidate string
	Said      any `json:"said" personal:"true"`
}

func (s *saidOf) Whose() string { return s.candidate }
