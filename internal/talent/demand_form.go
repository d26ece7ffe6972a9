package talent

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/fault"
)

// DemandForm is a demand as people fill it in: pay in yuan, skills in words.
type DemandForm struct {
	Unit         string           `json:"unit"` // whose it is; the actor's own where empty
	Title        string           `json:"title"`
	Position     string           `json:"position"`
	Occupation   string           `json:"occupation"` // found by the title where empty and that leaves no doubt
	Segment      string           `json:"segment"`
	Region       string           `json:"region"`
	Quantity     int              `json:"quantity"`
	From         string           `json:"from"` // days
	By           string           `json:"by"`
	Certainty    demand.Certainty `json:"certainty"`
	ValidUntil   string           `json:"valid_until"`
	Education    string           `json:"education"`
	Programmes   string           `json:"programmes"` // codes or names, with commas between them
	Grade        string           `json:"grade"`
	Certificates string           `json:"certificates"`
	Experience   string           `json:"experience"`
	Skills       string           `json:"skills"` // one a line: name or code, level, 必备 or required where it is
	PayLow       int64            `json:"pay_low"`
	PayHigh      int64            `json:"pay_high"`
	Shift        string           `json:"shift"`
	Duty         string           `json:"duty"`
	Modes        []string         `json:"modes"`
	Urgent       bool             `json:"urgent"`
	Reason       string           `json:"reason"`
	Retained     int              `json:"retained"`
	Departures   int              `json:"departures"`
	Contact      string           `json:"contact" personal:"true"`
	Phone        string           `json:"phone" personal:"true"`
	Like         string           `json:"like"`   // the line that it was copied from
	Anyway       bool             `json:"anyway"` // file it beside lines that want the same
}

// formOf gives a line as a form, to be changed or copied.
func (t *Talent) formOf(d *Demand) (DemandForm, error) {
	c, err := t.contact(d)
	return DemandForm{Unit: d.Unit, Title: d.Title, Position: d.Position, Occupation: d.Occupation, Segment: d.Segment, Region: d.Region,
		Quantity: d.Quantity, From: d.From, By: d.By, Certainty: d.Certainty, ValidUntil: d.ValidUntil, Education: d.Education,
		Programmes: strings.Join(d.Programmes, ", "), Grade: d.Grade, Certificates: d.Certificates, Experience: d.Experience,
		Skills: t.skillLines(d.Needs), PayLow: d.PayLow / 100, PayHigh: d.PayHigh / 100, Shift: d.Shift, Duty: d.Duty, Modes: d.Modes,
		Urgent: d.Urgent, Reason: d.Reason, Retained: d.Retained, Departures: d.Departures, Contact: c.Name, Phone: c.Phone}, err
}

// skillLines writes needs as people read them, for a form.
func (t *Talent) skillLines(needs Needs) string {
	var lines []string
	for _, n := range needs {
		name := n.Code
		if c, ok := t.Codes.Get("skill", n.Code); ok {
			name = c.Name
		}
		line := name + " " + strconv.Itoa(n.Level)
		if n.Must {
			line += " 必备"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// fillDemand puts what a form tells into a line, and tells all that is wrong
// with it at once.
func (t *Talent) fillDemand(tx *db.Tx, d *Demand, in DemandForm) error {
	var wrong fault.List
	l := d.Line
	l.Title, l.Quantity, l.From, l.By, l.Certainty = strings.TrimSpace(in.Title), in.Quantity, in.From, in.By, in.Certainty
	if in.ValidUntil != "" {
		l.ValidUntil = in.ValidUntil
	}
	if l.ID == "" {
		l.Like = in.Like
	}
	d.Position, d.Occupation, d.Segment, d.Region = in.Position, in.Occupation, in.Segment, in.Region
	d.Education, d.Grade, d.Experience, d.Shift, d.Reason = in.Education, in.Grade, in.Experience, in.Shift, in.Reason
	d.Certificates, d.Duty, d.Urgent = strings.TrimSpace(in.Certificates), strings.TrimSpace(in.Duty), in.Urgent
	d.PayLow, d.PayHigh, d.Retained, d.Departures = in.PayLow*100, in.PayHigh*100, in.Retained, in.Departures
	d.Modes = slices.DeleteFunc(slices.Clone(in.Modes), func(m string) bool { return m == "" })
	d.sealed = t.shutContact(Contact{strings.TrimSpace(in.Contact), strings.TrimSpace(in.Phone)})
	t.settle(d, &wrong)
	d.Programmes = t.readProgrammes(in.Programmes, &wrong)
	d.Needs = t.readSkills(in.Skills, &wrong)
	if d.Needs == nil && in.Skills == "" {
		d.Needs = t.usualNeeds(d.Position)
	}
	d.check(&wrong, in.Phone)
	d.code(t.Codes)
	check := *l // with what File fills in where nothing is told
	if check.Certainty == "" {
		check.Certainty = demand.Firm
	}
	if check.ValidUntil == "" {
		check.ValidUntil = demand.Day(tx)
	}
	if err := check.Check(demand.Day(tx)); err != nil {
		wrong = append(wrong, err.(fault.List)...)
	}
	if len(wrong) == 0 && !in.Anyway {
		alike, err := demand.Alike(tx, l, "occupation")
		if err != nil {
			return err
		}
		for _, other := range alike {
			wrong.Add("anyway", "talent.demand.alike", other.Name(), other.Title, other.Quantity, other.By)
		}
	}
	return wrong.Err()
}

// settle finds the occupation and the kind of position where one is told by the
// other, or by the title without doubt. Where there is doubt a person decides.
func (t *Talent) settle(d *Demand, wrong *fault.List) {
	if kind, ok := t.Codes.Get("position", d.Position); ok && d.Occupation == "" {
		d.Occupation = kind.Attr["occupation"]
	}
	if d.Occupation != "" {
		if _, ok := t.Codes.Get("occupation", d.Occupation); !ok {
			wrong.Add("occupation", "talent.demand.no_occupation", d.Occupation)
		}
		return
	}
	if guesses := t.guesses(d.Title); len(guesses) > 0 && guesses[0].Confidence >= codes.Sure {
		d.Occupation = guesses[0].Code.Code
		return
	}
	wrong.Add("occupation", "talent.demand.which_occupation")
}

// guesses gives the occupations that a title may mean, the likeliest first: by the
// kind of position that bears its name, then by the list and by labelled titles.
func (t *Talent) guesses(title string) (list []codes.Match) {
	if strings.TrimSpace(title) == "" {
		return nil
	}
	for _, m := range t.Codes.MatchPosition(title) {
		if c, ok := t.Codes.Get("occupation", m.Code.Attr["occupation"]); ok {
			list = append(list, codes.Match{Code: c, Confidence: m.Confidence, Reason: m.Reason})
		}
	}
	for _, m := range t.Codes.GuessOccupation(title, 8) {
		if m.Code.Level == 4 && !slices.ContainsFunc(list, func(had codes.Match) bool { return had.Code.Code == m.Code.Code }) {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b codes.Match) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return list[:min(len(list), 5)]
}

// usualNeeds are the skills that a kind of position asks for by the code lists.
func (t *Talent) usualNeeds(position string) (needs Needs) {
	for _, e := range t.Codes.Related("position-skill", position) {
		needs = append(needs, Need{e.To, max(e.Level, 1), max(e.Weight, 1), e.Weight >= 30})
	}
	return needs
}

// readProgrammes reads codes or names with commas between them.
func (t *Talent) readProgrammes(text string, wrong *fault.List) (list []string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if c, ok := t.Codes.Get("programme", part); ok {
			list = append(list, c.Code)
			continue
		}
		switch found := t.Codes.MatchProgramme("", part); {
		case len(found) > 0 && found[0].Confidence >= codes.Sure:
			list = append(list, found[0].Code.Code)
		case len(found) > 0:
			wrong.Add("programmes", "talent.demand.which_programme", part, choicesOf(found))
		default:
			wrong.Add("programmes", "talent.demand.no_programme", part)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// readSkills reads one skill a line: its name or code, the level, and whether it
// is required. Names that may mean several are given back for a person to choose.
func (t *Talent) readSkills(text string, wrong *fault.List) (needs Needs) {
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(";；\n", r) }) {
		name, n := skillLine(line)
		if name == "" {
			continue
		}
		if n.Level < 1 || n.Level > 5 {
			wrong.Add("skills", "talent.skill.level", name, n.Level)
			continue
		}
		if c, ok := t.Codes.Get("skill", strings.ToUpper(name)); ok {
			n.Code = c.Code
		} else if found := t.Codes.MatchSkill(name); len(found) > 0 && found[0].Confidence >= codes.Sure {
			n.Code = found[0].Code.Code
		} else if len(found) > 0 {
			wrong.Add("skills", "talent.demand.which_skill", name, choicesOf(found))
			continue
		} else {
			wrong.Add("skills", "talent.demand.no_skill", name)
			continue
		}
		needs = needs.With(n)
	}
	return needs
}

// skillLine parts a line such as "绝缘检测 3 必备".
func skillLine(line string) (name string, n Need) {
	n = Need{Level: unstated, Weight: unweighted}
	words := strings.Fields(strings.NewReplacer("（", " ", "）", " ", "级", " ", ":", " ", "：", " ").Replace(line))
	for len(words) > 0 {
		last := words[len(words)-1]
		if last == "必备" || last == "required" {
			n.Must = true
		} else if level, err := strconv.Atoi(last); err == nil && len(words) > 1 {
			n.Level = level
		} else {
			break
		}
		words = words[:len(words)-1]
	}
	return strings.Join(words, " "), n
}

func choicesOf(found []codes.Match) string {
	var names []string
	for _, m := range found[:min(3, len(found))] {
		names = append(names, m.Code.Name+" "+m.Code.Code)
	}
	return strings.Join(names, "、")
}

// phoneNumber is a mobile number, or that of a fixed line.
var phoneNumber = regexp.MustCompile(`^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,5})?)$`)

// check adds what is wrong with the particulars.
func (d *Demand) check(wrong *fault.List, phone string) {
	if d.PayLow < 0 || d.PayHigh < 0 || d.PayHigh > 0 && d.PayHigh < d.PayLow {
		wrong.Add("pay_high", "talent.position.pay")
	}
	for _, n := range []struct {
		place string
		value int
	}{{"retained", d.Retained}, {"departures", d.Departures}} {
		if n.value < 0 {
			wrong.Add(n.place, "talent.negative", n.value)
		}
	}
	for _, of := range []struct {
		place, value string
		known        []string
	}{
		{"grade", d.Grade, Grades}, {"experience", d.Experience, Experiences}, {"shift", d.Shift, Shifts},
		{"reason", d.Reason, Reasons}, {"education", d.Education, Educations},
	} {
		if of.value != "" && !slices.Contains(of.known, of.value) {
			wrong.Add(of.place, "talent.demand.choice", of.value)
		}
	}
	for _, m := range d.Modes {
		if !slices.Contains(Modes, m) {
			wrong.Add("modes", "talent.demand.choice", m)
		}
	}
	if phone = strings.TrimSpace(phone); phone != "" && !phoneNumber.MatchString(phone) {
		wrong.Add("phone", "talent.demand.phone")
	}
	for _, text := range []struct{ place, value string }{{"duty", d.Duty}, {"certificates", d.Certificates}, {"title", d.Title}} {
		if most := map[string]int{"duty": 2000}[text.place]; len([]rune(text.value)) > max(most, 200) {
			wrong.Add(text.place, "talent.demand.long", max(most, 200))
		}
	}
}
