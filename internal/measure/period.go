package measure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Period is a report: a standard within days (考核期). It is counted live until it
// is frozen.
type Period struct {
	ID         string     `json:"id"`
	StandardID string     `json:"standard_id"`
	Name       string     `json:"name"`
	From       string     `json:"from"`
	To         string     `json:"to"`
	FrozenAt   *time.Time `json:"frozen_at,omitzero"`
	FrozenBy   string     `json:"frozen_by,omitempty"`
	Vocabulary string     `json:"vocabulary,omitempty"`
	MadeAt     time.Time  `json:"made_at"`
}

// Beginning is what a report is begun with.
type Beginning struct {
	Standard string `json:"standard"`
	Name     string `json:"name"`
	From     string `json:"from"`
	To       string `json:"to"`
}

// Begin begins a report.
func (m *Measure) Begin(ctx context.Context, in Beginning) (*Period, error) {
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Period, error) {
		if err := policy.Allow(ctx, "measure.report.begin", Thing{}); err != nil {
			return nil, err
		}
		var wrong fault.List
		in.Name = strings.TrimSpace(in.Name)
		if in.Name == "" || len(in.Name) > 200 {
			wrong.Add("name", "measure.wrong.empty")
		}
		if _, err := findStandard(tx, in.Standard); err != nil {
			wrong.Add("standard", "measure.wrong.standard")
		}
		for place, day := range map[string]string{"from": in.From, "to": in.To} {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				wrong.Add(place, "fault.date", day)
			}
		}
		if len(wrong) == 0 && in.To < in.From {
			wrong.Add("to", "measure.wrong.ends")
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		p := &Period{ID: db.NewID(), StandardID: in.Standard, Name: in.Name, From: in.From, To: in.To, MadeAt: tx.Now}
		if err := savePeriod(tx, p); err != nil {
			if errors.Is(err, fault.Conflict) {
				return nil, fault.Conflict.New("measure.report_twice", in.Name)
			}
			return nil, err
		}
		return p, journal.Record(tx, "measure.report.begin", p.ID, in)
	})
}

// Figure is one value of a row.
type Figure struct {
	Label string   `json:"label,omitempty"`
	Value *big.Rat `json:"-"`
	Text  string   `json:"value"` // as a fraction; empty: it has none
}

// Line is a row of a report with its values.
type Line struct {
	*Row
	Figures []Figure `json:"figures,omitempty"`
	ByHand  bool     `json:"by_hand,omitempty"`
	Entry   *Entry   `json:"entry,omitempty"`
	Verdict string   `json:"verdict"`           // met, not_met, partly, hit, clear or open (nothing is known)
	Broken  bool     `json:"broken,omitempty"`  // counts a kind of act that is declared no longer
	Warning *Warning `json:"warning,omitempty"` // the first of the days of the report

	Before []Figure `json:"before,omitempty"` // of the report that it is compared with
}

// Value is the row's first figure, or nil.
func (l *Line) Value() *big.Rat {
	if len(l.Figures) == 0 {
		return nil
	}
	return l.Figures[0].Value
}

// has tells whether the row has a value that nobody stated by hand.
func (l *Line) has() bool { return !l.ByHand && l.Value() != nil }

// Registered tells whether the row's value rests on facts that were registered by
// hand, with where they are written.
func (l *Line) Registered() bool {
	return l.has() && slices.ContainsFunc(l.calls(), func(c *call) bool {
		return slices.ContainsFunc(c.filter.Kinds, func(k string) bool { return strings.HasPrefix(k, "measure.fact.") })
	})
}

// Counted tells whether the row has a value that was counted from acts as the rooms
// note them.
func (l *Line) Counted() bool { return l.has() && !l.Registered() }

// Report is a period with its lines.
type Report struct {
	*Period
	Standard *Standard `json:"standard"`
	Lines    []*Line   `json:"lines"`
	With     *Period   `json:"with,omitempty"` // what it is compared with

	names []*Period // that it can be compared with
}

// Tally counts the lines by how they came about and how they stand.
type Tally struct{ Rows, Counted, Registered, ByHand, Open, Met, NotMet, Hit int }

// Tally counts the lines that are no groups.
func (r *Report) Tally() (t Tally) {
	for _, l := range r.Lines {
		if l.Kind == Group {
			continue
		}
		t.Rows++
		switch {
		case l.Registered():
			t.Registered++
		case l.has():
			t.Counted++
		case l.ByHand || l.Entry != nil:
			t.ByHand++
		default:
			t.Open++
		}
		switch l.Verdict {
		case "met", "clear":
			t.Met++
		case "not_met", "partly":
			t.NotMet++
		case "hit":
			t.Hit++
		}
	}
	return t
}

// Report gives a report, live or as it was frozen, beside another one of the same
// standard where with names one.
func (m *Measure) Report(ctx context.Context, id, with string) (*Report, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) (*Report, error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		all, err := periods(tx)
		for _, p := range all {
			if p.StandardID == r.StandardID && p.ID != id {
				r.names = append(r.names, p)
			}
		}
		if err != nil || with == "" {
			return r, err
		}
		other, err := report(tx, with)
		if err != nil {
			return nil, err
		}
		r.With = other.Period
		before := map[string][]Figure{}
		for _, l := range other.Lines {
			before[l.Code] = l.Figures
		}
		for _, l := range r.Lines {
			l.Before = before[l.Code]
		}
		return r, nil
	})
}

func report(tx *db.Tx, id string) (*Report, error) {
	p, err := findPeriod(tx, id)
	if err != nil {
		return nil, err
	}
	s, err := findStandard(tx, p.StandardID)
	if err != nil {
		return nil, err
	}
	r := &Report{Period: p, Standard: s}
	if p.FrozenAt != nil {
		err = r.frozen(tx)
	} else {
		err = r.live(tx)
	}
	if err != nil {
		return nil, err
	}
	return r, r.stated(tx)
}

// live counts every line.
func (r *Report) live(tx *db.Tx) error {
	s, err := sightOf(tx, r.From, r.To)
	if err != nil {
		return err
	}
	for _, row := range r.Standard.Rows {
		l := &Line{Row: row}
		r.Lines = append(r.Lines, l)
		if row.Calculator == "" {
			continue
		}
		if !row.ready() {
			l.Broken = true
			continue
		}
		for _, f := range row.figures {
			v, err := f.expr.eval(s)
			if err != nil {
				return err
			}
			l.Figures = append(l.Figures, Figure{Label: f.label, Value: v, Text: kept(v)})
		}
	}
	return nil
}

// frozen reads the lines as they were kept.
func (r *Report) frozen(tx *db.Tx) error {
	values, err := valuesOf(tx, r.ID)
	if err != nil {
		return err
	}
	byCode := map[string]*Line{}
	for _, row := range r.Standard.Rows {
		row.ready()
		l := &Line{Row: row}
		r.Lines, byCode[row.Code] = append(r.Lines, l), l
	}
	for _, v := range values {
		if l := byCode[v.code]; l != nil {
			l.Figures, l.ByHand = append(l.Figures, Figure{Label: v.label, Value: read(v.value), Text: v.value}), v.byHand
		}
	}
	return nil
}

// stated adds what people stated and how each line stands.
func (r *Report) stated(tx *db.Tx) error {
	entries, err := entriesOf(tx, r.ID)
	if err != nil {
		return err
	}
	raised, err := warnings(tx, ` AND w.standard_id = $2`, r.StandardID)
	if err != nil {
		return err
	}
	s, err := sightOf(tx, r.From, r.To)
	if err != nil {
		return err
	}
	for _, l := range r.Lines {
		if l.Entry = entries[l.Code]; l.Entry != nil && l.Kind == Quantitative && l.Entry.Value != "" && r.FrozenAt == nil {
			l.Figures, l.ByHand = []Figure{{Value: read(l.Entry.Value), Text: l.Entry.Value}}, true
		}
		for _, w := range raised {
			if w.Code == l.Code && w.RaisedAt.Before(s.until) && (w.ClearedAt == nil || !w.ClearedAt.Before(s.from)) {
				l.Warning = w // the earliest, for they come the latest first
			}
		}
		l.Verdict = l.stands()
	}
	return nil
}

// stands tells how a line stands to its bound.
func (l *Line) stands() string {
	v := l.Value()
	switch {
	case l.Kind == Group:
		return ""
	case l.Kind == Veto && (l.Warning != nil || v != nil && l.bound.op != "" && l.bound.holds(v)):
		return "hit"
	case l.Kind == Veto && v != nil:
		return "clear"
	case l.Entry != nil && l.Entry.Verdict != "" && !l.has():
		return l.Entry.Verdict
	case v == nil || l.bound.op == "":
		return "open"
	case l.bound.holds(v):
		return "met"
	}
	return "not_met"
}

// Freeze keeps every value of a report for good, with the acts behind it.
func (m *Measure) Freeze(ctx context.Context, id string) (*Period, error) {
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Period, error) {
		if err := policy.Allow(ctx, "measure.report.freeze", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		if r.FrozenAt != nil {
			return nil, fault.Conflict.New("measure.frozen")
		}
		if r.From > today(tx) {
			return nil, fault.Conflict.New("measure.not_begun")
		}
		if err := r.keep(tx); err != nil {
			return nil, err
		}
		r.FrozenAt, r.FrozenBy, r.Vocabulary = &tx.Now, auth.From(ctx).ID, act.EditionMark()
		if err := savePeriod(tx, r.Period); err != nil {
			return nil, err
		}
		t := r.Tally()
		if err := journal.Record(tx, "measure.report.freeze", id, map[string]any{"name": r.Name, "counted": t.Counted, "by_hand": t.ByHand, "hit": t.Hit}); err != nil {
			return nil, err
		}
		return r.Period, act.Note(tx, act.Act{Kind: "measure.report.frozen", Subject: id, Title: r.Name})
	})
}

// keep writes the values and the records behind them.
func (r *Report) keep(tx *db.Tx) error {
	s, err := sightOf(tx, r.From, r.To)
	if err != nil {
		return err
	}
	var values, records [][]any
	for _, l := range r.Lines {
		for i, f := range l.Figures {
			values = append(values, []any{r.ID, l.Code, i, f.Label, f.Text, l.ByHand})
		}
		if l.ByHand || len(l.figures) == 0 {
			continue
		}
		acts, err := s.acts(l.calls(), 0)
		if err != nil {
			return err
		}
		for _, a := range acts {
			records = append(records, []any{r.ID, l.Code, a.ID, hash(a)})
		}
	}
	if err := db.Insert(tx, "measure_value", []string{"period_id", "code", "place", "label", "value", "by_hand"}, "", values); err != nil {
		return err
	}
	return db.Insert(tx, "measure_record", []string{"period_id", "code", "act_id", "sha256"}, "", records)
}

func (r *Row) calls() (list []*call) {
	for _, f := range r.figures {
		list = append(list, f.calls...)
	}
	return list
}

// hash is the mark of all that an act says; that it was taken back later is said
// by another act.
func hash(a act.Act) string {
	a.TakenBack = ""
	a.At, a.NotedAt = a.At.UTC(), a.NotedAt.UTC()
	text, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Record is an act behind a value.
type Record struct {
	act.Act
	SHA256  string `json:"sha256"`
	Check   *Check `json:"check,omitempty"`   // what a sample of it found
	Changed bool   `json:"changed,omitempty"` // the act does not say any more what it said when it was frozen
}

// Records gives the acts behind a line: those that were frozen with it, or those
// that count now.
func (m *Measure) Records(ctx context.Context, id, code string) (*Report, *Line, []Record, error) {
	type found struct {
		r    *Report
		l    *Line
		list []Record
	}
	f, err := db.View(ctx, m.DB, func(tx *db.Tx) (f found, err error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return f, err
		}
		if f.r, err = report(tx, id); err != nil {
			return f, err
		}
		i := slices.IndexFunc(f.r.Lines, func(l *Line) bool { return l.Code == code })
		if i < 0 {
			return f, fault.NotFound.New("fault.not_found")
		}
		f.l = f.r.Lines[i]
		if f.l.Entry != nil {
			names, err := directory.PersonNames(tx, []string{f.l.Entry.Person, f.l.Entry.Reviewer})
			if err != nil {
				return f, err
			}
			f.l.Entry.personName, f.l.Entry.reviewerName = names[f.l.Entry.Person], names[f.l.Entry.Reviewer]
		}
		f.list, err = f.r.records(tx, f.l)
		return f, err
	})
	return f.r, f.l, f.list, err
}

// records gives the acts behind a line; what was frozen is looked up and compared.
func (r *Report) records(tx *db.Tx, l *Line) (list []Record, err error) {
	if r.FrozenAt == nil {
		if l.ByHand || len(l.figures) == 0 {
			return nil, nil
		}
		s, err := sightOf(tx, r.From, r.To)
		if err != nil {
			return nil, err
		}
		acts, err := s.acts(l.calls(), 0)
		for _, a := range acts {
			list = append(list, Record{Act: a, SHA256: hash(a)})
		}
		return list, err
	}
	kept, err := db.All(tx, db.Pair[string, string], `SELECT act_id, sha256 FROM measure_record WHERE period_id = $1 AND code = $2`, r.ID, l.Code)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	marks := map[string]string{}
	ids := make([]string, len(kept))
	for i, k := range kept {
		marks[k.A], ids[i] = k.B, k.A
	}
	checked, err := checksOf(tx, r.ID, l.Code)
	if err != nil {
		return nil, err
	}
	acts, err := act.ByID(tx, ids)
	for _, a := range acts {
		list = append(list, Record{Act: a, SHA256: marks[a.ID], Changed: hash(a) != marks[a.ID], Check: checked[a.ID]})
	}
	slices.SortStableFunc(list, func(a, b Record) int { return b.At.Compare(a.At) })
	return list, err
}

// State notes what somebody states by hand about a row, which replaces what was
// stated before and waits to be reviewed.
func (m *Measure) State(ctx context.Context, id, code, value, words string) (*Entry, error) {
	return m.enter(ctx, "measure.entry.write", id, code, func(tx *db.Tx, row *Row, _ *Entry) (*Entry, error) {
		var wrong fault.List
		value, words = strings.TrimSpace(value), strings.TrimSpace(words)
		if words == "" || len(words) > 6000 {
			wrong.Add("words", "measure.wrong.words")
		}
		v := read(value)
		switch {
		case row.Kind == Group || row.Kind == Veto:
			wrong.Add("value", "measure.wrong.not_by_hand")
		case row.Kind == Quantitative && (v == nil || len(value) > 30):
			wrong.Add("value", "measure.wrong.value")
		case row.Kind == Qualitative && value != "":
			wrong.Add("value", "measure.wrong.no_value")
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		return &Entry{Code: code, Value: kept(v), Words: words, Person: auth.From(ctx).ID, At: tx.Now}, nil
	})
}

// Review gives a verdict on what was stated. Nobody reviews their own words.
func (m *Measure) Review(ctx context.Context, id, code, verdict string) (*Entry, error) {
	return m.enter(ctx, "measure.entry.review", id, code, func(_ *db.Tx, _ *Row, e *Entry) (*Entry, error) {
		if e == nil {
			return nil, fault.Conflict.New("measure.not_stated")
		}
		if !slices.Contains([]string{"met", "partly", "not_met"}, verdict) {
			var wrong fault.List
			wrong.Add("verdict", "measure.wrong.verdict", verdict)
			return nil, wrong
		}
		if e.Person == auth.From(ctx).ID {
			return nil, fault.Conflict.New("measure.own_words")
		}
		e.Verdict, e.Reviewer = verdict, auth.From(ctx).ID
		return e, nil
	})
}

func (m *Measure) enter(ctx context.Context, action, id, code string, do func(*db.Tx, *Row, *Entry) (*Entry, error)) (*Entry, error) {
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Entry, error) {
		if err := policy.Allow(ctx, action, Thing{}); err != nil {
			return nil, err
		}
		p, err := findPeriod(tx, id)
		if err != nil {
			return nil, err
		}
		s, err := findStandard(tx, p.StandardID)
		if err != nil {
			return nil, err
		}
		row := s.Row(code)
		if row == nil {
			return nil, fault.NotFound.New("fault.not_found")
		}
		if p.FrozenAt != nil {
			return nil, fault.Conflict.New("measure.frozen")
		}
		had, err := entriesOf(tx, id)
		if err != nil {
			return nil, err
		}
		e, err := do(tx, row, had[code])
		if err != nil {
			return nil, err
		}
		if err := saveEntry(tx, id, e); err != nil {
			return nil, err
		}
		return e, journal.Record(tx, action, id, map[string]any{"code": code, "value": e.Value, "verdict": e.Verdict})
	})
}

// Periods lists the reports, the latest first.
func (m *Measure) Periods(ctx context.Context) ([]*Period, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) ([]*Period, error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return nil, err
		}
		return periods(tx)
	})
}
