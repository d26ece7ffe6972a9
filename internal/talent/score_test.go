package talent

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
)

func TestParts(t *testing.T) {
	post := Post{Kind: "P001", Occupation: "6-18-01-12", Region: "450203", Education: "中职", PayLow: 430000, PayHigh: 600000, Shift: "two_shift",
		Needs: Needs{{"PRO01", 3, 50, true}, {"PRO03", 4, 50, false}}}
	full := Profile{Level: codes.Secondary, Programme: "660102", Score: 800, Certificate: "6-18-01-12:L4",
		Skills: Skills{{"PRO01", 3, ""}, {"PRO03", 4, ""}}, WantKinds: []string{"P001"}, WantRegions: []string{"450203"}, WantPay: 500000, Shift: true}
	j := NewJudge(Shipped(), codes.Shipped())
	for _, c := range []struct {
		name   string
		change func(*Profile)
		want   Score
	}{
		{"all that is asked", func(*Profile) {}, Score{6000, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"a required skill lacks", func(p *Profile) { p.Skills = Skills{{"PRO03", 4, ""}} }, Score{2000, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"a preferred skill lacks", func(p *Profile) { p.Skills = Skills{{"PRO01", 3, ""}} }, Score{4000, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"half the level earns 60 per cent of half", func(p *Profile) { p.Skills = Skills{{"PRO01", 3, ""}, {"PRO03", 2, ""}} }, Score{4600, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"more than the level earns no more", func(p *Profile) { p.Skills = Skills{{"PRO01", 5, ""}, {"PRO03", 5, ""}} }, Score{6000, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"a programme of the same class", func(p *Profile) { p.Programme = "660199" }, Score{6000, 900, 750, 1200, 5000, 2000, 1400, 700}},
		{"a programme of another field", func(p *Profile) { p.Programme = "690101" }, Score{6000, 0, 750, 1200, 5000, 2000, 1400, 700}},
		{"a certificate of a neighbouring occupation", func(p *Profile) { p.Certificate = "6-18-01-02:L4" }, Score{6000, 1500, 370, 1200, 5000, 2000, 1400, 700}},
		{"no marks known", func(p *Profile) { p.Score = -1 }, Score{6000, 1500, 750, 0, 5000, 2000, 1400, 700}},
		{"second wish", func(p *Profile) { p.WantKinds = []string{"P002", "P001"} }, Score{6000, 1500, 750, 1200, 4500, 2000, 1400, 700}},
		{"no wishes at all", func(p *Profile) { p.WantKinds, p.WantRegions, p.WantPay = nil, nil, 0 }, Score{6000, 1500, 750, 1200, 5000, 2000, 2000, 700}},
		{"another district of the city", func(p *Profile) { p.WantRegions = []string{"450204"} }, Score{6000, 1500, 750, 1200, 5000, 600, 1400, 700}},
	} {
		p := full
		c.change(&p)
		if got := j.Score(&p, &post); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestBars(t *testing.T) {
	for _, c := range []struct {
		name string
		c    Profile
		p    Post
		want string
	}{
		{"schooling enough", Profile{Level: codes.Higher}, Post{Education: "中职"}, ""},
		{"schooling too low", Profile{Level: codes.Secondary}, Post{Education: "高职"}, BarEducation},
		{"vocational and academic bachelors alike", Profile{Level: codes.VocationalBachelor}, Post{Education: "本科"}, ""},
		{"another city", Profile{WantRegions: []string{"450203"}}, Post{Region: "450105"}, BarRegion},
		{"another district", Profile{WantRegions: []string{"450203"}}, Post{Region: "450204"}, ""},
		{"anywhere", Profile{}, Post{Region: "450105"}, ""},
		{"shifts refused", Profile{}, Post{Shift: "three_shift"}, BarShift},
		{"shifts accepted", Profile{Shift: true}, Post{Shift: "three_shift"}, ""},
		{"day work", Profile{}, Post{Shift: "day"}, ""},
		{"abroad refused", Profile{WantRegions: []string{"450203"}}, Post{Overseas: true, Region: "450203"}, BarOverseas},
		{"abroad accepted, wherever the enterprise is", Profile{Overseas: true, WantRegions: []string{"450203"}}, Post{Overseas: true, Region: "450105"}, ""},
	} {
		if got := Bar(&c.c, &c.p); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What scoring can see of a candidate holds nothing that must not count.
func TestProfileKnowsNothingProtected(t *testing.T) {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Profile]()) {
		names = append(names, f.Name)
	}
	want := "Level Programme Score Certificate Skills WantKinds WantRegions WantPay Shift Overseas"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("a profile holds %s, want %s: gender, ethnicity, origin, disability and age must not be among them", got, want)
	}
}

// Merit grows with skills, levels, marks and nearness, and does not move with
// wishes.
func TestMeritIsMonotone(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	j := NewJudge(Shipped(), codes.Shipped())
	for range 3000 {
		c, p := anyProfile(rng), anyPost(rng)
		before := j.Score(&c, &p)
		if m := before.Merit(); m < 0 || m > Full || before.Wish() < 0 || before.Wish() > Full {
			t.Fatalf("merit %d, wish %d of %+v and %+v", m, before.Wish(), c, p)
		}
		better := c
		better.Skills = c.Skills.With(Skill{Code: skillCodes[rng.IntN(len(skillCodes))], Level: 5})
		if got := j.Score(&better, &p).Merit(); got < before.Merit() {
			t.Fatalf("more skill: merit %d, was %d: %+v and %+v", got, before.Merit(), c, p)
		}
		other := c
		wish := anyProfile(rng)
		other.WantKinds, other.WantRegions, other.WantPay, other.Shift, other.Overseas = wish.WantKinds, wish.WantRegions, wish.WantPay, wish.Shift, wish.Overseas
		if got := j.Score(&other, &p).Merit(); got != before.Merit() {
			t.Fatalf("other wishes: merit %d, was %d", got, before.Merit())
		}
	}
}

// A list is the best of all posts, whatever order they come in.
func TestListIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	rule := Shipped()
	rule.Choices = 5
	j := NewJudge(rule, codes.Shipped())
	for range 200 {
		c := anyProfile(rng)
		posts := make([]Post, 60)
		for i := range posts {
			posts[i] = anyPost(rng)
		}
		list := j.List(&c, posts, nil)
		if len(list) > 5 {
			t.Fatalf("%d choices, 5 is the most", len(list))
		}
		in := map[int]bool{}
		for i, choice := range list {
			in[choice.Seq] = true
			if i > 0 && slices.Compare(list[i-1].order[:], choice.order[:]) > 0 {
				t.Fatalf("choice %d stands before a better one", i)
			}
		}
		for seq := range posts {
			choice, ok := j.choice(&c, &posts[seq], seq)
			if ok && !in[seq] && (len(list) < 5 || slices.Compare(choice.order[:], list[4].order[:]) < 0) {
				t.Fatalf("post %d is better than the last choice and not on the list", seq)
			}
			if !ok && in[seq] {
				t.Fatalf("post %d is barred and on the list", seq)
			}
		}
	}
}

func TestOwnListKeepsItsOrder(t *testing.T) {
	j := NewJudge(Shipped(), codes.Shipped())
	c := Profile{Level: codes.Higher, Score: 1000}
	posts := []Post{{}, {Education: "研究生"}, {}, {}}
	list := j.List(&c, posts, []int{3, 1, 0})
	if len(list) != 2 || list[0].Seq != 3 || list[1].Seq != 0 {
		t.Errorf("got %+v, want 3 and 0: post 1 asks for more schooling", list)
	}
}

var skillCodes = []string{"PRO01", "PRO03", "SAF01", "SAF04", "COA02", "QUA06"}

func anyProfile(rng *rand.Rand) Profile {
	p := Profile{Level: Levels[rng.IntN(4)], Programme: []string{"660102", "460701", "", "080207"}[rng.IntN(4)], Score: rng.IntN(1002) - 1,
		Certificate: []string{"", "6-18-01-12:L4", "6-18-01-02:L1"}[rng.IntN(3)], WantPay: int64(rng.IntN(3)) * 400000, Shift: rng.IntN(2) == 0, Overseas: rng.IntN(4) == 0}
	for _, code := range skillCodes {
		if rng.IntN(2) == 0 {
			p.Skills = append(p.Skills, Skill{code, 1 + rng.IntN(5), ""})
		}
	}
	for _, kind := range []string{"P001", "P002", "P003"} {
		if rng.IntN(3) == 0 {
			p.WantKinds = append(p.WantKinds, kind)
		}
	}
	if rng.IntN(2) == 0 {
		p.WantRegions = []string{"450203"}
	}
	return p
}

func anyPost(rng *rand.Rand) Post {
	p := Post{Kind: []string{"P001", "P002", "P003", ""}[rng.IntN(4)], Occupation: "6-18-01-12", Region: []string{"450203", "450204", "450105"}[rng.IntN(3)],
		Education: Educations[rng.IntN(len(Educations))], PayLow: 400000, PayHigh: 400000 + int64(rng.IntN(3))*100000,
		Shift: append(Shifts, "")[rng.IntN(4)], Overseas: rng.IntN(8) == 0}
	for _, code := range skillCodes[:1+rng.IntN(5)] {
		p.Needs = append(p.Needs, Need{code, 1 + rng.IntN(5), rng.IntN(40), rng.IntN(2) == 0})
	}
	return p
}

func TestPacking(t *testing.T) {
	s := Skills{{"SAF04", 1, "course"}, {"COA02", 2, ""}}
	if got := s.Pack(); got != "COA02:2;SAF04:1:course" || !slices.Equal(ParseSkills(got), s) {
		t.Errorf("skills are packed as %q and read as %v", got, ParseSkills(got))
	}
	n := Needs{{"PRO01", 4, 30, true}, {"PRO03", 3, 70, false}}
	if got := n.Pack(); got != "PRO03:3:70;PRO01:4:30:m" || !slices.Equal(ParseNeeds(got), n) {
		t.Errorf("needs are packed as %q and read as %v", got, ParseNeeds(got))
	}
}

func TestComingOfAge(t *testing.T) {
	for birth, want := range map[string]string{"2008-03-01": "2026-03", "2008-03-02": "2026-04", "2008-12-31": "2027-01", "": "", "2008": ""} {
		if got := adultFrom(birth); got != want {
			t.Errorf("born on %q: of age from %q, want %q", birth, got, want)
		}
	}
}

func TestShippedRuleIsSound(t *testing.T) {
	if err := Shipped().Check(); err != nil {
		t.Error(err)
	}
	bad := Rule{Skills: -1, Kind: 1, Must: 1, Partial: 101, Floor: -1, Choices: 0}
	var list fault.List
	if !errors.As(bad.Check(), &list) || len(list) != 7 {
		t.Errorf("a rule with seven faults: %v", list)
	}
}
