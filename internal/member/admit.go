package member

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// Application is a unit as it stands on the form by which it joins. A unit that
// the directory knows by its name or its credit code is taken from there, and
// keeps the facts that it has there.
type Application struct {
	Name       string `json:"name"`
	ShortName  string `json:"short_name"`
	NameEN     string `json:"name_en"`
	Class      string `json:"class"` // one of directory.Classes
	CreditCode string `json:"credit_code"`
	Industry   string `json:"industry"` // code in GB/T 4754
	Region     string `json:"region"`   // six digits
	Segments   string `json:"segments"` // codes with semicolons between
	Staff      int    `json:"staff"`
	Phone      string `json:"phone"` // of the office
	Since      string `json:"since"`
	Rank       string `json:"rank"`
	Part       string `json:"part"`
	Resolution string `json:"resolution"`
}

// Admit takes a unit into the body, and notes it in the directory first where it
// does not stand there yet. All that is wrong is told at once, before anything
// is written.
func (r *Roll) Admit(ctx context.Context, a Application) (*Standing, error) {
	u, err := db.View(ctx, r.DB, func(tx *db.Tx) (*directory.Unit, error) { return a.check(tx) })
	if err != nil {
		return nil, err
	}
	if u.ID == "" {
		if err := r.Directory.EnrolUnits(ctx, []*directory.Unit{u}); err != nil {
			return nil, err
		}
	}
	return r.Join(ctx, Membership{Unit: u.ID, Since: a.Since, Ranks: []string{a.Rank}, Part: a.Part, Resolution: a.Resolution})
}

// inspect adds what is wrong with an application to what could not even be read.
func (r *Roll) inspect(ctx context.Context, a Application, wrong fault.List) error {
	_, err := db.View(ctx, r.DB, func(tx *db.Tx) (*directory.Unit, error) { return a.check(tx) })
	more, ok := errors.AsType[fault.List](err)
	if err != nil && !ok {
		return err
	}
	return append(wrong, more...)
}

// check gives the unit that the application means, with its id where the
// directory knows it.
func (a *Application) check(tx *db.Tx) (*directory.Unit, error) {
	if err := policy.Allow(tx.Context(), "member.unit.join", nil); err != nil {
		return nil, err
	}
	var wrong fault.List
	checkDay(&wrong, "since", a.Since, today(tx))
	checkResolution(&wrong, a.Resolution)
	ranks, err := ranksOf(tx)
	if err != nil {
		return nil, err
	}
	if _, ok := ranks.Find(a.Rank); !ok && a.Rank != "" {
		wrong.Add("rank", "member.rank.unknown", a.Rank)
	}
	if a.Part = strings.TrimSpace(a.Part); len([]rune(a.Part)) > 100 {
		wrong.Add("part", "member.part.long")
	}
	a.CreditCode = codes.NormaliseUSCC(a.CreditCode)
	u, err := a.known(tx, &wrong)
	if err != nil {
		return nil, err
	}
	if u == nil {
		u = a.unit(&wrong)
	}
	return u, wrong.Err()
}

// known finds the unit in the directory, by its credit code or by its name.
func (a *Application) known(tx *db.Tx, wrong *fault.List) (*directory.Unit, error) {
	if a.CreditCode != "" {
		u, err := directory.Resolve(tx, a.CreditCode)
		if err == nil {
			if a.Name != "" && directory.Plain(a.Name) != directory.Plain(u.Name) && directory.Plain(a.Name) != directory.Plain(u.ShortName) {
				wrong.Add("credit_code", "member.unit.code_of", u.Name)
			}
			return u, nil
		}
		if !errors.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	if strings.TrimSpace(a.Name) == "" {
		return nil, nil
	}
	u, err := directory.Resolve(tx, a.Name)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil, nil
	case errors.Is(err, fault.Conflict):
		wrong.Add("name", "member.unit.ambiguous", a.Name)
		return nil, nil
	case err != nil:
		return nil, err
	}
	if a.CreditCode != "" && u.CreditCode != "" && a.CreditCode != u.CreditCode {
		wrong.Add("credit_code", "member.unit.other_code", u.Name, u.CreditCode)
	}
	return u, nil
}

// unit makes a new unit of the application's facts.
func (a *Application) unit(wrong *fault.List) *directory.Unit {
	u := &directory.Unit{Name: strings.TrimSpace(a.Name), ShortName: strings.TrimSpace(a.ShortName), NameEN: strings.TrimSpace(a.NameEN),
		Class: a.Class, CreditCode: a.CreditCode, Industry: strings.TrimSpace(a.Industry), Region: strings.TrimSpace(a.Region),
		Staff: a.Staff, Phone: strings.TrimSpace(a.Phone)}
	if u.Name == "" {
		wrong.Add("name", "member.unit.unnamed")
	}
	for place, text := range map[string]string{"name": u.Name, "short_name": u.ShortName, "name_en": u.NameEN, "phone": u.Phone} {
		if len([]rune(text)) > 120 {
			wrong.Add(place, "member.unit.long", 120)
		}
	}
	if !slices.Contains(directory.Classes, u.Class) {
		wrong.Add("class", "member.unit.class")
	}
	if u.CreditCode != "" {
		if err := codes.CheckUSCC(u.CreditCode); err != nil {
			f := fault.Of(err)
			wrong.Add("credit_code", f.Key, f.Args...)
		}
	}
	if u.Staff < 0 {
		wrong.Add("staff", "member.unit.staff")
	}
	u.Segments = slices.DeleteFunc(strings.FieldsFunc(a.Segments, func(r rune) bool { return strings.ContainsRune(";；,，、 ", r) }), func(s string) bool { return s == "" })
	for place, list := range map[string]struct {
		name  string
		codes []string
	}{"industry": {"industry", []string{u.Industry}}, "region": {"region", []string{u.Region}}, "segments": {"segment", u.Segments}} {
		for _, code := range list.codes {
			if _, ok := codes.Shipped().Get(list.name, code); code != "" && !ok {
				wrong.Add(place, "member.unit.code", code)
			}
		}
	}
	return u
}
