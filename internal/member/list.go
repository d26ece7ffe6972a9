package member

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// Search asks for a part of the roll. Empty fields narrow nothing.
type Search struct {
	Text    string `json:"q"` // in the names or the credit code
	Class   string `json:"class"`
	Rank    string `json:"rank"`
	Region  string `json:"region"`
	Segment string `json:"segment"`
	On      string `json:"on"`    // the day on which the roll is read; today, if empty
	Sort    string `json:"sort"`  // rank, name, class or since; with a minus before it, falling
	After   string `json:"after"` // the last unit of the page before
	Limit   int    `json:"limit"` // 1 to 200; 50 if 0
}

const (
	pageSize = 50
	mostSize = 200
)

// Place is a code with its names, as it is shown.
type Place struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
}

// Entry is one line of the roll: a unit with what it is on that day.
type Entry struct {
	Unit       string   `json:"unit"`
	Name       string   `json:"name"`
	NameEN     string   `json:"name_en,omitempty"`
	ShortName  string   `json:"short_name,omitempty"`
	Class      string   `json:"class"`
	CreditCode string   `json:"credit_code,omitempty"`
	Industry   *Place   `json:"industry,omitempty"`
	Region     *Place   `json:"region,omitempty"`
	Segments   []Place  `json:"segments"`
	Staff      int      `json:"staff,omitempty"` // 0 where not known
	Ranks      []Rank   `json:"ranks"`           // the highest first; none where it does not belong on that day
	Since      string   `json:"since"`           // the first day of the term
	Until      string   `json:"until,omitempty"`
	Parts      []string `json:"parts,omitempty"` // what it is beside its rank: a known word or as written
	Phone      string   `json:"phone,omitempty"` // of the office; only for those who work with the roll
	Fictional  bool     `json:"fictional"`
}

// Count is how many units of the roll have something in common.
type Count struct {
	Code  string `json:"code"`
	Count int    `json:"count"`
}

// Page is a part of the roll.
type Page struct {
	On      string  `json:"on"`
	Total   int     `json:"total"` // units of the whole roll on that day
	Found   int     `json:"found"` // of which the search found so many
	Classes []Count `json:"classes"`
	Entries []Entry `json:"entries"`
	Next    string  `json:"next,omitempty"` // ask for what comes after this unit; empty at the end

	ranks    Ranks
	regions  []Place // that the roll's units stand in
	segments []Place
}

// List gives a part of the roll as it was on a day.
func (r *Roll) List(ctx context.Context, s Search) (*Page, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*Page, error) {
		if s.On = strings.TrimSpace(s.On); s.On == "" {
			s.On = todayText(tx)
		} else if _, err := time.Parse(time.DateOnly, s.On); err != nil {
			var wrong fault.List
			wrong.Add("on", "fault.date", s.On)
			return nil, wrong.Err()
		}
		ranks, err := ranksOf(tx)
		if err != nil {
			return nil, err
		}
		all, err := entries(tx, s.On, ranks)
		if err != nil {
			return nil, err
		}
		p := &Page{On: s.On, Total: len(all), ranks: ranks}
		p.regions, p.segments, p.Classes = choices(all)
		return p, p.cut(all, s)
	})
}

// entries gives the roll of a day, in no order.
func entries(tx *db.Tx, day string, ranks Ranks) ([]Entry, error) {
	standings, err := on(tx, day)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	all := make([]Entry, 0, len(standings))
	for id, s := range standings {
		if u := units[id]; u != nil && len(s.Terms) > 0 && policy.Can(tx.Context(), "member.roll.read", s) {
			all = append(all, entry(tx.Context(), u, s, day, ranks))
		}
	}
	return all, nil
}

func entry(ctx context.Context, u *directory.Unit, s *Standing, day string, ranks Ranks) Entry {
	e := Entry{Unit: u.ID, Name: u.Name, NameEN: u.NameEN, ShortName: u.ShortName, Class: u.Class, CreditCode: u.CreditCode,
		Staff: u.Staff, Fictional: u.Fictional, Segments: []Place{}, Ranks: []Rank{}}
	if phone(ctx) {
		e.Phone = u.Phone
	}
	e.Industry, e.Region = place("industry", u.Industry), place("region", u.Region)
	for _, code := range u.Segments {
		e.Segments = append(e.Segments, *place("segment", code))
	}
	if t, ok := s.On(day); ok {
		e.Since, e.Until = t.Since, t.Until
		if t.Part != "" {
			e.Parts = strings.Split(t.Part, ";")
		}
	}
	for _, t := range s.RanksOn(day, ranks) {
		rank, _ := ranks.Find(t.Rank)
		e.Ranks = append(e.Ranks, rank)
	}
	return e
}

// place gives a code with its names; a code that the list does not know stands
// for itself.
func place(list, code string) *Place {
	if code == "" {
		return nil
	}
	c, ok := codes.Shipped().Get(list, code)
	if !ok {
		return &Place{Code: code, Name: code}
	}
	return &Place{Code: code, Name: c.Name, NameEN: c.NameEN}
}

// choices gathers what a reader can narrow the roll by, and counts its classes.
func choices(all []Entry) (regions, segments []Place, classes []Count) {
	count := map[string]int{}
	for _, e := range all {
		count[e.Class]++
		if e.Region != nil && !slices.Contains(regions, *e.Region) {
			regions = append(regions, *e.Region)
		}
		for _, s := range e.Segments {
			if !slices.Contains(segments, s) {
				segments = append(segments, s)
			}
		}
	}
	byCode := func(a, b Place) int { return cmp.Compare(a.Code, b.Code) }
	slices.SortFunc(regions, byCode)
	slices.SortFunc(segments, byCode)
	classes = []Count{}
	for _, class := range directory.Classes {
		if count[class] > 0 {
			classes = append(classes, Count{class, count[class]})
		}
	}
	return regions, segments, classes
}

// cut takes from all entries the page that was asked for.
func (p *Page) cut(all []Entry, s Search) error {
	found := slices.DeleteFunc(all, func(e Entry) bool { return !s.finds(e) })
	order, err := sorter(s.Sort)
	if err != nil {
		return err
	}
	slices.SortFunc(found, order)
	p.Found = len(found)
	if s.After != "" {
		found = found[slices.IndexFunc(found, func(e Entry) bool { return e.Unit == s.After })+1:]
	}
	size := min(s.Limit, mostSize)
	if size <= 0 {
		size = pageSize
	}
	if len(found) > size {
		found = found[:size]
		p.Next = found[size-1].Unit
	}
	p.Entries = found
	return nil
}

func (s Search) finds(e Entry) bool {
	if text := directory.Plain(s.Text); text != "" {
		in := func(name string) bool { return strings.Contains(directory.Plain(name), text) }
		if !in(e.Name) && !in(e.ShortName) && !in(e.NameEN) && !in(e.CreditCode) {
			return false
		}
	}
	return (s.Class == "" || e.Class == s.Class) &&
		(s.Region == "" || e.Region != nil && e.Region.Code == s.Region) &&
		(s.Rank == "" || slices.ContainsFunc(e.Ranks, func(r Rank) bool { return r.Code == s.Rank })) &&
		(s.Segment == "" || slices.ContainsFunc(e.Segments, func(p Place) bool { return p.Code == s.Segment }))
}

// sorter gives the order that a list is asked for: by rank if by nothing. Equals
// follow each other by name, and then by id, so that an order is always whole.
func sorter(by string) (func(a, b Entry) int, error) {
	column, falling := strings.CutPrefix(by, "-")
	name := func(a, b Entry) int { return cmp.Compare(pinyin(a.Name), pinyin(b.Name)) }
	var order func(a, b Entry) int
	switch column {
	case "", "rank":
		order = func(a, b Entry) int { return cmp.Compare(a.highest(), b.highest()) }
	case "name":
		order = name
	case "class":
		order = func(a, b Entry) int {
			return cmp.Compare(slices.Index(directory.Classes, a.Class), slices.Index(directory.Classes, b.Class))
		}
	case "since":
		order = func(a, b Entry) int { return cmp.Compare(a.Since, b.Since) }
	default:
		var wrong fault.List
		wrong.Add("sort", "member.sort", by)
		return nil, wrong.Err()
	}
	return func(a, b Entry) int {
		first := order(a, b)
		if falling {
			first = -first
		}
		return cmp.Or(first, name(a, b), cmp.Compare(a.Unit, b.Unit))
	}, nil
}

// highest gives the place of the entry's highest rank.
func (e Entry) highest() int {
	if len(e.Ranks) == 0 {
		return 1 << 20
	}
	return e.Ranks[0].Place
}

// pinyin gives the key by which names are put in order. In GB 18030 the 3,755
// characters of common use stand in the order of their sounds, which is the
// order that people expect of a list of names.
func pinyin(name string) string {
	key, err := simplifiedchinese.GB18030.NewEncoder().String(name)
	if err != nil {
		return name
	}
	return key
}
