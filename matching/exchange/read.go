package exchange

import (
	"cmp"
	"context"
	"io/fs"
	"math"
	"slices"
	"strings"

	"guildhall/matching"
)

// reader puts the files of a round together.
type reader struct {
	ctx    context.Context
	fsys   fs.FS
	opt    Options
	faults Faults
	b      *matching.Builder
	round  *Round

	cands, pos, nodes, firms *ids
	types                    []string // by candidate, as the file had them
	weights                  bool
	pairs                    pairs
}

// Read reads a round. Its error is a [*Faults] with every fault found in the
// files, or the context's.
func Read(ctx context.Context, fsys fs.FS, opt Options) (*Round, error) {
	if opt.MaxFaults <= 0 {
		opt.MaxFaults = 100
	}
	r := &reader{ctx: ctx, fsys: fsys, opt: opt, round: &Round{}, cands: newIDs(), pos: newIDs(), nodes: newIDs()}
	r.faults.limit = opt.MaxFaults
	r.rule()
	r.b = matching.NewBuilder(matching.Options{MaxFaults: opt.MaxFaults, Flexible: r.round.Rule.Regions == matching.Flexible})
	r.candidates()
	r.tree()
	r.choices()
	r.priorities()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := r.faults.err(); err != nil {
		return nil, err
	}
	return r.build()
}

func (r *reader) rule() {
	if r.opt.Rule != nil {
		r.round.Rule = r.opt.Rule.Complete()
		if err := r.opt.Rule.Check(); err != nil {
			r.faults.add(RuleFile, 0, Malformed, "%v", err)
		}
		return
	}
	f, err := r.fsys.Open(RuleFile)
	if err != nil {
		r.round.Rule = matching.Rule{}.Complete()
		return
	}
	defer f.Close()
	rule, err := matching.ReadRule(f)
	if err != nil {
		r.faults.add(RuleFile, 0, Malformed, "%v", err)
	}
	r.round.Rule = rule
}

func (r *reader) table(name string, optional bool, want ...column) *table {
	t := open(r.fsys, name, optional, &r.faults, want...)
	if t != nil {
		t.tick = r.opt.Progress
	}
	return t
}

// candidates reads them and numbers them in the order of their names.
func (r *reader) candidates() {
	t := r.table(Candidates, false, column{name: "candidate_id"}, column{name: "type", optional: true})
	if t == nil {
		return
	}
	defer t.close()
	var types []string
	word := map[string]string{}
	for t.next() {
		if !r.newID(t, r.cands, "candidate") {
			continue
		}
		typ := string(t.field(1))
		if typ != "" && types == nil {
			types = make([]string, r.cands.len()-1)
		}
		if types != nil {
			if _, ok := word[typ]; !ok {
				word[typ] = typ
			}
			types = append(types, word[typ])
		}
	}
	was := r.cands.sort()
	if types != nil {
		r.types = make([]string, len(was))
	}
	for i, old := range was {
		var kinds []matching.Type
		if types != nil {
			r.types[i] = types[old]
			for _, k := range strings.Split(types[old], "|") {
				kinds = append(kinds, r.b.Type(k))
			}
		}
		r.b.Candidate(r.cands.at(i), kinds...)
	}
}

// newID enters the id in the first column.
func (r *reader) newID(t *table, s *ids, what string) bool {
	id := t.field(0)
	if len(id) == 0 {
		t.faults.add(t.name, t.line, Malformed, "the %s has no id", what)
		return false
	}
	if !s.add(id) {
		t.faults.add(t.name, t.line, Duplicate, "the %s %q is there twice", what, id)
		return false
	}
	return true
}

// pairs are the choices, as columns, and then in the order of the lists.
type pairs struct {
	cand, pos []uint32
	rank      []int32
	weight    []int64
	key       []int64
	both      []bool
	lines     lines
	off       []uint32 // by candidate, once sorted
}

// lines remembers on which line a record stood: blank and faulty lines shift it.
type lines struct {
	record, shift []int
	n             int
}

func (l *lines) add(line int) {
	if shift := line - l.n; len(l.shift) == 0 || l.shift[len(l.shift)-1] != shift {
		l.record, l.shift = append(l.record, l.n), append(l.shift, shift)
	}
	l.n++
}

func (l *lines) of(record int) int {
	i, found := slices.BinarySearch(l.record, record)
	if !found {
		i--
	}
	return record + l.shift[i]
}

func (r *reader) choices() {
	t := r.table(Choices, false, column{name: "candidate_id"}, column{name: "position_id"}, column{name: "rank"},
		column{name: "weight", optional: true})
	if t == nil {
		return
	}
	defer t.close()
	p := &r.pairs
	r.weights = t.has(3)
	limit := matching.WeightLimit(r.cands.len())
	for t.next() && r.ctx.Err() == nil {
		c, pos, ok := r.pair(t, 0, 1)
		rank, good := t.number(2, 1, math.MaxInt32)
		weight := int64(0)
		if r.weights && len(t.field(3)) > 0 {
			w, fine := t.number(3, 0, limit)
			weight, good = w, good && fine
		}
		if !ok || !good {
			continue
		}
		p.cand, p.pos, p.rank = append(p.cand, uint32(c)), append(p.pos, uint32(pos)), append(p.rank, int32(rank))
		if r.weights {
			p.weight = append(p.weight, weight)
		}
		p.lines.add(t.line)
	}
	p.sort(r.cands.len(), func(c uint32, record, first int) {
		t.faults.add(Choices, p.lines.of(record), Duplicate, "the candidate %q lists the position %q a second time (first on line %d)",
			r.cands.at(int(c)), r.pos.at(int(p.pos[record])), p.lines.of(first))
	})
}

// pair looks the two ids of a line up.
func (r *reader) pair(t *table, cand, pos int) (int, int, bool) {
	c, p := r.cands.find(t.field(cand)), r.pos.find(t.field(pos))
	if c < 0 {
		t.faults.add(t.name, t.line, Unknown, "there is no candidate %q", clip(t.field(cand)))
	}
	if p < 0 {
		t.faults.add(t.name, t.line, Unknown, "there is no position %q", clip(t.field(pos)))
	}
	return c, p, c >= 0 && p >= 0
}

// sort puts the records in the order of candidates, ranks and positions and tells
// pairs that are there twice.
func (p *pairs) sort(candidates int, twice func(c uint32, record, first int)) {
	p.off = make([]uint32, candidates+1)
	for _, c := range p.cand {
		p.off[c+1]++
	}
	for c := range candidates {
		p.off[c+1] += p.off[c]
	}
	at := slices.Clone(p.off)
	perm := make([]uint32, len(p.cand))
	for i, c := range p.cand {
		perm[at[c]] = uint32(i)
		at[c]++
	}
	for c := range candidates {
		own := perm[p.off[c]:p.off[c+1]]
		p.findTwice(uint32(c), own, twice)
		slices.SortFunc(own, func(i, j uint32) int {
			return cmp.Or(cmp.Compare(p.rank[i], p.rank[j]), cmp.Compare(p.pos[i], p.pos[j]))
		})
	}
	p.pos, p.rank = permute(p.pos, perm), permute(p.rank, perm)
	if p.weight != nil {
		p.weight = permute(p.weight, perm)
	}
	p.cand = nil
	p.key, p.both = make([]int64, len(perm)), make([]bool, len(perm))
}

func permute[T any](list []T, perm []uint32) []T {
	out := make([]T, len(list))
	for i, k := range perm {
		out[i] = list[k]
	}
	return out
}

func (p *pairs) findTwice(c uint32, own []uint32, twice func(c uint32, record, first int)) {
	if len(own) <= 32 {
		for i, a := range own {
			for _, b := range own[:i] {
				if p.pos[a] == p.pos[b] {
					twice(c, int(a), int(b))
					break
				}
			}
		}
		return
	}
	first := map[uint32]uint32{}
	for _, a := range own {
		if b, ok := first[p.pos[a]]; ok {
			twice(c, int(a), int(b))
		} else {
			first[p.pos[a]] = a
		}
	}
}

// find gives the place of a pair, or -1.
func (p *pairs) find(c, pos int) int {
	for i := p.off[c]; i < p.off[c+1]; i++ {
		if p.pos[i] == uint32(pos) {
			return int(i)
		}
	}
	return -1
}

func (r *reader) priorities() {
	t := r.table(Priorities, false, column{name: "position_id"}, column{name: "candidate_id"}, column{name: "key"})
	if t == nil || r.pairs.off == nil {
		return
	}
	defer t.close()
	p := &r.pairs
	alone := map[[2]int]int{} // pairs that the candidate does not list: their line
	for t.next() && r.ctx.Err() == nil {
		c, pos, ok := r.pair(t, 1, 0)
		key, good := t.number(2, math.MinInt64/4, math.MaxInt64/4)
		if !ok || !good {
			continue
		}
		i := p.find(c, pos)
		if i < 0 {
			if first, ok := alone[[2]int{c, pos}]; ok {
				r.twicePrior(t, c, pos, first)
				continue
			}
			alone[[2]int{c, pos}] = t.line
			r.round.oneSidedPriorities = append(r.round.oneSidedPriorities, priorityLine(r.pos.at(pos), r.cands.at(c), key))
			continue
		}
		if p.both[i] {
			r.twicePrior(t, c, pos, 0)
			continue
		}
		p.key[i], p.both[i] = key, true
	}
	r.round.OnlyPosition = len(alone)
}

func (r *reader) twicePrior(t *table, c, pos, first int) {
	t.faults.add(t.name, t.line, Duplicate, "the position %q gives the candidate %q a key a second time", r.pos.at(pos), r.cands.at(c))
}

// build hands the pairs that both sides list to the builder.
func (r *reader) build() (*Round, error) {
	p, round := &r.pairs, r.round
	round.ranks = make([]int32, 0, len(p.pos))
	round.weighted = r.weights
	for c := range r.cands.len() {
		for i := p.off[c]; i < p.off[c+1]; i++ {
			w := int64(0)
			if p.weight != nil {
				w = p.weight[i]
			}
			if !p.both[i] {
				round.OnlyCandidate++
				round.oneSidedChoices = append(round.oneSidedChoices,
					choiceLine(r.cands.at(c), r.pos.at(int(p.pos[i])), int64(p.rank[i]), w, r.weights))
				continue
			}
			round.ranks = append(round.ranks, p.rank[i])
			r.b.Choice(matching.CandidateID(c), matching.PositionID(p.pos[i]), int(p.rank[i]), p.key[i], w)
		}
	}
	r.pairs = pairs{}
	m, err := r.b.Build()
	if err != nil {
		r.takeFaults(err)
		return nil, r.faults.err()
	}
	round.Market = m
	return round, nil
}

// takeFaults brings the market's faults into the list of the files.
func (r *reader) takeFaults(err error) {
	list, ok := err.(*matching.Faults)
	if !ok {
		r.faults.add("", 0, Market, "%v", err)
		return
	}
	for _, f := range list.List {
		r.faults.add(marketFile(f.Code), 0, Market, "%s", f.Message)
	}
	r.faults.More += list.More
}

func marketFile(code string) string {
	switch code {
	case matching.FaultScale, matching.FaultCycle, matching.FaultCrossing, matching.FaultClosedAbove:
		return Nodes
	case matching.FaultReserve:
		return Reserves
	case matching.FaultRule, matching.FaultTypes:
		return RuleFile
	}
	return Positions
}
