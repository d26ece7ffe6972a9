package measure

import (
	"math/big"
	"slices"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
)

// sight is what an evaluation sees: the acts of a body within days.
type sight struct {
	tx          *db.Tx
	from, until time.Time // the first moment, and the moment after the last
	units       map[string]*directory.Unit
	began       *time.Time
	counts      map[string]*big.Rat // what calls gave, by their text
	sets        map[string][]string
}

// sightOf gives the sight of the days from one civil day to another, in the body's
// zone.
func sightOf(tx *db.Tx, from, to string) (*sight, error) {
	zone := i18n.Zone(tx.Context())
	first, err := time.ParseInLocation(time.DateOnly, from, zone)
	if err != nil {
		return nil, err
	}
	last, err := time.ParseInLocation(time.DateOnly, to, zone)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	return &sight{tx: tx, from: first, until: last.AddDate(0, 0, 1), units: units, counts: map[string]*big.Rat{}, sets: map[string][]string{}}, err
}

// end is the moment up to which is counted: the end of the days, or now.
func (s *sight) end() time.Time {
	if s.until.After(s.tx.Now) {
		return s.tx.Now
	}
	return s.until
}

// class gives the units of some classes.
func (s *sight) class(classes []string) []string {
	ids := []string{}
	for id, u := range s.units {
		if slices.Contains(classes, u.Class) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// filter gives the acts that a call counts.
func (s *sight) filter(c *call) act.Filter {
	f := c.filter
	f.From, f.Until = s.from, s.until
	switch {
	case c.always:
		f.From = time.Time{}
	case c.months > 0:
		f.From = s.end().AddDate(0, -c.months, 0)
	case c.days > 0:
		f.From = s.end().AddDate(0, 0, -c.days)
	}
	if c.classes != nil {
		f.Units = s.class(c.classes)
	}
	return f
}

func (n num) eval(*sight) (*big.Rat, error) { return n.v, nil }

// eval counts once what is written alike in several rows.
func (c *call) eval(s *sight) (*big.Rat, error) {
	if v := s.counts[c.text]; v != nil {
		return v, nil
	}
	v, err := c.count(s)
	if err == nil {
		s.counts[c.text] = v
	}
	return v, err
}

func (c *call) count(s *sight) (*big.Rat, error) {
	f := s.filter(c)
	var n int64
	var err error
	switch c.name {
	case "count":
		n, err = act.Count(s.tx, f)
	case "subjects":
		n, err = act.Subjects(s.tx, f)
	case "persons":
		n, err = act.Persons(s.tx, f)
	case "sum":
		n, err = act.Sum(s.tx, f, c.amount)
	default:
		var ids []string
		ids, err = c.set(s)
		n = int64(len(ids))
	}
	return new(big.Rat).SetInt64(n), err
}

// set gives what the call counts one by one, each once and in order.
func (c *call) set(s *sight) ([]string, error) {
	if ids, ok := s.sets[c.text]; ok {
		return ids, nil
	}
	ids, err := c.things(s)
	if err == nil {
		s.sets[c.text] = ids
	}
	return ids, err
}

func (c *call) things(s *sight) (ids []string, err error) {
	f := s.filter(c)
	switch c.name {
	case "subjects":
		ids, err = act.SubjectIDs(s.tx, f)
	case "persons":
		ids, err = act.PersonIDs(s.tx, f)
	case "values":
		ids, err = act.Values(s.tx, f, c.amount)
	case "owners":
		ids, err = act.Owners(s.tx, f)
	default:
		ids, err = act.Units(s.tx, f)
	}
	slices.Sort(ids) // databases put letters into orders of their own
	if unit := c.name == "owners" || c.name == "units"; unit && c.classes != nil {
		ids = slices.DeleteFunc(ids, func(id string) bool { _, in := slices.BinarySearch(f.Units, id); return !in })
	}
	return ids, err
}

func (p pair) eval(s *sight) (*big.Rat, error) {
	a, err := p.a.set(s)
	if err != nil {
		return nil, err
	}
	b, err := p.b.set(s)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, id := range a {
		if _, in := slices.BinarySearch(b, id); in == (p.name == "both") {
			n++
		}
	}
	return new(big.Rat).SetInt64(int64(n)), nil
}

func (b binary) eval(s *sight) (*big.Rat, error) {
	x, err := b.a.eval(s)
	if err != nil || x == nil {
		return nil, err
	}
	y, err := b.b.eval(s)
	if err != nil || y == nil {
		return nil, err
	}
	v := new(big.Rat)
	switch b.op {
	case "+":
		return v.Add(x, y), nil
	case "-":
		return v.Sub(x, y), nil
	case "*":
		return v.Mul(x, y), nil
	case "/":
		if y.Sign() == 0 {
			return nil, nil // what is divided by nothing has no value
		}
		return v.Quo(x, y), nil
	}
	if compare(b.op, x, y) {
		v.SetInt64(1)
	}
	return v, nil
}

func (a apply) eval(s *sight) (*big.Rat, error) {
	if a.name == "age" {
		return s.age()
	}
	values := make([]*big.Rat, len(a.args))
	for i, arg := range a.args {
		v, err := arg.eval(s)
		if err != nil || v == nil {
			return nil, err
		}
		values[i] = v
	}
	if a.name == "percent" {
		if values[1].Sign() == 0 {
			return nil, nil
		}
		v := new(big.Rat).Quo(values[0], values[1])
		return v.Mul(v, big.NewRat(100, 1)), nil
	}
	less := func(x, y *big.Rat) int { return x.Cmp(y) }
	if a.name == "min" {
		return slices.MinFunc(values, less), nil
	}
	return slices.MaxFunc(values, less), nil
}

// age counts the days since the body's first act, up to the end of what is seen.
func (s *sight) age() (*big.Rat, error) {
	if s.began == nil {
		at, err := act.Began(s.tx)
		if err != nil {
			return nil, err
		}
		s.began = &at
	}
	if s.began.IsZero() || s.began.After(s.end()) {
		return new(big.Rat), nil
	}
	return new(big.Rat).SetInt64(int64(s.end().Sub(*s.began).Hours() / 24)), nil
}

// acts gives the acts behind some calls, each once, the latest first.
func (s *sight) acts(calls []*call, limit int) ([]act.Act, error) {
	seen := map[string]bool{}
	var all []act.Act
	for _, c := range calls {
		list, err := act.List(s.tx, s.filter(c), "", limit)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if !seen[a.ID] {
				seen[a.ID] = true
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b act.Act) int { return b.At.Compare(a.At) })
	return all, nil
}
