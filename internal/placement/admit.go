package placement

import (
	"context"
	"strconv"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Form is what a form or a sheet tells of a placement. Money is in yuan.
type Form struct {
	Kind    string `json:"kind"`
	Student string `json:"student"` // number
	Post    string `json:"post"`    // number of a position
	Origin  string `json:"-"`

	Since     string   `json:"since"`
	Until     string   `json:"until"`
	Place     string   `json:"place"`
	Work      string   `json:"work"`
	Board     string   `json:"board"`
	Pay       string   `json:"pay"`
	Base      string   `json:"base"`
	PayWay    string   `json:"pay_way"`
	PayDays   int      `json:"pay_days"`
	HoursDay  int      `json:"hours_day"`
	HoursWeek int      `json:"hours_week"`
	Night     bool     `json:"night"`
	Overtime  bool     `json:"overtime"`
	RestDays  bool     `json:"rest_days"`
	Venue     string   `json:"venue"`
	Works     []string `json:"works"`
	Intensity int      `json:"intensity"`
	Broker    bool     `json:"broker"`
	Fees      bool     `json:"fees"`
	Insurance string   `json:"insurance"`
	InsuredTo string   `json:"insured_to"`
	Filing    string   `json:"filing"`

	SchoolMentor  string `json:"school_mentor"`
	FirmMentor    string `json:"firm_mentor"`
	Guardian      string `json:"guardian"`
	GuardianPhone string `json:"guardian_phone"`
}

// terms reads a form.
func (f Form) terms(wrong *fault.List) (Terms, Private) {
	t := Terms{Since: strings.TrimSpace(f.Since), Until: strings.TrimSpace(f.Until), Place: strings.TrimSpace(f.Place), Work: strings.TrimSpace(f.Work),
		Board: strings.TrimSpace(f.Board), Pay: fen(f.Pay, "pay", wrong), Base: fen(f.Base, "base", wrong), PayWay: f.PayWay, PayDay: f.PayDays,
		HoursDay: f.HoursDay, HoursWeek: f.HoursWeek, Night: f.Night, Overtime: f.Overtime, RestDays: f.RestDays, Venue: f.Venue, Works: filled(f.Works),
		Intensity: f.Intensity, Broker: f.Broker, Fees: f.Fees, Insurance: strings.TrimSpace(f.Insurance), InsuredTo: strings.TrimSpace(f.InsuredTo),
		Filing: strings.TrimSpace(f.Filing)}
	return t, Private{strings.TrimSpace(f.SchoolMentor), strings.TrimSpace(f.FirmMentor), strings.TrimSpace(f.Guardian), strings.TrimSpace(f.GuardianPhone)}
}

func filled(list []string) []string {
	kept := []string{}
	for _, v := range list {
		if v != "" {
			kept = append(kept, v)
		}
	}
	return kept
}

// form gives a placement as its form shows it.
func (p *Placement) form() Form {
	until := p.Until
	if until == Forever {
		until = ""
	}
	f := Form{Kind: p.Kind, Since: p.Since, Until: until, Place: p.Place, Work: p.Work, Board: p.Board, Pay: said(p.Pay), Base: said(p.Base), PayWay: p.PayWay,
		PayDays: p.PayDay, HoursDay: p.HoursDay, HoursWeek: p.HoursWeek, Night: p.Night, Overtime: p.Overtime, RestDays: p.RestDays, Venue: p.Venue,
		Works: p.Works, Intensity: p.Intensity, Broker: p.Broker, Fees: p.Fees, Insurance: p.Insurance, InsuredTo: p.InsuredTo, Filing: p.Filing,
		SchoolMentor: p.Private.SchoolMentor, FirmMentor: p.Private.FirmMentor, Guardian: p.Private.Guardian, GuardianPhone: p.Private.GuardianPhone}
	if p.student != nil {
		f.Student = p.student.Ref
	}
	if p.post != nil {
		f.Post = p.post.Ref
	}
	return f
}

func said(fen int64) string {
	if fen == 0 {
		return ""
	}
	return yuan(fen)
}

// fen reads yuan.
func fen(text, place string, wrong *fault.List) int64 {
	text = strings.NewReplacer(",", "", "，", "", " ", "").Replace(text)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > 1e7 {
		wrong.Add(place, "fault.number", text)
		return 0
	}
	return int64(n*100 + 0.5)
}

// Usual are the terms under which a round's admissions are planned, for each side to
// complete: those that the law itself lets nobody exceed, and the post's own pay.
func usual(kind string, p *Post, since string) Form {
	f := Form{Kind: kind, Since: since, PayWay: PayDirect, PayDays: 30, HoursDay: 8, HoursWeek: 40, Pay: said(p.PayLow), Base: said(p.PayLow)}
	if kind == Internship {
		f.Until = later(since, 6, 0)
	}
	return f
}

// Admitting asks for placements of those whom a published round admitted.
type Admitting struct {
	Round string `json:"round"`
	Kind  string `json:"kind"`
	Since string `json:"since"`
}

// Admitted tells what became of a round's admissions.
type Admitted struct {
	Made int `json:"made"`
	Had  int `json:"had"`  // placed by the round before, or placed elsewhere meanwhile
	Left int `json:"left"` // not consenting any more, or gone
}

// Admit plans a placement for each student of the actor's school whom a published
// round admitted. It can be asked again: who has one already gets no second.
func (o *Office) Admit(ctx context.Context, in Admitting) (*Admitted, error) {
	a := auth.From(ctx)
	if err := policy.Allow(ctx, "placement.placement.admit", &Placement{School: a.Unit}); err != nil {
		return nil, err
	}
	_, list, err := o.Talent.Admissions(ctx, in.Round, a.Unit)
	if err != nil {
		return nil, err
	}
	out := new(Admitted)
	for start := 0; start < len(list); start += 100 {
		part := list[start:min(start+100, len(list))]
		done, err := db.Update(ctx, o.DB, func(tx *db.Tx) (Admitted, error) { return o.admit(tx, in, part) })
		if err != nil {
			return nil, err
		}
		out.Made, out.Had, out.Left = out.Made+done.Made, out.Had+done.Had, out.Left+done.Left
	}
	return out, journal.Note(ctx, o.DB, "placement.placement.admit", in.Round, out)
}

func (o *Office) admit(tx *db.Tx, in Admitting, list []Admission) (done Admitted, err error) {
	var people, ids []string
	for _, a := range list {
		people, ids = append(people, a.Candidate), append(ids, a.Post)
	}
	students, err := o.Talent.Students(tx, people)
	if err != nil {
		return done, err
	}
	posts, err := o.Talent.Posts(tx, ids)
	if err != nil {
		return done, err
	}
	for _, a := range list {
		s, p := students[a.Candidate], posts[a.Post]
		if s == nil || p == nil || !s.Consents {
			done.Left++
			continue
		}
		f := usual(in.Kind, p, in.Since)
		f.Origin = in.Round
		var wrong fault.List
		d, err := o.plan(tx, f, s, p, &wrong)
		if err != nil {
			return done, err
		}
		if err := wrong.Err(); err != nil {
			return done, err
		}
		taken, err := claimed(tx, d)
		if err != nil {
			return done, err
		}
		if taken {
			done.Had++
			continue
		}
		if err := o.begin(tx, d); err != nil {
			return done, err
		}
		done.Made++
	}
	return done, nil
}

// Staff is how many staff an enterprise has at a kind of post.
type Staff struct {
	Enterprise string `json:"enterprise"`
	Kind       string `json:"kind"` // code of a kind of position
	Staff      int    `json:"staff"`
}

// TellStaff keeps how many staff work at a kind of post, and checks again those whom
// it concerns.
func (o *Office) TellStaff(ctx context.Context, s Staff) (int, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (int, error) {
		if err := policy.Allow(ctx, "placement.staff.tell", &Placement{Enterprise: s.Enterprise}); err != nil {
			return 0, err
		}
		var wrong fault.List
		if s.Kind == "" {
			wrong.Add("kind", "placement.staff.no_kind")
		}
		if s.Staff < 0 || s.Staff > 1_000_000 {
			wrong.Add("staff", "placement.negative")
		}
		u, err := directory.FindUnit(tx, s.Enterprise)
		if err != nil {
			return 0, err
		}
		if u.Staff > 0 && s.Staff > u.Staff {
			wrong.Add("staff", "placement.staff.above", u.Staff)
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		if err := saveStaff(tx, s.Enterprise, s.Kind, s.Staff); err != nil {
			return 0, err
		}
		if err := journal.Record(tx, "placement.staff.tell", s.Enterprise, s); err != nil {
			return 0, err
		}
		return o.Recheck(tx)
	})
}
