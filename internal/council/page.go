package council

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"

	"guildhall/internal/i18n"
	"guildhall/internal/web"

	"guildhall/ballot"
)

// qr gives the path that draws a QR code in a square of size by size, each dot one
// wide, for an SVG of our own: no picture files.
type code struct {
	path string
	size int
}

func qr(text string) (code, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return code{}, err
	}
	var b strings.Builder
	dots := q.Bitmap()
	for y, line := range dots {
		for x, black := range line {
			if black {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return code{b.String(), len(dots)}, nil
}

func (c code) box() string { return fmt.Sprintf("0 0 %d %d", c.size, c.size) }

// choices makes a list to choose from of words under a prefix.
func choices(ctx context.Context, prefix string, values []string, any bool) (list []web.Choice) {
	if any {
		list = append(list, web.Choice{Value: "", Text: say(ctx, "any")})
	}
	for _, v := range values {
		list = append(list, web.Choice{Value: v, Text: say(ctx, prefix+"."+v)})
	}
	return list
}

func statusChoices(ctx context.Context) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, s := range Statuses {
		list = append(list, web.Choice{Value: string(s), Text: say(ctx, "status."+string(s))})
	}
	return list
}

func unitChoices(ctx context.Context, seats []Member, none string) (list []web.Choice) {
	if none != "" {
		list = append(list, web.Choice{Value: "", Text: none})
	}
	for _, m := range seats {
		list = append(list, web.Choice{Value: m.Unit, Text: m.In(ctx)})
	}
	return list
}

func classChoices(ctx context.Context, r *Rules) (list []web.Choice) {
	for _, c := range r.Classes {
		list = append(list, web.Choice{Value: c.Code, Text: i18n.Pick(ctx, c.Name, c.NameEN) + " · " + threshold(ctx, &c)})
	}
	return list
}

// threshold tells in words how many must be there and how many must agree.
func threshold(ctx context.Context, c *Class) string {
	return say(ctx, "threshold", plus(ctx, c.Quorum.String(), c.QuorumMore), i18n.Key("council.base."+c.Base), plus(ctx, c.Majority.String(), c.MajorityMore))
}

// plus says a fraction as a charter does: more than it, or at least.
func plus(ctx context.Context, fraction string, more bool) string {
	if more {
		return say(ctx, "more_than", fraction)
	}
	return say(ctx, "at_least", fraction)
}

// basis says of what a fraction is a part.
func basis(ctx context.Context, base, fraction string, more bool) string {
	return say(ctx, "basis", i18n.Key("council.base."+base), plus(ctx, fraction, more))
}

func portion(ctx context.Context, f ballot.Fraction) string {
	return plus(ctx, fmt.Sprintf("%d/%d", f.Num, f.Den), f.More)
}

// statusTag is the tint of how far a meeting has come.
func statusTag(s Status) string {
	switch s {
	case InSession, Checking:
		return "tag wait"
	case Confirmed, Archived:
		return "tag go"
	}
	return "tag"
}

func motionTag(s string) string {
	switch s {
	case Carried:
		return "tag go"
	case Voting, Counting, Tied, Again:
		return "tag wait"
	case Rejected:
		return "tag none"
	}
	return "tag"
}

func attendanceTag(s string) string {
	switch s {
	case There, Remote, Proxied, Writes:
		return "tag go"
	case "absent":
		return "tag none"
	}
	return "tag"
}

// next gives the step that comes after a status: the path of its form and its word.
func (m *Meeting) next() (path, word string) {
	switch m.Status {
	case Draft:
		return "notice", "do.notify"
	case Notified:
		if m.written() {
			return "opening", "do.open"
		}
		return "checking", "do.check"
	case Checking:
		return "opening", "do.open"
	case InSession:
		return "closing", "do.close"
	case Confirmed:
		return "archiving", "do.archive"
	}
	return "", ""
}

func itoa[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// part gives how much of a whole something is, for a place on a meter.
func part(n, of int) string {
	if of == 0 {
		return "0%"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of))
}

// label gives the name of a choice in the reader's language.
func label(ctx context.Context, q *ballot.Question, code string) string {
	if q.Kind == ballot.Motion || code == ballot.Blank || code == ballot.Invalid {
		return say(ctx, "choice."+code)
	}
	for _, c := range q.Choices {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// chosen says a whole vote in words.
func chosen(ctx context.Context, q *ballot.Question, vote string) string {
	var names []string
	for code := range strings.SplitSeq(vote, "+") {
		names = append(names, label(ctx, q, code))
	}
	return strings.Join(names, say(ctx, "and"))
}

// rule says what a ballot takes to carry, in figures.
func (b *Ballot) rule(ctx context.Context) string {
	q := b.Question
	if b.Status == "closed" {
		return say(ctx, "ballot.needed", i18n.Key("council.base."+q.Majority.Base), b.Result.Base, b.Result.Need, b.Article)
	}
	base := q.Present
	switch q.Majority.Base {
	case ballot.All:
		base = q.All
	case ballot.Cast, ballot.Valid:
		return say(ctx, "ballot.part", i18n.Key("council.base."+q.Majority.Base), portion(ctx, q.Majority.Fraction), b.Article)
	}
	if b.Written && q.Majority.Base == ballot.Present {
		return say(ctx, "ballot.part", i18n.Key("council.base.present"), portion(ctx, q.Majority.Fraction), b.Article)
	}
	return say(ctx, "ballot.needed", i18n.Key("council.base."+q.Majority.Base), base, q.Majority.Need(base), b.Article)
}

// outcome says how a closed ballot ended, and with what tint.
func (b *Ballot) outcome(ctx context.Context, m *Motion) (word, tint string) {
	switch r := b.Result; {
	case b.Status == "void":
		return i18n.T(ctx, b.Void), "none"
	case !r.Quorate:
		return say(ctx, "outcome.inquorate", b.Question.Quorum.Need(b.Question.All), b.Question.Present), "none"
	case m.Kind == ballot.Election && len(r.Elected) > 0:
		return say(ctx, "outcome.elected", chosen(ctx, &b.Question, strings.Join(r.Elected, "+"))), ""
	case m.Kind == ballot.Election:
		return say(ctx, "outcome.nobody"), "none"
	case r.Carried:
		return say(ctx, "outcome.carried"), ""
	case r.Tied:
		return say(ctx, "outcome.tied"), "wait"
	}
	return say(ctx, "outcome.rejected"), "none"
}

// formOf gives a motion as its form is filled in.
func formOf(m *Motion) ItemForm {
	var lines []string
	for _, c := range m.Candidates {
		text := c.Name
		if c.Note != "" {
			text += " | " + c.Note
		}
		lines = append(lines, text)
	}
	return ItemForm{Kind: m.Kind, Title: m.Title, Words: m.Words, Class: m.Class, Level: m.Level, Mover: m.Mover, Seats: m.Seats, Candidates: strings.Join(lines, "\n")}
}

// langOf gives the language in which a name stands.
func langOf(ctx context.Context, english string) string {
	if i18n.Chinese(ctx) || english == "" {
		return "zh-CN"
	}
	return "en"
}

// motionable tells whether motions of a meeting can be voted on now.
func (m *Meeting) motionable(o *Motion) bool {
	return m.Status == InSession && (o.Status == Floor || o.Status == Again)
}

// lapses tells after what the votes are counted by themselves.
func (b *Ballot) lapses(ctx context.Context) string {
	if b.EndsAt == nil {
		return ""
	}
	return say(ctx, "ballot.ends", i18n.Time(ctx, *b.EndsAt))
}

func firstPage(ctx context.Context, later bool) string {
	if !later {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func nextPage(ctx context.Context, after int) string {
	if after == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "after", itoa(after))
}

func kindOf(in ItemForm) string {
	if in.Kind == "" {
		return ballot.Motion
	}
	return in.Kind
}

func defaultClass(in ItemForm) string {
	if in.Class == "" && in.Kind == ballot.Election {
		return "election"
	}
	return in.Class
}

func seatsOf(in ItemForm) string {
	if in.Seats == 0 {
		return "1"
	}
	return itoa(in.Seats)
}

func itemChoices(ctx context.Context, items []*Item) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "top")}}
	for _, i := range items {
		if i.Parent == "" {
			list = append(list, web.Choice{Value: i.ID, Text: i.Number + " " + i.Title})
		}
	}
	return list
}

// levelChoices lists the ways to vote; hands cannot elect.
func levelChoices(ctx context.Context, kind string) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "level_usual")}}
	for _, l := range levels {
		if kind != ballot.Election || l != ballot.Hands {
			list = append(list, web.Choice{Value: l, Text: say(ctx, "level."+l)})
		}
	}
	return list
}

// motion gives a motion of the meeting by its id.
func (w *Whole) motion(id string) *Motion {
	for _, i := range w.Items {
		for _, o := range append(i.Changes, i.Motion) {
			if o != nil && o.ID == id {
				return o
			}
		}
	}
	return &Motion{}
}

// latest gives the motion that was decided last, with its ballot.
func (w *Whole) latest() (m *Motion, last *Ballot) {
	for _, i := range w.Items {
		for _, o := range append(i.Changes, i.Motion) {
			if o == nil {
				continue
			}
			if b := counted(o.Ballots); b != nil && (last == nil || b.ClosedAt.After(*last.ClosedAt)) {
				m, last = o, b
			}
		}
	}
	return m, last
}

func (w *Whole) className(ctx context.Context, code string) string {
	c, _ := w.Rules.Class(code)
	return i18n.Pick(ctx, c.Name, c.NameEN)
}

// tallyIn tells in one line what each choice got, in the reader's language.
func tallyIn(ctx context.Context, b *Ballot) string {
	var parts []string
	for i, c := range b.Question.Choices {
		if i < len(b.Result.Counts) {
			parts = append(parts, fmt.Sprintf("%s %d", label(ctx, &b.Question, c.Code), b.Result.Counts[i]))
		}
	}
	if b.Result.Invalid > 0 {
		parts = append(parts, fmt.Sprintf("%s %d", say(ctx, "choice.invalid"), b.Result.Invalid))
	}
	return strings.Join(parts, say(ctx, "and"))
}

// classLine says in what class and how a motion is decided, and how it was.
func (w *Whole) classLine(ctx context.Context, m *Motion) string {
	text := say(ctx, "class_line", w.className(ctx, m.Class), levelKey(m.Level))
	for _, b := range m.Ballots {
		if b.Status == "closed" {
			text += say(ctx, "stop") + tallyIn(ctx, b)
		}
	}
	return text
}

// side puts the first mark's word before it, the others' after.
func side(i int) string {
	if i == 0 {
		return "end"
	}
	return "start"
}

func (s Status) before(o Status) bool {
	return slices.Index(Statuses, s) < slices.Index(Statuses, o)
}

func (c *Coming) covers(item string) bool { return slices.Contains(c.Scope, item) }

func memberClasses(ctx context.Context, w *Whole) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, c := range w.Count.Classes {
		list = append(list, web.Choice{Value: c.Class, Text: i18n.T(ctx, string(classKey(c.Class)))})
	}
	return list
}

// short tells how many are missing before the motion can be opened.
func (s *Sheet) short() int64 {
	return max(0, s.Class.quorum().Need(int64(s.Count.All))-int64(s.Count.Here()))
}

// amended gives the words with which the form of an amendment begins: those of
// the motion, or what was filled in.
func amended(s *Sheet, in ItemForm) string {
	if in.Words != "" {
		return in.Words
	}
	return s.Motion.Words
}

// left counts the units for which the voter has not voted yet.
func (p *Paperslip) left() (n int) {
	for _, e := range p.Units {
		if !e.Voted {
			n++
		}
	}
	return n
}

// waiting names some of those who have not voted, and how many more there are.
func (p *Paperslip) waiting(ctx context.Context) string {
	var names []string
	for _, e := range p.Waiting[:min(len(p.Waiting), 12)] {
		names = append(names, i18n.Pick(ctx, e.Name, e.NameEN))
	}
	text := strings.Join(names, say(ctx, "and"))
	if more := len(p.Waiting) - len(names); more > 0 {
		text += say(ctx, "and_more", more)
	}
	return text
}

// did tells what a unit on the roll did, as far as everybody may know.
func (e *Elector) did(ctx context.Context, b *Ballot) string {
	switch {
	case e.Aside:
		return say(ctx, "aside")
	case e.Voted && b.Level == ballot.Named:
		return chosen(ctx, &b.Question, e.Choice)
	case e.Voted:
		return say(ctx, "has_voted")
	case !e.Present:
		return say(ctx, "no_part")
	case b.Level == ballot.Hands:
		return say(ctx, "took_part")
	}
	return say(ctx, "not_cast")
}

// marks gives one need for each number on the meter.
func (w *Whole) marks() (list []Need) {
	for i, n := range w.Needs {
		if i == 0 || n.Need != w.Needs[i-1].Need {
			list = append(list, n)
		}
	}
	return list
}
