package codes

import "testing"

func TestRelations(t *testing.T) {
	c := Shipped()
	unknown := map[string]int{}
	for relation, want := range map[string]int{
		"segment-position": 120, "segment-industry": 44, "segment-occupation": 105,
		"position-occupation": 88, "position-skill": 362, "position-programme": 268,
		"occupation-skill": 515, "occupation-programme": 426, "programme-occupation": 2141,
	} {
		all := c.AllRelated(relation)
		if len(all) != want {
			t.Errorf("%s: %d edges, want %d", relation, len(all), want)
		}
		from, to := Ends(relation)
		for _, e := range all {
			if _, ok := c.Get(from, e.From); !ok {
				t.Errorf("%s: no %s %q", relation, from, e.From)
			}
			if _, ok := c.Get(to, e.To); !ok {
				unknown[relation]++
				if e.ToName == "" && relation != "programme-occupation" {
					t.Errorf("%s: nothing names %q", relation, e.To)
				}
			}
			switch e.Evidence {
			case OwnJudgement, TeachingStandard, SkillStandard:
			default:
				t.Errorf("%s: evidence %q", relation, e.Evidence)
			}
		}
	}
	// Skill functions of the national standards are not in our own list of
	// skills, and the teaching standards name seven occupations that the book
	// of 2022 lacks.
	if unknown["occupation-skill"] != 179 || len(unknown) != 2 {
		t.Errorf("edges that lead outside the lists: %v", unknown)
	}
}

func TestRelated(t *testing.T) {
	c := Shipped()
	skills := c.Related("position-skill", "P001")
	total := 0
	for i, e := range skills {
		total += e.Weight
		if i > 0 && skills[i-1].Weight < e.Weight {
			t.Errorf("%s weighs more than the one before it", e.To)
		}
		if e.From != "P001" || e.Level < 1 || e.Level > 5 {
			t.Errorf("odd edge %+v", e)
		}
	}
	if total != 100 || skills[0].To != "MEC12" {
		t.Errorf("P001: %d skills that weigh %d, first %s; want 100 and MEC12", len(skills), total, skills[0].To)
	}
	for _, e := range c.RelatedTo("position-skill", "MEC12") {
		if e.To != "MEC12" {
			t.Errorf("odd edge %+v", e)
		}
	}
	if len(c.RelatedTo("position-skill", "MEC12")) == 0 {
		t.Error("no position asks for MEC12")
	}
	if len(c.Related("no-relation", "P001"))+len(c.RelatedTo("no-relation", "P001"))+len(c.Related("position-skill", "X")) > 0 {
		t.Error("edges that do not exist were found")
	}
}
