package chain

import (
	"math/rand/v2"
	"slices"
	"testing"

	"guildhall/internal/codes"
)

var whole = build(codes.Shipped())

func TestEveryEdgeIsInTheGraph(t *testing.T) {
	n := map[string]int{}
	for at, edges := range whole.edges {
		for _, e := range edges {
			far := e.far(at)
			if far >= 0 && !slices.Contains(whole.edges[far], e) {
				t.Errorf("%s sees %s, but not the other way", whole.nodes[at].Ref, whole.nodes[far].Ref)
			}
			if len(e.Evidence) == 0 || len(e.Relations) == 0 {
				t.Errorf("an edge of %s stands on nothing", whole.nodes[at].Ref)
			}
			if e.a == at {
				for _, r := range e.Relations {
					n[r]++
				}
			}
		}
	}
	for _, r := range relations {
		if want := len(codes.Shipped().AllRelated(r)); r == "programme-occupation" || r == "occupation-programme" {
			continue // these two tell of some edges from two sides
		} else if n[r] != want {
			t.Errorf("%s: %d edges, want %d", r, n[r], want)
		}
	}
}

// What a programme leads to and what leads to an occupation is one edge, on the
// evidence of both.
func TestTwoSidesOfOneEdge(t *testing.T) {
	both := 0
	for at, edges := range whole.edges {
		seen := map[int]bool{}
		for _, e := range edges {
			far := e.far(at)
			if far >= 0 && seen[far] {
				t.Errorf("two edges between %s and %s", whole.nodes[at].Ref, whole.nodes[far].Ref)
			}
			seen[far] = far >= 0
			if len(e.Relations) == 2 {
				both++
			}
		}
	}
	if both == 0 {
		t.Error("no edge is told from both sides")
	}
}

func TestNeighboursAreOrdered(t *testing.T) {
	at := whole.at[Ref{KindPosition, "P001"}]
	skills := whole.neighbours(at, KindSkill)
	weight := 0
	for i, s := range skills {
		weight += s.Edge.Weight
		if i > 0 && skills[i-1].Edge.Weight < s.Edge.Weight {
			t.Errorf("%s is heavier than the one before it", s.Name)
		}
	}
	if weight != 100 || skills[0].Name != "冲压工艺" {
		t.Errorf("skills of P001: %v", skills)
	}
	mixed := 0
	for _, segment := range codes.Shipped().All(KindSegment) {
		common := false
		for i, n := range whole.neighbours(whole.at[Ref{KindSegment, segment.Code}], KindOccupation) {
			if common && n.Edge.Role != "common" {
				t.Errorf("%s: a common occupation stands before the core one %s", segment.Name, n.Name)
			}
			if n.Edge.Role == "common" && i > 0 {
				mixed++
			}
			common = n.Edge.Role == "common"
		}
	}
	if mixed == 0 {
		t.Error("no segment has both core and common occupations")
	}
	functions := whole.neighbours(whole.at[Ref{KindOccupation, "4-02-06-01"}], KindSkill)
	if !slices.ContainsFunc(functions, func(n Neighbour) bool { return n.Name == "粮情检查" && n.Code == "" }) {
		t.Error("a skill function of the national standard is not shown")
	}
}

func TestStagesCount(t *testing.T) {
	want := map[string]int{"上游": 4, "中游": 15, "下游": 6, "支撑": 3}
	positions := 0
	for _, s := range whole.stages() {
		if len(s.Segments) != want[s.Stage] {
			t.Errorf("%s has %d segments, want %d", s.Stage, len(s.Segments), want[s.Stage])
		}
		for _, seg := range s.Segments {
			positions += seg.Positions
			if len(seg.Industries) == 0 || seg.Positions > 0 && (seg.Skills == 0 || seg.Programmes == 0) {
				t.Errorf("%+v", seg)
			}
		}
	}
	if positions != 120 {
		t.Errorf("%d places of kinds of work in segments, want 120", positions)
	}
}

// Each path found is a path, no path is shorter, and none is found where a walk
// that tries everything finds none.
func TestShortestPaths(t *testing.T) {
	seed := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a, b := seed.IntN(len(whole.nodes)), seed.IntN(len(whole.nodes))
		from, to := whole.nodes[a].Ref, whole.nodes[b].Ref
		want := floyd(a, b)
		paths := whole.paths(from, to, 5)
		if (len(paths) > 0) != (want >= 0) || len(paths) > 5 {
			t.Fatalf("%s to %s: %d paths, the shortest should have %d edges", from, to, len(paths), want)
		}
		for _, p := range paths {
			if len(p) != want+1 || p[0].Ref != from || p[len(p)-1].Ref != to || p[0].Edge != nil {
				t.Fatalf("%s to %s: path of %d edges, want %d", from, to, len(p)-1, want)
			}
			for i := 1; i < len(p); i++ {
				if x, y := whole.at[p[i-1].Ref], whole.at[p[i].Ref]; p[i].Edge.far(x) != y {
					t.Fatalf("no edge from %s to %s", p[i-1].Ref, p[i].Ref)
				}
			}
		}
	}
}

// floyd finds the length of the shortest path by widening from a, another way
// than the graph does.
func floyd(a, b int) int {
	reached := map[int]bool{a: true}
	for steps := 0; ; steps++ {
		if reached[b] {
			return steps
		}
		grown := map[int]bool{}
		for at := range reached {
			grown[at] = true
			for _, e := range whole.edges[at] {
				if far := e.far(at); far >= 0 {
					grown[far] = true
				}
			}
		}
		if len(grown) == len(reached) {
			return -1
		}
		reached = grown
	}
}

func TestPathIsAlwaysTheSame(t *testing.T) {
	from, to := Ref{KindProgramme, "460702"}, Ref{KindSegment, "M01"}
	first := whole.paths(from, to, 5)
	second := build(codes.Shipped()).paths(from, to, 5)
	if len(first) == 0 || len(first) != len(second) {
		t.Fatalf("%d and %d paths", len(first), len(second))
	}
	for i := range first {
		for j := range first[i] {
			if first[i][j].Ref != second[i][j].Ref {
				t.Fatalf("path %d differs", i)
			}
		}
	}
	if self := whole.paths(from, from, 5); len(self) != 1 || len(self[0]) != 1 {
		t.Errorf("from a node to itself: %v", self)
	}
	if none := whole.paths(from, Ref{KindSegment, "no"}, 5); len(none) != 0 {
		t.Errorf("to a node that is not there: %v", none)
	}
}
