package talent

import (
	"cmp"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/intake"
)

type positionTaker struct{ *Talent }

func (positionTaker) Kind() string { return "positions" }

func (t positionTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

func (t positionTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	if err := t.SavePositions(tx, list); err != nil {
		return err
	}
	if err := told(tx, "talent.position.import", b, len(list)); err != nil {
		return err
	}
	return notePositions(tx, list)
}

// positionIndex finds positions as sheets name them: by number, or, where a
// sheet gives none, by enterprise, title, place and day. An enterprise may post
// several such at once, which their closing days tell apart.
type positionIndex struct {
	byRef   map[string]*Position
	byTitle map[string][]*Position
	claimed map[*Position]bool // by an earlier row
	wanted  map[string]bool    // title, place and both days of the rows at hand
}

// titled gives the position that a row without a number means: the one that
// closes on the same day, or else one whose own closing day no other row names.
func (x *positionIndex) titled(enterprise string, row *intake.Row) *Position {
	var other *Position
	for _, p := range x.byTitle[titleKey(enterprise, row.Text("title"), row.Text("region_code"), row.Text("posted_on"))] {
		switch {
		case x.claimed[p]:
		case p.Closes == row.Text("closes_on"):
			x.claimed[p] = true
			return p
		case other == nil && !x.wanted[titleKey(p.Title, p.Region, p.Posted, p.Closes)]:
			other = p
		}
	}
	if other != nil {
		x.claimed[other] = true
	}
	return other
}

func (t *Talent) indexPositions(tx *db.Tx, rows []*intake.Row) (*positionIndex, error) {
	x := &positionIndex{map[string]*Position{}, map[string][]*Position{}, map[*Position]bool{}, map[string]bool{}}
	var unnumbered []*intake.Row
	for _, row := range rows {
		if !row.Has("position_id") {
			unnumbered = append(unnumbered, row)
			x.wanted[titleKey(row.Text("title"), row.Text("region_code"), row.Text("posted_on"), row.Text("closes_on"))] = true
		}
	}
	for _, by := range []struct {
		column string
		values []string
		read   func(*db.Tx, func(db.Row) (*Position, error), string, string, string, []string) ([]*Position, error)
	}{{"p.ref", texts(rows, "position_id"), among[*Position]}, {"p.title", texts(unnumbered, "title"), anyOf[*Position]}} {
		if len(by.values) == 0 {
			continue
		}
		found, err := by.read(tx, scanPosition, "talent_position p", positionColumns, by.column, by.values)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(found))
		for i, p := range found {
			ids[i] = p.ID
		}
		phones, err := t.positionPhones(tx, ids)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			p.Phone = phones[p.ID]
			if p.Ref != "" {
				x.byRef[p.Ref] = p
			} else {
				key := titleKey(p.Enterprise, p.Title, p.Region, p.Posted)
				x.byTitle[key] = append(x.byTitle[key], p)
			}
		}
	}
	return x, nil
}

func titleKey(parts ...string) string { return strings.Join(parts, "\x00") }

func (t positionTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []*Position, err error) {
	f, err := newFinder(tx, b)
	if err != nil {
		return nil, err
	}
	known, err := t.indexPositions(tx, rows)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		quietlyIf(row, func() {
			p, had := t.read(tx, f, known, row)
			if p != nil {
				list = append(list, p)
			}
			row.Weighed(had)
		})
	}
	return list, nil
}

func (t positionTaker) read(tx *db.Tx, f *finder, known *positionIndex, row *intake.Row) (p *Position, had bool) {
	enterprise, coming := f.unit(row, "enterprise_id", "uscc", "enterprise")
	if row.Has("position_id") {
		p = known.byRef[row.Text("position_id")]
	} else {
		p = known.titled(enterprise, row)
	}
	if p != nil {
		p, had = new(*p), true
	} else {
		p = &Position{Enterprise: enterprise, Status: Open}
	}
	if p.Enterprise == "" && !coming && row.Verdict != intake.Refused {
		row.Refuse("enterprise", "talent.position.no_enterprise")
	}
	if p.Enterprise != "" && !mine(tx, row, "enterprise", "talent.position.import", Subject{Enterprise: p.Enterprise}) {
		return nil, had
	}
	if had && enterprise != "" && enterprise != p.Enterprise {
		row.Ask("enterprise", "talent.import.other_enterprise")
	}
	t.fill(p, row)
	return p, had
}

func (t positionTaker) fill(p *Position, row *intake.Row) {
	put(row, "position_id", &p.Ref, row.Text("position_id"))
	put(row, "position_code", &p.Kind, row.Text("position_code"))
	put(row, "title", &p.Title, row.Text("title"))
	put(row, "occupation_code", &p.Occupation, row.Text("occupation_code"))
	put(row, "segment_code", &p.Segment, row.Text("segment_code"))
	put(row, "region_code", &p.Region, row.Text("region_code"))
	put(row, "headcount", &p.Headcount, row.Int("headcount"))
	put(row, "education", &p.Education, row.Text("education"))
	low, high := row.Pay("pay")
	put(row, "pay", &p.PayLow, low)
	put(row, "pay", &p.PayHigh, high)
	put(row, "pay_low", &p.PayLow, row.Fen("pay_low"))
	put(row, "pay_high", &p.PayHigh, row.Fen("pay_high"))
	put(row, "shift", &p.Shift, row.Text("shift"))
	put(row, "overseas", &p.Overseas, row.Yes("overseas"))
	put(row, "posted_on", &p.Posted, row.Text("posted_on"))
	put(row, "closes_on", &p.Closes, row.Text("closes_on"))
	put(row, "status", &p.Status, row.Text("status"))
	putHidden(row, "phone", &p.Phone, row.Text("phone"), codes.MaskPhone)
	if p.PayHigh > 0 && p.PayHigh < p.PayLow {
		row.Ask("pay_high", "talent.position.pay")
	}
	if p.Posted != "" && p.Closes != "" && p.Closes < p.Posted {
		row.Ask("closes_on", "talent.position.closes", p.Closes, p.Posted)
	}
	if p.Occupation == "" && p.Kind != "" {
		if k, ok := t.Codes.Get("position", p.Kind); ok {
			p.Occupation = k.Attr["occupation"]
		}
	}
	had := p.Needs.Pack()
	for _, item := range row.Items("skills") {
		need, asked := p.Needs.Find(item.Code)
		switch {
		case asked && item.Level == 0:
			continue // nothing new is told of it
		case asked:
			need.Level = item.Level
		default:
			need = Need{item.Code, cmp.Or(item.Level, unstated), unweighted, false}
		}
		p.Needs = p.Needs.With(need)
	}
	if now := p.Needs.Pack(); now != had {
		row.Differs("skills", had, now)
	}
}

// unweighted is the weight of a need that a sheet names without one.
const unweighted = 20
