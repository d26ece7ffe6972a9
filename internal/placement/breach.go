package placement

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Breach is one rule that a placement does not keep.
type Breach struct {
	Rule    string   `json:"rule"`
	Word    string   `json:"word"` // what is wrong: key after "placement.breach."
	Args    []string `json:"args,omitempty"`
	Article string   `json:"article"`
	Waits   bool     `json:"waits,omitempty"` // only a signature is missing
}

// Verdict is what a check found, with the rule that it went by.
type Verdict struct {
	At        time.Time `json:"at"`
	Rule      string    `json:"rule"` // id of the version of the regulation
	Since     string    `json:"since,omitempty"`
	Breaches  []Breach  `json:"breaches"`
	Staff     int       `json:"staff"`      // of the enterprise, as it was then
	PostStaff int       `json:"post_staff"` // of the kind of post
	Snapshot  string    `json:"snapshot"`   // fingerprint of the regulation's text, which is kept
}

// matter is all that one look at a placement needs.
type matter struct {
	*Placement
	near      int // of the programme to the post, per cent
	staff     int // 0: not known
	postStaff int
	beside    []span // those who hold places of the enterprise meanwhile
	posted    []span // those of them in the same kind of post
}

// span is a period in which somebody holds a place.
type span struct{ since, until string }

// breach gives what is wrong, or nil.
func breach(word string, args ...string) *Breach { return &Breach{Word: word, Args: args} }

// looks are the rules. Each looks at one thing under its limit.
var looks = rulesOf()

func rulesOf() map[string]func(l Limit, m *matter) *Breach {
	flag := func(word string, of func(*Terms) bool) func(Limit, *matter) *Breach {
		return func(_ Limit, m *matter) *Breach {
			if of(&m.Terms) {
				return breach(word)
			}
			return nil
		}
	}
	return map[string]func(Limit, *matter) *Breach{
		"agreement":   lookAgreement,
		"guardian":    lookGuardian,
		"staff":       lookStaff,
		"post":        lookPost,
		"pay":         lookPay,
		"pay_way":     lookPayWay,
		"pay_cycle":   lookPayCycle,
		"age":         lookAge,
		"year":        lookYear,
		"hours_day":   lookHours("hours_day", func(t *Terms) int { return t.HoursDay }),
		"hours_week":  lookHours("hours_week", func(t *Terms) int { return t.HoursWeek }),
		"night":       flag("night", func(t *Terms) bool { return t.Night }),
		"overtime":    flag("overtime", func(t *Terms) bool { return t.Overtime }),
		"rest_days":   flag("rest_days", func(t *Terms) bool { return t.RestDays }),
		"broker":      flag("broker", func(t *Terms) bool { return t.Broker }),
		"fees":        flag("fees", func(t *Terms) bool { return t.Fees }),
		"venue":       lookVenue,
		"work":        lookWork("work", func(*matter) bool { return true }),
		"work_minor":  lookWork("work_minor", func(m *matter) bool { return m.student.under(18, m.Since) }),
		"work_female": lookWork("work_female", func(m *matter) bool { return m.student.Female }),
		"intensity":   lookIntensity,
		"insurance":   lookInsurance,
		"mentors":     lookMentors,
		"fit":         lookFit,
		"length":      lookLength,
	}
}

// breaches gives everything that a placement does not keep, in the order of the
// regulation.
func (r Regulation) breaches(m *matter) []Breach {
	found := []Breach{}
	for _, l := range r.Limits {
		if l.Excused && strings.TrimSpace(m.Filing) != "" {
			continue
		}
		if b := looks[l.Rule](l, m); b != nil {
			b.Rule, b.Article = l.Rule, l.Article
			found = append(found, *b)
		}
	}
	return found
}

// under tells whether somebody is, or may be, under an age in the month of a day:
// the month in which they come of it counts still. Of whom nothing is known, that
// is told by the rule of age.
func (s *Student) under(years int, day string) bool {
	if s.AdultFrom == "" || len(day) < 7 {
		return false
	}
	year, err := strconv.Atoi(s.AdultFrom[:4])
	if err != nil {
		return false
	}
	return strconv.Itoa(year+years-18)+s.AdultFrom[4:] > day[:7]
}

func lookAgreement(_ Limit, m *matter) *Breach {
	if m.agreed == nil {
		return breach("agreement_none")
	}
	missing := slices.DeleteFunc(m.agreed.Missing(), func(role string) bool { return role == roleGuardian })
	if len(missing) == 0 {
		return nil
	}
	return &Breach{Word: "agreement", Args: []string{strings.Join(missing, " ")}, Waits: true}
}

func lookGuardian(l Limit, m *matter) *Breach {
	if !m.student.under(l.Limit, m.Since) {
		return nil
	}
	if m.agreed != nil {
		if _, ok := m.agreed.Party(roleGuardian); ok {
			if _, signed := m.agreed.Has(roleGuardian); signed {
				return nil
			}
			return &Breach{Word: "guardian", Args: []string{strconv.Itoa(l.Limit)}, Waits: true}
		}
	}
	return breach("guardian_none", strconv.Itoa(l.Limit))
}

func lookStaff(l Limit, m *matter) *Breach { return share("staff", l, m.staff, m.beside, m.Placement) }

func lookPost(l Limit, m *matter) *Breach {
	return share("post", l, m.postStaff, m.posted, m.Placement)
}

// share looks at how many of so many staff are interns at the same time.
func share(word string, l Limit, staff int, beside []span, p *Placement) *Breach {
	if staff <= 0 {
		return breach(word + "_unknown")
	}
	most := l.Limit * staff / 100
	if n := 1 + peak(beside, p.Since, p.Until); n > most {
		return breach(word, strconv.Itoa(n), strconv.Itoa(staff), strconv.Itoa(l.Limit), strconv.Itoa(most))
	}
	return nil
}

// peak gives how many of the spans run at once at most within a period. It is
// reached on a day on which one of them begins, or on the period's first.
func peak(spans []span, since, until string) (most int) {
	days := []string{since}
	for _, s := range spans {
		if s.since > since && s.since < until {
			days = append(days, s.since)
		}
	}
	for _, day := range days {
		n := 0
		for _, s := range spans {
			if s.since <= day && day < s.until {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func lookPay(l Limit, m *matter) *Breach {
	if m.Base <= 0 {
		return breach("pay_unknown")
	}
	if m.Pay*100 >= m.Base*int64(l.Limit) {
		return nil
	}
	least := (m.Base*int64(l.Limit) + 99) / 100
	return breach("pay", yuan(m.Pay), yuan(m.Base), strconv.Itoa(l.Limit), yuan((least+99)/100*100))
}

func yuan(fen int64) string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(fen)/100, 'f', 2, 64), ".00")
}

func lookPayWay(_ Limit, m *matter) *Breach {
	switch m.PayWay {
	case PayDirect:
		return nil
	case "":
		return breach("pay_way_unknown")
	}
	return breach("pay_way_" + m.PayWay)
}

func lookPayCycle(l Limit, m *matter) *Breach {
	if m.PayDay < 1 || m.PayDay > l.Limit {
		return breach("pay_cycle", strconv.Itoa(m.PayDay), strconv.Itoa(l.Limit))
	}
	return nil
}

func lookAge(l Limit, m *matter) *Breach {
	if m.student.AdultFrom == "" {
		return breach("age_unknown")
	}
	if m.student.under(l.Limit, m.Since) {
		return breach("age", strconv.Itoa(l.Limit))
	}
	return nil
}

// lookYear looks at whether the student has been at school for so many years.
func lookYear(l Limit, m *matter) *Breach {
	entered, err := time.Parse(time.DateOnly, m.student.Entered)
	if err != nil {
		return breach("year_unknown")
	}
	// Schools close the year in summer: who entered in September is in the second from July on.
	if from := entered.AddDate(l.Limit, -2, 0).Format(time.DateOnly); m.Since < from {
		return breach("year", strconv.Itoa(l.Limit), from)
	}
	return nil
}

func lookHours(word string, of func(*Terms) int) func(Limit, *matter) *Breach {
	return func(l Limit, m *matter) *Breach {
		switch n := of(&m.Terms); {
		case n == 0:
			return breach(word + "_unknown")
		case n > l.Limit:
			return breach(word, strconv.Itoa(n), strconv.Itoa(l.Limit))
		}
		return nil
	}
}

func lookVenue(l Limit, m *matter) *Breach {
	if m.Venue == "" {
		return breach("venue_unknown")
	}
	if slices.Contains(l.Values, m.Venue) {
		return breach("venue", m.Venue)
	}
	return nil
}

func lookWork(word string, whose func(*matter) bool) func(Limit, *matter) *Breach {
	return func(l Limit, m *matter) *Breach {
		barred := slices.DeleteFunc(slices.Clone(m.Works), func(w string) bool { return !slices.Contains(l.Values, w) })
		if len(barred) == 0 || !whose(m) {
			return nil
		}
		return breach(word, strings.Join(barred, " "))
	}
}

func lookIntensity(l Limit, m *matter) *Breach {
	switch {
	case m.Intensity == 0:
		return breach("intensity_unknown")
	case m.Intensity > l.Limit:
		return breach("intensity", strconv.Itoa(m.Intensity), strconv.Itoa(l.Limit))
	}
	return nil
}

func lookInsurance(_ Limit, m *matter) *Breach {
	if strings.TrimSpace(m.Insurance) == "" {
		return breach("insurance_none")
	}
	if m.InsuredTo != "" && m.InsuredTo < m.Until {
		return breach("insurance", m.InsuredTo, m.Until)
	}
	return nil
}

func lookMentors(_ Limit, m *matter) *Breach {
	var missing []string
	if m.Private.SchoolMentor == "" {
		missing = append(missing, "school")
	}
	if m.Private.FirmMentor == "" {
		missing = append(missing, "enterprise")
	}
	if len(missing) == 0 {
		return nil
	}
	return breach("mentors", strings.Join(missing, " "))
}

func lookFit(l Limit, m *matter) *Breach {
	if m.near < l.Limit {
		return breach("fit", m.Programme)
	}
	return nil
}

func lookLength(l Limit, m *matter) *Breach {
	if longest := later(m.Since, l.Limit, 0); m.Until > longest {
		return breach("length", strconv.Itoa(l.Limit), longest)
	}
	return nil
}
