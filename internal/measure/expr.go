package measure

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"guildhall/internal/act"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// A calculator says how a value is counted from acts:
//
//	count(council.meeting.closed)
//	percent(units(talent.demand.filed, class=enterprise), units(member.unit.joined, class=enterprise, always))
//	sum(plan.money.received, received, source=fiscal|school) / 1000000
//	(count(council.meeting.closed, last=12m) = 0) * (age() >= 365)
//
// What stands in a call counts acts of one kind, or of several with | between:
// count (acts), subjects (things that they are about), units (that took part),
// owners (whose acts they are), persons, values (of a mark), and sum (of an
// amount). Conditions after it narrow the acts: mark=a|b, mark!=a, amount>=n,
// amount<=n, class=a|b (a unit of such a class took part, and only such units are
// counted; a value that is no class of units means the mark class of the acts),
// until=kind|kind (no act of these kinds about the same subject has
// followed: what has not ended), and in place of the report's days: always (from
// the beginning to its last day), last=12m or last=30d (up to its last day).
// both(a, b) counts what stands in two such counts of units, persons, subjects or
// values, only(a, b) what stands in the first and not in the second.
// percent(a, b) is a hundred times a over b, min and max take
// several, age() is the number of days since the body's first act. = < > <= >= give
// 1 or 0. What is divided by nothing has no value.
//
// Several expressions with ; between are shown beside each other, each with a
// label and : before it; the first is the row's value.
type expr interface {
	eval(*sight) (*big.Rat, error)
}

type (
	num    struct{ v *big.Rat }
	binary struct {
		op   string
		a, b expr
	}
	apply struct {
		name string // percent, min, max, age
		args []expr
	}
	pair struct {
		name string // both, only
		a, b *call
	}
	call struct {
		name    string // count, subjects, units, owners, persons, values, sum
		amount  string // of sum; of values the mark
		filter  act.Filter
		classes []string
		always  bool
		days    int
		months  int
		text    string // as it was written: what is written alike counts alike
	}
)

// figure is one of the expressions of a calculator.
type figure struct {
	label string
	expr  expr
	calls []*call
}

// maxDepth bounds how deep brackets stand, and maxLength how long a calculator is.
const (
	maxDepth  = 40
	maxLength = 2000
)

// parse reads a calculator and tells all that is wrong with it, each with the
// place in it, counted in characters from 1.
func parse(text string) (list []figure, wrong []*fault.Error) {
	if len(text) > maxLength {
		return nil, []*fault.Error{{Kind: fault.Invalid, Key: "measure.expr.long", Args: []any{maxLength}}}
	}
	start := 0
	for part := range strings.SplitSeq(text, ";") {
		p := &parser{text: []rune(part), base: start}
		start += len(p.text) + 1
		if strings.TrimSpace(part) == "" {
			continue
		}
		label, rest := "", part
		if before, after, ok := strings.Cut(part, ":"); ok && !strings.ContainsAny(before, "(=<>") {
			label, rest = strings.TrimSpace(before), after
			p.at = len([]rune(before)) + 1
		}
		if strings.TrimSpace(rest) == "" {
			p.fault(p.at, "value")
		} else {
			list = append(list, figure{label, p.whole(), p.calls})
		}
		wrong = append(wrong, p.wrong...)
	}
	return list, wrong
}

type parser struct {
	text   []rune
	at     int
	base   int
	depth  int
	broken bool // what follows a mistake of form is not read
	wrong  []*fault.Error
	calls  []*call
}

func (p *parser) fault(at int, word string, args ...any) {
	p.wrong = append(p.wrong, &fault.Error{Kind: fault.Invalid, Key: "measure.expr." + word, Args: append([]any{p.base + at + 1}, args...)})
}

// stop notes a mistake of form, after which no more is read.
func (p *parser) stop(word string, args ...any) expr {
	if !p.broken {
		p.fault(p.at, word, args...)
	}
	p.broken, p.at = true, len(p.text)
	return num{new(big.Rat)}
}

func (p *parser) space() {
	for p.at < len(p.text) && unicode.IsSpace(p.text[p.at]) {
		p.at++
	}
}

// take takes one of the marks if it stands next, the longest first.
func (p *parser) take(marks ...string) string {
	p.space()
	for _, m := range marks {
		if strings.HasPrefix(string(p.text[p.at:min(len(p.text), p.at+len(m))]), m) {
			p.at += len(m)
			return m
		}
	}
	return ""
}

func (p *parser) whole() expr {
	e := p.compared()
	if p.space(); p.at < len(p.text) {
		p.stop("rest", string(p.text[p.at]))
	}
	return e
}

func (p *parser) compared() expr {
	a := p.added()
	if op := p.take("<=", ">=", "=", "<", ">"); op != "" {
		return binary{op, a, p.added()}
	}
	return a
}

func (p *parser) added() expr {
	a := p.multiplied()
	for {
		op := p.take("+", "-")
		if op == "" {
			return a
		}
		a = binary{op, a, p.multiplied()}
	}
}

func (p *parser) multiplied() expr {
	a := p.factor()
	for {
		op := p.take("*", "/")
		if op == "" {
			return a
		}
		a = binary{op, a, p.factor()}
	}
}

func (p *parser) factor() expr {
	if p.depth++; p.depth > maxDepth {
		return p.stop("deep")
	}
	defer func() { p.depth-- }()
	if p.take("-") != "" {
		return binary{"-", num{new(big.Rat)}, p.factor()}
	}
	if p.take("(") != "" {
		e := p.compared()
		if p.take(")") == "" {
			return p.stop("bracket")
		}
		return e
	}
	at := p.at
	word := p.word("._")
	switch {
	case word == "" && p.at >= len(p.text):
		return p.stop("ends")
	case word == "":
		return p.stop("unread", string(p.text[p.at]))
	case word[0] >= '0' && word[0] <= '9':
		v, ok := new(big.Rat).SetString(word)
		if !ok || len(word) > 30 || strings.Contains(word, "_") {
			p.fault(at, "number", word)
			return num{new(big.Rat)}
		}
		return num{v}
	}
	return p.called(at, word)
}

// word takes letters and digits, with what else may stand among them.
func (p *parser) word(also string) string {
	p.space()
	from := p.at
	for p.at < len(p.text) && (p.text[p.at] < 128 && (unicode.IsLetter(p.text[p.at]) || unicode.IsDigit(p.text[p.at])) || strings.ContainsRune(also, p.text[p.at])) {
		p.at++
	}
	return string(p.text[from:p.at])
}

var (
	counters  = []string{"count", "subjects", "units", "owners", "persons", "values", "sum"}
	sets      = []string{"subjects", "units", "owners", "persons", "values"}                      // counters of things that can be told one by one
	functions = map[string][2]int{"percent": {2, 2}, "min": {1, 9}, "max": {1, 9}, "age": {0, 0}} // how many values they take
)

func (p *parser) called(at int, name string) expr {
	takes, function := functions[name]
	if name == "both" || name == "only" {
		return p.paired(at, name)
	}
	if !function && !slices.Contains(counters, name) {
		p.fault(at, "function", name)
	}
	if p.take("(") == "" {
		return p.stop("open", name)
	}
	if !function {
		return p.counted(name)
	}
	a := apply{name: name}
	if p.take(")") == "" {
		for {
			a.args = append(a.args, p.compared())
			if p.take(",") == "" {
				break
			}
		}
		if p.take(")") == "" {
			return p.stop("bracket")
		}
	}
	if len(a.args) < takes[0] || len(a.args) > takes[1] {
		p.fault(at, "arguments", name, takes[0], takes[1])
	}
	return a
}

// paired reads two counts of things that are held against each other.
func (p *parser) paired(at int, name string) expr {
	if p.take("(") == "" {
		return p.stop("open", name)
	}
	var of [2]*call
	for i := range of {
		if i == 1 && p.take(",") == "" {
			return p.stop("arguments", name, 2, 2)
		}
		p.space()
		from := p.at
		word := p.word("._")
		if !slices.Contains(sets, word) {
			p.fault(from, "set", word)
		}
		if p.take("(") == "" {
			return p.stop("open", word)
		}
		c, ok := p.counted(word).(*call)
		if !ok {
			return num{new(big.Rat)}
		}
		of[i] = c
	}
	if p.take(")") == "" {
		return p.stop("bracket")
	}
	if kind := func(c *call) string { return strings.Replace(c.name, "owners", "units", 1) }; kind(of[0]) != kind(of[1]) {
		p.fault(at, "unlike", of[0].name, of[1].name)
	}
	return pair{name, of[0], of[1]}
}

// counted reads the kinds and conditions of a call, up to its bracket.
func (p *parser) counted(name string) expr {
	from := p.at
	c := &call{name: name, filter: act.Filter{Is: map[string][]string{}, Not: map[string][]string{}, Least: map[string]int64{}, Most: map[string]int64{}}}
	var kinds []act.Kind
	for {
		p.space()
		at := p.at
		word := p.word("._")
		k, ok := act.Find(word)
		if !ok {
			p.fault(at, "kind", word)
		}
		kinds, c.filter.Kinds = append(kinds, k), append(c.filter.Kinds, word)
		if p.take("|") == "" {
			break
		}
	}
	if name == "sum" || name == "values" {
		if p.take(",") == "" {
			return p.stop(map[string]string{"sum": "amount_missing", "values": "mark_missing"}[name])
		}
		p.space()
		at := p.at
		c.amount = p.word("_")
		if name == "sum" {
			p.amount(at, kinds, c.amount)
		} else {
			p.mark(at, kinds, c.amount)
		}
	}
	for p.take(",") != "" {
		p.condition(c, kinds)
	}
	if p.take(")") == "" {
		return p.stop("bracket")
	}
	c.text = name + "(" + string(p.text[from:p.at])
	p.calls = append(p.calls, c)
	return c
}

func (p *parser) amount(at int, kinds []act.Kind, name string) {
	for _, k := range kinds {
		if _, ok := k.Amount(name); !ok && k.Name != "" {
			p.fault(at, "amount", k.Name, name)
		}
	}
}

func (p *parser) mark(at int, kinds []act.Kind, name string) {
	for _, k := range kinds {
		if !slices.Contains(k.Marks, name) && k.Name != "" {
			p.fault(at, "mark", k.Name, name)
		}
	}
}

// condition reads one condition of a call.
func (p *parser) condition(c *call, kinds []act.Kind) {
	p.space()
	at := p.at
	name := p.word("_")
	op := p.take("!=", "<=", ">=", "=")
	if name == "always" && op == "" {
		c.always = true
		return
	}
	switch op {
	case ">=", "<=":
		text := p.word("")
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			p.fault(at, "number", text)
		}
		p.amount(at, kinds, name)
		if op == ">=" {
			c.filter.Least[name] = n
		} else {
			c.filter.Most[name] = n
		}
	case "=", "!=":
		values := []string{p.word("_-.")}
		for p.take("|") != "" {
			values = append(values, p.word("_-."))
		}
		p.among(c, kinds, at, name, op, values)
	default:
		p.stop("condition", name)
	}
}

func (p *parser) among(c *call, kinds []act.Kind, at int, name, op string, values []string) {
	switch {
	case slices.Contains(values, ""):
		p.fault(at, "values", name)
	case name == "last" && op == "=":
		p.last(c, at, values[0])
	case name == "until" && op == "=":
		for _, v := range values {
			if _, ok := act.Find(v); !ok {
				p.fault(at, "kind", v)
			}
		}
		c.filter.Unended = values
	case name == "class" && op == "=" && !marksClass(kinds, values):
		for _, v := range values {
			if !slices.Contains(directory.Classes, v) {
				p.fault(at, "class", v)
			}
		}
		c.classes = values
	default:
		p.mark(at, kinds, name)
		if op == "=" {
			c.filter.Is[name] = values
		} else {
			c.filter.Not[name] = values
		}
	}
}

// marksClass tells whether a condition on the class means a mark that the kinds
// bear by that name, such as the class of a resolution, and not that of units.
func marksClass(kinds []act.Kind, values []string) bool {
	bears := func(k act.Kind) bool { return slices.Contains(k.Marks, "class") }
	isUnits := func(v string) bool { return slices.Contains(directory.Classes, v) }
	return !slices.ContainsFunc(values, isUnits) && !slices.ContainsFunc(kinds, func(k act.Kind) bool { return !bears(k) })
}

func (p *parser) last(c *call, at int, text string) {
	n, err := strconv.Atoi(strings.TrimRight(text, "md"))
	switch {
	case err != nil || n < 1 || n > 1200:
		p.fault(at, "last", text)
	case strings.HasSuffix(text, "m") && len(text) == len(strconv.Itoa(n))+1:
		c.months = n
	case strings.HasSuffix(text, "d") && len(text) == len(strconv.Itoa(n))+1:
		c.days = n
	default:
		p.fault(at, "last", text)
	}
}

// threshold is a bound: >= 3.
type threshold struct {
	op string
	v  *big.Rat
}

// parseThreshold reads a bound; an empty one gives the zero threshold.
func parseThreshold(text string) (threshold, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return threshold{}, true
	}
	for _, op := range []string{">=", "<=", "=", ">", "<"} {
		if rest, ok := strings.CutPrefix(text, op); ok {
			v, ok := new(big.Rat).SetString(strings.TrimSpace(rest))
			return threshold{op, v}, ok && len(rest) < 40
		}
	}
	return threshold{}, false
}

// holds tells whether a value keeps the bound.
func (t threshold) holds(v *big.Rat) bool { return compare(t.op, v, t.v) }

func compare(op string, a, b *big.Rat) bool {
	c := a.Cmp(b)
	switch op {
	case ">=":
		return c >= 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case "<":
		return c < 0
	}
	return c == 0
}

func (c *call) String() string {
	return fmt.Sprintf("%s(%s)", c.name, strings.Join(c.filter.Kinds, "|"))
}
