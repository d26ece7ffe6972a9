package privacy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// The whole of who may do what with the data of a candidate of the school "own", and
// with their request that "own" answers ("sec.": that the secretariat answers), for
// people to read. A change to the rule book shows as a change to this table.
const matrix = `
                         stranger  self  token  student  staff  admin  other  secretariat
privacy.data.export      -         yes   -      -        -      yes    -      -
privacy.data.read        -         yes   -      -        -      yes    -      -
privacy.hold.lift        -         -     -      -        -      -      -      yes
privacy.hold.set         -         -     -      -        -      -      -      yes
privacy.request.answer   -         -     -      -        yes    yes    -      sec.
privacy.request.correct  -         yes   -      -        -      yes    -      -
privacy.request.erase    -         yes   -      -        -      yes    -      -
privacy.request.list     -         -     -      -        yes    yes    yes    yes
privacy.request.read     -         yes   -      -        yes    yes    -      sec.
privacy.request.review   -         yes   -      -        -      yes    -      -
privacy.request.take     -         yes   -      -        -      yes    -      -
privacy.retention.read   -         -     -      -        -      -      -      yes
`

func TestP13Policy(t *testing.T) {
	on := Subject{Account: "me", Candidate: "c", School: "own", Request: true, Unit: "own"}
	sec := on
	sec.Unit, sec.School = "", "own"
	actors := []auth.Actor{{},
		{ID: "me", Unit: "own", About: "c", Roles: []string{auth.Student}},
		{ID: "me", Unit: "own", About: "c", Roles: []string{auth.Student}, Token: true},
		{ID: "s", Unit: "own", About: "d", Roles: []string{auth.Student}},
		{ID: "w", Unit: "own", Roles: []string{auth.Staff}},
		{ID: "u", Unit: "own", Roles: []string{auth.UnitAdmin}},
		{ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin, auth.Staff}},
		{ID: "li", Unit: "office", Roles: []string{auth.Secretariat}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%25sstranger  self  token  student  staff  admin  other  secretariat\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-25s", action)
		for i, a := range actors {
			word := "-"
			switch ctx := auth.With(t.Context(), a); {
			case policy.Can(ctx, action, on):
				word = "yes"
			case a.Is(auth.Secretariat) && policy.Can(ctx, action, sec):
				word = "sec."
			}
			line += fmt.Sprintf("%-*s", []int{10, 6, 7, 9, 7, 7, 7, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

// Every action, kind, state and reason has its words in both languages.
func TestP13Words(t *testing.T) {
	need := slices.Concat(slices.Collect(maps.Keys(policy)), rule.Find(ProcessKind).Words(), rule.Find(RetentionKind).Words())
	for _, k := range Kinds {
		need = append(need, "privacy.kind."+k.Code, "privacy.purpose."+k.Code, "privacy.basis."+k.Basis, "privacy.source."+k.Source)
	}
	for _, k := range Requests {
		need = append(need, "privacy.request."+k)
	}
	for _, s := range States {
		need = append(need, "privacy.state."+s)
	}
	for _, key := range need {
		if !i18n.Has(key) {
			t.Errorf("no word for %s", key)
		}
	}
}

// Every kind of the register that has a term is one of the retention rule.
func TestP13RegisterFollowsTheRule(t *testing.T) {
	for _, k := range Kinds {
		if _, ok := usual.find(k.Term); k.Term != "" && !ok {
			t.Errorf("%s: the rule has no term for %s", k.Code, k.Term)
		}
	}
	if err := usual.Check(); err != nil {
		t.Error(err)
	}
}

// The table of terms: what ended on a day is kept until another, and goes then.
func TestP13Retention(t *testing.T) {
	for _, c := range []struct{ kind, ended, until string }{
		{"placement.employment", "2026-06-30", "2028-06-30"},
		{"placement.internship", "2026-06-30", "2029-06-30"},
		{"journal.entry", "2026-08-31", "2027-03-03"}, // half a year from the end of August ends in March
		{"web.request", "2026-02-28", "2026-03-01"},
		{"council.minutes", "2026-06-30", "9999-12-31"},
		{"nothing", "2026-06-30", ""},
		{"placement.internship", "", ""},
	} {
		if got := usual.Until(c.kind, c.ended); got != c.until {
			t.Errorf("%s of %s is kept until %q, want %q", c.kind, c.ended, got, c.until)
		}
	}
	if before, goes := usual.Before("placement.employment", "2028-07-01"); before != "2026-07-01" || !goes {
		t.Errorf("goes what ended before %q, %v", before, goes)
	}
	if _, goes := usual.Before("council.minutes", "2028-07-01"); goes {
		t.Error("minutes go")
	}
	short := Retention{Terms: []Term{{Kind: "journal.entry", Months: 5, Source: "x"}, {Kind: "web.request", Days: 1}, {Kind: "web.request", Days: -1, Source: "x"}}}
	if err := short.Check(); err == nil || strings.Count(err.Error(), ";") != 3 {
		t.Errorf("a rule below the law: %v", err)
	}
}

// Working days are counted over weekends, holidays and days that are worked in their place.
func TestP13Deadline(t *testing.T) {
	p := Process{AnswerDays: 15, CoolingDays: 7}
	for _, c := range []struct {
		asked, due         string
		holidays, workdays []string
	}{
		{"2026-03-02", "2026-03-23", nil, nil},
		{"2026-02-28", "2026-03-20", nil, nil}, // asked on a Saturday
		{"2026-09-28", "2026-10-26", []string{"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"}, nil},
		{"2026-09-28", "2026-10-23", []string{"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"}, []string{"2026-10-10"}},
	} {
		p.Holidays, p.Workdays = c.holidays, c.workdays
		if got := p.Due(c.asked); got != c.due {
			t.Errorf("asked on %s, due on %s, want %s", c.asked, got, c.due)
		}
	}
	if got := p.Cools("2026-02-26"); got != "2026-03-05" {
		t.Errorf("carried out from %s", got)
	}
	if err := (Process{AnswerDays: 16, CoolingDays: 16}).Check(); err == nil {
		t.Error("16 days are let through")
	}
}
