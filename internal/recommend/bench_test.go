package recommend_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/talent"
	"guildhall/internal/web"
)

// BenchmarkPage makes a candidate's page and a post's over 10,000 open posts, 200
// courses and 3,000 candidates, through the handler and on SQLite.
func BenchmarkPage(b *testing.B) {
	w := newWorld(b, filepath.Join(b.TempDir(), "page.db"))
	w.many(b, 10_000, 3_000)
	var rs web.Routes
	rs.DB = w.DB
	rs.Body = func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: w.body}, nil }
	w.Routes(&rs)
	student := auth.Actor{ID: "c", Body: w.body, Unit: w.units["S1"], About: w.people["C1"].ID, Roles: []string{auth.Student}}
	firm := auth.Actor{ID: "f", Body: w.body, Unit: w.units["F1"], Roles: []string{auth.Staff}}
	for _, c := range []struct {
		name, path string
		who        auth.Actor
	}{
		{"candidate", "/my/recommendations", student},
		{"post", "/positions/" + w.posts["J1"].ID + "/recommendations", firm},
	} {
		b.Run(c.name, func(b *testing.B) {
			rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return c.who, nil }
			for b.Loop() {
				r := httptest.NewRequest("GET", c.path, nil)
				r.Header.Set("Accept", "text/html")
				got := httptest.NewRecorder()
				rs.ServeHTTP(got, r)
				if got.Code != http.StatusOK {
					b.Fatalf("%s: %d %s", c.path, got.Code, got.Body)
				}
			}
		})
	}
}

// many brings in posts of all kinds of work of the chain, with its skills a little
// varied, candidates who have some of them, and courses.
func (w *world) many(b *testing.B, posts, people int) {
	rng := rand.New(rand.NewPCG(4, 4))
	kinds := codes.Shipped().All("position")
	asked := func(kind string) (needs talent.Needs) {
		for _, e := range codes.Shipped().Related("position-skill", kind) {
			needs = append(needs, talent.Need{Code: e.To, Level: min(max(e.Level+rng.IntN(3)-1, 1), 5), Weight: e.Weight, Must: rng.IntN(3) == 0})
		}
		return needs
	}
	var offered []*talent.Position
	for i := range posts {
		kind := kinds[rng.IntN(len(kinds))].Code
		low := int64(4000+100*rng.IntN(40)) * 100
		offered = append(offered, &talent.Position{Ref: fmt.Sprint("X", i), Enterprise: w.units["F2"], Title: "岗位 " + fmt.Sprint(i), Kind: kind, Occupation: "6-18-02-04",
			Region: []string{"450203", "450204", "450105"}[rng.IntN(3)], Headcount: 1, Education: "中职", PayLow: low, PayHigh: low + 100000, Shift: "day", Status: talent.Open, Needs: asked(kind)})
	}
	w.post(offered...)
	var seekers []*talent.Candidate
	for i := range people {
		c := *w.people["C1"]
		c.ID, c.Ref, c.Name, c.Skills = "", fmt.Sprint("P", i), fmt.Sprint("人", i), nil
		for _, n := range asked(kinds[rng.IntN(len(kinds))].Code) {
			c.Skills = append(c.Skills, talent.Skill{Code: n.Code, Level: n.Level})
		}
		seekers = append(seekers, &c)
	}
	w.person(talent.Private{Birth: "2006-01-01"}, seekers...)
	w.consent("S1")
	skills := codes.Shipped().All("skill")
	for i := range 200 {
		w.course("S1", fmt.Sprint("课程 ", i), 40, skills[rng.IntN(50)].Code+":3;"+skills[50+rng.IntN(50)].Code+":2")
	}
}
