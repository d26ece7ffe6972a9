package member

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildhall/internal/fault"
)

// Whatever is done in whatever order: on each day on which a unit belongs it
// holds one base rank or others, on all other days none; no rank is held twice;
// and what was on a day before a change is so after it.
func TestStandingKeepsItsRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &Standing{Unit: "u"}
		ranks := Ranks(shipped)
		day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			day = day.AddDate(0, 0, rapid.IntRange(-1, 3).Draw(t, "days"))
			on := day.Format(time.DateOnly)
			rank := rapid.SampledFrom(shipped).Draw(t, "rank")
			before := past(s, ranks, on)
			next := &Standing{Unit: "u", Terms: slices.Clone(s.Terms), Ranks: slices.Clone(s.Ranks)}
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "act") {
			case 0:
				err = next.join(on, ranks, []Rank{rank}, "", "")
			case 1:
				err = next.leave(on, "left", "")
			case 2:
				err = next.appoint(rank, ranks, on, "")
			case 3:
				err = next.relieve(rank.Code, ranks, on, "")
			}
			if err != nil {
				if !errors.Is(err, fault.Conflict) {
					t.Fatalf("refused with %v", err)
				}
				continue
			}
			s = next
			if got := past(s, ranks, on); got != before {
				t.Fatalf("the past before %s was\n%s and is\n%s", on, before, got)
			}
			check(t, s, ranks)
		}
	})
}

// past tells the standing on each day before one.
func past(s *Standing, ranks Ranks, until string) (told string) {
	for day := time.Date(2023, 12, 20, 0, 0, 0, 0, time.UTC); day.Format(time.DateOnly) < until; day = day.AddDate(0, 0, 1) {
		on := day.Format(time.DateOnly)
		_, belongs := s.On(on)
		told += fmt.Sprintln(on, belongs, codesOf(s.RanksOn(on, ranks)))
	}
	return told
}

func codesOf(held []Tenure) (codes []string) {
	for _, t := range held {
		codes = append(codes, t.Rank)
	}
	return codes
}

func check(t *rapid.T, s *Standing, ranks Ranks) {
	for day := time.Date(2023, 12, 20, 0, 0, 0, 0, time.UTC); day.Format(time.DateOnly) < "2024-04-01"; day = day.AddDate(0, 0, 1) {
		on := day.Format(time.DateOnly)
		_, belongs := s.On(on)
		held := codesOf(s.RanksOn(on, ranks))
		base := slices.ContainsFunc(held, ranks.base)
		sorted := slices.Sorted(slices.Values(held))
		switch {
		case belongs != (len(held) > 0):
			t.Fatalf("on %s the unit belongs %v and holds %q", on, belongs, held)
		case base && len(held) > 1:
			t.Fatalf("on %s a base rank stands beside others: %q", on, held)
		case len(slices.Compact(sorted)) != len(held):
			t.Fatalf("on %s a rank is held twice: %q", on, held)
		}
	}
}

func TestRolesAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		text    string
		ranks   []string
		part    string
		unknown []string
	}{
		{"member", []string{"member"}, "", nil},
		{"council chair", []string{"chair"}, "", nil},
		{"理事长", []string{"chair"}, "", nil},
		{"副理事长单位、副秘书长", []string{"vice_chair", "deputy_secretary_general"}, "", nil},
		{"lead enterprise, vice chair", []string{"vice_chair"}, "lead_enterprise", nil},
		{"Deputy  Secretary General", []string{"deputy_secretary_general"}, "", nil},
		{"secretary-general；牵头学校", []string{"secretary_general"}, "lead_school", nil},
		{"co-founder", nil, "founder", nil},
		{"常务理事", []string{"standing_director"}, "", nil},
		{"理事单位", []string{"director"}, "", nil},
		{"观察员，观察员", []string{"observer"}, "", nil},
		{"荣誉单位", nil, "荣誉单位", []string{"荣誉单位"}},
		{"  ", nil, "", nil},
	} {
		ranks, part, unknown := Ranks(shipped).role(c.text)
		var got []string
		for _, r := range ranks {
			got = append(got, r.Code)
		}
		if !slices.Equal(got, c.ranks) || part != c.part || !slices.Equal(unknown, c.unknown) {
			t.Errorf("%q is read as ranks %q, part %q, unknown %q", c.text, got, part, unknown)
		}
	}
}

// The names of the shipped ranks are read back as those ranks, in both languages.
func TestShippedRanksAreReadBack(t *testing.T) {
	for _, r := range shipped {
		for _, name := range []string{r.Name, r.NameEN, r.Code} {
			if ranks, _, unknown := Ranks(shipped).role(name); len(ranks) != 1 || ranks[0].Code != r.Code || unknown != nil {
				t.Errorf("%q is read as %v", name, ranks)
			}
		}
	}
}

func FuzzRole(f *testing.F) {
	f.Add("lead school, vice chair")
	f.Add("副理事长单位、；")
	f.Fuzz(func(t *testing.T, text string) {
		ranks, _, _ := Ranks(shipped).role(text)
		if len(ranks) > len(shipped) {
			t.Errorf("%d ranks in %q", len(ranks), text)
		}
	})
}
