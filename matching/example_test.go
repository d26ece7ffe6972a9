package matching_test

import (
	"context"
	"fmt"

	"guildhall/matching"
)

// Two candidates want the same place; the workshop's keys decide, and the one
// turned away learns what would have been enough.
func Example() {
	b := matching.NewBuilder(matching.Options{})
	acme := b.Node("Acme", matching.Unlimited, matching.NoNode)
	welder := b.Position(acme, 1, 0)
	b.Label(welder, "welder")
	li, wang := b.Candidate([]byte("li")), b.Candidate([]byte("wang"))
	b.Choice(li, welder, 1, -80, 0) // keys: lower is better, so points count down
	b.Choice(wang, welder, 1, -91, 0)
	m, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := matching.Rule{Seed: "drawn on 1 March"}
	out, err := matching.Solve(context.Background(), m, rule)
	if err != nil {
		fmt.Println(err)
		return
	}
	why := matching.Explain(m, rule, out, li, welder)
	fmt.Println("wang placed:", out.Position(wang) == welder)
	fmt.Println("li:", why.Code, "own", -why.OwnKey, "last admitted", -why.LastKey, "enough", -why.NeedKey)
	fmt.Println("verified:", matching.Verify(m, rule, out.Of).OK)
	// Output:
	// wang placed: true
	// li: full own 80 last admitted 91 enough 92
	// verified: true
}
