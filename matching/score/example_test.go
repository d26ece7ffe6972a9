package score_test

import (
	"context"
	"fmt"

	"guildhall/matching/score"
)

// The best position of a candidate, and what its score is made of.
func Example() {
	m, err := score.NewModel(score.Config{}, []score.Position{
		{ID: "welder", Programme: 3, District: 1, Wage: 6000, Needs: []score.Need{{Skill: 10, Level: 2, Weight: 60}, {Skill: 11, Level: 1, Weight: 40}}},
		{ID: "fitter", Programme: 4, District: 1, Wage: 5000, Needs: []score.Need{{Skill: 12, Level: 3, Weight: 100}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	li := score.Candidate{ID: "li", Programme: 3, District: 1, Wage: 5500, Skills: []score.Held{{Skill: 10, Level: 1}, {Skill: 11, Level: 1}}}
	top, err := score.TopK(context.Background(), m, []score.Candidate{li}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	parts := m.Explain(&li, int(top[0][0].Position))
	fmt.Println("total", parts.Total, "region", parts.Region, "programme", parts.Programme, "wage", parts.Wage)
	for _, s := range parts.Skills {
		fmt.Println("skill", s.Skill, "level", s.Have, "of", s.Need, "points", s.Points, "of", s.Of)
	}
	fmt.Println("level 2 of skill 10 would bring", m.Changes(&li, 0)[0].Points)
	// Output:
	// total 8200 region 1500 programme 1500 wage 1000
	// skill 10 level 1 of 2 points 1800 of 3600
	// skill 11 level 1 of 1 points 2400 of 2400
	// level 2 of skill 10 would bring 1800
}
