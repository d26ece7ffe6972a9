package recommend

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/matching/fit"
)

// Forms are the ways in which a course is held.
var Forms = []string{"onsite", "online", "mixed"}

// Grades are the grades of a certificate of skill, the lowest first.
var Grades = []string{"L5", "L4", "L3", "L2", "L1"}

// Course is something to be learnt (培训课程): skills at levels, and the certificate
// for which it prepares.
type Course struct {
	ID          string          `json:"id"`    // empty for a course that only the chain knows
	Owner       string          `json:"owner"` // unit
	OwnerName   string          `json:"owner_name,omitempty"`
	Code        string          `json:"code,omitempty"` // on the chain
	Name        string          `json:"name"`
	NameEN      string          `json:"name_en,omitempty"`
	Hours       int             `json:"hours"` // of teaching; 0: not told
	Fee         int64           `json:"fee"`   // fen
	Form        string          `json:"form"`
	Skills      []fit.Skill     `json:"skills"`
	Certificate fit.Certificate `json:"certificate"`
	Starts      string          `json:"starts"` // day of the next run; empty where not told
	Ended       string          `json:"ended"`  // day from which it is offered no more
	ChangedAt   time.Time       `json:"changed_at"`

	action string
	units  map[string]*directory.Unit
}

// CourseForm is what is filled in of a course.
type CourseForm struct {
	Owner   string   `json:"owner"` // unit; empty: the actor's own
	Name    string   `json:"name"`
	NameEN  string   `json:"name_en"`
	Hours   int      `json:"hours"`
	Fee     float64  `json:"fee"` // yuan
	Form    string   `json:"form"`
	Skills  []string `json:"skill"` // codes, beside Levels
	Levels  []string `json:"level"`
	Trade   string   `json:"occupation"` // of the certificate
	Grade   string   `json:"grade"`
	Starts  string   `json:"starts"`
	Learned string   `json:"learned"` // SAF01:3;BAT02:2, in place of Skills and Levels, for programs
}

func (c *Course) subject() Subject { return Subject{Owner: c.Owner} }

// step is the course as something that a candidate could do.
func (c *Course) step() fit.Step {
	s := fit.Step{Skills: c.Skills}
	if c.Certificate.Occupation != "" {
		s.Certificates = []fit.Certificate{c.Certificate}
	}
	return s
}

var dayAs = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// fill takes over what a form says, and tells everything that is wrong with it.
func (c *Course) fill(f CourseForm, catalogue *codes.Catalogue) error {
	var wrong fault.List
	c.Name, c.NameEN, c.Hours, c.Fee, c.Form, c.Starts = strings.TrimSpace(f.Name), strings.TrimSpace(f.NameEN), f.Hours, int64(f.Fee*100+0.5), f.Form, strings.TrimSpace(f.Starts)
	if n := utf8.RuneCountInString(c.Name); n == 0 || n > 80 {
		wrong.Add("name", "recommend.course.no_name")
	}
	if utf8.RuneCountInString(c.NameEN) > 160 {
		wrong.Add("name_en", "recommend.course.long_name")
	}
	if c.Hours < 1 || c.Hours > 2000 {
		wrong.Add("hours", "recommend.course.bad_hours", c.Hours)
	}
	if f.Fee < 0 || f.Fee > 1_000_000 {
		wrong.Add("fee", "recommend.course.bad_fee")
	}
	if c.Form == "" {
		c.Form = Forms[0]
	}
	if !slices.Contains(Forms, c.Form) {
		wrong.Add("form", "recommend.course.bad_form", c.Form)
	}
	if _, err := time.Parse(time.DateOnly, c.Starts); c.Starts != "" && (err != nil || !dayAs.MatchString(c.Starts)) {
		wrong.Add("starts", "recommend.course.bad_day", c.Starts)
	}
	c.learn(f, catalogue, &wrong)
	c.Certificate = fit.Certificate{Occupation: f.Trade, Grade: f.Grade}
	if f.Trade == "" {
		c.Certificate.Grade = ""
	} else {
		if _, ok := catalogue.Get("occupation", f.Trade); !ok {
			wrong.Add("occupation", "recommend.course.no_occupation", f.Trade)
		}
		if !slices.Contains(Grades, f.Grade) {
			wrong.Add("grade", "recommend.course.no_grade", f.Grade)
		}
	}
	if len(wrong) == 0 && len(c.Skills) == 0 && f.Trade == "" {
		wrong.Add("skill", "recommend.course.teaches_nothing")
	}
	return wrong.Err()
}

// learn reads the skills of a form.
func (c *Course) learn(f CourseForm, catalogue *codes.Catalogue, wrong *fault.List) {
	c.Skills = nil
	if f.Learned != "" {
		f.Skills, f.Levels = nil, nil
		for part := range strings.SplitSeq(f.Learned, ";") {
			code, level, _ := strings.Cut(part, ":")
			f.Skills, f.Levels = append(f.Skills, code), append(f.Levels, level)
		}
	}
	for i, code := range f.Skills {
		if code = strings.TrimSpace(code); code == "" {
			continue
		}
		level := 0
		if i < len(f.Levels) {
			level, _ = strconv.Atoi(strings.TrimSpace(f.Levels[i]))
		}
		_, known := catalogue.Get("skill", code)
		switch {
		case !known:
			wrong.Add("skill", "recommend.course.no_skill", code)
		case level < 1 || level > fit.MaxLevel:
			wrong.Add("level", "recommend.course.bad_level", code)
		case slices.ContainsFunc(c.Skills, func(s fit.Skill) bool { return s.Code == code }):
			wrong.Add("skill", "recommend.course.twice", code)
		default:
			c.Skills = append(c.Skills, fit.Skill{Code: code, Level: level})
		}
	}
}

// Offer takes a new course in.
func (o *Office) Offer(ctx context.Context, f CourseForm) (*Course, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Course, error) {
		c := &Course{ID: db.NewID(), Owner: f.Owner, action: "recommend.course.offer"}
		if c.Owner == "" {
			c.Owner = actor(tx).Unit
		}
		if err := policy.Allow(ctx, c.action, c.subject()); err != nil {
			return nil, err
		}
		units, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		if units[c.Owner] == nil {
			wrong.Add("owner", "recommend.course.no_owner")
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := c.fill(f, o.Codes); err != nil {
			return nil, err
		}
		return c, keepCourse(tx, c)
	})
}

// Change takes over what a form says of a course.
func (o *Office) Change(ctx context.Context, id string, f CourseForm) (*Course, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Course, error) {
		c, err := takeCourse(tx, "recommend.course.change", id)
		if err != nil {
			return nil, err
		}
		if c.Ended != "" {
			return nil, fault.Conflict.New("recommend.course.is_ended", c.Ended)
		}
		if err := c.fill(f, o.Codes); err != nil {
			return nil, err
		}
		return c, keepCourse(tx, c)
	})
}

// End offers a course no more, from today.
func (o *Office) End(ctx context.Context, id string) (*Course, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Course, error) {
		c, err := takeCourse(tx, "recommend.course.end", id)
		if err != nil {
			return nil, err
		}
		if c.Ended != "" {
			return nil, fault.Conflict.New("recommend.course.is_ended", c.Ended)
		}
		c.Ended = day(tx)
		return c, keepCourse(tx, c)
	})
}

// takeCourse gets a course for an action.
func takeCourse(tx *db.Tx, action, id string) (*Course, error) {
	c, err := findCourse(tx, id)
	if err != nil {
		return nil, err
	}
	c.action = action
	return c, policy.Allow(tx.Context(), action, c.subject())
}

// keepCourse saves what was done with a course and lets the journal tell of it.
func keepCourse(tx *db.Tx, c *Course) error {
	if c.action == "" {
		panic("recommend: a course is kept that was taken for no action")
	}
	if err := saveCourse(tx, c); err != nil {
		return err
	}
	return journal.Record(tx, c.action, c.ID, c)
}

// Course gives one.
func (o *Office) Course(ctx context.Context, id string) (*Course, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Course, error) {
		c, err := findCourse(tx, id)
		if err != nil {
			return nil, err
		}
		if c.units, err = directory.Units(tx); err == nil {
			c.OwnerName = nameOf(c.units, c.Owner)
		}
		return c, err
	})
}

// CourseSearch narrows and orders a list of courses.
type CourseSearch struct {
	Text  string `json:"q"`
	Skill string `json:"skill"`
	Owner string `json:"owner"`
	Form  string `json:"form"`
	Sort  string `json:"sort"`  // "hours", "-hours", "starts"; by name if empty
	After string `json:"after"` // number of entries on the pages before
	Limit int    `json:"limit"` // 1 to 200; 50 if 0
}

// Courses is a part of a list.
type Courses struct {
	List  []*Course `json:"list"`
	Count int       `json:"count"`
	Next  string    `json:"next,omitempty"`

	units map[string]*directory.Unit
}

// Courses lists what is offered.
func (o *Office) Courses(ctx context.Context, s CourseSearch) (*Courses, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Courses, error) {
		all, err := offered(tx)
		if err != nil {
			return nil, err
		}
		units, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		list := slices.DeleteFunc(all, func(c *Course) bool { return !s.finds(c, o.Codes) })
		for _, c := range list {
			c.OwnerName = nameOf(units, c.Owner)
		}
		s.order(list)
		found := &Courses{List: list, Count: len(list), units: units}
		from, _ := strconv.Atoi(s.After)
		from = min(max(from, 0), len(list))
		limit := s.Limit
		if limit < 1 || limit > 200 {
			limit = 50
		}
		if found.List = list[from:]; len(found.List) > limit {
			found.List, found.Next = found.List[:limit], strconv.Itoa(from+limit)
		}
		return found, nil
	})
}

func (s CourseSearch) finds(c *Course, catalogue *codes.Catalogue) bool {
	text := codes.Fold(strings.TrimSpace(s.Text))
	if text != "" && !strings.Contains(codes.Fold(c.Name+" "+c.NameEN), text) {
		return false
	}
	if s.Skill != "" && !slices.ContainsFunc(c.Skills, func(k fit.Skill) bool { return k.Code == s.Skill }) {
		return false
	}
	return (s.Owner == "" || c.Owner == s.Owner) && (s.Form == "" || c.Form == s.Form)
}
