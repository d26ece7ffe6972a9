package recommend

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"guildhall/internal/auth"
	"guildhall/internal/chart"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
	"guildhall/matching/fit"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "recommend."+word, args...)
}

// points shows hundredths of a point.
func points(p int) string { return i18n.Decimal(float64(p)/100, 2) }

func nameOfCode(ctx context.Context, list, code string) string {
	if c, ok := codes.Shipped().Get(list, code); ok {
		return codes.NameOf(ctx, c)
	}
	return code
}

func regionName(ctx context.Context, code string) string {
	path := codes.Shipped().Path("region", code)
	if len(path) == 0 {
		return dash(code)
	}
	var names []string
	for _, c := range path[min(1, len(path)-1):] {
		names = append(names, codes.NameOf(ctx, c))
	}
	if !i18n.Chinese(ctx) {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "")
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func unitName(ctx context.Context, units map[string]*directory.Unit, id string) string {
	if u := units[id]; u != nil {
		return i18n.Pick(ctx, u.Short(), u.NameEN)
	}
	return dash(id)
}

func pay(ctx context.Context, p *fit.Post) string {
	switch low, high := p.PayLow, p.PayHigh; {
	case low == 0 && high == 0:
		return say(ctx, "pay_open")
	case low == high || high == 0:
		return say(ctx, "pay_one", i18n.Yuan(low))
	case low == 0:
		return say(ctx, "pay_one", i18n.Yuan(high))
	default:
		return say(ctx, "pay_range", i18n.Yuan(low), i18n.Yuan(high))
	}
}

// speaks tells the parts of a score that count, merit's or wish's.
func speaks(ctx context.Context, s fit.Score, from, to int) string {
	var list []string
	for i := from; i < to; i++ {
		if s[i] > 0 {
			list = append(list, say(ctx, "part."+fit.Parts[i])+" "+points(s[i]))
		}
	}
	return strings.Join(list, " + ")
}

func skillName(ctx context.Context, code string) string { return nameOfCode(ctx, "skill", code) }

// missing tells the skills that are asked for and not had as they are asked.
func missing(ctx context.Context, needs []Needed) string {
	var list []string
	for _, n := range needs {
		if n.Met() {
			continue
		}
		word := "missing"
		switch {
		case n.Has > 0:
			word = "missing_level"
		case n.Near != "":
			word = "missing_near"
		}
		name := skillName(ctx, n.Code)
		if n.Must {
			name += say(ctx, "must_mark")
		}
		switch word {
		case "missing":
			list = append(list, say(ctx, word, name, n.Level))
		case "missing_level":
			list = append(list, say(ctx, word, name, n.Level, n.Has))
		default:
			list = append(list, say(ctx, word, name, n.Level, skillName(ctx, n.Near)))
		}
	}
	return strings.Join(list, say(ctx, "semicolon"))
}

func raiseText(ctx context.Context, r *Raise, units map[string]*directory.Unit) string {
	if r.Course == nil {
		return say(ctx, "raise", skillName(ctx, r.Code), r.Level, points(r.Points))
	}
	return say(ctx, "raise_course", skillName(ctx, r.Code), r.Level, points(r.Points), courseName(ctx, r.Course))
}

func courseName(ctx context.Context, c *Course) string {
	name := i18n.Pick(ctx, c.Name, c.NameEN)
	if c.Hours > 0 {
		return say(ctx, "course_hours", name, c.Hours)
	}
	return name
}

// gainHead says what is to be done, gainText what it opens.
func gainHead(ctx context.Context, g Gain) string {
	switch {
	case g.Course != nil && g.Course.Hours > 0:
		return say(ctx, "gain_course", i18n.Pick(ctx, g.Course.Name, g.Course.NameEN), g.Course.Hours, g.Opens)
	case g.Course != nil:
		return say(ctx, "gain_course_plain", i18n.Pick(ctx, g.Course.Name, g.Course.NameEN), g.Opens)
	case g.Skill.Code != "":
		return say(ctx, "gain_skill", skillName(ctx, g.Skill.Code), g.Skill.Level, g.Opens)
	case g.Certificate.Occupation != "":
		return say(ctx, "gain_certificate", nameOfCode(ctx, "occupation", g.Certificate.Occupation), say(ctx, "grade."+g.Certificate.Grade), g.Opens)
	case g.City != "":
		return say(ctx, "gain_city", regionName(ctx, g.City), g.Opens)
	}
	return say(ctx, "gain_"+g.Accept, g.Opens)
}

func gainText(ctx context.Context, g Gain, units map[string]*directory.Unit) string {
	var titles []string
	for _, p := range g.Such {
		titles = append(titles, p.Title)
	}
	text := say(ctx, "such", strings.Join(titles, say(ctx, "comma")))
	if g.Course != nil && g.Course.Owner != "" {
		text = say(ctx, "offered_by", unitName(ctx, units, g.Course.Owner)) + text
	}
	return text
}

func learned(ctx context.Context, c *Course) string {
	var list []string
	for _, s := range c.Skills {
		list = append(list, say(ctx, "skill_at", skillName(ctx, s.Code), s.Level))
	}
	if c.Certificate.Occupation != "" {
		list = append(list, say(ctx, "prepares", nameOfCode(ctx, "occupation", c.Certificate.Occupation), say(ctx, "grade."+c.Certificate.Grade)))
	}
	return strings.Join(list, say(ctx, "comma"))
}

func easeText(ctx context.Context, e Ease, now *fit.Post) string {
	switch {
	case e.Any:
		return say(ctx, "ease_any")
	case e.Day:
		return say(ctx, "ease_day")
	case e.Need.Code != "":
		return say(ctx, "ease_need", skillName(ctx, e.Need.Code), e.Need.Level+1, e.Need.Level)
	case e.Pay > 0:
		return say(ctx, "ease_pay", i18n.Yuan(now.PayLow), i18n.Yuan(e.Pay))
	}
	return say(ctx, "ease_schooling", say(ctx, "schooling."+strconv.Itoa(now.Schooling)), say(ctx, "schooling."+strconv.Itoa(e.Schooling)))
}

var barred = []string{fit.BarEducation, fit.BarRegion, fit.BarShift, fit.BarOverseas, fit.BarFloor}

func ruleLine(ctx context.Context, r Rule) string {
	if r.Since == "" {
		return say(ctx, "rule_shipped")
	}
	return say(ctx, "rule_since", r.Since, dash(r.Article))
}

func adviceTitle(ctx context.Context, a *Advice) string {
	if a.mine {
		return say(ctx, "mine")
	}
	return say(ctx, "for_person", a.Person.Name)
}

// effectName says which step it is.
func effectName(ctx context.Context, e Effect) string {
	switch {
	case e.Course != nil:
		return i18n.Pick(ctx, e.Course.Name, e.Course.NameEN)
	case e.Skill.Code != "":
		return say(ctx, "skill_at", skillName(ctx, e.Skill.Code), e.Skill.Level)
	}
	return nameOfCode(ctx, "occupation", e.Certificate.Occupation) + " " + say(ctx, "grade."+e.Certificate.Grade)
}

// effectBars draws the first effects of a list.
func effectBars(ctx context.Context, list []Effect, most int) (b chart.Bars) {
	b.Plain = true
	for _, e := range list[:min(len(list), most)] {
		link := ""
		if e.Course != nil && e.Course.ID != "" {
			link = "/courses/" + e.Course.ID
		}
		b.Rows = append(b.Rows, chart.Bar{Label: effectName(ctx, e), Link: link, Value: float64(e.Opens), Text: i18n.Count(e.Opens), More: " " + say(ctx, "people_short", i18n.Count(e.People))})
	}
	return b
}

// order sorts the courses of a survey as was asked for.
func (s *Survey) order(by string) {
	s.Courses = slices.Clone(s.Courses)
	slices.SortStableFunc(s.Courses, func(a, b Effect) int {
		switch by {
		case "people":
			return cmp.Compare(a.People, b.People)
		case "-people":
			return cmp.Compare(b.People, a.People)
		case "hours":
			return cmp.Compare(a.Course.Hours, b.Course.Hours)
		case "-hours":
			return cmp.Compare(b.Course.Hours, a.Course.Hours)
		case "opens":
			return cmp.Compare(a.Opens, b.Opens)
		}
		return 0
	})
}

func (s *Survey) header(ctx context.Context) []string {
	return []string{say(ctx, "step"), say(ctx, "owner"), say(ctx, "hours"), say(ctx, "opens"), say(ctx, "people"), say(ctx, "each")}
}

func (s *Survey) rows(ctx context.Context) (rows []sheet.Row) {
	for _, list := range [][]Effect{s.Courses, s.Skills, s.Certificates} {
		for _, e := range list {
			owner, hours := "", any("")
			if e.Course != nil {
				owner = unitName(ctx, s.units, e.Course.Owner)
				if e.Course.Hours > 0 {
					hours = e.Course.Hours
				}
			}
			rows = append(rows, sheet.Row{effectName(ctx, e), owner, hours, e.Opens, e.People, i18n.Decimal(e.Each(), 1)})
		}
	}
	return rows
}

func courseTable(ctx context.Context, all []*Course) (header []string, rows []sheet.Row) {
	for _, w := range []string{"course", "owner", "hours", "fee", "form", "teaches", "starts"} {
		header = append(header, say(ctx, w))
	}
	for _, c := range all {
		rows = append(rows, sheet.Row{c.Name, c.OwnerName, c.Hours, float64(c.Fee) / 100, say(ctx, "form."+c.Form), learned(ctx, c), c.Starts})
	}
	return header, rows
}

// form gives a course as a form holds it.
func (c *Course) form() CourseForm {
	f := CourseForm{Owner: c.Owner, Name: c.Name, NameEN: c.NameEN, Hours: c.Hours, Fee: float64(c.Fee) / 100, Form: c.Form,
		Trade: c.Certificate.Occupation, Grade: c.Certificate.Grade, Starts: c.Starts}
	for _, s := range c.Skills {
		f.Skills, f.Levels = append(f.Skills, s.Code), append(f.Levels, strconv.Itoa(s.Level))
	}
	return f
}

// formView is all that the form shows beside what is filled in.
type formView struct {
	ID     string
	Form   CourseForm
	Owners []web.Choice // for those who offer for others
	Err    error
}

// mostSkills is how many lines for skills a form has.
const mostSkills = 5

func (v formView) skill(i int) (code, level string) {
	if i < len(v.Form.Skills) {
		code = v.Form.Skills[i]
	}
	if level = "3"; i < len(v.Form.Levels) {
		level = v.Form.Levels[i]
	}
	return code, level
}

func (o *Office) courseForm(ctx context.Context, id string, in CourseForm, err error) (templ.Component, error) {
	v := formView{ID: id, Form: in, Err: err}
	if id == "" && auth.From(ctx).Runs() {
		units, see := db.View(ctx, o.DB, directory.Units)
		if see != nil {
			return nil, see
		}
		v.Owners = unitChoices(ctx, units)
	}
	return courseFormPage(v), nil
}

func unitChoices(ctx context.Context, units map[string]*directory.Unit) (list []web.Choice) {
	for _, u := range units {
		list = append(list, web.Choice{Value: u.ID, Text: i18n.Pick(ctx, u.Short(), u.NameEN)})
	}
	slices.SortFunc(list, func(a, b web.Choice) int { return cmp.Compare(a.Text, b.Text) })
	return append([]web.Choice{{Value: "", Text: "–"}}, list...)
}

func codeChoices(ctx context.Context, list string) []web.Choice {
	out := []web.Choice{{Value: "", Text: "–"}}
	for _, c := range codes.Shipped().All(list) {
		out = append(out, web.Choice{Value: c.Code, Text: codes.NameOf(ctx, c)})
	}
	return out
}

// tradeChoices are the occupations of the kinds of work, which is what posts are of.
func tradeChoices(ctx context.Context, chosen string) []web.Choice {
	out := []web.Choice{{Value: "", Text: say(ctx, "no_certificate")}}
	seen := map[string]bool{}
	for _, e := range codes.Shipped().AllRelated("position-occupation") {
		if !seen[e.To] {
			seen[e.To] = true
			out = append(out, web.Choice{Value: e.To, Text: nameOfCode(ctx, "occupation", e.To)})
		}
	}
	if chosen != "" && !seen[chosen] {
		out = append(out, web.Choice{Value: chosen, Text: nameOfCode(ctx, "occupation", chosen)})
	}
	slices.SortFunc(out[1:], func(a, b web.Choice) int { return cmp.Compare(a.Text, b.Text) })
	return out
}

func wordChoices(ctx context.Context, prefix string, values []string, none string) (list []web.Choice) {
	if none != "" {
		list = append(list, web.Choice{Value: "", Text: none})
	}
	for _, v := range values {
		list = append(list, web.Choice{Value: v, Text: say(ctx, prefix+v)})
	}
	return list
}

func levelChoices() (list []web.Choice) {
	for l := 1; l <= fit.MaxLevel; l++ {
		list = append(list, web.Choice{Value: strconv.Itoa(l), Text: strconv.Itoa(l)})
	}
	return list
}

func forward(ctx context.Context, next string) string {
	if next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", next)
}

func back(ctx context.Context, after string) string {
	if after == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

// money writes yuan as a form holds them.
func money(yuan float64) string {
	if yuan == 0 {
		return ""
	}
	return strconv.FormatFloat(yuan, 'f', -1, 64)
}

func levelWord(ctx context.Context, level string) string { return codes.KindWord(ctx, level) }

func first(a, _ string) string  { return a }
func second(_, b string) string { return b }

func formTitle(ctx context.Context, v formView) string {
	if v.ID != "" {
		return say(ctx, "course_change")
	}
	return say(ctx, "course_new")
}

func formAction(v formView) string {
	if v.ID != "" {
		return "/courses/" + v.ID
	}
	return "/courses"
}

func feeText(ctx context.Context, c *Course) string {
	if c.Fee == 0 {
		return say(ctx, "free")
	}
	return say(ctx, "yuan", i18n.Yuan(c.Fee))
}
