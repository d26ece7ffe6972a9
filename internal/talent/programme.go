package talent

import (
	"context"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// Programme is a programme at a school (专业点).
type Programme struct {
	ID         string    `json:"id"`
	Ref        string    `json:"ref"`    // the number by which sheets name it, such as P000001
	School     string    `json:"school"` // unit
	SchoolName string    `json:"school_name,omitempty"`
	Code       string    `json:"code"` // in the list of programmes
	Name       string    `json:"name"`
	Level      string    `json:"level"` // of schooling: codes.Secondary and so on
	Years      int       `json:"years"`
	Plan       int       `json:"plan"`     // enrolment planned for a year
	Founded    int       `json:"founded"`  // year; 0 where not told
	Enrolled   int       `json:"enrolled"` // as the school tells it; Cohorts count those we know
	ChangedAt  time.Time `json:"changed_at"`
}

func (p *Programme) subject() Subject { return Subject{School: p.School} }

// check tells everything that is wrong with a programme.
func (p *Programme) check() error {
	var wrong fault.List
	if p.School == "" {
		wrong.Add("school", "talent.programme.no_school")
	}
	if p.Code == "" {
		wrong.Add("code", "talent.programme.no_code")
	}
	if p.Name == "" {
		wrong.Add("name", "talent.programme.no_name")
	}
	for _, n := range []struct {
		place string
		value int
	}{{"years", p.Years}, {"plan_per_year", p.Plan}, {"students_in_set", p.Enrolled}} {
		if n.value < 0 {
			wrong.Add(n.place, "talent.negative", n.value)
		}
	}
	return wrong.Err()
}

// Cohort counts the candidates of a programme who leave it in one year.
type Cohort struct {
	Programme string `json:"programme"` // id
	Level     string `json:"level"`
	Graduates int    `json:"graduates"` // year; 0 where not known
	Status    string `json:"status"`
	Count     int    `json:"count"`
}

// ProgrammeSearch narrows a list of programmes. Empty fields narrow nothing.
type ProgrammeSearch struct {
	Text   string `json:"q"`
	School string `json:"school"`
	Level  string `json:"level"`
	After  string `json:"after"` // the last entry of the page before
	Limit  int    `json:"limit"` // 1 to 200; 50 if 0
}

// Programmes is a part of a list.
type Programmes struct {
	List   []*Programme   `json:"list"`
	Counts map[string]int `json:"counts"` // candidates in training, by programme
	Next   string         `json:"next,omitempty"`
}

// Programmes lists programmes by school and code.
func (t *Talent) Programmes(ctx context.Context, s ProgrammeSearch) (*Programmes, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*Programmes, error) {
		list, next, err := listProgrammes(tx, s)
		if err != nil {
			return nil, err
		}
		all, err := units(tx)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(list))
		for i, p := range list {
			p.SchoolName, ids[i] = nameOf(all, p.School), p.ID
		}
		counts, err := inTraining(tx, ids)
		return &Programmes{list, counts, next}, err
	})
}

// ProgrammeView is a programme with its cohorts and what it leads to.
type ProgrammeView struct {
	*Programme
	Cohorts  []Cohort         `json:"cohorts"`
	Kinds    []codes.Relation `json:"kinds"`    // kinds of positions to which it leads
	Openings map[string]int   `json:"openings"` // open places, by kind
}

// Programme gives one programme.
func (t *Talent) Programme(ctx context.Context, id string) (*ProgrammeView, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*ProgrammeView, error) {
		p, err := findProgramme(tx, id)
		if err != nil {
			return nil, err
		}
		all, err := units(tx)
		if err != nil {
			return nil, err
		}
		p.SchoolName = nameOf(all, p.School)
		cohorts, err := cohorts(tx, p.ID)
		if err != nil {
			return nil, err
		}
		places, err := openPlaces(tx)
		return &ProgrammeView{p, cohorts, t.Codes.RelatedTo("position-programme", p.Code), places}, err
	})
}

// SaveProgrammes keeps programmes as an import brings them: those with an id are
// changed, the others are new. It runs in an Update.
func (t *Talent) SaveProgrammes(tx *db.Tx, list []*Programme) error {
	for _, p := range list {
		if err := policy.Allow(tx.Context(), "talent.programme.import", p.subject()); err != nil {
			return err
		}
		if err := p.check(); err != nil {
			return err
		}
		if p.ID == "" {
			p.ID = db.NewID()
		}
		p.ChangedAt = tx.Now
	}
	return saveProgrammes(tx, list)
}

// schoolsOf lists the schools among units, for filters.
func schoolsOf(all map[string]*directory.Unit) (list []*directory.Unit) {
	for _, u := range all {
		if u.School() {
			list = append(list, u)
		}
	}
	return sortedUnits(list)
}

func may(ctx context.Context, action string, on Subject) bool { return policy.Can(ctx, action, on) }

func actor(tx *db.Tx) auth.Actor { return auth.From(tx.Context()) }
