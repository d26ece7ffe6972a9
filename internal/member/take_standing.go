package member

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/directory"
	"guildhall/internal/intake"
)

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
