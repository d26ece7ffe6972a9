package round

import (
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/rule"
	"guildhall/matching"
)

// The kinds of rounds.
const (
	Graduate       = "graduate"        // 毕业生就业对接
	Internship     = "internship"      // 岗位实习安排
	OrderClass     = "order_class"     // 订单班分班
	FieldEngineers = "field_engineers" // 现场工程师培养
)

// Kinds lists them.
var Kinds = []string{Graduate, Internship, OrderClass, FieldEngineers}

// What caps and reserved seats can go by.
var (
	CapsBy  = []string{"none", "region", "programme", "segment"}
	SeatsBy = []string{"none", "programme", "school", "level"}
)

// The words that a round's terms choose among, each with its default first.
var (
	ties     = []string{"lottery", "lottery_per_position", "reject", "admit", "max_size"}
	closings = []string{"worst_first", "all_short", "exact"}
	reserves = []string{"minimum_seats", "open_first", "call_order"}
	regions  = []string{"nested", "flexible"}
	silences = []string{"decline", "accept"}
)

// Usual is what a body's dated rule says of one kind of rounds; it fills the form
// of a new one.
type Usual struct {
	Kind       string `json:"kind" choices:"graduate,internship,order_class,field_engineers"`
	Ties       string `json:"ties" choices:"lottery,lottery_per_position,reject,admit,max_size"`
	Closing    string `json:"closing" choices:"worst_first,all_short,exact"`
	Reserves   string `json:"reserves" choices:"minimum_seats,open_first,call_order"`
	Regions    string `json:"regions" choices:"nested,flexible"`
	CapPercent int    `json:"cap_percent"` // of an enterprise's staff at most; 0: no such cap
	ByHand     bool   `json:"by_hand"`     // enterprises may rank candidates
	AnswerDays int    `json:"answer_days"` // to accept or decline in, from publication
	Silence    string `json:"silence" choices:"decline,accept"`
}

// Rule is a body's dated rule of rounds (撮合规则).
type Rule struct {
	Kinds []Usual `json:"kinds"`
}

// ruleKind is the name of the rule.
const ruleKind = "round.terms"

var _ = rule.Declare(ruleKind, Rule{[]Usual{
	{Graduate, "lottery", "worst_first", "minimum_seats", "nested", 0, true, 7, "decline"},
	{Internship, "lottery", "worst_first", "minimum_seats", "nested", 10, false, 5, "accept"},
	{OrderClass, "lottery", "worst_first", "minimum_seats", "nested", 0, false, 7, "decline"},
	{FieldEngineers, "lottery", "worst_first", "minimum_seats", "nested", 0, true, 7, "decline"},
}})

// Check tells everything in the rule that cannot be.
func (r Rule) Check() error {
	var wrong fault.List
	seen := map[string]bool{}
	for i, u := range r.Kinds {
		at := "kinds." + strconv.Itoa(i) + "."
		if seen[u.Kind] {
			wrong.Add(at+"kind", "round.terms.twice", u.Kind)
		}
		seen[u.Kind] = true
		u.terms().check(&wrong, at)
	}
	return wrong.Err()
}

func (u Usual) terms() Terms {
	return Terms{Ties: u.Ties, Closing: u.Closing, Reserves: u.Reserves, Regions: u.Regions, CapPercent: u.CapPercent,
		CapBy: "none", SeatsBy: "none", ByHand: u.ByHand, AnswerDays: u.AnswerDays, Silence: u.Silence}
}

// Terms are a round's own rules of deciding, as they were when it was drafted.
type Terms struct {
	Ties       string   `json:"ties"`
	Closing    string   `json:"closing"`
	Reserves   string   `json:"reserves"`
	Regions    string   `json:"regions"`
	CapPercent int      `json:"cap_percent"` // at most so many per cent of an enterprise's staff; 0: no such cap
	CapBy      string   `json:"cap_by"`      // of CapsBy: what the caps below count by
	Caps       []string `json:"caps"`        // "450203 60": so many at most
	SeatsBy    string   `json:"seats_by"`    // of SeatsBy: for whom seats can be reserved
	ByHand     bool     `json:"by_hand"`
	AnswerDays int      `json:"answer_days"`
	Silence    string   `json:"silence"` // what no answer means: accept or decline
}

// usual gives the terms of a kind by the rule in force, and the rule's id.
func usual(tx *db.Tx, kind string) (Terms, string, error) {
	held, err := rule.Today[Rule](tx, ruleKind)
	if err != nil {
		return Terms{}, "", err
	}
	for _, u := range held.Rule.Kinds {
		if u.Kind == kind {
			return u.terms(), held.ID, nil
		}
	}
	return Usual{kind, ties[0], closings[0], reserves[0], regions[0], 0, false, 7, silences[0]}.terms(), held.ID, nil
}

// check adds what cannot be to wrong: words that are none, figures out of reach,
// and terms that contradict each other.
func (t Terms) check(wrong *fault.List, at string) {
	for _, w := range []struct {
		place, word string
		of          []string
	}{{"ties", t.Ties, ties}, {"closing", t.Closing, closings}, {"reserves", t.Reserves, reserves}, {"regions", t.Regions, regions},
		{"silence", t.Silence, silences}, {"cap_by", t.CapBy, CapsBy}, {"seats_by", t.SeatsBy, SeatsBy}} {
		if !slices.Contains(w.of, w.word) {
			wrong.Add(at+w.place, "round.terms.word", w.word)
		}
	}
	if t.CapPercent < 0 || t.CapPercent > 100 {
		wrong.Add(at+"cap_percent", "round.terms.cap", t.CapPercent)
	}
	if t.AnswerDays < 1 || t.AnswerDays > 60 {
		wrong.Add(at+"answer_days", "round.terms.days", t.AnswerDays)
	}
	if _, bad := t.caps(); len(bad) > 0 {
		wrong.Add(at+"caps", "round.terms.cap_line", bad[0])
	}
	if t.ByHand && t.CapBy != "none" && t.Regions != "flexible" {
		wrong.Add(at+"by_hand", "round.terms.hand_cap")
	}
	plain := t.Ties == "lottery" || t.Ties == "lottery_per_position"
	if t.Regions == "flexible" && !plain {
		wrong.Add(at+"ties", "round.terms.flexible_ties")
	}
	if t.SeatsBy != "none" && !plain {
		wrong.Add(at+"ties", "round.terms.seats_ties")
	}
	if t.Reserves == "call_order" && (t.CapPercent > 0 || t.CapBy != "none") {
		wrong.Add(at+"reserves", "round.terms.call_cap")
	}
}

// caps reads the lines of caps, and gives those that cannot be read.
func (t Terms) caps() (most map[string]int, bad []string) {
	most = map[string]int{}
	for _, line := range t.Caps {
		f := strings.Fields(strings.ReplaceAll(line, ",", " "))
		if len(f) == 0 {
			continue
		}
		n, err := strconv.Atoi(f[len(f)-1])
		if _, twice := most[f[0]]; len(f) != 2 || err != nil || n < 0 || twice {
			bad = append(bad, line)
			continue
		}
		most[f[0]] = n
	}
	return most, bad
}

// splitLines takes the lines of a form's field apart.
func splitLines(list []string) []string {
	var lines []string
	for _, text := range list {
		for line := range strings.SplitSeq(strings.ReplaceAll(text, ";", "\n"), "\n") {
			if line = strings.Join(strings.Fields(line), " "); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// matching gives the terms as the engine reads them.
func (t Terms) matching(seed string) matching.Rule {
	return matching.Rule{Seed: seed, Ties: matching.TieRule(t.Ties), Closing: matching.ClosingRule(t.Closing),
		Reserves: matching.ReserveRule(t.Reserves), Regions: matching.RegionRule(t.Regions)}.Complete()
}

// group gives what the caps count a place by, "" for no cap.
func (t Terms) group(p *place) string {
	switch t.CapBy {
	case "region":
		return p.region
	case "programme":
		return p.programme
	case "segment":
		return p.segment
	}
	return ""
}

// sort gives for which seats a candidate counts, "" for none.
func (t Terms) sort(c *entrant) string {
	switch t.SeatsBy {
	case "programme":
		return c.programme
	case "school":
		return c.school
	case "level":
		return c.level
	}
	return ""
}
