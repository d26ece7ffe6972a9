package plan

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Condition is one thing that a unit must be or have done to qualify for a policy:
// data that can be checked. On a form it is a line of words:
//
//	class is enterprise research
//	region under 4502
//	segment is battery motor
//	staff >= 50
//	member_months >= 12
//	acts facility.equipment.shared >= 1 in 24 months
//	sum plan.money.received received >= 100000 in 12 months
//
// Sums of money are in yuan. After # stand the words of the document.
type Condition struct {
	Fact   string   `json:"fact"`             // class, region, industry, segment, staff, member_months, acts or sum
	Kind   string   `json:"kind,omitempty"`   // of the acts
	Amount string   `json:"amount,omitempty"` // of the acts, for a sum
	Months int      `json:"months,omitempty"` // in which the acts were done, up to now
	Op     string   `json:"op"`               // is, under, >= or <=
	Values []string `json:"values,omitempty"`
	Number int64    `json:"number,omitempty"`
	Words  string   `json:"words,omitempty"`
}

// Reason tells how a unit stands to a condition.
type Reason struct {
	Condition Condition `json:"condition"`
	Met       bool      `json:"met"`
	Known     bool      `json:"known"` // false: nobody has told, so that it is not met either
	Have      string    `json:"have"`  // what the unit has: a code or a number
}

// ParseConditions reads conditions, one a line, and tells all that is wrong, each
// with its line.
func ParseConditions(text string) (list []Condition, wrong fault.List) {
	list = []Condition{}
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		told, words, _ := strings.Cut(line, "#")
		if strings.TrimSpace(told) == "" {
			continue
		}
		c, err := parseCondition(strings.Fields(told))
		if err != "" {
			wrong.Add("conditions", "plan.condition."+err, n)
			continue
		}
		c.Words = strings.TrimSpace(words)
		list = append(list, c)
	}
	return list, wrong
}

// parseCondition gives the key of what is wrong, or "".
func parseCondition(f []string) (c Condition, wrong string) {
	c.Fact = f[0]
	f = f[1:]
	switch c.Fact {
	case "class", "region", "industry", "segment":
		return c.among(f)
	case "staff", "member_months":
		return c.bounded(f)
	case "acts", "sum":
	default:
		return c, "fact"
	}
	if len(f) > 3 && f[len(f)-1] == "months" && f[len(f)-3] == "in" {
		n, err := strconv.Atoi(f[len(f)-2])
		if err != nil || n < 1 || n > 120 {
			return c, "months"
		}
		c.Months, f = n, f[:len(f)-3]
	}
	if len(f) == 0 {
		return c, "kind"
	}
	kind, ok := act.Find(f[0])
	if !ok {
		return c, "kind"
	}
	c.Kind, f = f[0], f[1:]
	if c.Fact == "acts" {
		return c.bounded(f)
	}
	if len(f) == 0 {
		return c, "amount"
	}
	m, ok := kind.Amount(f[0])
	if !ok {
		return c, "amount"
	}
	c.Amount = f[0]
	if c, wrong = c.bounded(f[1:]); wrong == "" && m.Unit == act.Fen {
		c.Number *= 100
	}
	return c, wrong
}

func (c Condition) among(f []string) (Condition, string) {
	if len(f) < 2 || f[0] != "is" && !(f[0] == "under" && c.Fact != "class") {
		return c, "is"
	}
	c.Op, c.Values = f[0], f[1:]
	if c.Fact == "class" && slices.ContainsFunc(c.Values, func(v string) bool { return !slices.Contains(directory.Classes, v) }) {
		return c, "class"
	}
	return c, ""
}

func (c Condition) bounded(f []string) (Condition, string) {
	if len(f) != 2 || f[0] != ">=" && f[0] != "<=" {
		return c, "bound"
	}
	n, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil || n < 0 || n > 1e12 {
		return c, "number"
	}
	c.Op, c.Number = f[0], n
	return c, ""
}

// Line writes the condition as a form shows it.
func (c Condition) Line() string {
	line := c.Fact
	number := c.Number
	if c.Kind != "" {
		line += " " + c.Kind
	}
	if c.Amount != "" {
		line += " " + c.Amount
		if c.inFen() {
			number /= 100
		}
	}
	if c.Op == "is" || c.Op == "under" {
		line += " " + c.Op + " " + strings.Join(c.Values, " ")
	} else {
		line += fmt.Sprintf(" %s %d", c.Op, number)
	}
	if c.Months > 0 {
		line += fmt.Sprintf(" in %d months", c.Months)
	}
	if c.Words != "" {
		line += " # " + c.Words
	}
	return line
}

func (c Condition) inFen() bool {
	k, _ := act.Find(c.Kind)
	m, _ := k.Amount(c.Amount)
	return m.Unit == act.Fen
}

// weigh tells how a value stands to the condition.
func (c Condition) weigh(have string) Reason {
	r := Reason{Condition: c, Have: have, Known: have != ""}
	for one := range strings.SplitSeq(have, ";") {
		switch c.Op {
		case "is":
			r.Met = r.Met || slices.Contains(c.Values, one)
		case "under":
			r.Met = r.Met || one != "" && slices.ContainsFunc(c.Values, func(v string) bool { return strings.HasPrefix(one, v) })
		default:
			n, err := strconv.ParseInt(one, 10, 64)
			r.Met = err == nil && (c.Op == ">=" && n >= c.Number || c.Op == "<=" && n <= c.Number)
		}
	}
	return r
}

// facts answers for a unit what conditions ask.
type facts struct {
	tx    *db.Tx
	since map[string]string
}

func (p *Plan) facts(tx *db.Tx) (f facts, err error) {
	f.tx = tx
	if p.Since != nil {
		f.since, err = p.Since(tx)
	}
	return f, err
}

// of gives what a unit has of what the condition asks; empty where nobody knows.
func (f facts) of(u *directory.Unit, c Condition) (string, error) {
	switch c.Fact {
	case "class":
		return u.Class, nil
	case "region":
		return u.Region, nil
	case "industry":
		return u.Industry, nil
	case "segment":
		return strings.Join(u.Segments, ";"), nil
	case "staff":
		if u.Staff == 0 {
			return "", nil
		}
		return strconv.Itoa(u.Staff), nil
	case "member_months":
		if f.since[u.ID] == "" {
			return "", nil
		}
		return strconv.Itoa(daysBetween(f.since[u.ID], today(f.tx)) * 12 / 365), nil
	}
	filter := act.Filter{Kind: c.Kind, Unit: u.ID}
	if c.Months > 0 {
		filter.From = f.tx.Now.AddDate(0, -c.Months, 0)
	}
	n, err := int64(0), error(nil)
	if c.Fact == "acts" {
		n, err = act.Count(f.tx, filter)
	} else {
		n, err = act.Sum(f.tx, filter, c.Amount)
	}
	return strconv.FormatInt(n, 10), err
}

// weigh tells how a unit stands to all conditions.
func (f facts) weigh(u *directory.Unit, list []Condition) (reasons []Reason, err error) {
	for _, c := range list {
		have, err := f.of(u, c)
		if err != nil {
			return nil, err
		}
		reasons = append(reasons, c.weigh(have))
	}
	return reasons, nil
}

// Qualifies tells whether every condition is met.
func Qualifies(reasons []Reason) bool {
	return !slices.ContainsFunc(reasons, func(r Reason) bool { return !r.Met })
}

// Says puts a condition into the reader's words.
func (c Condition) Says(ctx context.Context) string {
	if c.Words != "" && i18n.Chinese(ctx) {
		return c.Words
	}
	k, _ := act.Find(c.Kind)
	m, _ := k.Amount(c.Amount)
	what := say(ctx, "fact."+c.Fact)
	switch c.Fact {
	case "acts":
		what = say(ctx, "fact.acts_of", k.In(ctx))
	case "sum":
		what = say(ctx, "fact.sum_of", k.In(ctx), m.In(ctx))
	}
	if c.Months > 0 {
		what = say(ctx, "fact.within", what, c.Months)
	}
	op := map[string]string{"is": "is", "under": "under", ">=": "least", "<=": "most"}[c.Op]
	return say(ctx, "fact.op_"+op, what, c.value(ctx))
}

func (c Condition) value(ctx context.Context) string {
	if c.Op == ">=" || c.Op == "<=" {
		return c.number(ctx, c.Number)
	}
	said := make([]string, len(c.Values))
	for i, v := range c.Values {
		said[i] = c.code(ctx, v)
	}
	return strings.Join(said, say(ctx, "or"))
}

func (c Condition) code(ctx context.Context, v string) string {
	if c.Fact == "class" {
		return say(ctx, "class."+v)
	}
	return v
}

func (c Condition) number(ctx context.Context, n int64) string {
	if c.inFen() {
		return act.Shown(ctx, act.Fen, n)
	}
	return i18n.Count(n)
}

// Shown puts what the unit has into the reader's words.
func (r Reason) Shown(ctx context.Context) string {
	if !r.Known {
		return say(ctx, "not_known")
	}
	if n, err := strconv.ParseInt(r.Have, 10, 64); err == nil && r.Condition.Op != "is" && r.Condition.Op != "under" {
		return r.Condition.number(ctx, n)
	}
	var said []string
	for one := range strings.SplitSeq(r.Have, ";") {
		said = append(said, r.Condition.code(ctx, one))
	}
	return strings.Join(said, say(ctx, "and"))
}
