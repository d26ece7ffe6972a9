// Package ballot counts votes, seals them while the vote is on, and writes and
// checks the board on which anybody can count them again (计票与公告板).
//
// It takes values and gives values: it knows no database, no clock and no
// network, and needs the standard library only, so that whoever doubts a result
// can read it in an evening and run it at home. For ballots of the Chinese suite
// (国密) it is built with -tags gm and needs the module github.com/emmansun/gmsm.
//
//   - Question.Count is the count: whole numbers throughout, no fraction is ever
//     rounded.
//   - Suite's NewKey, Seal and Open keep a secret vote unreadable until it is closed;
//     the Receipt of what was sealed is what the voter finds on the board. Split and
//     Join part the key among trustees.
//   - Board.Write makes the folder that is published, and Verify checks one.
package ballot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The votes on a motion. A vote in an election is the codes of the chosen
// candidates in order, with "+" between, or Blank.
const (
	Yes     = "yes"
	No      = "no"
	Abstain = "abstain"
	Blank   = "blank"   // nobody of the candidates
	Invalid = "invalid" // a paper that says nothing that can be counted
)

// Of what a majority is a part.
const (
	All     = "all"     // everybody entitled, there or not
	Present = "present" // everybody who takes part in the meeting
	Cast    = "cast"    // every vote cast, the invalid ones too
	Valid   = "valid"   // every valid vote, abstentions too
)

// Bases lists them.
var Bases = []string{All, Present, Cast, Valid}

// What becomes of a vote with as many for as against.
const (
	Fails = "fails" // it is not carried
	Chair = "chair" // the chair decides
	Again = "again" // it is voted on once more
)

// Ties lists them.
var Ties = []string{Fails, Chair, Again}

// Fraction is a part of a whole: at least Num/Den of it, or more than that.
type Fraction struct {
	Num  int64 `json:"num"`
	Den  int64 `json:"den"`
	More bool  `json:"more"` // more than, not at least
}

// Reached tells whether n out of base are enough. Out of nobody, nobody is.
func (f Fraction) Reached(n, base int64) bool {
	if base <= 0 || f.Den <= 0 {
		return false
	}
	if f.More {
		return n*f.Den > f.Num*base
	}
	return n*f.Den >= f.Num*base
}

// Need gives the least number that is enough out of base.
func (f Fraction) Need(base int64) int64 {
	if base <= 0 || f.Den <= 0 {
		return 1
	}
	need := f.Num * base / f.Den // whole part
	if f.More || need*f.Den < f.Num*base {
		need++
	}
	return max(need, 1)
}

// Majority is what it takes.
type Majority struct {
	Base string `json:"base"` // one of Bases
	Fraction
}

// Choice is what can be chosen: yes, no, abstain, or a candidate.
type Choice struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Question is what is voted on and how the votes are weighed.
type Question struct {
	Kind      string   `json:"kind"` // motion or election
	Seats     int      `json:"seats,omitempty"`
	Choices   []Choice `json:"choices"`
	Majority  Majority `json:"majority"`
	Ties      string   `json:"ties"`
	Plurality bool     `json:"plurality,omitempty"` // a run-off that the most votes decide
	RunOff    bool     `json:"run_off,omitempty"`   // seats that are left go to a run-off
	All       int64    `json:"all"`                 // entitled, less those who stand aside
	Present   int64    `json:"present"`             // of them, taking part
	Quorum    Fraction `json:"quorum"`              // of all who must take part for anything to be decided
}

// Motion and Election are the kinds of question.
const (
	Motion   = "motion"
	Election = "election"
)

// Result is what the votes come to.
type Result struct {
	Counts  []int64  `json:"counts"` // for each choice, in the order of the question
	Invalid int64    `json:"invalid"`
	Blank   int64    `json:"blank,omitempty"`
	Cast    int64    `json:"cast"`
	Base    int64    `json:"base"`
	Need    int64    `json:"need"`
	Quorate bool     `json:"quorate"`           // enough take part; nothing is carried where they do not
	Carried bool     `json:"carried"`           // the motion; of an election, that every seat is filled
	Tied    bool     `json:"tied,omitempty"`    // as many for as against, and it is not simply lost
	Elected []string `json:"elected,omitempty"` // codes, the most votes first
	RunOff  []string `json:"run_off,omitempty"` // codes of those between whom the seats that are left are decided
}

// Count gives what the votes come to. Their order makes no difference.
func (q *Question) Count(votes []string) (Result, error) {
	r := Result{Counts: make([]int64, len(q.Choices)), Cast: int64(len(votes))}
	at := map[string]int{}
	for i, c := range q.Choices {
		at[c.Code] = i
	}
	for _, v := range votes {
		if err := q.Check(v); err != nil {
			return r, err
		}
		switch v {
		case Invalid:
			r.Invalid++
		case Blank:
			r.Blank++
		default:
			for code := range strings.SplitSeq(v, "+") {
				r.Counts[at[code]]++
			}
		}
	}
	r.Base = q.base(r)
	r.Need = q.Majority.Need(r.Base)
	r.Quorate = q.Quorum.Den == 0 || q.Quorum.Reached(q.Present, q.All)
	if !r.Quorate {
		return r, nil
	}
	if q.Kind == Election {
		q.elect(&r)
		return r, nil
	}
	yes, no := r.Counts[at[Yes]], r.Counts[at[No]]
	r.Carried = q.Majority.Reached(yes, r.Base)
	r.Tied = !r.Carried && yes == no && yes > 0 && q.Ties != Fails
	return r, nil
}

func (q *Question) base(r Result) int64 {
	switch q.Majority.Base {
	case All:
		return q.All
	case Present:
		return q.Present
	case Valid:
		return r.Cast - r.Invalid
	}
	return r.Cast
}

// Check refuses a vote that this question does not know: each candidate at most
// once, in order, and no more of them than there are seats.
func (q *Question) Check(vote string) error {
	if vote == Invalid || vote == Blank && q.Kind == Election {
		return nil
	}
	codes := strings.Split(vote, "+")
	last := -1
	for _, code := range codes {
		i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Code == code })
		if i <= last {
			return fmt.Errorf("%q is no vote on this question", vote)
		}
		last = i
	}
	if q.Kind != Election && len(codes) != 1 || q.Kind == Election && len(codes) > q.Seats {
		return fmt.Errorf("%q chooses more than can be chosen", vote)
	}
	return nil
}

// elect fills the seats: whoever reaches the majority, the most votes first. Where
// the last seats are claimed by several with equal votes, none of those gets one.
// Seats that are left go to a run-off between those who claim them, or between
// twice as many of the next as there are seats, and all who equal the last.
func (q *Question) elect(r *Result) {
	order := make([]int, len(q.Choices))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Counts[b], r.Counts[a]) })
	enough := func(i int) bool {
		return q.Plurality && r.Counts[i] > 0 || !q.Plurality && q.Majority.Reached(r.Counts[i], r.Base)
	}
	left := q.Seats
	for len(order) > 0 && left > 0 && enough(order[0]) {
		equal := q.equal(order, r)
		if len(equal) > left {
			r.runOff(q, equal)
			return
		}
		for _, i := range equal {
			r.Elected = append(r.Elected, q.Choices[i].Code)
		}
		order, left = order[len(equal):], left-len(equal)
	}
	r.Carried = left == 0
	if r.Carried {
		return
	}
	var next []int
	for len(order) > 0 && len(next) < 2*left {
		equal := q.equal(order, r)
		next, order = append(next, equal...), order[len(equal):]
	}
	r.runOff(q, next)
}

// equal gives those at the head of order who have equal votes.
func (q *Question) equal(order []int, r *Result) []int {
	n := 1
	for n < len(order) && r.Counts[order[n]] == r.Counts[order[0]] {
		n++
	}
	return order[:n]
}

func (r *Result) runOff(q *Question, among []int) {
	if !q.RunOff {
		return
	}
	for _, i := range among {
		r.RunOff = append(r.RunOff, q.Choices[i].Code)
	}
}

// Same tells whether two results are the same in every figure.
func (r Result) Same(o Result) bool {
	return slices.Equal(r.Counts, o.Counts) && r.Invalid == o.Invalid && r.Blank == o.Blank && r.Cast == o.Cast && r.Base == o.Base &&
		r.Need == o.Need && r.Quorate == o.Quorate && r.Carried == o.Carried && r.Tied == o.Tied && slices.Equal(r.Elected, o.Elected) && slices.Equal(r.RunOff, o.RunOff)
}
