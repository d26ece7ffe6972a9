package chain

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/codes"
)

// The kinds of nodes, as a reader goes through the chain. Each is a code list.
const (
	KindSegment    = "segment"    // 环节
	KindPosition   = "position"   // 岗位: a kind of work
	KindOccupation = "occupation" // 职业
	KindSkill      = "skill"      // 技能
	KindProgramme  = "programme"  // 专业
	KindCourse     = "course"     // 课程: in no code list, a body adds its own
	KindBase       = "base"       // 实训基地: likewise
)

// Kinds lists the kinds of nodes.
var Kinds = []string{KindSegment, KindPosition, KindOccupation, KindSkill, KindProgramme, KindCourse, KindBase}

// Ref names a node.
type Ref struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
}

func (r Ref) String() string { return r.Kind + ":" + r.Code }

// Node is one point of the graph. A skill function of a national standard that
// our list of skills lacks has a name and no code: it has no page of its own.
type Node struct {
	Ref
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Group  string `json:"group,omitempty"` // stage, category or level of schooling, as the list tells apart
}

// Edge is what is known between two nodes.
type Edge struct {
	Relations []string         `json:"relations"`        // the names of the relations that it is made of
	Role      string           `json:"role,omitempty"`   // core or common
	Level     int              `json:"level,omitempty"`  // level of skill, 1 to 5
	Weight    int              `json:"weight,omitempty"` // share in per cent
	Evidence  []codes.Evidence `json:"evidence"`         // each once, the strongest first
	Note      string           `json:"note,omitempty"`

	Source        string     `json:"source"`
	Dated         string     `json:"dated"`   // of the source: a year, a month or a day
	Version       int        `json:"version"` // 0: as shipped
	Confirmer     string     `json:"confirmer,omitempty"`
	ConfirmerUnit string     `json:"confirmer_unit,omitempty"`
	ConfirmedAt   *time.Time `json:"confirmed_at,omitempty"`
	Used          Used       `json:"used"`  // within the last 12 months
	Stale         bool       `json:"stale"` // nobody has confirmed it and nothing used it for a year

	a, b int // ends, indexes of nodes; -1 where the other end is not in the graph
}

// Neighbour is a node seen from another one.
type Neighbour struct {
	Node
	Edge *Edge `json:"edge"`
}

// graph holds all nodes that have an edge, and all edges.
type graph struct {
	catalogue *codes.Catalogue
	nodes     []Node
	at        map[Ref]int
	edges     [][]*Edge        // of each node, the closest first
	loose     map[*Edge]string // names of ends that are not in the graph
	above     []Stage          // the segments, counted
	pairs     map[[2]int]*Edge // by both ends, the lower first
	newest    map[[2]Ref]*Version
	moved     map[Ref]Ref // redirects
}

// relations of the catalogue that are edges of the graph.
var relations = slices.DeleteFunc(slices.Clone(codes.Relations), func(name string) bool {
	_, to := codes.Ends(name)
	return !slices.Contains(Kinds, to)
})

func build(catalogue *codes.Catalogue) *graph {
	g := &graph{catalogue: catalogue, at: map[Ref]int{}, loose: map[*Edge]string{}, pairs: map[[2]int]*Edge{},
		newest: map[[2]Ref]*Version{}, moved: map[Ref]Ref{}}
	for _, name := range relations {
		from, to := codes.Ends(name)
		for _, r := range catalogue.AllRelated(name) {
			g.join(r, g.node(from, r.From), g.node(to, r.To))
		}
	}
	g.settle()
	return g
}

// settle puts the edges in order and counts the segments.
func (g *graph) settle() {
	for _, edges := range g.edges {
		slices.SortStableFunc(edges, closest)
	}
	g.above = g.stages()
}

// node gives the index of a node, -1 where the list has no such code.
func (g *graph) node(kind, code string) int {
	ref := Ref{kind, code}
	if at, ok := g.at[ref]; ok {
		return at
	}
	c, ok := g.catalogue.Get(kind, code)
	if !ok {
		return -1
	}
	g.nodes = append(g.nodes, Node{ref, c.Name, c.NameEN, c.Kind})
	g.edges = append(g.edges, nil)
	g.at[ref] = len(g.nodes) - 1
	return len(g.nodes) - 1
}

// join adds what a relation says to the edge between two nodes. Two relations
// can say the same from two sides: what occupations a programme leads to, and
// what programmes lead to an occupation.
func (g *graph) join(r codes.Relation, a, b int) {
	if a < 0 {
		return
	}
	pair := [2]int{min(a, b), max(a, b)}
	e := g.pairs[pair]
	if e == nil {
		e = &Edge{a: a, b: b}
		if edition, ok := g.catalogue.Edition(g.nodes[a].Kind); ok {
			e.Source, e.Dated = edition.Title, edition.Edition
		}
		g.edges[a] = append(g.edges[a], e)
		if b < 0 {
			g.loose[e] = r.ToName
		} else {
			g.pairs[pair] = e
			g.edges[b] = append(g.edges[b], e)
		}
	}
	if !slices.Contains(e.Relations, r.Relation) {
		e.Relations = append(e.Relations, r.Relation)
	}
	if !slices.Contains(e.Evidence, r.Evidence) {
		e.Evidence = append(e.Evidence, r.Evidence)
		slices.SortFunc(e.Evidence, func(a, b codes.Evidence) int { return cmp.Compare(strength[b], strength[a]) })
	}
	e.Role, e.Note = cmp.Or(e.Role, r.Role), cmp.Or(e.Note, r.Note)
	e.Level, e.Weight = max(e.Level, r.Level), max(e.Weight, r.Weight)
}

// strength orders evidence: official texts before our own judgement.
var strength = map[codes.Evidence]int{codes.OwnJudgement: 1, codes.TeachingStandard: 2, codes.SkillStandard: 2, ByBody: 2}

// closest orders edges: the core ones, the heavy ones, those with better evidence.
func closest(x, y *Edge) int {
	core := func(e *Edge) int {
		if e.Role == "common" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(core(y), core(x)), cmp.Compare(y.Weight, x.Weight),
		cmp.Compare(strength[y.Evidence[0]], strength[x.Evidence[0]]), cmp.Compare(x.b, y.b), cmp.Compare(x.a, y.a))
}

// far gives the other end of an edge, -1 where it is not in the graph.
func (e *Edge) far(from int) int {
	if e.a == from {
		return e.b
	}
	return e.a
}

// neighbours gives the nodes of one kind next to a node, the closest first.
func (g *graph) neighbours(at int, kind string) (near []Neighbour) {
	for _, e := range g.edges[at] {
		if far := e.far(at); far >= 0 {
			if g.nodes[far].Kind == kind {
				near = append(near, Neighbour{g.nodes[far], e})
			}
		} else if _, to := codes.Ends(e.Relations[0]); to == kind && g.loose[e] != "" {
			near = append(near, Neighbour{Node{Ref: Ref{Kind: kind}, Name: g.loose[e]}, e})
		}
	}
	return near
}

// search finds nodes by code or name, at most limit of each kind.
func (g *graph) search(text string, limit int) (hits []Node) {
	for _, kind := range Kinds {
		n := 0
		for _, c := range g.catalogue.Search(kind, text, 0) {
			if at, ok := g.at[Ref{kind, c.Code}]; ok && n < limit {
				hits = append(hits, g.nodes[at])
				n++
			}
		}
		if owned(kind) {
			for _, node := range g.nodes {
				folded := codes.Fold(node.Name + " " + node.NameEN + " " + node.Code)
				if node.Kind == kind && n < limit && strings.Contains(folded, codes.Fold(text)) {
					hits = append(hits, node)
					n++
				}
			}
		}
	}
	return hits
}

// stages gives the segments, counted, in the order of the list.
func (g *graph) stages() (stages []Stage) {
	for _, c := range g.catalogue.All(KindSegment) {
		at, ok := g.at[Ref{KindSegment, c.Code}]
		if !ok {
			continue
		}
		s := Segment{Node: g.nodes[at], Description: c.Attr["description"], Industries: g.industries(c.Code)}
		skills, programmes := map[string]bool{}, map[string]bool{}
		for _, p := range g.neighbours(at, KindPosition) {
			s.Positions++
			for _, n := range g.neighbours(g.at[p.Ref], KindSkill) {
				skills[n.Code] = true
			}
			for _, n := range g.neighbours(g.at[p.Ref], KindProgramme) {
				programmes[n.Code] = true
			}
		}
		s.Occupations, s.Skills, s.Programmes = len(g.neighbours(at, KindOccupation)), len(skills), len(programmes)
		i := slices.IndexFunc(stages, func(s Stage) bool { return s.Stage == c.Kind })
		if i < 0 {
			stages = append(stages, Stage{Stage: c.Kind})
			i = len(stages) - 1
		}
		stages[i].Segments = append(stages[i].Segments, s)
	}
	return stages
}

// industries gives the industries of a segment; other nodes have none.
func (g *graph) industries(segment string) (industries []codes.Code) {
	for _, r := range g.catalogue.Related("segment-industry", segment) {
		if c, ok := g.catalogue.Get("industry", r.To); ok {
			industries = append(industries, c)
		}
	}
	return industries
}
