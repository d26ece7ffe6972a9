package outlook

import (
	"strconv"

	"guildhall/internal/db"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
)

// Takers takes in sheets of hiring history (招聘历史) and hiring plans (招聘计划).
func (o *Outlook) Takers() []intake.Taker { return []intake.Taker{hiringTaker{}, planTaker{}} }

type hiringTaker struct{}

func (hiringTaker) Kind() string { return "hiring" }

func (hiringTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	all, known, err := readHires(tx, b, rows)
	if err != nil {
		return err
	}
	for i, row := range rows {
		h := all[i]
		old, found := known[h.key()]
		if found {
			if row.Has("segment_code") && h.Segment != old.Segment {
				row.Differs("segment_code", old.Segment, h.Segment)
			}
			differs(row, "planned", old.Planned, h.Planned)
			differs(row, "applied", old.Applied, h.Applied)
			differs(row, "hired", old.Hired, h.Hired)
			differs(row, "left", old.Left, h.Left)
		}
		row.Weighed(found)
	}
	return nil
}

func (hiringTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	all, known, err := readHires(tx, b, rows)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if old, found := known[all[i].key()]; found && !row.Has("segment_code") {
			all[i].Segment = old.Segment
		}
	}
	if err := saveHires(tx, last(all, Hire.key, mergeHire)); err != nil {
		return err
	}
	return told(tx, b, "outlook.hiring.report", len(rows))
}

// readHires makes records of rows, and finds what is known of the same enterprises.
func readHires(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (all []Hire, known map[key]Hire, err error) {
	r := newReader(tx, b, "outlook.hiring.report")
	for _, row := range rows {
		all = append(all, r.hire(row))
	}
	if r.failed != nil {
		return nil, nil, r.failed
	}
	old, err := hiresOf(tx, unitsOf(all, func(h Hire) string { return h.Unit }))
	return all, byKey(old, Hire.key), err
}

// mergeHire lays a later record of the same quarter over an earlier one: figures
// that it does not tell stay.
func mergeHire(earlier, later Hire) Hire {
	for _, f := range []struct{ to, from **int64 }{{&later.Planned, &earlier.Planned}, {&later.Applied, &earlier.Applied}, {&later.Hired, &earlier.Hired}, {&later.Left, &earlier.Left}} {
		if *f.to == nil {
			*f.to = *f.from
		}
	}
	return later
}

type planTaker struct{}

func (planTaker) Kind() string { return "hiring_plans" }

func (planTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	all, known, err := readPlans(tx, b, rows)
	if err != nil {
		return err
	}
	for i, row := range rows {
		p := all[i]
		old, found := known[p.key()]
		if found {
			if row.Has("planned") {
				differs(row, "planned", &old.Planned, &p.Planned)
			}
			changed(row, "confidence", old.Confidence, p.Confidence)
			changed(row, "submitted_on", old.SubmittedOn, p.SubmittedOn)
		} else if !row.Has("planned") && row.Verdict != intake.Decision && row.Verdict != intake.Refused {
			row.Refuse("planned", "outlook.hire.nothing")
		}
		row.Weighed(found)
	}
	return nil
}

func (planTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	all, known, err := readPlans(tx, b, rows)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if old, found := known[all[i].key()]; found {
			all[i] = mergePlan(old, all[i], row)
		}
	}
	if err := savePlans(tx, last(all, Plan.key, func(_, p Plan) Plan { return p })); err != nil {
		return err
	}
	return told(tx, b, "outlook.plan.submit", len(rows))
}

// readPlans makes plans of rows, and finds what is known of the same enterprises.
func readPlans(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (all []Plan, known map[key]Plan, err error) {
	r := newReader(tx, b, "outlook.plan.submit")
	for _, row := range rows {
		all = append(all, r.plan(row))
	}
	if r.failed != nil {
		return nil, nil, r.failed
	}
	old, err := plansOf(tx, unitsOf(all, func(p Plan) string { return p.Unit }))
	return all, byKey(old, Plan.key), err
}

// mergePlan keeps of an earlier plan what the row does not tell.
func mergePlan(old, p Plan, row *intake.Row) Plan {
	if !row.Has("planned") {
		p.Planned = old.Planned
	}
	if p.Confidence == "" {
		p.Confidence = old.Confidence
	}
	if p.SubmittedOn == "" {
		p.SubmittedOn = old.SubmittedOn
	}
	return p
}

// key is by what records are found again.
type key struct{ quarter, unit, position string }

func (h Hire) key() key { return key{h.Quarter, h.Unit, h.Position} }
func (p Plan) key() key { return key{p.Quarter, p.Unit, p.Position} }

func byKey[T any](known []T, of func(T) key) map[key]T {
	by := make(map[key]T, len(known))
	for _, k := range known {
		by[of(k)] = k
	}
	return by
}

// unitsOf gives the units that records are about, each once.
func unitsOf[T any](all []T, unit func(T) string) []string {
	set := map[string]bool{}
	for _, one := range all {
		if u := unit(one); u != "" {
			set[u] = true
		}
	}
	return sorted(set)
}

// last leaves of records with the same key one, merged in the order of the sheet:
// one statement may not write a row twice.
func last[T any](all []T, of func(T) key, merge func(earlier, later T) T) (some []T) {
	at := map[key]int{}
	for _, one := range all {
		if i, ok := at[of(one)]; ok {
			some[i] = merge(some[i], one)
			continue
		}
		at[of(one)] = len(some)
		some = append(some, one)
	}
	return some
}

func told(tx *db.Tx, b *intake.Batch, action string, rows int) error {
	return journal.Record(tx, action, b.Job, map[string]any{"file": b.File, "rows": rows})
}

func differs(row *intake.Row, field string, old, now *int64) {
	if now == nil || old != nil && *old == *now {
		return
	}
	was := ""
	if old != nil {
		was = strconv.FormatInt(*old, 10)
	}
	row.Differs(field, was, strconv.FormatInt(*now, 10))
}

func changed(row *intake.Row, field, old, now string) {
	if now != "" && now != old {
		row.Differs(field, old, now)
	}
}
