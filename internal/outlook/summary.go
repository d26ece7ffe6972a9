package outlook

import (
	"math"
	"slices"
)

// result puts together what was computed, with what it was made from.
func (c *computation) result() (*result, error) {
	kept, hash, err := c.encode()
	if err != nil {
		return nil, err
	}
	s := &c.summary
	s.Surveyed, s.Publisher = c.Surveyed, c.Publisher
	s.Hash, s.Method, s.Members, s.Lines, s.Quarters = hash, c.method, c.Members, len(c.lines), c.length
	enterprises := map[string]bool{}
	for _, l := range c.lines {
		enterprises[l.Unit] = true
		if len(l.Refused) > 0 {
			s.Left++
		}
		for _, q := range l.Ahead4 {
			if q.Plan != nil {
				s.Plans++
				if q.Plan.Weight > 0 && q.Plan.Status == "used" {
					s.PlansUsed++
				}
			}
		}
	}
	s.Enterprises = len(enterprises)
	s.Skill = c.skill()
	for _, g := range c.at(OfKind) {
		if g.Withheld {
			s.Withheld++
		}
		if g.Thin {
			s.Thin++
		}
		if g.Listed && !g.Withheld {
			s.Listed++
		}
	}
	for _, g := range c.at(OfTotal) {
		s.History = g.History
	}
	for _, y := range c.supplies {
		if y.Level == string(OfTotal) {
			s.Outlook = append(s.Outlook, Annual{Year: y.Year, Mean: y.People, Lo80: y.Lo80, Hi80: y.Hi80})
		}
	}
	c.compare()
	return &result{lines: slices.Concat(c.lines, c.sums), gaps: c.gaps, supplies: c.supplies, advice: c.advice, summary: *s, snapshot: keptSnapshot{hash, kept}}, nil
}

// skill sums up the backtests of the enterprises' lines.
func (c *computation) skill() *Skill {
	var k Skill
	var naive, n, errors, happened float64
	for _, l := range c.lines {
		if l.Score == nil || len(l.Score.Coverage) < 2 || !l.Score.Coverage[0].Known() || !l.Score.Coverage[1].Known() {
			continue
		}
		k.Lines++
		weight := float64(l.Score.N)
		n += weight
		k.Coverage80 += weight * float64(l.Score.Coverage[0])
		k.Coverage95 += weight * float64(l.Score.Coverage[1])
		if l.Score.WAPE.Known() {
			// Errors of a line are in persons of its recent quarters.
			errors += float64(l.Score.WAPE) * float64(l.Recent)
			happened += float64(l.Recent)
		}
		if l.Score.MASE.Known() && l.Score.NaiveMASE.Known() {
			k.MASE += float64(l.Score.MASE)
			k.NaiveMASE += float64(l.Score.NaiveMASE)
			naive++
		}
	}
	if k.Lines == 0 || naive == 0 || happened == 0 {
		return nil
	}
	k.Coverage80, k.Coverage95 = k.Coverage80/n, k.Coverage95/n
	k.MASE, k.NaiveMASE, k.WAPE = k.MASE/naive, k.NaiveMASE/naive, errors/happened
	return &k
}

// compare sets what the release before said against what is known now, line by
// line and over all lines of enterprises.
func (c *computation) compare() {
	if c.Before == nil {
		return
	}
	said := map[string]*Line{}
	for _, l := range c.BeforeSaid {
		said[l.Key] = l
	}
	all := CameSo{Number: c.Before.Number}
	wrong := 0.0
	for _, l := range slices.Concat(c.lines, c.sums) {
		one, errors := cameSo(c.Before.Number, said[l.Key], l)
		if one == nil {
			continue
		}
		l.Before = one
		if l.Level == OfTotal {
			all.Said = said[l.Key].Ahead4
		}
		if l.Level == OfLine {
			all.Quarters = max(all.Quarters, one.Quarters)
			all.Expected += one.Expected
			all.Happened += one.Happened
			all.Within += one.Within
			all.Values += one.Values
			wrong += errors
		}
	}
	if all.Values > 0 {
		all.WAPE = share(wrong, all.Happened)
		c.summary.Before = &all
	}
}

// cameSo sets one line of an earlier release against its history as known now, and
// gives the sum of its errors too.
func cameSo(number int, said, now *Line) (*CameSo, float64) {
	if said == nil {
		return nil, 0
	}
	k, wrong := CameSo{Number: number, Withheld: said.Withheld}, 0.0
	for _, q := range said.Ahead4 {
		at := apart(now.Start, q.Quarter)
		if at < 0 || at >= len(now.Hired) || !now.Hired[at].Known() {
			continue
		}
		y := float64(now.Hired[at])
		k.Quarters++
		k.Values++
		k.Expected += q.Mean
		k.Happened += y
		wrong += math.Abs(q.Mean - y)
		if float64(q.Lo80) <= y && y <= float64(q.Hi80) {
			k.Within++
		}
	}
	if k.Values == 0 {
		return nil, 0
	}
	k.WAPE = share(wrong, k.Happened)
	return &k, wrong
}

// share is a / b, or −1 where b is nothing.
func share(a, b float64) float64 {
	if b <= 0 {
		return -1
	}
	return a / b
}
