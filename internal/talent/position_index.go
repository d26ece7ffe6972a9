package talent

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// post is what a position is found and counted by.
type post struct {
	id, text                                  string // text: title and number in small letters
	enterprise, kind, segment, region, status string
	education                                 string
	pay, headcount                            int64
}

var keptPosts = db.NewKept[[]post]("talent.position", "talent_position")

// posts gives all positions of the body, the newest first: to look through ten
// thousand of them here takes a hundredth of what the databases take.
func posts(tx *db.Tx) ([]post, error) {
	return keptPosts.Get(tx, func() ([]post, error) {
		return db.All(tx, func(row db.Row) (p post, err error) {
			var title, ref string
			err = row.Scan(&p.id, &title, &ref, &p.enterprise, &p.kind, &p.segment, &p.region, &p.status, &p.education, &p.pay, &p.headcount)
			p.text = strings.ToLower(title + "\n" + ref)
			return p, err
		}, `SELECT p.id, p.title, p.ref, p.enterprise, p.kind, p.segment, p.region, p.status, p.education, p.pay_high, p.headcount
			FROM talent_position p WHERE p.body = $1 ORDER BY p.id DESC`, tx.Body)
	})
}

// sees is the rule talent.position.read for one of many positions.
func sees(a auth.Actor) func(p *post) bool {
	switch {
	case a.Runs():
		return func(*post) bool { return true }
	case a.For(a.Unit):
		return func(p *post) bool { return p.status == Open || p.enterprise == a.Unit }
	}
	return func(p *post) bool { return p.status == Open }
}

// finds gives the test that a search puts to positions.
func (s PositionSearch) finds(a auth.Actor) func(p *post) bool {
	visible, text := sees(a), strings.ToLower(strings.TrimSpace(s.Text))
	region := strings.TrimSuffix(s.Region, "00")
	have, limited := schooling[s.Education]
	limited = limited && s.Education != ""
	is := func(want, have string) bool { return want == "" || want == have }
	return func(p *post) bool {
		return visible(p) && is(s.Enterprise, p.enterprise) && is(s.Kind, p.kind) && is(s.Segment, p.segment) && is(s.Status, p.status) &&
			strings.HasPrefix(p.region, region) && p.pay >= s.Pay*100 &&
			(!limited || schooling[p.education] <= have) && strings.Contains(p.text, text)
	}
}

// listPositions gives a part of what a search finds, and how much it finds.
func listPositions(tx *db.Tx, s PositionSearch) (*Positions, error) {
	all, err := posts(tx)
	if err != nil {
		return nil, err
	}
	found := &Positions{}
	finds := s.finds(auth.From(tx.Context()))
	var list []*post
	for i := range all {
		if p := &all[i]; finds(p) {
			list = append(list, p)
			if p.status == Open {
				found.Places += int(p.headcount)
			}
		}
	}
	found.Count = len(list)
	order := s.order()
	slices.SortStableFunc(list, order)
	if after := s.after(); after != nil {
		list = slices.DeleteFunc(list, func(p *post) bool { return order(p, after) <= 0 })
	}
	limit := limitOf(s.Limit)
	more := len(list) > limit
	if found.List, err = positionsOf(tx, list[:min(limit, len(list))]); err == nil && more {
		found.Next = s.cursor(found.List[limit-1])
	}
	return found, err
}

// order gives how a search wants positions to stand: newest first, if nothing else.
func (s PositionSearch) order() func(a, b *post) int {
	by, falling := strings.CutPrefix(s.Sort, "-")
	figure := map[string]func(*post) int64{"pay": func(p *post) int64 { return p.pay }, "headcount": func(p *post) int64 { return p.headcount }}[by]
	return func(a, b *post) (c int) {
		if figure != nil {
			if c = cmp.Compare(figure(a), figure(b)); falling {
				c = -c
			}
		}
		return cmp.Or(c, cmp.Compare(b.id, a.id))
	}
}

// after gives the place in that order after which a search goes on; nil: the beginning.
func (s PositionSearch) after() *post {
	if s.After == "" {
		return nil
	}
	p := &post{id: s.After}
	if at, id, ok := strings.Cut(s.After, "~"); ok {
		n, _ := strconv.ParseInt(at, 10, 64)
		p.id, p.pay, p.headcount = id, n, n
	}
	return p
}

// cursor gives where a list in this order goes on after a position.
func (s PositionSearch) cursor(p *Position) string {
	switch strings.TrimPrefix(s.Sort, "-") {
	case "pay":
		return strconv.FormatInt(p.PayHigh, 10) + "~" + p.ID
	case "headcount":
		return strconv.Itoa(p.Headcount) + "~" + p.ID
	}
	return p.ID
}

// positionsOf reads positions whole, in the order given.
func positionsOf(tx *db.Tx, list []*post) ([]*Position, error) {
	if len(list) == 0 {
		return []*Position{}, nil
	}
	at := make(map[string]int, len(list))
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i], at[p.id] = p.id, i
	}
	var w db.Where
	w.In("p.id", ids)
	all, err := db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p`+w.String(), w.Args...)
	slices.SortFunc(all, func(a, b *Position) int { return cmp.Compare(at[a.ID], at[b.ID]) })
	return all, err
}
