// Package exchange reads and writes a matching round (匹配轮次) as a directory of
// CSV files, so that anybody can repeat the round or check its result.
//
// Input, UTF-8 with a header line each; columns may stand in any order:
//
//	candidates.csv  candidate_id[,type]
//	positions.csv   position_id,enterprise_id,capacity[,minimum][,fixed_open][,target]
//	reserves.csv    position_id,type,seats                (optional)
//	nodes.csv       node_id,parent_id,cap                 (optional; an empty cap is none)
//	choices.csv     candidate_id,position_id,rank[,weight]
//	priorities.csv  position_id,candidate_id,key
//	rule.json       see matching.Rule                     (optional: the defaults)
//
// Output: assignment.csv, cutoffs.csv, report.json, for the largest weight
// prices.csv, and the inputs again. A pair
// counts only if choices and priorities both have it; others are counted and told.
//
// The inputs are written in one fixed order of lines (by the names), so that the
// same round gives the same bytes, in whatever order its lines came.
package exchange

import (
	"context"

	"guildhall/matching"
)

// The files of a round.
const (
	Candidates = "candidates.csv"
	Positions  = "positions.csv"
	Reserves   = "reserves.csv"
	Nodes      = "nodes.csv"
	Choices    = "choices.csv"
	Priorities = "priorities.csv"
	RuleFile   = "rule.json"
	Assignment = "assignment.csv"
	CutOffs    = "cutoffs.csv"
	Prices     = "prices.csv" // with the method of the largest weight: what proves it
	ReportFile = "report.json"
)

// Round is a market with the rule it is decided by.
type Round struct {
	Market *matching.Market
	Rule   matching.Rule

	OnlyCandidate int // pairs that the candidate lists and the position does not
	OnlyPosition  int // pairs that the position lists and the candidate does not

	// The lines of pairs that only one side lists, in their final order.
	oneSidedChoices    [][]byte
	oneSidedPriorities [][]byte
	ranks              []int32 // by choice, as the file had them; nil: the numbers on the list
	weighted           bool
}

// Options of reading.
type Options struct {
	MaxFaults int                            // listed before the rest is only counted; 0: 100
	Rule      *matching.Rule                 // in place of rule.json
	Progress  func(file string, lines int64) // called every so many lines
}

// Of makes a round of a market that did not come from files.
func Of(m *matching.Market, r matching.Rule) *Round {
	return &Round{Market: m, Rule: r.Complete()}
}

// Decision is what was decided, with the proof of its weight for the method of
// the largest weight.
type Decision struct {
	Outcome     *matching.Outcome
	Certificate *matching.WeightCertificate
}

// Solve decides the round by its rule.
func (r *Round) Solve(ctx context.Context) (*Decision, error) {
	if r.Rule.Method != matching.Heaviest {
		out, err := matching.Solve(ctx, r.Market, r.Rule)
		return &Decision{Outcome: out}, err
	}
	out, cert, err := matching.MaxWeight(ctx, r.Market, matching.WeightOptions{})
	if err == nil {
		out.Rule = r.Rule.Complete()
	}
	return &Decision{out, cert}, err
}

// Verify checks a decision with the independent verifier.
func (r *Round) Verify(d *Decision) *matching.Report {
	if d.Certificate != nil {
		return matching.VerifyWeight(r.Market, r.Rule, d.Outcome.Of, d.Certificate)
	}
	return matching.Verify(r.Market, r.Rule, d.Outcome.Of)
}
