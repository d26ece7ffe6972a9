package talent

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/matching/fit"
)

func TestParts(t *testing.T) {
	asked := Post{Kind: "P001", Occupation: "6-18-01-12", Region: "450203", Education: "中职", PayLow: 430000, PayHigh: 600000, Shift: "two_shift",
		Needs: Needs{{"PRO01", 3, 50, true}, {"PRO03", 4, 50, false}}}
	full := Profile{Level: codes.Secondary, Programme: "660102", Score: 800, Certificate: "6-18-01-12:L4",
		Skills: Skills{{"PRO01", 3, ""}, {"PRO03", 4, ""}}, WantKinds: []string{"P001"}, WantRegions: []string{"450203"}, WantPay: 500000, Shift: true}
	x, post := fit.Scorer{Rule: Shipped().Rule, Links: Links(codes.Shipped())}, asked.Fit()
	for _, c := range []struct {
		name   string
		change func(*Profile)
		want   Score
	}{
		{"all that is asked", func(*Profile) {}, Score{6000, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"a required skill lacks, and a near one is had", func(p *Profile) { p.Skills = Skills{{"PRO03", 4, ""}} }, Score{3200, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"a preferred skill lacks, and a near one is had at a lower level", func(p *Profile) { p.Skills = Skills{{"PRO01", 3, ""}} }, Score{4450, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"half the level earns 60 per cent of half", func(p *Profile) { p.Skills = Skills{{"PRO01", 3, ""}, {"PRO03", 2, ""}} }, Score{4600, 1500, 750, 1200, 5000, 2000, 1400, 700}},
		{"a skill of another category is near to none", func(p *Profile) { p.Skills = Skills{{"PRO01", 3, ""}, {"SAF01", 5, ""}} }, Score{4450, 1500, 750, 1200, 5000, 2000, 1400, 700}},
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
		f := p.Fit()
		if got := x.Score(&f, &post); got != c.want {
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
		f, p := c.c.Fit(), c.p.Fit()
		if got := fit.Bar(&f, &p); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What scoring can see of a candidate holds nothing that must not count.
func TestProfileKnowsNothingProtected(t *testing.T) {
	for _, c := range []struct {
		of   reflect.Type
		want string
	}{
		{reflect.TypeFor[Profile](), "Level Programme Score Certificate Skills WantKinds WantRegions WantPay Shift Overseas"},
		{reflect.TypeFor[fit.Profile](), "Schooling Programme Score Certificates Skills WantKinds WantRegions WantPay Shift Overseas"},
	} {
		var names []string
		for _, f := range reflect.VisibleFields(c.of) {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("a %s holds %s, want %s: gender, ethnicity, origin, disability and age must not be among them", c.of, got, c.want)
		}
	}
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
	bad := Rule{Rule: fit.Rule{Skills: -1, Kind: 1, Must: 1, Partial: 101, Near: -1, Floor: -1, Choices: 0}}
	var list fault.List
	if !errors.As(bad.Check(), &list) || len(list) != 8 {
		t.Errorf("a rule with eight faults: %v", list)
	}
}
