package round_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/round"
	"guildhall/internal/talent"
	"guildhall/matching/exchange"
)

// usualTerms are terms of an order class, with what do changes.
func usualTerms(do func(*round.Terms)) round.Form {
	t := round.Terms{Ties: "lottery", Closing: "worst_first", Reserves: "minimum_seats", Regions: "nested",
		CapBy: "none", SeatsBy: "none", AnswerDays: 7, Silence: "decline"}
	do(&t)
	return round.Form{Name: "订单班", Kind: round.OrderClass, Statuses: finalYear.Statuses, Terms: t}
}

func (w *world) posts() map[string]string {
	ids := map[string]string{}
	all := must[[]*talent.Position](w.t)(db.View(w.office, w.DB, w.Talent.Open))
	for _, p := range all {
		ids[p.Ref] = p.ID
	}
	return ids
}

// opened drafts a round and opens it.
func (w *world) opened(f round.Form) *round.Round {
	w.t.Helper()
	r := must[*round.Round](w.t)(w.Office.Draft(w.office, f))
	return must[*round.Round](w.t)(w.Office.Open(w.office, r.ID))
}

// published takes an open round to its publication.
func (w *world) published(id string) *round.Round {
	w.t.Helper()
	must[*round.Round](w.t)(w.Office.Freeze(w.office, id, "seed"))
	must[*round.Round](w.t)(w.Office.Compute(w.office, id))
	if r := must[*round.Round](w.t)(w.Office.Verify(w.office, id)); !r.Verified {
		w.t.Fatalf("the result is not right: %+v", r.Report)
	}
	return must[*round.Round](w.t)(w.Office.Publish(w.office, id))
}

// placedWhere gives who was placed where, by the numbers of the sheets.
func (w *world) placedWhere(id string) map[string]string {
	w.t.Helper()
	got := map[string]string{}
	refs := map[string]string{}
	for _, ref := range []string{"C1", "C2", "C3", "C4", "C5"} {
		refs[auth.From(w.student(ref)).About] = ref
	}
	for _, p := range must[*round.Results](w.t)(w.Office.Results(w.office, id, round.ResultSearch{Placed: "yes"})).List {
		got[refs[p.Candidate]] = p.Title
	}
	return got
}

// The answers: in time, by silence, declined; then what is left in a second round.
func TestAnswersAndNextRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := w.published(w.opened(usualTerms(func(*round.Terms) {})).ID) // C5 at J1; C3 and C2 at J2
		c5, c3, c1 := w.student("C5"), w.student("C3"), w.student("C1")
		if err := w.Office.Answer(c1, r.ID, round.Accept); !errors.Is(err, fault.Conflict) {
			t.Errorf("C1 has no place and accepts: %v, want a conflict", err)
		}
		if err := w.Office.Answer(c5, r.ID, "perhaps"); !errors.Is(err, fault.Invalid) {
			t.Errorf("perhaps: %v, want invalid", err)
		}
		for _, answer := range []string{round.Decline, round.Accept} { // it can be changed
			if err := w.Office.Answer(c5, r.ID, answer); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Office.Answer(c3, r.ID, round.Decline); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Office.EndAnswers(w.office, r.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("C2 has days left, and the answering is ended: %v", err)
		}
		if err := w.Office.Tend(db.In(t.Context(), w.body)); err != nil {
			t.Fatal(err)
		}
		if r := must[*round.RoundView](t)(w.Office.Round(w.office, r.ID, round.Search{})); r.State != round.Published || r.Answers != (round.Answers{Accepted: 1, Declined: 1, Open: 1}) {
			t.Errorf("before the last day: %s, %+v", r.State, r.Answers)
		}
		exec(t, w, `UPDATE round_round SET answer_by = '2020-01-01'`)
		if err := w.Office.Answer(w.student("C2"), r.ID, round.Accept); !errors.Is(err, fault.Conflict) {
			t.Errorf("an answer after the last day: %v, want a conflict", err)
		}
		if err := w.Office.Tend(db.In(t.Context(), w.body)); err != nil {
			t.Fatal(err)
		}
		m := must[*round.Mine](t)(w.Office.Mine(w.student("C2")))
		end := time.Date(2020, 1, 1, 15, 59, 59, 0, time.UTC)
		if m.Answer == nil || m.Answer.Answer != round.Decline || m.Answer.Way != "silence" || !m.Answer.At.Equal(end) {
			t.Errorf("C2 was silent: %+v, want declined by silence at %s", m.Answer, end)
		}
		if _, err := w.Office.Follow(w.office, r.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("a next round before the clearing: %v, want a conflict", err)
		}
		r = must[*round.Round](t)(w.Office.Clear(w.office, r.ID))
		if f := r.Figures; f.Accepted != 1 || f.Declined != 2 || f.Silent != 1 {
			t.Errorf("cleared: %+v", f)
		}
		for _, kind := range []string{"round.place.accepted", "round.result.published"} {
			n, err := db.View(w.office, w.DB, func(tx *db.Tx) (int64, error) { return act.Count(tx, act.Filter{Kind: kind}) })
			if err != nil || n != 1 {
				t.Errorf("%d acts of %s, %v, want one", n, kind, err)
			}
		}
		next := must[*round.Round](t)(w.Office.Follow(w.office, r.ID))
		must[*round.Round](t)(w.Office.Open(w.office, next.ID))
		next = must[*round.Round](t)(w.Office.Freeze(w.office, next.ID, "seed"))
		if next.After != r.ID || next.Candidates != 4 || next.Places != 2 || next.LeftOut[round.LeftPlaced] != 1 {
			t.Errorf("the next round: after %q, %d candidates for %d places, %v", next.After, next.Candidates, next.Places, next.LeftOut)
		}
	})
}

// A class opens with its minimum or not at all, and its people go on; whoever
// wanted it is told how many would have come.
func TestMinimumToOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		posts := w.posts()
		r := w.opened(usualTerms(func(*round.Terms) {}))
		e1, e2 := w.staff("E1"), w.staff("E2")
		w.take(w.office, "positions", sheet("positions", "position_id,headcount\nJ1,6\nJ2,6"))
		var list fault.List
		err := w.Office.SetPost(e1, r.ID, round.PostTerms{Position: posts["J1"], Places: 7, Minimum: 8, Seats: []string{"what"}})
		if !errors.As(err, &list) || len(list) != 3 {
			t.Errorf("too many places, a minimum above them, seats that cannot be read: %v, want three faults", err)
		}
		if err := w.Office.SetPost(e2, r.ID, round.PostTerms{Position: posts["J1"], Minimum: 2}); !errors.Is(err, fault.Denied) {
			t.Errorf("E2 sets E1's post: %v, want denied", err)
		}
		if err := w.Office.SetPost(e1, r.ID, round.PostTerms{Position: posts["J1"], Minimum: 6}); err != nil {
			t.Fatal(err)
		}
		r = w.published(r.ID)
		got := w.placedWhere(r.ID)
		if len(got) != 4 || got["C5"] != "夜班冲压工" || r.Figures.Closed != 1 {
			t.Errorf("J1 wants six and five would come: %v, %d closed", got, r.Figures.Closed)
		}
		m := must[*round.Mine](t)(w.Office.Mine(w.student("C5")))
		if c := m.Choices[0]; c.Code != "not_opened" || c.Minimum != 6 || c.More != 5 {
			t.Errorf("C5 is told %+v, want not opened, 6 asked, 5 willing", c)
		}
		look := must[*round.PostLook](t)(w.Office.Post(e1, r.ID, posts["J1"], false))
		if look.Cut == nil || !look.Cut.Unopened {
			t.Errorf("E1 sees %+v", look.Cut)
		}
		if err := w.Office.SetPost(e1, r.ID, round.PostTerms{Position: posts["J1"]}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a post set after the freeze: %v, want a conflict", err)
		}
	})
}

// An enterprise ranks codes, and its ranking decides before merit does.
func TestRankingByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		posts := w.posts()
		r := w.opened(usualTerms(func(x *round.Terms) { x.ByHand = true }))
		e1 := w.staff("E1")
		k := must[*round.PostLook](t)(w.Office.Post(e1, r.ID, posts["J1"], false))
		if len(k.List) != 5 || k.List[0].Merit < k.List[4].Merit {
			t.Fatalf("E1 sees %+v, want five by merit", k.List)
		}
		if _, err := w.Office.Ranking(w.staff("E2"), r.ID, posts["J1"]); !errors.Is(err, fault.Denied) {
			t.Errorf("E2 looks at E1's candidates: %v, want denied", err)
		}
		var list fault.List
		if err := w.Office.Rank(e1, r.ID, posts["J1"], []string{k.List[4].Code, k.List[4].Code, "NOBODY"}); !errors.As(err, &list) || len(list) != 2 {
			t.Errorf("a code twice and one that is none: %v, want two faults", err)
		}
		if err := w.Office.Rank(w.office, r.ID, posts["J1"], nil); !errors.Is(err, fault.Denied) {
			t.Errorf("the secretariat ranks for E1: %v, want denied", err)
		}
		if err := w.Office.Rank(e1, r.ID, posts["J1"], []string{k.List[4].Code}); err != nil { // C1, the one of the lowest marks
			t.Fatal(err)
		}
		r = w.published(r.ID)
		if got := w.placedWhere(r.ID); got["C1"] != "冲压工" || got["C5"] != "夜班冲压工" {
			t.Errorf("E1 wants C1 most: %v", got)
		}
		m := must[*round.Mine](t)(w.Office.Mine(w.student("C5")))
		if c := m.Choices[0]; c.Code != "full" || !c.ByHand || c.Place != 2 || c.Last != 0 || c.Need != 0 {
			t.Errorf("C5 is told %+v, want number 2, ranked by hand, and nothing of merits", c)
		}
	})
}

// Caps of districts, and seats reserved for a school's own, as the terms have it.
func TestGroupCapsAndReservedSeats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		posts := w.posts()
		r := w.opened(usualTerms(func(x *round.Terms) { x.CapBy, x.Caps, x.SeatsBy = "region", []string{"450203 2"}, "school" }))
		if err := w.Office.SetPost(w.office, r.ID, round.PostTerms{Position: posts["J1"], Seats: []string{w.units["S1"] + " 1"}}); err != nil {
			t.Fatal(err)
		}
		r = w.published(r.ID)
		got := w.placedWhere(r.ID)
		if len(got) != 2 || got["C3"] != "冲压工" || got["C5"] != "夜班冲压工" {
			t.Errorf("a seat at J1 is S1's, and two of the district have a place: %v", got)
		}
		v := must[*round.RoundView](t)(w.Office.Round(w.office, r.ID, round.Search{}))
		if len(v.Caps) != 1 || v.Caps[0].Of != "450203" || v.Caps[0].Placed != 2 || v.Caps[0].Turned == 0 {
			t.Errorf("the district's cap: %+v", v.Caps)
		}
		m := must[*round.Mine](t)(w.Office.Mine(w.student("C5")))
		if c := m.Choices[0]; c.Code != "reserved" {
			t.Errorf("C5 is told %+v of J1, want reserved", c)
		}
		m = must[*round.Mine](t)(w.Office.Mine(w.student("C2")))
		if c := m.Choices[1]; c.Code != "cap_full" || c.CapSort != "region" || c.Cap != 2 {
			t.Errorf("C2 is told %+v of J2, want the district's cap of 2", c)
		}
		checkCertificate(t, w, r)
	})
}

// Terms that cannot hold together are refused with their reasons, when they are
// written and when the posts make them so.
func TestContradictions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		_, err := w.Office.Draft(w.office, usualTerms(func(x *round.Terms) {
			x.ByHand, x.CapBy, x.Caps, x.Ties, x.SeatsBy, x.AnswerDays = true, "region", []string{"450203"}, "reject", "school", 0
		}))
		for _, place := range []string{"by_hand", "caps", "ties", "answer_days"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is said of %s: %v", place, err)
			}
		}
		posts := w.posts()
		r := w.opened(usualTerms(func(*round.Terms) {}))
		if err := w.Office.SetPost(w.office, r.ID, round.PostTerms{Position: posts["J2"], Minimum: 2}); err != nil {
			t.Fatal(err)
		}
		w.take(w.office, "positions", sheet("positions", "position_id,headcount\nJ2,1"))
		if _, err := w.Office.Freeze(w.office, r.ID, ""); fault.At(err, "minimum") == nil {
			t.Errorf("a minimum of 2 for one place: %v, want refused", err)
		}
		if v := must[*round.RoundView](t)(w.Office.Round(w.office, r.ID, round.Search{})); v.State != round.Collecting || v.Candidates != 0 {
			t.Errorf("the refused freeze left %s with %d candidates", v.State, v.Candidates)
		}
	})
}

// What goes while a round is decided: a post that closes, a consent that is taken
// back. Neither is placed, and a result from before is not published.
func TestWhatGoesDuringARound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := w.opened(usualTerms(func(*round.Terms) {}))
		must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, "seed"))
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		w.take(w.office, "positions", sheet("positions", "position_id,status\nJ1,closed"))
		if _, err := w.WithdrawConsent(w.student("C3"), talent.ConsentForm{Purposes: []string{talent.ForRound}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Office.Publish(w.office, r.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("it places people at a closed post: %v, want a conflict", err)
		}
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		r = must[*round.Round](t)(w.Office.Publish(w.office, r.ID))
		got := w.placedWhere(r.ID)
		if len(got) != 2 || got["C5"] != "夜班冲压工" || got["C3"] != "" {
			t.Errorf("J1 is closed and C3 has gone: %v", got)
		}
		why := must[*round.Why](t)(w.Office.WhyNot(w.student("C5"), r.ID, must[*round.RoundView](t)(w.Office.Round(w.office, r.ID, round.Search{})).Cuts[0].Position))
		if why.Code != round.PostClosed {
			t.Errorf("C5 is told %+v of J1, want that it was closed", why)
		}
		checkCertificate(t, w, r)
	})
}

// Why not a post that was not on the list.
func TestWhyNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		posts := w.posts()
		r := w.opened(usualTerms(func(*round.Terms) {}))
		if err := w.Office.Wish(w.student("C1"), r.ID, []string{posts["J2"]}); err != nil {
			t.Fatal(err)
		}
		r = w.published(r.ID)
		if why := must[*round.Why](t)(w.Office.WhyNot(w.student("C1"), r.ID, posts["J1"])); why.Code != round.Unlisted || why.Merit == 0 || why.Placed != 1 || why.Shown {
			t.Errorf("C1 did not list J1 and is told %+v", why)
		}
		if why := must[*round.Why](t)(w.Office.WhyNot(w.student("C4"), r.ID, posts["J2"])); why.Code != "shift" {
			t.Errorf("C4 takes no shifts and is told %+v", why)
		}
		if why := must[*round.Why](t)(w.Office.WhyNot(w.student("C1"), r.ID, posts["J2"])); why.Code != "full" || why.Number != 1 || why.Place != 3 {
			t.Errorf("C1 is told %+v of J2, want number 3 of 2", why)
		}
		if _, err := w.Office.WhyNot(w.staff("E1"), r.ID, posts["J2"]); !errors.Is(err, fault.Denied) {
			t.Errorf("E1 asks why not: %v, want denied", err)
		}
		more := must[*round.PostLook](t)(w.Office.Post(w.office, r.ID, posts["J1"], true)).More
		if more == nil || *more != (round.More{Placed: 1, Better: 0}) && *more != (round.More{Placed: 1, Better: 1}) {
			t.Errorf("one more place at J1: %+v", more)
		}
	})
}

// A preview tells what terms would come to and places nobody.
func TestPreview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := w.opened(usualTerms(func(*round.Terms) {}))
		capped := r.Terms
		capped.CapPercent = 1 // of E2's four hundred are four; of E1's ten none
		for _, terms := range []round.Terms{{}, capped} {
			must[*round.Round](t)(w.Office.Preview(w.office, r.ID, terms))
			w.Office.Wait()
		}
		v := must[*round.RoundView](t)(w.Office.Round(w.office, r.ID, round.Search{}))
		if len(v.Previews) != 2 || v.Previews[0].Figures.Matched != 2 || v.Previews[1].Figures.Matched != 3 || v.Previews[0].Figures.Capped == 0 {
			t.Errorf("previews: %+v", v.Previews)
		}
		if v.State != round.Collecting || v.Candidates != 0 || v.Terms.CapPercent != 0 {
			t.Errorf("the previews left %s, %d candidates, %+v", v.State, v.Candidates, v.Terms)
		}
		capped.Ties = "coin"
		if _, err := w.Office.Preview(w.office, r.ID, capped); fault.At(err, "ties") == nil {
			t.Errorf("a word that is none: %v", err)
		}
		if _, err := w.Office.Preview(w.staff("S1"), r.ID, round.Terms{}); !errors.Is(err, fault.Denied) {
			t.Errorf("a school previews: %v, want denied", err)
		}
	})
}

// A round computed again from what was frozen gives the same rows and the same
// certificate, byte by byte, whatever was changed in talent since.
func TestP7RecomputedFromItsSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := w.published(w.opened(usualTerms(func(x *round.Terms) { x.CapPercent = 50 })).ID)
		first, rows := certificateOf(t, w, r), resultRows(t, w)
		w.take(w.office, "students", sheet("students", "student_id,score,want_pay\nC1,99.0,1000"))
		w.take(w.office, "positions", sheet("positions", "position_id,pay_low,pay_high\nJ1,100,200"))
		if again := certificateOf(t, w, r); !bytes.Equal(first, again) {
			t.Error("the certificate is another one")
		}
		exec(t, w, `UPDATE round_round SET state = 'verified'`)
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		if again := must[*round.Round](t)(w.Office.Publish(w.office, r.ID)); again.Print != r.Print || resultRows(t, w) != rows {
			t.Errorf("computed again: %s, was %s; rows\n%s\nwere\n%s", again.Print, r.Print, resultRows(t, w), rows)
		}
		if again := certificateOf(t, w, r); !bytes.Equal(first, again) {
			t.Error("the certificate of the new computation is another one")
		}
	})
}

// A verified result that somebody changes before it is published is found out as
// it is published; one changed afterwards gives no certificate any more.
func TestTamperedAfterVerification(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := w.opened(usualTerms(func(*round.Terms) {}))
		must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, "seed"))
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		exec(t, w, `UPDATE round_result SET seq = 0, choice = 0 WHERE seq = 1`)
		if r, err := w.Office.Publish(w.office, r.ID); err == nil {
			t.Fatalf("published: %+v", r.Report)
		}
		exec(t, w, `UPDATE round_round SET state = 'computed', verified = FALSE`)
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		r = must[*round.Round](t)(w.Office.Publish(w.office, r.ID))
		exec(t, w, `UPDATE round_position SET places = 2 WHERE seq = 1`)
		if _, _, err := w.Office.Certificate(w.office, r.ID); err == nil {
			t.Error("a certificate of another market is given out")
		}
	})
}

func resultRows(t *testing.T, w *world) string {
	t.Helper()
	rows := must[[]string](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]string, error) {
		return db.All(tx, db.Value[string], `SELECT x.candidate_id || ' ' || x.choices || ' ' || x.seq || ' ' || x.points FROM round_result x ORDER BY x.candidate_id`)
	}))
	return strings.Join(rows, "\n")
}

func certificateOf(t *testing.T, w *world, r *round.Round) []byte {
	t.Helper()
	_, write, err := w.Office.Certificate(w.office, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := write(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// checkCertificate checks a round's certificate as anybody does, without us.
func checkCertificate(t *testing.T, w *world, r *round.Round) {
	t.Helper()
	file := certificateOf(t, w, r)
	z := must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(file), int64(len(file))))
	report, err := exchange.Verify(t.Context(), z, exchange.Options{})
	if err != nil || !report.OK || report.Print != r.Print {
		t.Errorf("the certificate of %s: %+v, %v", r.Name, report, err)
	}
}
