package talent

import (
	"context"
	"slices"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/matching/fit"
)

// Statuses of a candidate, as schools report them.
const (
	Studying          = "studying"
	FinalYear         = "final_year"
	Internship        = "internship"
	GraduatedEmployed = "graduated_employed"
	GraduatedSeeking  = "graduated_seeking"
	GraduatedStudying = "graduated_studying"
	Working           = "working"     // a worker who looks for nothing now
	Training          = "training"    // a trainee whose course still runs
	JobSeeking        = "job_seeking" // a worker or trainee who looks for a place
)

// Statuses lists them.
var Statuses = []string{Studying, FinalYear, Internship, GraduatedEmployed, GraduatedSeeking, GraduatedStudying, Working, Training, JobSeeking}

// Seeking are the statuses of those who look for a place now.
var Seeking = []string{FinalYear, Internship, GraduatedSeeking, JobSeeking}

// Levels are the levels of schooling that our schools teach.
var Levels = []string{codes.Secondary, codes.Higher, codes.VocationalBachelor, codes.Undergraduate}

// Kinds of candidates.
const (
	Student = "student" // of a school
	Worker  = "worker"  // of an enterprise, who looks for other work or for training
	Trainee = "trainee" // of a training centre, or whoever else trains
)

// Kinds lists them.
var Kinds = []string{Student, Worker, Trainee}

// StatusesOf gives the statuses that a kind of candidates can have, the first being
// that of whom nothing is told.
func StatusesOf(kind string) []string {
	switch kind {
	case Worker:
		return []string{Working, JobSeeking}
	case Trainee:
		return []string{Training, JobSeeking}
	}
	return Statuses[:6]
}

// Candidate is somebody who can be placed (候选人): a student, a worker or a
// trainee. School is the unit that brings them, whatever it is.
type Candidate struct {
	ID            string `json:"id"`
	Kind          string `json:"kind"`
	Ref           string `json:"ref"`    // the number by which sheets name them, such as S0000001
	School        string `json:"school"` // unit
	SchoolName    string `json:"school_name,omitempty"`
	Number        string `json:"number" personal:"true"` // given by the school
	Name          string `json:"name" personal:"true"`   // masked for whoever need not know it
	Programme     string `json:"programme"`              // id; empty where only the code is known
	ProgrammeCode string `json:"programme_code"`
	Level         string `json:"level"`
	Class         string `json:"class"`
	Entered       string `json:"entered"`   // day
	Graduates     int    `json:"graduates"` // year
	Status        string `json:"status"`
	Region        string `json:"region"`          // where they come from; never counts in a score
	Score         *int   `json:"score,omitempty"` // marks in tenths, 0 to 1000
	Certificate   string `json:"certificate"`     // occupation:grade

	WantKinds      []string   `json:"want_kinds"`   // the kind wanted most first
	WantRegions    []string   `json:"want_regions"` // likewise
	WantPay        int64      `json:"want_pay"`     // fen a month; 0: not told
	AcceptShift    bool       `json:"accept_shift"`
	AcceptOverseas bool       `json:"accept_overseas"`
	Skills         Skills     `json:"skills,omitempty"`      // of one; a list does not show them
	AdultFrom      string     `json:"-"`                     // first whole month of full age, 2029-06; empty where birth is not known
	ConsentAt      *time.Time `json:"consent_at,omitempty"`  // to taking part in rounds
	GuardianAt     *time.Time `json:"guardian_at,omitempty"` // a guardian's consent to that, of a minor

	Consents         Consents `json:"consents"`          // purposes to which they consent now
	GuardianConsents Consents `json:"guardian_consents"` // and a guardian, of a minor

	ChangedAt time.Time `json:"changed_at"`

	Evidence []Evidence `json:"evidence,omitempty"` // what vouches for the skills

	sealed, identity string
	weighed          string // by what rule and in which month Skills follow from Evidence
}

// Private is what of a candidate stands sealed: it is opened for their school
// when somebody looks, and never for a score.
type Private struct {
	Identity string `json:"id_no,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Birth    string `json:"birth,omitempty"`  // day
	Gender   string `json:"gender,omitempty"` // M or F
}

// Whose names the person under whose key the journal seals what is personal.
func (c *Candidate) Whose() string { return c.ID }

func (c *Candidate) subject() Subject { return Subject{School: c.School, Candidate: c.ID} }

// Profile gives what scoring knows of the candidate.
func (c *Candidate) Profile() Profile {
	p := Profile{c.Level, c.ProgrammeCode, -1, c.Certificate, c.Skills, c.WantKinds, c.WantRegions, c.WantPay, c.AcceptShift, c.AcceptOverseas && c.Consents.Has(ForOverseas)}
	if c.Score != nil {
		p.Score = *c.Score
	}
	return p
}

// Fit gives the candidate as scores take them.
func (c *Candidate) Fit() fit.Profile {
	p := c.Profile()
	return p.Fit()
}

// Minor tells whether the candidate is, or may be, under age in a month.
func (c *Candidate) Minor(now time.Time) bool { return c.AdultFrom > month(now) }

// check tells everything that is wrong with a candidate.
func (c *Candidate) check() error {
	var wrong fault.List
	if c.School == "" {
		wrong.Add("school", "talent.candidate.no_school")
	}
	if c.Name == "" {
		wrong.Add("name", "talent.candidate.no_name")
	}
	if c.Score != nil && (*c.Score < 0 || *c.Score > 1000) {
		wrong.Add("score", "talent.candidate.score")
	}
	if c.WantPay < 0 {
		wrong.Add("want_pay", "talent.negative", c.WantPay/100)
	}
	if !slices.Contains(Kinds, c.Kind) {
		wrong.Add("kind", "talent.candidate.kind", c.Kind)
	} else if key := c.checkStatus(); key != "" {
		wrong.Add("status", key, c.Status)
	}
	for _, s := range c.Skills {
		if s.Level < 1 || s.Level > 5 {
			wrong.Add("skills", "talent.skill.level", s.Code, s.Level)
		}
	}
	return wrong.Err()
}

// checkStatus names what is wrong with the status, or "".
func (c *Candidate) checkStatus() string {
	if !slices.Contains(StatusesOf(c.Kind), c.Status) {
		return "talent.candidate.status"
	}
	return ""
}

// CandidateSearch narrows a list of candidates. Empty fields narrow nothing.
type CandidateSearch struct {
	Text      string `json:"q"` // the school's own staff find names and numbers, others numbers of sheets
	School    string `json:"school"`
	Kind      string `json:"kind"`
	Programme string `json:"programme"`
	Status    string `json:"status"`
	Level     string `json:"level"`
	Year      int    `json:"year"`    // of graduation
	Consent   string `json:"consent"` // yes or no
	After     string `json:"after"`   // the last entry of the page before
	Limit     int    `json:"limit"`   // 1 to 200; 50 if 0
}

// Candidates is a part of a list.
type Candidates struct {
	List []*Candidate `json:"list"`
	Next string       `json:"next,omitempty"`

	units      map[string]*directory.Unit
	programmes map[string]*Programme
}

// Candidates lists those whom the actor may see: a school's staff its own, the
// secretariat all, masked.
func (t *Talent) Candidates(ctx context.Context, s CandidateSearch) (*Candidates, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*Candidates, error) { return t.candidates(tx, s) })
}

func (t *Talent) candidates(tx *db.Tx, s CandidateSearch) (*Candidates, error) {
	if err := policy.Allow(tx.Context(), "talent.candidate.list", Subject{}); err != nil {
		return nil, err
	}
	found := new(Candidates)
	var err error
	if found.List, found.Next, err = listCandidates(tx, s); err != nil {
		return nil, err
	}
	if found.units, err = units(tx); err != nil {
		return nil, err
	}
	if found.programmes, err = programmesByID(tx); err != nil {
		return nil, err
	}
	for _, c := range found.List {
		c.SchoolName = nameOf(found.units, c.School)
		mask(auth.From(tx.Context()), c)
	}
	return found, nil
}

// mask hides who a candidate is from whoever need not know it.
func mask(a auth.Actor, c *Candidate) {
	if !policy["talent.candidate.look"](a, c.subject()) {
		c.Name, c.Number = codes.MaskName(c.Name), ""
	}
}

// CandidateView is a candidate with their programme and how rounds placed them.
type CandidateView struct {
	*Candidate
	Private *Private   `json:"private,omitempty"` // masked, for those who may look
	Taught  *Programme `json:"taught,omitempty"`
	Weighed []Weighed  `json:"weighed"` // the skills, with what made their levels
	Rounds  []Stand    `json:"rounds"`
}

// Candidate gives one candidate whom the actor may see. The journal notes who
// looked at whom.
func (t *Talent) Candidate(ctx context.Context, id string) (*CandidateView, error) {
	view, err := db.View(ctx, t.DB, func(tx *db.Tx) (*CandidateView, error) { return t.look(tx, id) })
	if err != nil {
		return nil, err
	}
	if auth.From(ctx).About != id {
		err = journal.Look(ctx, t.DB, "talent.candidate.look", id, map[string]bool{"named": view.Private != nil})
	}
	return view, err
}

func (t *Talent) look(tx *db.Tx, id string) (*CandidateView, error) {
	c, err := seeCandidate(tx, id)
	if err != nil {
		return nil, err
	}
	view := &CandidateView{Candidate: c}
	if may(tx.Context(), "talent.candidate.look", c.subject()) {
		private, err := t.open(c)
		if err != nil {
			return nil, err
		}
		private.Identity, private.Phone = codes.MaskResidentID(private.Identity), codes.MaskPhone(private.Phone)
		view.Private = &private
	}
	held, err := rule.Today[SkillRule](tx, skillKind)
	if err != nil {
		return nil, err
	}
	view.Weighed = held.Rule.weigh(c.evidenceOf(), day(tx.Now))
	if c.Programme != "" {
		taught, err := programmesByID(tx)
		if view.Taught = taught[c.Programme]; err != nil {
			return nil, err
		}
	}
	if t.Rounds != nil {
		if view.Rounds, err = t.Rounds.Standings(tx, c.ID); err != nil {
			return nil, err
		}
	}
	all, err := units(tx)
	c.SchoolName = nameOf(all, c.School)
	mask(actor(tx), c)
	return view, err
}

// seeCandidate gets a candidate, if the actor may so much as know of them.
func seeCandidate(tx *db.Tx, id string) (*Candidate, error) {
	c, err := findCandidate(tx, id)
	if err == nil && !may(tx.Context(), "talent.candidate.read", c.subject()) {
		return nil, notFound()
	}
	return c, err
}

// Export lists everybody whom a search finds, as on the pages, and notes it.
func (t *Talent) Export(ctx context.Context, s CandidateSearch) ([]*Candidate, map[string]*Programme, error) {
	if err := policy.Allow(ctx, "talent.candidate.export", Subject{}); err != nil {
		return nil, nil, err
	}
	s.After, s.Limit = "", 200
	var all []*Candidate
	for {
		found, err := t.Candidates(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, found.List...)
		if s.After = found.Next; found.Next == "" {
			told := map[string]any{"candidates": len(all), "school": s.School, "status": s.Status}
			return all, found.programmes, journal.Note(ctx, t.DB, "talent.candidate.export", auth.From(ctx).Unit, told)
		}
	}
}

// SaveCandidates keeps candidates as an import brings them: those with an id are
// changed, the others are new. secrets stands beside list. It runs in an Update.
func (t *Talent) SaveCandidates(tx *db.Tx, list []*Candidate, secrets []Private) error {
	for i, c := range list {
		if err := policy.Allow(tx.Context(), "talent.candidate.import", c.subject()); err != nil {
			return err
		}
		if c.Kind == "" {
			c.Kind = Student
		}
		if c.Status == "" {
			c.Status = StatusesOf(c.Kind)[0]
		}
		if err := c.check(); err != nil {
			return err
		}
		if c.ID == "" {
			c.ID = db.NewID()
		}
		t.shut(c, secrets[i])
		c.ChangedAt = tx.Now
	}
	return saveCandidates(tx, list)
}
