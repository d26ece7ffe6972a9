package facility

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// Search asks for a part of the equipment. Empty fields narrow nothing.
type Search struct {
	Text    string `json:"q"`       // in the name, the place or the numbers
	Owner   string `json:"owner"`   // a unit
	Skill   string `json:"skill"`   // a code
	Status  string `json:"status"`  // one of Statuses
	Weekend bool   `json:"weekend"` // only what can be had at weekends
	Sort    string `json:"sort"`    // name, price, capacity or bought; with a minus before it, falling
	After   string `json:"after"`   // the last piece of the page before
	Limit   int    `json:"limit"`   // 1 to 200; 50 if 0
}

const (
	pageSize = 50
	mostSize = 200
)

func (s *Search) check() error {
	var wrong fault.List
	column, _ := strings.CutPrefix(s.Sort, "-")
	if s.Sort == "" {
		s.Sort = "name"
	} else if sortBy[column] == "" {
		wrong.Add("sort", "facility.sort", s.Sort)
	}
	if s.Status != "" && !slices.Contains(Statuses, Status(s.Status)) {
		wrong.Add("status", "facility.equipment.status", s.Status)
	}
	return wrong.Err()
}

// Page is a part of the equipment.
type Page struct {
	Found  int          `json:"found"` // pieces that the search found
	Pieces []*Equipment `json:"pieces"`
	Next   string       `json:"next,omitempty"` // ask for what comes after this piece; empty at the end

	owners []Named // whose equipment there is, by unit id
	skills []Named
}

func (s *Search) where(tx *db.Tx) db.Where {
	w := visible(auth.From(tx.Context()))
	w.And("e.body = ?", tx.Body)
	numbers := []string{"e.name", "e.location", "e.ref"}
	if policy.Can(tx.Context(), "facility.detail.read", nil) {
		numbers = append(numbers, "e.asset_no")
	}
	w.Like(strings.TrimSpace(s.Text), numbers...)
	if s.Owner != "" {
		w.And("e.owner_id = ?", s.Owner)
	}
	if s.Skill != "" {
		w.And("';' || e.skills || ';' LIKE ?", "%;"+strings.NewReplacer("%", "", "_", "").Replace(s.Skill)+";%")
	}
	if s.Status != "" {
		w.And("e.status = ?", s.Status)
	}
	if s.Weekend {
		w.And("e.weekend = ?", true)
	}
	return w
}

func (f *Facility) page(tx *db.Tx, s Search) (*Page, error) {
	size := min(s.Limit, mostSize)
	if size <= 0 {
		size = pageSize
	}
	p := &Page{}
	var err error
	if p.Found, err = count(tx, s.where(tx)); err != nil {
		return nil, err
	}
	column, falling := strings.CutPrefix(s.Sort, "-")
	if p.Pieces, err = list(tx, s.where(tx), column, falling, s.After, size+1); err != nil {
		return nil, err
	}
	if len(p.Pieces) > size {
		p.Pieces = p.Pieces[:size]
		p.Next = p.Pieces[size-1].ID
	}
	if err := f.name(tx, p.Pieces...); err != nil {
		return nil, err
	}
	return p, p.choices(tx)
}

// choices are what a reader can narrow the list by.
type choices struct{ owners, skills []Named }

func (p *Page) choices(tx *db.Tx) error {
	all := (&Search{}).where(tx)
	kept, err := keptChoices.Of(tx, fmt.Sprint(all.String(), all.Args), func() (*choices, error) { return choicesOf(tx, all) })
	if err == nil {
		p.owners, p.skills = kept.owners, kept.skills
	}
	return err
}

func choicesOf(tx *db.Tx, all db.Where) (*choices, error) {
	p := new(choices)
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	ids, err := owners(tx, all)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if u := units[id]; u != nil {
			p.owners = append(p.owners, Named{id, u.Short(), u.NameEN})
		}
	}
	slices.SortFunc(p.owners, func(a, b Named) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code)) })
	lists, err := skills(tx, all)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, list := range lists {
		for _, code := range split(list) {
			if !seen[code] {
				seen[code] = true
				p.skills = append(p.skills, skill(code))
			}
		}
	}
	slices.SortFunc(p.skills, func(a, b Named) int { return cmp.Compare(a.Code, b.Code) })
	return p, nil
}

// name fills in the names of owners and skills, and opens or leaves out what is
// not for everyone.
func (f *Facility) name(tx *db.Tx, pieces ...*Equipment) error {
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	for _, e := range pieces {
		if u := units[e.Owner]; u != nil {
			e.OwnerName, e.OwnerNameEN = u.Name, u.NameEN
		}
		e.SkillNames = nil
		for _, code := range e.Skills {
			e.SkillNames = append(e.SkillNames, skill(code))
		}
		if !policy.Can(tx.Context(), "facility.detail.read", e) {
			e.outside()
		} else if e.Phone, err = f.Keys.Open(e.sealedPhone); err != nil {
			return err
		}
	}
	return nil
}

// skill gives a skill's code with its names; one that the list does not know
// stands for itself.
func skill(code string) Named {
	c, ok := codes.Shipped().Get("skill", code)
	if !ok {
		return Named{Code: code, Name: code}
	}
	return Named{code, c.Name, c.NameEN}
}

// sorted gives the order that the list is in.
func (s Search) sorted() string { return cmp.Or(s.Sort, "name") }
