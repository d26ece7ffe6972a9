package member

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
)

// knowledge is what is known before a sheet is taken, changed by each row as if
// it were kept.
type knowledge struct {
	day       string // today
	now       time.Time
	ranks     Ranks
	units     map[string]*directory.Unit
	byCode    map[string]*directory.Unit
	names     map[string]string // plain name to unit
	standings map[string]*Standing
	coming    map[string][]string // by rank, the new units among the rows before that will hold it
	held      []Rank              // of the row at hand, where it is a new unit's
	decided   bool                // a person has allowed what would be asked
}

func learn(tx *db.Tx) (*knowledge, error) {
	k := &knowledge{now: today(tx), day: todayText(tx), byCode: map[string]*directory.Unit{}, coming: map[string][]string{}}
	var err error
	if k.ranks, err = ranksOf(tx); err != nil {
		return nil, err
	}
	if k.units, err = directory.Units(tx); err != nil {
		return nil, err
	}
	if k.names, err = directory.Aliases(tx); err != nil {
		return nil, err
	}
	for _, u := range k.units {
		if u.CreditCode != "" {
			k.byCode[u.CreditCode] = u
		}
	}
	k.standings, err = everyone(tx)
	return k, err
}

func (k *knowledge) belongs(unit string) bool {
	s := k.standings[unit]
	return s != nil && s.open() != nil
}

// unit finds the unit that a row means: by its credit code, then by its number,
// then by its name. Where these mean different units the row is refused.
func (k *knowledge) unit(row *intake.Row) *directory.Unit {
	code := row.Text("uscc")
	byNumber, byName := k.units[k.names[directory.Plain(row.Text("member_id"))]], k.units[k.names[directory.Plain(row.Text("name"))]]
	if u := k.byCode[code]; code != "" && u != nil {
		if byNumber != nil && byNumber != u || byName != nil && byName != u {
			row.Refuse("uscc", "member.import.name_of_other", code, u.Name)
		}
		return u
	}
	u := byNumber
	if u == nil {
		u = byName
	} else if byName != nil && byName != u {
		row.Refuse("member_id", "member.import.number_of_other", row.Text("member_id"), u.Name)
	}
	if u != nil && code != "" && u.CreditCode != "" && u.CreditCode != code {
		row.Refuse("uscc", "member.unit.other_code", u.Name, u.CreditCode)
	}
	return u
}

// facts notes what a row would change of a unit in the directory.
func (k *knowledge) facts(row *intake.Row, had *directory.Unit) {
	if had == nil {
		if !row.Has("kind") {
			row.Refuse("kind", "member.import.class")
		}
		return
	}
	if k.unnumbered(row) {
		row.Differs("member_id", "", row.Text("member_id"))
	}
	now := told(row, had)
	for _, c := range []struct{ field, old, new string }{
		{"name", had.Name, now.Name}, {"short_name", had.ShortName, now.ShortName}, {"kind", had.Class, now.Class},
		{"uscc", had.CreditCode, now.CreditCode}, {"industry_code", had.Industry, now.Industry}, {"region_code", had.Region, now.Region},
		{"segment_codes", strings.Join(had.Segments, ";"), strings.Join(now.Segments, ";")},
		{"employees", strconv.Itoa(had.Staff), strconv.Itoa(now.Staff)}, {"phone", had.Phone, now.Phone},
		{"fictional", strconv.FormatBool(had.Fictional), strconv.FormatBool(now.Fictional)},
	} {
		if c.old != c.new {
			row.Differs(c.field, c.old, c.new)
		}
	}
}

// unnumbered tells whether the row's number is not known of any unit yet.
func (k *knowledge) unnumbered(row *intake.Row) bool {
	return row.Has("member_id") && k.names[directory.Plain(row.Text("member_id"))] == ""
}

func differing(a, b directory.Unit) bool {
	return !slices.Equal(a.Segments, b.Segments) || a.Name != b.Name || a.ShortName != b.ShortName || a.Class != b.Class || a.CreditCode != b.CreditCode ||
		a.Industry != b.Industry || a.Region != b.Region || a.Staff != b.Staff || a.Phone != b.Phone || a.Fictional != b.Fictional
}

// told gives a unit with what a row tells of it put over what was known.
func told(row *intake.Row, had *directory.Unit) *directory.Unit {
	u := &directory.Unit{}
	if had != nil {
		*u = *had
	}
	u.Ref = row.Text("member_id")
	for field, to := range map[string]*string{"name": &u.Name, "short_name": &u.ShortName, "uscc": &u.CreditCode,
		"industry_code": &u.Industry, "region_code": &u.Region, "phone": &u.Phone} {
		if row.Has(field) {
			*to = row.Text(field)
		}
	}
	if row.Has("kind") {
		u.Class = classOf(row.Text("kind"))
	}
	if row.Has("segment_codes") {
		u.Segments = nil
		for _, item := range row.Items("segment_codes") {
			u.Segments = append(u.Segments, item.Code)
		}
	}
	if row.Has("employees") {
		u.Staff = row.Int("employees")
	}
	if row.Has("fictional") {
		u.Fictional = row.Yes("fictional")
	}
	return u
}

// classOf gives the directory's class for a word of the sheet's column.
func classOf(kind string) string {
	switch kind {
	case "higher":
		return "higher_vocational"
	case "association":
		return "other"
	}
	return kind
}
