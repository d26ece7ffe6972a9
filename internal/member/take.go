package member

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
)

// Takers gives what the roll does with sheets of members.
func (r *Roll) Takers() []intake.Taker { return []intake.Taker{taker{r}} }

// taker takes sheets of members. What a sheet tells of the units goes to the
// directory first (Prepare); then they join, or change rank, in the body (Take).
type taker struct{ roll *Roll }

func (taker) Kind() string { return "members" }

// Weigh says what would become of each row.
func (taker) Weigh(tx *db.Tx, _ *intake.Batch, rows []*intake.Row) error {
	if err := policy.Allow(tx.Context(), "member.unit.join", nil); err != nil {
		return err
	}
	known, err := learn(tx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		unit := known.unit(row)
		belonged := unit != nil && known.belongs(unit.ID)
		if row.Verdict != intake.Refused {
			known.facts(row, unit)
			if _, err := known.stand(row, unit); err != nil {
				return err
			}
		}
		row.Weighed(belonged)
		known.count(row, unit)
	}
	return nil
}

// Prepare notes new units in the directory, and what the sheet tells anew of
// those that are known.
func (t taker) Prepare(ctx context.Context, _ *intake.Batch, rows []*intake.Row) error {
	units, err := db.View(ctx, t.roll.DB, func(tx *db.Tx) ([]*directory.Unit, error) {
		known, err := learn(tx)
		if err != nil {
			return nil, err
		}
		var units []*directory.Unit
		for _, row := range rows {
			had := known.unit(row)
			if u := told(row, had); had == nil || differing(*had, *u) || known.unnumbered(row) {
				units = append(units, u)
			}
		}
		return units, nil
	})
	if err != nil || len(units) == 0 {
		return err
	}
	return t.roll.Directory.EnrolUnits(ctx, units)
}

// Take lets the rows' units join, or gives them the ranks that the sheet tells.
func (taker) Take(tx *db.Tx, _ *intake.Batch, rows []*intake.Row) error {
	known, err := learn(tx)
	if err != nil {
		return err
	}
	known.decided = true
	for _, row := range rows {
		unit := known.unit(row)
		if unit == nil {
			continue // Prepare did not find it worth noting, so Weigh has refused it
		}
		steps, err := known.stand(row, unit)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if err := policy.Allow(tx.Context(), s.action, s); err != nil {
				return err
			}
			if err := keep(tx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

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

// stand works out what a row does to its unit's standing: it joins, or changes
// its ranks as of today. It gives the standing once for each step, to be kept in
// this order. What cannot be is refused.
func (k *knowledge) stand(row *intake.Row, unit *directory.Unit) (steps []*Standing, err error) {
	ranks, part, unknown := k.ranks.role(row.Text("role"))
	if together(ranks) != nil {
		row.Refuse("role", "member.import.beside", row.Text("role"))
	}
	if row.Verdict == intake.Refused {
		return nil, nil
	}
	k.held = nil
	s := &Standing{}
	if unit != nil {
		s.Unit = unit.ID
		if had := k.standings[unit.ID]; had != nil {
			s = had
		}
	}
	allowed := k.decided || s.open() != nil && s.open().Part == part
	if len(unknown) > 0 && len(ranks) == 0 && !allowed {
		row.Ask("role", "member.import.role", strings.Join(unknown, "、"))
	}
	if s.open() == nil {
		return k.joins(row, s, ranks, part), nil
	}
	if day := row.Text("joined_on"); day != "" && day != s.open().Since {
		row.Refuse("joined_on", "member.import.joined", s.open().Since)
		return nil, nil
	}
	return k.moves(row, s, ranks, part)
}

// joins lets a unit in from the day that the row tells, or from today.
func (k *knowledge) joins(row *intake.Row, s *Standing, ranks []Rank, part string) []*Standing {
	day := cmp.Or(row.Text("joined_on"), k.day)
	if day < s.last() || len(s.Terms) > 0 && !row.Has("joined_on") {
		row.Refuse("joined_on", "member.import.left", s.last())
		return nil
	}
	if at, err := time.Parse(time.DateOnly, day); err != nil || at.Year() < 1949 || at.After(k.now.AddDate(1, 0, 0)) {
		row.Refuse("joined_on", "member.day.far", day)
		return nil
	}
	if k.full(row, s.Unit, ranks, day) || row.Verdict == intake.Decision {
		return nil
	}
	k.held = ranks
	if s.Unit == "" {
		return nil // the directory does not know it yet: it joins when it does
	}
	next := s.clone("member.unit.join")
	if err := next.join(day, k.ranks, ranks, part, ""); err != nil {
		row.Refuse("joined_on", "member.import.left", s.last())
		return nil
	}
	return k.step(nil, next)
}

// moves gives a member the ranks that the row tells, as of today. A row that
// tells none leaves them as they are.
func (k *knowledge) moves(row *intake.Row, s *Standing, ranks []Rank, part string) (steps []*Standing, err error) {
	day := max(k.day, s.last())
	has := func(code string) bool {
		return slices.ContainsFunc(s.Ranks, func(t Tenure) bool { return t.Until == "" && t.Rank == code })
	}
	gained := slices.DeleteFunc(slices.Clone(ranks), func(r Rank) bool { return has(r.Code) })
	var lost []string
	for _, t := range s.Ranks {
		if len(ranks) > 0 && t.Until == "" && !slices.ContainsFunc(ranks, func(r Rank) bool { return r.Code == t.Rank }) {
			lost = append(lost, t.Rank)
		}
	}
	if len(gained) > 0 || len(lost) > 0 {
		row.Differs("role", k.rankNames(s), row.Text("role"))
	}
	describes := part != "" && part != s.open().Part
	if describes {
		row.Differs("part", s.open().Part, part)
	}
	if k.full(row, s.Unit, gained, day) || row.Verdict == intake.Decision {
		return nil, nil
	}
	at := s
	if describes {
		next := at.clone("member.unit.describe")
		next.open().Part, next.did = part, Act{Unit: s.Unit, Day: day, Part: part}
		steps, at = k.step(steps, next), next
	}
	for _, rank := range gained {
		next := at.clone("member.rank.appoint")
		if err := next.appoint(rank, k.ranks, day, ""); err != nil {
			return nil, err
		}
		steps, at = k.step(steps, next), next
	}
	for _, code := range lost {
		if !slices.ContainsFunc(at.Ranks, func(t Tenure) bool { return t.Until == "" && t.Rank == code }) {
			continue // it ended when another took its place
		}
		next := at.clone("member.rank.relieve")
		if err := next.relieve(code, k.ranks, day, ""); err != nil {
			return nil, err
		}
		steps, at = k.step(steps, next), next
	}
	return steps, nil
}

// step notes a changed standing as the one that holds now.
func (k *knowledge) step(steps []*Standing, s *Standing) []*Standing {
	k.standings[s.Unit] = s
	return append(steps, s)
}

// full refuses a row that gives a rank without a seat left.
func (k *knowledge) full(row *intake.Row, unit string, ranks []Rank, day string) bool {
	for _, rank := range ranks {
		if rank.Seats == 0 {
			continue
		}
		holders := slices.Clone(k.coming[rank.Code])
		for id, s := range k.standings {
			if id != unit && slices.ContainsFunc(s.Ranks, func(t Tenure) bool {
				return t.Rank == rank.Code && t.Until != t.Since && (t.Until == "" || t.Until > day)
			}) {
				holders = append(holders, k.units[id].Short())
			}
		}
		if len(holders) >= rank.Seats {
			row.Refuse("role", "member.import.full", rank.Name, holders[0])
			return true
		}
	}
	return false
}

// count notes the seats that a new unit takes, for the rows after it.
func (k *knowledge) count(row *intake.Row, unit *directory.Unit) {
	if unit == nil && row.Verdict == intake.New {
		for _, r := range k.held {
			k.coming[r.Code] = append(k.coming[r.Code], row.Text("name"))
		}
	}
}

func (k *knowledge) rankNames(s *Standing) string {
	var names []string
	for _, t := range s.Ranks {
		if t.Until == "" {
			rank, _ := k.ranks.Find(t.Rank)
			names = append(names, rank.Name)
		}
	}
	return strings.Join(names, "、")
}

// clone gives a copy on which a step can be made for an action.
func (s *Standing) clone(action string) *Standing {
	return &Standing{Unit: s.Unit, Terms: slices.Clone(s.Terms), Ranks: slices.Clone(s.Ranks), action: action}
}
