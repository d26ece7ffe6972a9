package talent_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
	"guildhall/internal/rule"
	"guildhall/internal/talent"
)

func (w *world) consents(ctx context.Context, id string) *talent.ConsentView {
	w.t.Helper()
	return must[*talent.ConsentView](w.t)(w.ConsentsOf(ctx, id))
}

// Consent is given for each purpose by itself, kept with its day, wording and
// giver, and taken back at once; what was stays readable.
func TestConsentByPurpose(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := newWorld(t, address, units())
		for _, s := range []struct{ kind, text string }{{"programmes", programmeSheet}, {"students", studentSheet}} {
			w.take(w.office, s.kind, sheet(s.kind, s.text))
		}
		me := w.student("C5") // seventeen
		id := auth.From(me).About
		now := dbtest.Noon
		if _, err := w.Consent(me, talent.ConsentForm{}); fault.At(err, "purposes") == nil {
			t.Errorf("consent to nothing: %v", err)
		}
		must[int](t)(w.Consent(me, talent.ConsentForm{Purposes: []string{talent.ForRound}, Giver: talent.Guardian, On: "2026-03-01"}))
		v := w.consents(me, "")
		if g := v.Granted; len(g) != 1 || g[0].Giver != talent.Self || g[0].Channel != "online" || g[0].GivenOn != "2026-03-01" || g[0].Version == "" {
			t.Fatalf("a pupil's own consent is kept as %+v", g)
		}
		if !v.Consents.Has(talent.ForRound) || v.Consents.Has(talent.ForEnterprise) || v.Allows(talent.ForRound, now) {
			t.Errorf("without a guardian: %+v", v.Candidate)
		}
		school := w.staff("S2")
		must[int](t)(w.Consent(school, talent.ConsentForm{Candidate: id, Purposes: []string{talent.ForRound}, Giver: talent.Guardian}))
		if v = w.consents(school, id); !v.Allows(talent.ForRound, now) || v.Allows(talent.ForEnterprise, now) {
			t.Errorf("with a guardian: %+v", v.Candidate)
		}
		if n := must[int](t)(w.Consent(school, talent.ConsentForm{Candidate: id, Purposes: []string{talent.ForRound}})); n != 0 {
			t.Errorf("noted again for %d", n)
		}
		must[int](t)(w.WithdrawConsent(me, talent.ConsentForm{Purposes: []string{talent.ForRound}}))
		v = w.consents(me, "")
		if v.Allows(talent.ForRound, now) || len(v.Granted) != 2 || v.ConsentAt != nil || v.GuardianAt == nil {
			t.Errorf("taken back: %+v", v)
		}
		must[int](t)(w.Consent(me, talent.ConsentForm{Purposes: []string{talent.ForRound}}))
		if v = w.consents(me, ""); !v.Allows(talent.ForRound, now) || len(v.Granted) != 3 {
			t.Errorf("given anew: %+v", v.Granted)
		}
		for name, ctx := range map[string]context.Context{"another school": w.staff("S1"), "an enterprise": w.staff("E1")} {
			if _, err := w.Consent(ctx, talent.ConsentForm{Candidate: id, Purposes: []string{talent.ForRound}}); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s notes it: %v", name, err)
			}
		}
		if _, err := w.Consent(w.office, talent.ConsentForm{Candidate: id, Purposes: []string{talent.ForRound}}); !errors.Is(err, fault.Denied) {
			t.Errorf("the secretariat notes it: %v", err)
		}
	})
}

// A new wording leaves the old consents under the words that people saw.
func TestConsentKeepsItsWording(t *testing.T) {
	w := small(t, t.TempDir()+"/test.db")
	was := w.consents(w.student("C1"), "")
	changed := was.Held.Rule
	changed.Purposes = changed.Purposes[:2]
	data := must[json.RawMessage](t)(json.Marshal(changed))
	set := rule.Change{Since: "2026-03-02", Article: "章程第九条", Data: data}
	must[*rule.Version](t)(db.Update(w.office, w.DB, func(tx *db.Tx) (*rule.Version, error) { return rule.Set(tx, "talent.consents", set) }))
	now := w.consents(w.student("C1"), "")
	if now.Held.ID == was.Held.ID || now.Granted[0].Version != was.Held.ID {
		t.Errorf("held %s, then %s; granted under %s", was.Held.ID, now.Held.ID, now.Granted[0].Version)
	}
	if _, err := w.Consent(w.student("C1"), talent.ConsentForm{Purposes: []string{talent.ForOverseas}}); fault.At(err, "purposes") == nil {
		t.Errorf("consent to what is not asked any more: %v", err)
	}
}

// An enterprise reads the names of those alone who consent to being shown, and
// posts abroad are open to those alone who consent to that.
func TestNobodyIsShownWithoutConsent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		c1 := auth.From(w.student("C1")).About
		name := func(ctx context.Context) string {
			names := must[map[string]string](t)(db.View(ctx, w.DB, func(tx *db.Tx) (map[string]string, error) { return w.Names(tx, []string{c1}) }))
			return names[c1]
		}
		if got := name(w.staff("E1")); got != "甲一" {
			t.Errorf("with consent an enterprise reads %s", got)
		}
		must[int](t)(w.WithdrawConsent(w.student("C1"), talent.ConsentForm{Purposes: []string{talent.ForEnterprise}}))
		if got := name(w.staff("E1")); got != "甲*" {
			t.Errorf("without consent an enterprise reads %s", got)
		}
		if got := name(w.staff("S1")); got != "甲一" {
			t.Errorf("their school reads %s", got)
		}
		c := talent.Candidate{AcceptOverseas: true}
		if c.Profile().Overseas {
			t.Error("goes abroad without consent")
		}
		if c.Consents = ";overseas;"; !c.Profile().Overseas {
			t.Error("does not go abroad with consent")
		}
	})
}

// Consents come by sheet: each row is one signature, and wrong ones come back.
func TestConsentSheet(t *testing.T) {
	for _, c := range []struct {
		name, text string
		who        func(*world) context.Context
		want       intake.Verdict
		field      string
	}{
		{"a new purpose", "student_id,purpose,giver,signed_on\nC1,overseas,self,2026-03-01", staffOf("S1"), intake.New, ""},
		{"one that stands", "student_id,purpose,signed_on\nC1,round,2026-03-01", staffOf("S1"), intake.Same, ""},
		{"one taken back", "student_id,purpose,signed_on,withdrawn\nC1,round,2026-03-01,yes", staffOf("S1"), intake.Changed, "withdrawn"},
		{"a guardian of somebody of age", "student_id,purpose,giver,signed_on\nC1,round,guardian,2026-03-01", staffOf("S1"), intake.Refused, "giver"},
		{"a guardian of a minor", "student_no,purpose,giver,signed_on\n102,overseas,guardian,2026-03-01", staffOf("S2"), intake.New, ""},
		{"another school's student", "student_id,purpose,signed_on\nC1,overseas,2026-03-01", staffOf("S2"), intake.Refused, "student_id"},
		{"signed tomorrow", "student_id,purpose,signed_on\nC1,overseas,2027-03-01", staffOf("S1"), intake.Refused, "signed_on"},
		{"nobody", "student_id,purpose,signed_on\nC9,overseas,2026-03-01", staffOf("S1"), intake.Refused, "student_id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := small(t, t.TempDir()+"/test.db")
			for _, ref := range []string{"C1", "C5"} {
				if _, err := w.WithdrawConsent(w.student(ref), talent.ConsentForm{Purposes: []string{talent.ForOverseas}}); err != nil {
					t.Fatal(err)
				}
			}
			id := auth.From(w.student("C5")).About
			if _, err := w.WithdrawConsent(w.staff("S2"), talent.ConsentForm{Candidate: id, Giver: talent.Guardian, Purposes: []string{talent.ForOverseas}}); err != nil {
				t.Fatal(err)
			}
			rows := sheet("consents", c.text)
			w.take(c.who(w), "consents", rows)
			about := ""
			if len(rows[0].Reasons) > 0 {
				about = rows[0].Reasons[0].Field
			} else if c.want == intake.Changed && len(rows[0].Changes) > 0 {
				about = rows[0].Changes[0].Field
			}
			if rows[0].Verdict != c.want || about != c.field {
				t.Errorf("%v about %q %v, want %v about %q", rows[0].Verdict, about, rows[0].Reasons, c.want, c.field)
			}
			if again := sheet("consents", c.text); c.want == intake.New || c.want == intake.Changed {
				if counts := w.take(c.who(w), "consents", again); counts[intake.Same] != 1 {
					t.Errorf("sent again: %v", counts)
				}
			}
		})
	}
}

// Workers and trainees come by form and by sheet, and can be of no school's kind.
func TestWorkersAndTrainees(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		workers := func() []*intake.Row {
			return sheet("workers", "person_no,name,kind,unit_id,birth,level,status,certificate,want_positions,skills\n"+
				"W1,职一,worker,E1,1990-01-02,higher,job_seeking,6-18-01-12:L3,P001,PRO01:4\n"+
				"T1,学一,trainee,E1,2001-01-02,secondary,training,,P001,\n"+
				"W2,职二,worker,S1,1990-01-02,higher,working,,,\n"+
				"W3,职三,worker,E1,1990-01-02,higher,final_year,,,")
		}
		if counts := w.take(w.office, "workers", workers()); counts[intake.New] != 2 || counts[intake.Refused] != 2 {
			t.Errorf("taken: %v", counts)
		}
		if again := w.take(w.office, "workers", workers()[:2]); again[intake.Same] != 2 {
			t.Errorf("sent again: %v", again)
		}
		found := must[*talent.Candidates](t)(w.Candidates(w.staff("E1"), talent.CandidateSearch{Kind: talent.Worker}))
		if len(found.List) != 1 || found.List[0].Status != talent.JobSeeking || found.List[0].Skills != nil {
			t.Fatalf("the enterprise lists %+v", found.List)
		}
		if one := must[*talent.CandidateView](t)(w.Candidate(w.staff("E1"), found.List[0].ID)); one.Skills.Level("PRO01") != 4 {
			t.Errorf("the enterprise sees %+v", one.Candidate)
		}
		in := talent.CandidateForm{Kind: talent.Worker, Name: "职四", Number: "W4", Birth: "1985-05-05", Level: "higher", Status: talent.JobSeeking}
		c := must[*talent.Candidate](t)(w.EnterCandidate(w.staff("E1"), in))
		in.Number = "W1"
		in.Status = talent.Studying
		_, err := w.EnterCandidate(w.staff("E1"), in)
		if fault.At(err, "number") == nil || fault.At(err, "status") == nil {
			t.Errorf("a number that is taken, a status of students: %v", err)
		}
		in.Kind = talent.Student
		if _, err := w.EnterCandidate(w.staff("E1"), in); fault.At(err, "kind") == nil || fault.At(err, "programme") == nil {
			t.Errorf("an enterprise enters a student: %v", err)
		}
		if _, err := w.Candidate(w.staff("E2"), c.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a rival sees the worker: %v", err)
		}
		in.Kind, in.Number, in.Status = talent.Worker, "W4", talent.Working
		if c, err = w.ChangeCandidate(w.staff("E1"), c.ID, in); err != nil || c.Status != talent.Working || c.AdultFrom == "" {
			t.Errorf("changed to %+v, %v", c, err)
		}
	})
}

// Evidence is weighed: what counts, by which source, and what is too little.
func TestEvidence(t *testing.T) {
	for _, c := range []struct {
		name, evidence, want string // skill:level:source
	}{
		{"a certificate alone", "PRO01:3:certificate:2026-01-01", "PRO01:3:certificate"},
		{"a course alone", "PRO01:2:course:2026-01-01", "PRO01:2:course"},
		{"a mere statement counts one step lower", "PRO01:4:self:2026-01-01", "PRO01:3:self"},
		{"a statement of the lowest level stays", "PRO01:1:self:2026-01-01", "PRO01:1:self"},
		{"a statement above a certificate adds too little", "PRO01:3:certificate:2026-01-01;PRO01:5:self:2026-01-01", "PRO01:3:certificate"},
		{"two old ones together are enough", "PRO01:4:course:2020-01-01;PRO01:4:self:2026-01-01", "PRO01:4:course"},
		{"an old certificate alone is too little", "PRO01:4:certificate:2019-01-01", "PRO01:3:certificate"},
		{"the higher of two that suffice", "PRO01:2:course:2026-01-01;PRO01:4:contest:2026-01-01", "PRO01:4:contest"},
		{"without a source, as reported", "PRO01:3", "PRO01:3"},
		{"each skill by itself", "PRO01:3:course;PRO03:2:self", "PRO01:3:course;PRO03:1:self"},
	} {
		if got := talent.Weigh(talent.ParseEvidence(c.evidence), "2026-03-02"); got.Pack() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.Pack(), c.want)
		}
		if packed := talent.PackEvidence(talent.ParseEvidence(c.evidence)); packed != c.evidence && c.name != "the higher of two that suffice" {
			t.Errorf("%s: packed as %s", c.name, packed)
		}
	}
}

// What vouches for skills comes by sheet and by form; the page tells what counted.
func TestVouching(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		me := w.student("C1")
		id := auth.From(me).About
		if counts := w.take(w.staff("S1"), "student_skills", sheet("student_skills",
			"student_id,skill_code,level,source,on\nC1,PRO01,4,certificate,2026-02-01\nC1,PRO03,2,contest,2026-02-01")); counts[intake.New] != 2 {
			t.Errorf("a sheet with sources: %v", counts)
		}
		must[*talent.Candidate](t)(w.Vouch(me, id, talent.VouchForm{Skill: "PRO02", Level: 3, Source: "certificate"}))
		v := must[*talent.CandidateView](t)(w.Candidate(me, id))
		if got := v.Skills.Pack(); got != "PRO01:4:certificate;PRO02:2:self;PRO03:2:contest" {
			t.Errorf("skills are %s", got)
		}
		if k := v.Weighed[0]; len(k.By) != 2 || k.By[0].Source != "certificate" || !k.By[0].Counts || k.By[1].Counts {
			t.Errorf("what counted: %+v", k)
		}
		must[*talent.Candidate](t)(w.Vouch(me, id, talent.VouchForm{Skill: "PRO02", Level: 0}))
		if c := must[*talent.CandidateView](t)(w.Candidate(me, id)); c.Skills.Level("PRO02") != 0 {
			t.Errorf("a statement taken back: %s", c.Skills.Pack())
		}
		if _, err := w.Vouch(w.staff("E1"), id, talent.VouchForm{Skill: "PRO02", Level: 3}); !errors.Is(err, fault.NotFound) {
			t.Errorf("an enterprise vouches: %v", err)
		}
		_, err := w.Vouch(w.staff("S1"), id, talent.VouchForm{Skill: "不存在的技能", Level: 9, Source: "x", On: "2027-01-01"})
		for _, place := range []string{"skill", "level", "source", "on"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing told of %s: %v", place, err)
			}
		}
		w.DB.Now = func() time.Time { return dbtest.Noon.AddDate(6, 0, 0) }
		if n := must[int](t)(db.Update(w.office, w.DB, w.Reweigh)); n != 5 {
			t.Errorf("%d were weighed anew after years", n)
		}
		if c := must[*talent.CandidateView](t)(w.Candidate(me, id)); c.Skills.Pack() != "PRO01:3:course;PRO03:1:contest" {
			t.Errorf("after years the level for which enough vouches: %s", c.Skills.Pack())
		}
		if n := must[int](t)(db.Update(w.office, w.DB, w.Reweigh)); n != 0 {
			t.Errorf("%d were weighed a second time", n)
		}
	})
}
