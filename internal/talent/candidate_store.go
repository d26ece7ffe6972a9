package talent

import (
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

const candidateColumns = `c.id, c.ref, c.school, c.number, c.name, c.programme, c.programme_code, c.level, c.class, c.entered, c.graduates,
	c.status, c.region, c.score, c.certificate, c.want_kinds, c.want_regions, c.want_pay, c.accept_shift, c.accept_overseas, c.skills,
	c.sealed, c.identity, c.adult_from, c.consent_at, c.guardian_at, c.consents, c.guardian_consents, c.kind, c.evidence, c.weighed, c.changed_at`

func scanCandidate(row db.Row) (*Candidate, error) {
	c := new(Candidate)
	var kinds, regions, skills, evidence string
	err := row.Scan(&c.ID, &c.Ref, &c.School, &c.Number, &c.Name, &c.Programme, &c.ProgrammeCode, &c.Level, &c.Class, &c.Entered, &c.Graduates,
		&c.Status, &c.Region, &c.Score, &c.Certificate, &kinds, &regions, &c.WantPay, &c.AcceptShift, &c.AcceptOverseas, &skills,
		&c.sealed, &c.identity, &c.AdultFrom, &c.ConsentAt, &c.GuardianAt, &c.Consents, &c.GuardianConsents, &c.Kind, &evidence, &c.weighed, &c.ChangedAt)
	c.WantKinds, c.WantRegions, c.Skills = parseList(kinds), parseList(regions), ParseSkills(skills)
	c.Evidence = ParseEvidence(evidence)
	return c, err
}

// What a list shows of a candidate: neither what is sealed nor their skills and what
// vouches for them, which are for whoever looks at one of them, and is noted.
const listedColumns = `c.id, c.ref, c.school, c.number, c.name, c.programme, c.programme_code, c.level, c.class, c.entered, c.graduates,
	c.status, c.region, c.score, c.certificate, c.want_kinds, c.want_regions, c.want_pay, c.accept_shift, c.accept_overseas,
	c.adult_from, c.consent_at, c.guardian_at, c.consents, c.guardian_consents, c.kind, c.changed_at`

func scanListed(row db.Row) (*Candidate, error) {
	c := new(Candidate)
	var kinds, regions string
	err := row.Scan(&c.ID, &c.Ref, &c.School, &c.Number, &c.Name, &c.Programme, &c.ProgrammeCode, &c.Level, &c.Class, &c.Entered, &c.Graduates,
		&c.Status, &c.Region, &c.Score, &c.Certificate, &kinds, &regions, &c.WantPay, &c.AcceptShift, &c.AcceptOverseas,
		&c.AdultFrom, &c.ConsentAt, &c.GuardianAt, &c.Consents, &c.GuardianConsents, &c.Kind, &c.ChangedAt)
	c.WantKinds, c.WantRegions = parseList(kinds), parseList(regions)
	return c, err
}

func findCandidate(tx *db.Tx, id string) (*Candidate, error) {
	return db.One(tx, scanCandidate, `SELECT `+candidateColumns+` FROM talent_candidate c WHERE c.id = $1 AND c.body = $2`, id, tx.Body)
}

func listCandidates(tx *db.Tx, s CandidateSearch) (list []*Candidate, next string, err error) {
	var w db.Where
	w.And("c.body = ? AND c.name <> ''", tx.Body) // who was erased has none
	a := auth.From(tx.Context())
	visibleCandidates(a, &w)
	if text := strings.TrimSpace(s.Text); text != "" {
		if a.Runs() {
			w.Like(text, "c.ref", "c.class")
		} else {
			w.Like(text, "c.name", "c.number", "c.ref", "c.class")
		}
	}
	for _, f := range []struct{ column, value string }{
		{"c.school", s.School}, {"c.kind", s.Kind}, {"c.programme", s.Programme}, {"c.status", s.Status}, {"c.level", s.Level},
	} {
		if f.value != "" {
			w.And(f.column+" = ?", f.value)
		}
	}
	if s.Year > 0 {
		w.And("c.graduates = ?", s.Year)
	}
	switch s.Consent {
	case "yes":
		w.And("c.consent_at IS NOT NULL")
	case "no":
		w.And("c.consent_at IS NULL")
	}
	if s.After != "" {
		w.And("c.id > ?", s.After)
	}
	limit := limitOf(s.Limit)
	where := w.String()
	list, err = db.All(tx, scanListed, `SELECT `+listedColumns+` FROM talent_candidate c`+where+` ORDER BY c.id LIMIT `+w.Next(limit+1), w.Args...)
	if err == nil && len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, err
}

// eachSeeker hands the profile of everybody to do who looks for a place and
// consents to being counted.
func eachSeeker(tx *db.Tx, do func(*Profile) error) error {
	var w db.Where
	w.And("c.body = ?", tx.Body)
	w.In("c.status", Seeking)
	w.And("c.consents LIKE '%;statistics;%' AND (c.adult_from <= ? OR c.guardian_consents LIKE '%;statistics;%')", month(tx.Now))
	return db.Each(tx, scanProfile, do, `SELECT c.level, c.programme_code, c.score, c.certificate, c.want_kinds, c.want_regions,
		c.want_pay, c.accept_shift, c.accept_overseas, c.skills, c.consents FROM talent_candidate c`+w.String(), w.Args...)
}

func scanProfile(row db.Row) (*Profile, error) {
	p := new(Profile)
	var kinds, regions, skills string
	var consents Consents
	var score *int
	err := row.Scan(&p.Level, &p.Programme, &score, &p.Certificate, &kinds, &regions, &p.WantPay, &p.Shift, &p.Overseas, &skills, &consents)
	p.Overseas = p.Overseas && consents.Has(ForOverseas)
	p.fill(score, kinds, regions, skills)
	return p, err
}

// fill reads what is kept packed.
func (p *Profile) fill(score *int, kinds, regions, skills string) {
	p.Score = -1
	if score != nil {
		p.Score = *score
	}
	p.WantKinds, p.WantRegions, p.Skills = parseList(kinds), parseList(regions), ParseSkills(skills)
}

func saveCandidates(tx *db.Tx, list []*Candidate) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{c.ID, tx.Body, c.Ref, c.School, c.Number, c.Name, c.Programme, c.ProgrammeCode, c.Level, c.Class, c.Entered,
			c.Graduates, c.Status, c.Region, c.Score, c.Certificate, packList(c.WantKinds), packList(c.WantRegions), c.WantPay,
			c.AcceptShift, c.AcceptOverseas, c.Skills.Pack(), c.sealed, c.identity, c.AdultFrom, c.ConsentAt, c.GuardianAt,
			c.Kind, PackEvidence(c.Evidence), c.weighed, c.ChangedAt}
	}
	return db.Insert(tx, "talent_candidate",
		[]string{"id", "body", "ref", "school", "number", "name", "programme", "programme_code", "level", "class", "entered",
			"graduates", "status", "region", "score", "certificate", "want_kinds", "want_regions", "want_pay",
			"accept_shift", "accept_overseas", "skills", "sealed", "identity", "adult_from", "consent_at", "guardian_at",
			"kind", "evidence", "weighed", "changed_at"},
		`ON CONFLICT (id) DO UPDATE SET ref = excluded.ref, school = excluded.school, number = excluded.number, name = excluded.name,
			programme = excluded.programme, programme_code = excluded.programme_code, level = excluded.level, class = excluded.class,
			entered = excluded.entered, graduates = excluded.graduates, status = excluded.status, region = excluded.region,
			score = excluded.score, certificate = excluded.certificate, want_kinds = excluded.want_kinds,
			want_regions = excluded.want_regions, want_pay = excluded.want_pay, accept_shift = excluded.accept_shift,
			accept_overseas = excluded.accept_overseas, skills = excluded.skills, sealed = excluded.sealed,
			kind = excluded.kind, evidence = excluded.evidence, weighed = excluded.weighed,
			identity = excluded.identity, adult_from = excluded.adult_from, changed_at = excluded.changed_at`, rows)
}

func programmesByID(tx *db.Tx) (map[string]*Programme, error) {
	return keptByID.Get(tx, func() (map[string]*Programme, error) {
		all, err := allProgrammes(tx)
		byID := make(map[string]*Programme, len(all))
		for _, p := range all {
			byID[p.ID] = p
		}
		return byID, err
	})
}

var keptByID = db.NewKept[map[string]*Programme]("talent.programme.id", "talent_programme")

// saveWishes keeps what a candidate wants, and nothing else of theirs.
func saveWishes(tx *db.Tx, c *Candidate) error {
	_, err := tx.Exec(`UPDATE talent_candidate SET want_kinds = $1, want_regions = $2, want_pay = $3, accept_shift = $4,
		accept_overseas = $5, changed_at = $6 WHERE id = $7`,
		packList(c.WantKinds), packList(c.WantRegions), c.WantPay, c.AcceptShift, c.AcceptOverseas, c.ChangedAt, c.ID)
	return err
}

// saveSkills keeps what vouches for the skills of candidates, and what follows.
func saveSkills(tx *db.Tx, list []*Candidate) error {
	save, err := tx.Prepare(`UPDATE talent_candidate SET skills = $1, evidence = $2, weighed = $3, changed_at = $4 WHERE id = $5`)
	if err != nil {
		return err
	}
	defer save.Close()
	for _, c := range list {
		if _, err := save.Exec(c.Skills.Pack(), PackEvidence(c.Evidence), c.weighed, tx.Now, c.ID); err != nil {
			return err
		}
	}
	return nil
}
