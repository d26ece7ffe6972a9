package codes

import (
	"cmp"
	"slices"
	"strings"
)

// Relations names the relations of the catalogue, each after the lists that it
// joins: position-skill leads from a position to its skills.
var Relations = []string{
	"segment-position", "segment-industry", "segment-occupation",
	"position-occupation", "position-skill", "position-programme",
	"occupation-skill", "occupation-programme", "programme-occupation",
}

// Relation is one edge between two entries of the catalogue.
type Relation struct {
	Relation string   `json:"relation"`          // its name, one of Relations
	From     string   `json:"from"`              // a code of the first list in the relation's name
	To       string   `json:"to,omitempty"`      // a code of the second list; empty, or unknown to the list, where a standard names what the list lacks
	ToName   string   `json:"to_name,omitempty"` // the name as the standard writes it, where that can differ from the list's
	Role     string   `json:"role,omitempty"`    // segment-occupation: core or common
	Level    int      `json:"level,omitempty"`   // level of skill that is asked for, 1 to 5; 0 where the relation has none
	Weight   int      `json:"weight,omitempty"`  // share of the whole in per cent; a position's skills add up to 100; 0 where the relation has none
	Evidence Evidence `json:"evidence"`
	Note     string   `json:"note,omitempty"` // segment-occupation: the positions it was gathered from
}

// Evidence says where an edge comes from.
type Evidence string

const (
	OwnJudgement     Evidence = "own"               // compiled by this project
	TeachingStandard Evidence = "teaching_standard" // a teaching standard of the Ministry of Education, 2025
	SkillStandard    Evidence = "national_standard" // a national vocational skill standard of the Ministry of Human Resources
)

// evidence of the relations that do not bear it in a column.
var evidence = map[string]Evidence{"programme-occupation": TeachingStandard}

// relations is one unpacked relation, sorted by From, and its order by To.
type relations struct {
	edges []Relation
	byTo  []int32
}

// Related gives the edges of a relation that leave from code, heaviest first.
func (c *Catalogue) Related(relation, code string) []Relation {
	r := c.relation(relation)
	if r == nil {
		return nil
	}
	start, _ := slices.BinarySearchFunc(r.edges, code, func(e Relation, code string) int { return cmp.Compare(e.From, code) })
	end := start
	for end < len(r.edges) && r.edges[end].From == code {
		end++
	}
	return slices.Clone(r.edges[start:end])
}

// RelatedTo gives the edges of a relation that lead to code, heaviest first.
func (c *Catalogue) RelatedTo(relation, code string) (edges []Relation) {
	r := c.relation(relation)
	if r == nil || code == "" {
		return nil
	}
	start, _ := slices.BinarySearchFunc(r.byTo, code, func(i int32, code string) int { return cmp.Compare(r.edges[i].To, code) })
	for _, i := range r.byTo[start:] {
		if r.edges[i].To != code {
			break
		}
		edges = append(edges, r.edges[i])
	}
	return edges
}

// AllRelated gives every edge of a relation, by From.
func (c *Catalogue) AllRelated(relation string) []Relation {
	if r := c.relation(relation); r != nil {
		return slices.Clone(r.edges)
	}
	return nil
}

// Ends gives the lists that a relation joins.
func Ends(relation string) (from, to string) {
	from, to, _ = strings.Cut(relation, "-")
	return from, to
}

func (c *Catalogue) relation(name string) *relations {
	if r, ok := c.relations[name]; ok {
		return r()
	}
	return nil
}

func unpackRelations(name string) *relations {
	r := &relations{}
	unpack(name, func(column, cell []string) {
		e := Relation{Relation: name, Evidence: cmp.Or(evidence[name], OwnJudgement)}
		for i, v := range cell {
			switch column[i] {
			case "from":
				e.From = v
			case "to":
				e.To = v
			case "name":
				e.ToName = v
			case "role":
				e.Role = v
			case "level":
				e.Level = number(v)
			case "weight":
				e.Weight = number(v)
			case "evidence":
				e.Evidence = Evidence(v)
			case "note":
				e.Note = v
			}
		}
		r.edges = append(r.edges, e)
	})
	heaviest := func(a, b Relation) int { return cmp.Compare(b.Weight, a.Weight) }
	slices.SortStableFunc(r.edges, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(a.From, b.From), heaviest(a, b))
	})
	r.byTo = indexes(len(r.edges))
	slices.SortStableFunc(r.byTo, func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.edges[a].To, r.edges[b].To), heaviest(r.edges[a], r.edges[b]))
	})
	return r
}
