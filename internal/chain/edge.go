package chain

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// ByBody is the evidence of an edge that a body added itself.
const ByBody codes.Evidence = "body"

// Version is one version of an edge as a body wrote it down.
type Version struct {
	A             Ref        `json:"a"` // the ends, in the order of Kinds
	B             Ref        `json:"b"`
	Number        int        `json:"version"`
	Action        string     `json:"action"` // as in the rule book
	Ended         bool       `json:"ended"`
	Role          string     `json:"role,omitempty"`
	Level         int        `json:"level,omitempty"`
	Share         int        `json:"share,omitempty"`
	Source        string     `json:"source"`
	Dated         string     `json:"dated"` // of the source: 2026, 2026-03 or 2026-03-01
	Note          string     `json:"note,omitempty"`
	Confirmer     string     `json:"confirmer,omitempty"`
	ConfirmerUnit string     `json:"confirmer_unit,omitempty"`
	ConfirmedAt   *time.Time `json:"confirmed_at,omitempty"`
	By            string     `json:"by"`
	ByUnit        string     `json:"by_unit,omitempty"`
	At            time.Time  `json:"at"`

	id string
}

// EdgeForm is what is filled in of an edge.
type EdgeForm struct {
	From   string `json:"from"` // kind:code; of a course or base also a new one
	To     string `json:"to"`
	Name   string `json:"name"` // of a course or base that is new
	NameEN string `json:"name_en"`
	Role   string `json:"role"`  // core, common or empty
	Level  int    `json:"level"` // 0 to 5
	Share  int    `json:"share"` // per cent
	Source string `json:"source"`
	Dated  string `json:"dated"`
	Note   string `json:"note"`
}

var datedAs = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)

// codedAs tells whether a new node may bear a code: up to 40 letters and digits of any
// script, within it also . _ and -. An expression for it would cost each start of the
// program ten milliseconds.
func codedAs(code string) bool {
	for i, r := range code {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && (i == 0 || !strings.ContainsRune("._-", r)) {
			return false
		}
	}
	n := utf8.RuneCountInString(code)
	return n > 0 && n <= 40
}

// check tells all that is wrong with the particulars of an edge on a day.
func (f *EdgeForm) check(today string, wrong *fault.List) {
	f.Source, f.Dated, f.Note, f.Name, f.NameEN = strings.TrimSpace(f.Source), strings.TrimSpace(f.Dated), strings.TrimSpace(f.Note), strings.TrimSpace(f.Name), strings.TrimSpace(f.NameEN)
	if f.Role != "" && f.Role != "core" && f.Role != "common" {
		wrong.Add("role", "chain.edge.bad_role", f.Role)
	}
	if f.Level < 0 || f.Level > 5 {
		wrong.Add("level", "chain.edge.bad_level", f.Level)
	}
	if f.Share < 0 || f.Share > 100 {
		wrong.Add("share", "chain.edge.bad_share", f.Share)
	}
	if n := utf8.RuneCountInString(f.Source); n == 0 || n > 200 {
		wrong.Add("source", "chain.edge.no_source")
	}
	if !datedAs.MatchString(f.Dated) || f.Dated[:min(len(f.Dated), len(today))] > today[:min(len(f.Dated), len(today))] {
		wrong.Add("dated", "chain.edge.bad_date", f.Dated)
	}
	if utf8.RuneCountInString(f.Note) > 500 {
		wrong.Add("note", "chain.edge.long_note")
	}
}

// ref reads kind:code.
func ref(written string) Ref {
	kind, code, _ := strings.Cut(strings.TrimSpace(written), ":")
	return Ref{strings.TrimSpace(kind), strings.TrimSpace(code)}
}

func rank(kind string) int { return slices.Index(Kinds, kind) }

// inOrder gives two ends in the order of the chain.
func inOrder(a, b Ref) (Ref, Ref) {
	if cmp.Or(cmp.Compare(rank(a.Kind), rank(b.Kind)), cmp.Compare(a.Code, b.Code)) > 0 {
		return b, a
	}
	return a, b
}

// owned tells whether nodes of a kind are the body's own and in no code list.
func owned(kind string) bool { return kind == KindCourse || kind == KindBase }

// ends finds the ends that a form names, in the order of the chain, and the one
// of them that is new.
func (f *EdgeForm) ends(g *graph, wrong *fault.List) (a, b Ref, fresh *Node) {
	read := func(place, written string) Ref {
		r := g.successor(ref(written))
		_, known := g.at[r]
		if !known && !owned(r.Kind) && rank(r.Kind) >= 0 {
			_, known = g.catalogue.Get(r.Kind, r.Code)
		}
		switch {
		case known:
		case owned(r.Kind) && fresh == nil && codedAs(r.Code):
			if n := utf8.RuneCountInString(f.Name); n == 0 || n > 100 || utf8.RuneCountInString(f.NameEN) > 200 {
				wrong.Add("name", "chain.edge.no_name", r.String())
			}
			fresh = &Node{Ref: r, Name: f.Name, NameEN: f.NameEN}
		default:
			wrong.Add(place, "chain.edge.no_node", written)
		}
		return r
	}
	from, to := read("from", f.From), read("to", f.To)
	if rank(from.Kind) >= 0 && from.Kind == to.Kind {
		wrong.Add("to", "chain.edge.same_kind")
	}
	a, b = inOrder(from, to)
	return a, b, fresh
}

// take finds an edge for an action: the newest version as it stands, or what the
// shipped lists say of it as version 0.
func (c *Chain) take(tx *db.Tx, action, from, to string) (*Version, *graph, error) {
	g, err := c.graphOf(tx)
	if err != nil {
		return nil, nil, err
	}
	if err := policy.Allow(tx.Context(), action, Node{}); err != nil {
		return nil, nil, err
	}
	a, b := inOrder(g.successor(ref(from)), g.successor(ref(to)))
	v := g.version(a, b)
	if v == nil {
		return nil, nil, fault.NotFound.New("fault.not_found")
	}
	v.Action = action
	return v, g, nil
}

// version gives an edge as it stands, nil where there is none and never was.
func (g *graph) version(a, b Ref) *Version {
	if v := g.newest[[2]Ref{a, b}]; v != nil {
		had := *v
		return &had
	}
	if e := g.between(a, b); e != nil {
		return &Version{A: a, B: b, Role: e.Role, Level: e.Level, Share: e.Weight, Source: e.Source, Dated: e.Dated, Note: e.Note}
	}
	return nil
}

// filled gives the next version with what a form says.
func (v Version) filled(f EdgeForm) Version {
	v.Role, v.Level, v.Share, v.Source, v.Dated, v.Note, v.Ended = f.Role, f.Level, f.Share, f.Source, f.Dated, f.Note, false
	v.Confirmer, v.ConfirmerUnit, v.ConfirmedAt = "", "", nil
	return v
}

// same tells whether two versions say the same.
func (v Version) same(w Version) bool {
	return v.Ended == w.Ended && v.Role == w.Role && v.Level == w.Level && v.Share == w.Share && v.Source == w.Source && v.Dated == w.Dated && v.Note == w.Note
}

// confirmed marks that the actor of tx stands for the edge as of now.
func (v Version) confirmed(tx *db.Tx) Version {
	a, now := auth.From(tx.Context()), tx.Now
	v.Confirmer, v.ConfirmerUnit, v.ConfirmedAt = a.ID, a.Unit, &now
	return v
}
