package council

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"

	"guildhall/ballot"
)

// The whole of who may do what in a meeting that was notified, for people to read:
// "own" works for the unit that it is about, "chair" for the one that chairs. A
// change to the rule book shows as a change to this table.
const matrix = `
                            stranger  student  other  own  chair  secretariat  admin
council.agenda.change           -       -       -      -    -        yes          yes
council.attendance.list         -       -       -      -    -        yes          yes
council.attendance.note         -       -       -      yes  -        yes          yes
council.ballot.close            -       -       -      -    -        yes          yes
council.ballot.enter            -       -       -      -    -        yes          yes
council.ballot.open             -       -       -      -    -        yes          yes
council.ballot.settle           -       -       -      -    yes      yes          yes
council.board.read              yes     yes     yes    yes  yes      yes          yes
council.meeting.archive         -       -       -      -    -        yes          yes
council.meeting.call            -       -       -      -    -        yes          yes
council.meeting.change          -       -       -      -    -        yes          yes
council.meeting.check           -       -       -      -    -        yes          yes
council.meeting.close           -       -       -      -    -        yes          yes
council.meeting.list            -       -       yes    yes  yes      yes          yes
council.meeting.notify          -       -       -      -    -        yes          yes
council.meeting.open            -       -       -      -    -        yes          yes
council.meeting.read            -       -       yes    yes  yes      yes          yes
council.minutes.confirm         -       -       -      -    yes      -            -
council.minutes.mend            -       -       -      -    -        yes          yes
council.minutes.read            -       -       yes    yes  yes      yes          yes
council.motion.change           -       -       -      -    -        yes          yes
council.motion.withdraw         -       -       -      -    -        yes          yes
council.proxy.note              -       -       -      yes  -        yes          yes
council.resolution.carry        -       -       -      -    -        yes          yes
council.resolution.read         -       -       yes    yes  yes      yes          yes
council.share.give              -       -       -      yes  -        -            -
council.trustee.end             -       -       -      -    -        yes          yes
council.trustee.read            -       -       yes    yes  yes      yes          yes
council.trustee.take            -       -       yes    yes  yes      -            -
council.vote.cast               -       -       -      yes  -        -            -
`

func TestPolicy(t *testing.T) {
	on := Thing{Chair: "chair", Unit: "own", Person: "w"}
	actors := []auth.Actor{{},
		{ID: "s", Unit: "own", Roles: []string{auth.Student}},
		{ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin, auth.Staff}},
		{ID: "w", Unit: "own", Roles: []string{auth.Staff}},
		{ID: "c", Unit: "chair", Roles: []string{auth.UnitAdmin}},
		{ID: "li", Roles: []string{auth.Secretariat}},
		{ID: "a", Roles: []string{auth.Admin}},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%27s stranger  student  other  own  chair  secretariat  admin\n", "")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		text := fmt.Sprintf("%-32s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, on) {
				word = "yes"
			}
			text += fmt.Sprintf("%-*s", []int{8, 8, 7, 5, 9, 13, 0}[i], word)
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	if got := b.String(); got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
	if policy.Can(auth.With(t.Context(), actors[3]), "council.meeting.read", Thing{Draft: true}) {
		t.Error("a member reads a draft")
	}
}

// Every action, state, level and field of the rules has its words.
func TestWords(t *testing.T) {
	need := rule.Find(KindName).Words()
	for action := range policy {
		need = append(need, action)
	}
	for prefix, list := range map[string][]string{"status": nil, "motion_state": MotionStates, "level": levels, "level_note": levels, "state": append([]string{"absent", "here"}, States...),
		"organ": Organs, "base": ballot.Bases, "form": {"hall", "written"}, "kind": {"motion", "election", "report", "talk"}, "how": {"door", "hand", "self"},
		"ballot_state": {"open", "counting", "closed", "void"}, "choice": {"yes", "no", "abstain", "invalid", "blank"},
		"class": {"government", "enterprise", "secondary", "higher_vocational", "undergraduate", "research", "other"}} {
		for _, s := range list {
			need = append(need, "council."+prefix+"."+s)
		}
	}
	for _, s := range Statuses {
		need = append(need, "council.status."+string(s), "council.step_hint."+string(s))
	}
	for _, key := range need {
		if !i18n.Has(key) {
			t.Errorf("no word for %s", key)
		}
	}
}

// The usual rules and every set-up that is shipped can be met.
func TestShippedRules(t *testing.T) {
	if err := Usual.Check(); err != nil {
		t.Errorf("the usual rules: %v", err)
	}
	k := rule.Find(KindName)
	if len(k.Setups()) < 5 {
		t.Errorf("%d set-ups", len(k.Setups()))
	}
	for _, s := range k.Setups() {
		if err := k.Check(s); err != nil {
			t.Errorf("%s: %v", s.Code, err)
		}
	}
}

// A rule set that cannot be met is refused with everything that is wrong.
func TestRulesThatCannotBeMet(t *testing.T) {
	r := Usual
	r.Classes = []Class{
		{Code: "ordinary", Name: "一般", Article: "第一条", Quorum: rule.Fraction{Num: 1, Den: 1}, QuorumMore: true, Base: ballot.All, Majority: rule.Fraction{Num: 3, Den: 2}, Secrecy: ballot.Named},
		{Code: "ordinary", Base: "some", Secrecy: "hands", Written: true},
	}
	r.UrgentDays, r.ProxiesEach, r.Ties, r.TermYears, r.Threshold, r.Correspondence = 30, 0, "", 0, 9, false
	places := faultsOf(r.Check())
	want := []string{"classes", "classes.0.majority", "classes.0.quorum", "classes.1.article", "classes.1.base", "classes.1.code", "classes.1.majority", "classes.1.name",
		"classes.1.quorum", "classes.1.secrecy", "classes.1.written", "proxies_each", "term_years", "threshold", "ties", "urgent_days"}
	if !slices.Equal(places, want) {
		t.Errorf("the faults stand at %q, want %q", places, want)
	}
}

// Who is there is counted by class too, where the rule asks.
func TestQuorumByClass(t *testing.T) {
	seats := []Member{{Unit: "a", Class: "government"}, {Unit: "b", Class: "enterprise"}, {Unit: "c", Class: "enterprise"}, {Unit: "d", Class: "research"}}
	at := map[string]*Attendance{"b": {State: There}, "c": {State: Remote}, "a": {State: Proxied, Holder: "b", Scope: []string{"i1"}}}
	for _, c := range []struct {
		item  string
		aside map[string]string
		here  int
		wrong []string
	}{
		{"i1", nil, 3, []string{"quorum.research"}},
		{"i2", nil, 2, []string{"quorum", "quorum.government", "quorum.research"}},
		{"i1", map[string]string{"d": "x"}, 3, nil},
	} {
		k := count(seats, at, c.item, c.aside)
		var places list
		k.quorum(places.list(), &Class{Quorum: rule.Fraction{Num: 1, Den: 2}, QuorumMore: true, EachClass: rule.Fraction{Num: 1, Den: 2}})
		if k.Here() != c.here || !slices.Equal(places.places(), c.wrong) {
			t.Errorf("%s: %d here, %q; want %d, %q", c.item, k.Here(), places.places(), c.here, c.wrong)
		}
	}
}
