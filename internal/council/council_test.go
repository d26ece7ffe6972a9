package council_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
	"guildhall/internal/web"

	"guildhall/ballot"
)

// roll is a roll of so many units, u1, u2 …; a unit's delegate is named where it
// has one in named.
type roll struct {
	n     int
	named map[string][]council.Person
}

func (r *roll) Members(*db.Tx, string) (list []council.Member, err error) {
	classes := []string{"government", "enterprise", "enterprise", "higher_vocational"}
	for i := range r.n {
		ranks := []string{"member"}
		if i == 0 {
			ranks = []string{"chair"}
		}
		list = append(list, council.Member{Unit: fmt.Sprintf("u%d", i+1), Name: fmt.Sprintf("单位%d", i+1), Class: classes[i%4], Ranks: ranks, Votes: true})
	}
	return list, nil
}

func (r *roll) Delegates(_ *db.Tx, unit string) ([]council.Person, error) { return r.named[unit], nil }

func (r *roll) Reached(_ *db.Tx, unit string) ([]council.Person, error) {
	return []council.Person{{ID: "p-" + unit, Name: "联系人", Email: unit + "@example.org"}}, nil
}

type house struct {
	*council.Council
	roll    *roll
	body    string
	address string
	now     time.Time
}

// each runs a test in a body of n units, on each engine.
func each(t *testing.T, n int, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) { test(t, open(t, address, n)) })
}

var rooms = []db.Room{journal.Room, web.Room, files.Room, directory.Room, act.Room, rule.Room, council.Room}

func open(t testing.TB, address string, n int) *house {
	t.Helper()
	d := dbtest.Open(t, address, rooms...)
	keys, err := seal.Of(os.Getenv("GUILDHALL_TEST_SUITE"), make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	store, err := files.Open(t.TempDir(), keys)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{roll: &roll{n: n, named: map[string][]council.Person{}}, address: address, now: dbtest.Noon}
	d.Now, d.Hash = func() time.Time { return h.now }, keys.Suite().Digest
	h.Council = &council.Council{DB: d, Keys: keys, Files: store, Roll: h.roll, URL: "https://guildhall.example.org"}
	b, err := directory.New(d, keys).Found(dbtest.As(t, auth.Actor{ID: "root", Roles: []string{auth.Admin}}), &directory.Body{Name: "示例市产教联合体", Kind: "city"})
	if err != nil {
		t.Fatal(err)
	}
	h.body = b.ID
	return h
}

// li runs the body; unit is somebody who works for a unit.
func (h *house) li(t testing.TB) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Name: "李秘书", Unit: "office", Body: h.body, Roles: []string{auth.Secretariat}})
}

func (h *house) unit(t testing.TB, unit string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "p-" + unit, Name: "代表" + unit, Unit: unit, Body: h.body, Roles: []string{auth.UnitAdmin}})
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%v", told(err))
		}
		return v
	}
}

// told gives an error with all its keys.
func told(err error) string {
	if err == nil {
		return "nil"
	}
	return err.Error()
}

func hall(day string) council.MeetingForm {
	return council.MeetingForm{Organ: "council", Form: "hall", Title: "第一届理事会第三次会议", Place: "市民中心 301", Day: day, From: "09:30", Until: "11:30",
		ChairUnit: "u1", Chair: "林知远", Secretary: "李秘书"}
}

// session gives a meeting in session with these items, at which so many units are
// present.
func (h *house) session(t testing.TB, present int, items ...council.ItemForm) (string, []*council.Item) {
	t.Helper()
	li := h.li(t)
	m := must[*council.Meeting](t)(h.Call(li, hall("2026-03-20")))
	var list []*council.Item
	for _, in := range items {
		list = append(list, must[*council.Item](t)(h.Add(li, m.ID, in)))
	}
	must[*council.Meeting](t)(h.Notify(li, m.ID))
	must[*council.Meeting](t)(h.Check(li, m.ID))
	for i := range present {
		must[*council.Attendance](t)(h.Come(li, m.ID, council.Coming{Unit: fmt.Sprintf("u%d", i+1), State: council.There}, "hand"))
	}
	must[*council.Meeting](t)(h.Begin(li, m.ID))
	return m.ID, list
}

func charter() council.ItemForm {
	return council.ItemForm{Kind: "motion", Class: "charter", Title: "修改章程", Words: "章程第三条改为……", Mover: "秘书处"}
}

func keys(err error) (list []string) {
	faults, _ := errors.AsType[fault.List](err)
	for _, f := range faults {
		list = append(list, f.Err.Key)
	}
	slices.Sort(list)
	return list
}

// The third journey: 55 of 84 are there and the charter motion cannot open; one
// proxy arrives; it opens, is carried by 56 of 84, and is numbered.
func TestCharterNeedsTwoThirdsOfAll(t *testing.T) {
	each(t, 84, func(t *testing.T, h *house) {
		li := h.li(t)
		id, items := h.session(t, 55, charter())
		motion := items[0].Motion.ID
		if _, err := h.Open(li, motion, council.Opening{}); !slices.Equal(keys(err), []string{"council.ballot.no_quorum"}) {
			t.Fatalf("with 55 of 84 it opens: %v", told(err))
		}
		must[*council.Attendance](t)(h.Come(li, id, council.Coming{Unit: "u84", State: council.Proxied, Holder: "u2", Proof: "委托书 2026-03-19"}, "hand"))
		b := must[*council.Ballot](t)(h.Open(li, motion, council.Opening{}))
		if b.Question.All != 84 || b.Question.Present != 56 {
			t.Fatalf("the frozen roll: %+v", b.Question)
		}
		must[*council.Attendance](t)(h.Come(li, id, council.Coming{Unit: "u70", State: council.There}, "hand"))
		if _, err := h.Cast(h.unit(t, "u70"), b.ID, "", ballot.Yes); !errors.Is(err, fault.Denied) {
			t.Errorf("a unit that came after the opening votes: %v", err)
		}
		for i := range 55 {
			u := fmt.Sprintf("u%d", i+1)
			must[*council.Vote](t)(h.Cast(h.unit(t, u), b.ID, "", ballot.Yes))
		}
		must[*council.Vote](t)(h.Cast(h.unit(t, "u2"), b.ID, "u84", ballot.Yes))
		for unit, by := range map[string]string{"u2": "u2", "u84": "u2"} {
			if _, err := h.Cast(h.unit(t, by), b.ID, unit, ballot.No); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s votes twice: %v", unit, err)
			}
		}
		if _, err := h.Cast(h.unit(t, "u84"), b.ID, "", ballot.No); !errors.Is(err, fault.Denied) {
			t.Errorf("a unit that gave its proxy votes itself: %v", err)
		}
		b = must[*council.Ballot](t)(h.Close(li, b.ID))
		if !b.Result.Carried || b.Result.Counts[0] != 56 || b.Result.Need != 56 || b.Seal == "" {
			t.Fatalf("56 of 84: %+v", b.Result)
		}
		if _, err := h.Cast(h.unit(t, "u3"), b.ID, "", ballot.No); !errors.Is(err, fault.Conflict) {
			t.Errorf("a vote after the close: %v", err)
		}
		p := must[*council.ResolutionPage](t)(h.Resolutions(li, council.ResolutionSearch{}))
		if len(p.Resolutions) != 1 || p.Resolutions[0].Mark() != "2026-1" || p.Resolutions[0].Words != "章程第三条改为……" || !hashed(t, h, p.Resolutions[0]) {
			t.Errorf("the resolution: %+v", p.Resolutions)
		}
		published(t, h, b.ID)
		h.now = h.now.AddDate(0, 0, 20)
		must[*council.Meeting](t)(h.End(li, id))
		m := must[*council.Meeting](t)(h.Minute(li, id, ""))
		for _, want := range []string{"应到 84 家，实到 57 家", "单位84委托单位2", "通过，形成第 2026-1 号决议", b.Seal} {
			if !strings.Contains(m.Minutes, want) {
				t.Errorf("the minutes do not say %q:\n%s", want, m.Minutes)
			}
		}
		if _, err := h.Confirm(h.unit(t, "u2"), id); !errors.Is(err, fault.Denied) {
			t.Errorf("somebody else confirms: %v", err)
		}
		must[*council.Meeting](t)(h.Confirm(h.unit(t, "u1"), id))
		if _, err := h.Minute(li, id, "改一改"); !errors.Is(err, fault.Conflict) {
			t.Errorf("confirmed minutes change: %v", err)
		}
		must[*council.Meeting](t)(h.Archive(li, id))
		kinds := map[string]int64{}
		for _, a := range must[[]act.Act](t)(db.View(li, h.DB, func(tx *db.Tx) ([]act.Act, error) { return act.List(tx, act.Filter{}, "", 0) })) {
			kinds[a.Kind] = a.Amounts["present"] + a.Amounts["votes"]
		}
		if kinds["council.meeting.held"] != 57 || kinds["council.ballot.held"] != 56 || len(kinds) != 3 {
			t.Errorf("the acts: %v", kinds)
		}
	})
}

// published checks that the board of a ballot holds, and that a changed one does not.
func published(t *testing.T, h *house, id string) *ballot.Board {
	t.Helper()
	b := must[*ballot.Board](t)(h.Published(h.li(t), id))
	dir := boardFiles(t, b)
	if r, err := ballot.Verify(dir); err != nil || len(r.Wrong) > 0 {
		t.Fatalf("the published board does not hold: %v, %v", err, r)
	}
	return b
}

// All that forbids a ballot is told at once, each with the article of the rule.
func TestEveryReasonAtOnce(t *testing.T) {
	dbtestOne(t, 84, func(t *testing.T, h *house) {
		li := h.li(t)
		m := must[*council.Meeting](t)(h.Call(li, hall("2026-03-20")))
		i := must[*council.Item](t)(h.Add(li, m.ID, charter()))
		must[*council.Motion](t)(h.Amend(li, i.Motion.ID, council.ItemForm{Title: "修正案", Words: "另一种写法", Mover: "单位5"}))
		_, err := h.Open(li, i.Motion.ID, council.Opening{Minutes: -1})
		if want := []string{"council.ballot.amendment", "council.ballot.minutes", "council.ballot.no_quorum", "council.ballot.not_in_session"}; !slices.Equal(keys(err), want) {
			t.Errorf("the reasons are %v, want %v", keys(err), want)
		}
		faults, _ := errors.AsType[fault.List](err)
		if f := fault.At(faults, "quorum"); f == nil || !slices.Contains(f.Args, any("章程第二十一条")) {
			t.Errorf("the reason does not name its article: %+v", f)
		}
		// A meeting with too short a notice and no agenda.
		n := must[*council.Meeting](t)(h.Call(li, hall("2026-03-05")))
		if _, err := h.Notify(li, n.ID); !slices.Equal(keys(err), []string{"council.meeting.no_items", "council.meeting.short_notice"}) {
			t.Errorf("a short notice: %v", keys(err))
		}
		_, err = h.Call(li, council.MeetingForm{Organ: "party", Day: "soon", From: "25:00", Link: "ftp://x"})
		if len(keys(err)) != 9 {
			t.Errorf("an empty form has the faults %v", keys(err))
		}
	})
}

// dbtestOne runs a test on SQLite alone: what it asks is no matter of the engine.
func dbtestOne(t *testing.T, n int, test func(t *testing.T, h *house)) {
	test(t, open(t, t.TempDir()+"/test.db", n))
}

func TestProxies(t *testing.T) {
	dbtestOne(t, 8, func(t *testing.T, h *house) {
		li := h.li(t)
		id, items := h.session(t, 3, charter())
		come := func(c council.Coming) error { _, err := h.Come(li, id, c, "hand"); return err }
		if err := come(council.Coming{Unit: "u5", State: council.Proxied, Holder: "u2", Proof: "x", Scope: []string{items[0].ID}}); err != nil {
			t.Fatal(told(err))
		}
		for name, c := range map[string]struct {
			in   council.Coming
			want string
		}{
			"a second proxy for one unit": {council.Coming{Unit: "u6", State: council.Proxied, Holder: "u2", Proof: "x"}, "council.proxy.many"},
			"held by itself":              {council.Coming{Unit: "u6", State: council.Proxied, Holder: "u6", Proof: "x"}, "council.proxy.holder"},
			"held by nobody on the roll":  {council.Coming{Unit: "u6", State: council.Proxied, Holder: "u99", Proof: "x"}, "council.proxy.holder"},
			"held by one that gave its":   {council.Coming{Unit: "u6", State: council.Proxied, Holder: "u5", Proof: "x"}, "council.proxy.chain"},
			"given by one that holds":     {council.Coming{Unit: "u2", State: council.Proxied, Holder: "u3", Proof: "x"}, "council.proxy.holds"},
			"without a letter":            {council.Coming{Unit: "u6", State: council.Proxied, Holder: "u3"}, "council.text.none"},
			"for what is not on":          {council.Coming{Unit: "u6", State: council.Proxied, Holder: "u3", Proof: "x", Scope: []string{"y"}}, "council.proxy.scope"},
			"nobody on the roll":          {council.Coming{Unit: "u99", State: council.There}, "council.attendance.no_seat"},
		} {
			if err := come(c.in); !slices.Contains(keys(err), c.want) {
				t.Errorf("%s: %v, want %s", name, told(err), c.want)
			}
		}
		w := must[*council.Whole](t)(h.Meeting(li, id))
		if w.Count.Here() != 4 || w.Count.Proxy != 1 {
			t.Errorf("who is there: %+v", w.Count)
		}
		// The holder leaves, and the proxy with it; the unit itself comes.
		if err := come(council.Coming{Unit: "u2", State: council.Left}); err != nil {
			t.Fatal(told(err))
		}
		if w = must[*council.Whole](t)(h.Meeting(li, id)); w.Count.Here() != 2 {
			t.Errorf("after the holder has left: %+v", w.Count)
		}
		if err := come(council.Coming{Unit: "u5", State: council.There}); err != nil {
			t.Fatal(told(err))
		}
		if w = must[*council.Whole](t)(h.Meeting(li, id)); w.Count.Present != 3 || w.Count.Proxy != 0 {
			t.Errorf("after the unit came itself: %+v", w.Count)
		}
	})
}

// A named delegate and the substitutes vote for the unit, and nobody else of it.
func TestOnlyTheDelegateVotes(t *testing.T) {
	dbtestOne(t, 4, func(t *testing.T, h *house) {
		h.roll.named["u2"] = []council.Person{{ID: "zhou"}, {ID: "wu"}}
		_, items := h.session(t, 4, council.ItemForm{Kind: "motion", Title: "议案", Words: "……"})
		b := must[*council.Ballot](t)(h.Open(h.li(t), items[0].Motion.ID, council.Opening{}))
		if _, err := h.Cast(h.unit(t, "u2"), b.ID, "", ballot.Yes); !errors.Is(err, fault.Denied) {
			t.Errorf("somebody else of the unit votes: %v", err)
		}
		wu := dbtest.As(t, auth.Actor{ID: "wu", Unit: "u2", Body: h.body, Roles: []string{auth.Staff}})
		must[*council.Vote](t)(h.Cast(wu, b.ID, "", ballot.Yes))
		zhou := dbtest.As(t, auth.Actor{ID: "zhou", Unit: "u2", Body: h.body, Roles: []string{auth.Staff}})
		if _, err := h.Cast(zhou, b.ID, "", ballot.No); !errors.Is(err, fault.Conflict) {
			t.Errorf("the delegate votes after the substitute: %v", err)
		}
		if _, err := h.Cast(h.unit(t, "u3"), b.ID, "u4", ballot.Yes); !errors.Is(err, fault.Denied) {
			t.Errorf("a unit votes for another: %v", err)
		}
		if _, err := h.Cast(h.unit(t, "u9"), b.ID, "", ballot.Yes); !errors.Is(err, fault.Denied) {
			t.Errorf("somebody who is not on the roll votes: %v", err)
		}
		if _, err := h.Cast(h.unit(t, "u3"), b.ID, "", "maybe"); !errors.Is(err, fault.Invalid) {
			t.Errorf("a vote that is not on offer: %v", err)
		}
	})
}

// An election with more claims than seats goes to a run-off that the most votes
// decide; who is elected in both rounds stands in one resolution.
func TestElectionWithRunOff(t *testing.T) {
	each(t, 9, func(t *testing.T, h *house) {
		li := h.li(t)
		_, items := h.session(t, 9, council.ItemForm{Kind: "election", Title: "增选副理事长单位", Seats: 2, Candidates: "甲\n乙 | 说明\n丙\n"})
		id := items[0].Motion.ID
		vote := func(b *council.Ballot, choices ...string) {
			for i, c := range choices {
				v := must[*council.Vote](t)(h.Cast(h.unit(t, fmt.Sprintf("u%d", i+1)), b.ID, "", c))
				if len(v.Receipt) != 24 {
					t.Errorf("the receipt is %q", v.Receipt)
				}
			}
		}
		b := must[*council.Ballot](t)(h.Open(li, id, council.Opening{}))
		if b.Level != ballot.Members {
			t.Errorf("an election is %s", b.Level)
		}
		vote(b, "1+2", "1+2", "1+3", "1+3", "1+2", "1+3", "1", "blank", "blank")
		b = must[*council.Ballot](t)(h.Close(li, b.ID))
		if !slices.Equal(b.Result.Elected, []string{"1"}) || !slices.Equal(b.Result.RunOff, []string{"2", "3"}) {
			t.Fatalf("the first round: %+v", b.Result)
		}
		published(t, h, b.ID)
		b = must[*council.Ballot](t)(h.Open(li, id, council.Opening{}))
		vote(b, "2", "2", "3", "2", "blank", "blank", "blank", "blank", "blank")
		b = must[*council.Ballot](t)(h.Close(li, b.ID))
		published(t, h, b.ID)
		p := must[*council.ResolutionPage](t)(h.Resolutions(li, council.ResolutionSearch{}))
		if len(p.Resolutions) != 1 || !strings.Contains(p.Resolutions[0].Words, "甲、乙当选") {
			t.Errorf("the election's resolution: %+v", p.Resolutions)
		}
	})
}

// Trustees together open what no administrator can; before enough of them have
// given their codes nothing is counted.
func TestTrusteesOpen(t *testing.T) {
	each(t, 5, func(t *testing.T, h *house) {
		li := h.li(t)
		_, items := h.session(t, 5, council.ItemForm{Kind: "motion", Level: ballot.Trustees, Title: "人事议案", Words: "……"})
		id := items[0].Motion.ID
		if _, err := h.Open(li, id, council.Opening{}); !slices.Contains(keys(err), "council.ballot.few_trustees") {
			t.Errorf("it opens without trustees: %v", told(err))
		}
		codes := map[string]string{}
		for _, u := range []string{"u1", "u2", "u3"} {
			_, code, err := h.Entrust(h.unit(t, u))
			if err != nil {
				t.Fatal(err)
			}
			codes[u] = code
		}
		b := must[*council.Ballot](t)(h.Open(li, id, council.Opening{}))
		if _, err := h.Give(h.unit(t, "u1"), b.ID, codes["u1"]); !errors.Is(err, fault.Conflict) {
			t.Errorf("a share is given before the close: %v", err)
		}
		for i, c := range []string{ballot.Yes, ballot.Yes, ballot.No, ballot.Yes} {
			must[*council.Vote](t)(h.Cast(h.unit(t, fmt.Sprintf("u%d", i+1)), b.ID, "", c))
		}
		if b = must[*council.Ballot](t)(h.Close(li, b.ID)); b.Status != "counting" {
			t.Fatalf("it is %s without its trustees", b.Status)
		}
		if _, err := h.Give(h.unit(t, "u1"), b.ID, codes["u2"]); !errors.Is(err, fault.Invalid) {
			t.Errorf("another's code: %v", err)
		}
		if _, err := h.Give(h.unit(t, "u4"), b.ID, codes["u1"]); !errors.Is(err, fault.NotFound) {
			t.Errorf("somebody who is no trustee: %v", err)
		}
		if b = must[*council.Ballot](t)(h.Give(h.unit(t, "u3"), b.ID, codes["u3"])); b.Status != "counting" {
			t.Fatalf("one of three opens it: %+v", b)
		}
		if b = must[*council.Ballot](t)(h.Give(h.unit(t, "u1"), b.ID, codes["u1"])); b.Status != "closed" || b.Result.Counts[0] != 3 || !b.Result.Carried {
			t.Fatalf("two of three: %+v", b)
		}
		published(t, h, b.ID)
	})
}

// Hands, an amendment that replaces the words, recusal, and a tie that falls.
func TestHandsAmendmentAndRecusal(t *testing.T) {
	dbtestOne(t, 9, func(t *testing.T, h *house) {
		li := h.li(t)
		_, items := h.session(t, 6, council.ItemForm{Kind: "motion", Level: ballot.Hands, Title: "实训中心开放办法", Words: "原文"})
		id := items[0].Motion.ID
		a := must[*council.Motion](t)(h.Amend(li, id, council.ItemForm{Title: "改第二条", Words: "改后全文", Mover: "单位4"}))
		hands := func(id string, in council.Hands) *council.Ballot {
			b := must[*council.Ballot](t)(h.Open(li, id, council.Opening{}))
			if _, err := h.Enter(li, b.ID, council.Hands{Yes: 7}); !errors.Is(err, fault.Invalid) {
				t.Errorf("seven of six raise their hands: %v", err)
			}
			return must[*council.Ballot](t)(h.Enter(li, b.ID, in))
		}
		hands(a.ID, council.Hands{Yes: 4, No: 2})
		must[*council.Motion](t)(h.StandAside(li, id, "u3", "关联单位", true))
		b := hands(id, council.Hands{Yes: 3, No: 2})
		if b.Question.All != 8 || b.Question.Present != 5 || !b.Result.Carried {
			t.Errorf("with one unit aside: %+v %+v", b.Question, b.Result)
		}
		published(t, h, b.ID)
		p := must[*council.ResolutionPage](t)(h.Resolutions(li, council.ResolutionSearch{}))
		if len(p.Resolutions) != 1 || p.Resolutions[0].Words != "改后全文" {
			t.Errorf("the resolution has the words %+v", p.Resolutions)
		}
	})
}

// A meeting in writing: whoever votes in time takes part; it closes by the clock,
// once, and falls where too few took part.
func TestVoteInWriting(t *testing.T) {
	dbtestOne(t, 6, func(t *testing.T, h *house) {
		li := h.li(t)
		in := hall("2026-03-20")
		in.Form, in.LastDay, in.Until = "written", "2026-03-25", "18:00"
		m := must[*council.Meeting](t)(h.Call(li, in))
		i := must[*council.Item](t)(h.Add(li, m.ID, council.ItemForm{Kind: "motion", Title: "年度要点", Words: "……"}))
		j := must[*council.Item](t)(h.Add(li, m.ID, council.ItemForm{Kind: "motion", Title: "第二案", Words: "……"}))
		must[*council.Meeting](t)(h.Notify(li, m.ID))
		must[*council.Meeting](t)(h.Begin(li, m.ID))
		b := must[*council.Ballot](t)(h.Open(li, i.Motion.ID, council.Opening{}))
		few := must[*council.Ballot](t)(h.Open(li, j.Motion.ID, council.Opening{}))
		for i, c := range []string{ballot.Yes, ballot.Yes, ballot.Yes, ballot.No} {
			must[*council.Vote](t)(h.Cast(h.unit(t, fmt.Sprintf("u%d", i+1)), b.ID, "", c))
		}
		must[*council.Vote](t)(h.Cast(h.unit(t, "u1"), few.ID, "", ballot.Yes))
		if err := h.CloseDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.now = time.Date(2026, 3, 25, 10, 0, 0, 0, time.UTC) // 18:00 in the body's zone
		if _, err := h.Cast(h.unit(t, "u5"), b.ID, "", ballot.No); !errors.Is(err, fault.Conflict) {
			t.Errorf("a vote at the last moment's stroke: %v", err)
		}
		if err := h.CloseDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.now = h.now.AddDate(0, 0, -3) // a clock that jumps back opens nothing
		s := must[*council.Paperslip](t)(h.Slip(li, b.ID))
		if s.Ballot.Status != "closed" || !s.Ballot.Result.Carried || s.Ballot.Question.Present != 4 || s.Motion.Status != council.Carried {
			t.Errorf("four of six in writing: %+v", s.Ballot)
		}
		published(t, h, b.ID)
		if s = must[*council.Paperslip](t)(h.Slip(li, few.ID)); s.Ballot.Result.Quorate || s.Motion.Status != council.Rejected {
			t.Errorf("one of six in writing: %+v", s.Ballot.Result)
		}
	})
}

// Those who leave take the quorum with them, and the ballot breaks off.
func TestBallotBreaksOffWithoutQuorum(t *testing.T) {
	dbtestOne(t, 6, func(t *testing.T, h *house) {
		li := h.li(t)
		id, items := h.session(t, 4, council.ItemForm{Kind: "election", Class: "election", Title: "选举", Seats: 1, Candidates: "甲"})
		b := must[*council.Ballot](t)(h.Open(li, items[0].Motion.ID, council.Opening{}))
		must[*council.Vote](t)(h.Cast(h.unit(t, "u1"), b.ID, "", "1"))
		must[*council.Attendance](t)(h.CheckIn(h.unit(t, "u4"), id, "", council.Left))
		s := must[*council.Paperslip](t)(h.Slip(li, b.ID))
		if s.Ballot.Status != "void" || s.Motion.Status != council.Floor {
			t.Errorf("without quorum the ballot is %s, the motion %s", s.Ballot.Status, s.Motion.Status)
		}
		must[*council.Attendance](t)(h.Come(li, id, council.Coming{Unit: "u4", State: council.There}, "hand"))
		if b = must[*council.Ballot](t)(h.Open(li, items[0].Motion.ID, council.Opening{})); b.Round != 2 || b.Question.Plurality {
			t.Errorf("the second round is %+v", b.Question)
		}
		if _, err := h.End(li, id); !errors.Is(err, fault.Conflict) {
			t.Errorf("the meeting ends with an open ballot: %v", err)
		}
	})
}

// What the last meeting did not get to, and the open work of earlier resolutions,
// stand on the next agenda.
func TestNextAgenda(t *testing.T) {
	dbtestOne(t, 3, func(t *testing.T, h *house) {
		id, _ := h.session(t, 3, charter())
		must[*council.Meeting](t)(h.End(h.li(t), id))
		h.Tasks = func(*db.Tx) ([]council.Task, error) {
			return []council.Task{{Title: "起草办法", Owner: "单位2", Due: "2026-04-01", Resolution: "2025-9", Late: true}}, nil
		}
		m := must[*council.Meeting](t)(h.Call(h.li(t), hall("2026-03-25")))
		w := must[*council.Whole](t)(h.Meeting(h.li(t), m.ID))
		if len(w.Items) != 2 || !strings.Contains(w.Items[0].Words, "起草办法") || w.Items[1].Motion == nil || w.Items[1].Motion.Status != council.Floor {
			text, _ := json.Marshal(w.Items)
			t.Errorf("the next agenda: %s", text)
		}
	})
}

// send asks a page as somebody.
func send(t *testing.T, h *house, ctx context.Context, method, path string, form url.Values, head ...string) *httptest.ResponseRecorder {
	t.Helper()
	rs := &web.Routes{DB: h.DB, Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
		Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: h.body, Name: "示例"}, nil }}
	h.Routes(rs)
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

// Every page answers in both languages, to whoever runs the body and to a member.
func TestPages(t *testing.T) {
	dbtestOne(t, 5, func(t *testing.T, h *house) {
		li, u2 := h.li(t), h.unit(t, "u2")
		id, items := h.session(t, 5, council.ItemForm{Kind: "report", Title: "工作报告", Words: "……"}, charter(),
			council.ItemForm{Kind: "election", Title: "选举", Seats: 1, Candidates: "甲\n乙"})
		b := must[*council.Ballot](t)(h.Open(li, items[2].Motion.ID, council.Opening{Minutes: 5}))
		pages := []string{"/meetings", "/meetings/" + id, "/meetings/" + id + "/hall", "/motions/" + items[1].Motion.ID, "/ballots/" + b.ID, "/ballots/" + b.ID + "/board",
			"/resolutions", "/trustees", "/meetings/" + id + "/checkin?key=x", "/meetings/" + id + "/proxy"}
		own := []string{"/meetings/new", "/meetings/" + id + "/change", "/meetings/" + id + "/door", "/meetings/" + id + "/attendance?state=here", "/meetings/" + id + "/items/new?kind=election",
			"/motions/" + items[1].Motion.ID + "/change"}
		look := func(ctx context.Context, paths []string) {
			t.Helper()
			for _, path := range paths {
				for _, language := range []string{"zh-CN", "en"} {
					w := send(t, h, ctx, "GET", path, nil, "Accept-Language", language)
					body := w.Body.String()
					if w.Code != 200 || strings.Contains(body, "council.") && !strings.Contains(path, "trustees") && strings.Contains(strings.ReplaceAll(body, "/rules/council.rules", ""), "council.") ||
						strings.Contains(body, " style=") || strings.Contains(body, "%!") {
						at := max(0, strings.Index(strings.ReplaceAll(body, "/rules/council.rules", ""), "council.")-60)
						t.Errorf("%s in %s: %d %.200s", path, language, w.Code, strings.ReplaceAll(body, "/rules/council.rules", "")[at:])
					}
				}
			}
		}
		look(li, append(pages, own...))
		look(u2, pages)
		for _, path := range own {
			if w := send(t, h, u2, "GET", path, nil); w.Code != 403 {
				t.Errorf("%s for a member: %d", path, w.Code)
			}
		}
		w := send(t, h, u2, "POST", "/ballots/"+b.ID+"/review", url.Values{"unit": {"u2"}, "choices": {"2"}}, "Idempotency-Key", "k1")
		if w.Code != 200 || !strings.Contains(w.Body.String(), "乙") {
			t.Errorf("the review: %d %s", w.Code, w.Body)
		}
		w = send(t, h, u2, "POST", "/ballots/"+b.ID+"/votes", url.Values{"unit": {"u2"}, "choice": {"2"}}, "Idempotency-Key", "k2")
		if w.Code != 200 || !strings.Contains(w.Body.String(), `class="receipt"`) {
			t.Errorf("the receipt: %d %s", w.Code, w.Body)
		}
		if n := must[int](t)(db.View(li, h.DB, func(tx *db.Tx) (int, error) {
			return db.One(tx, db.Value[int], `SELECT count(*) FROM web_request`)
		})); n != 0 {
			t.Errorf("%d votes stand in the store of repeated requests", n)
		}
		must[*council.Ballot](t)(h.Close(li, b.ID))
		h.now = h.now.AddDate(0, 0, 20)
		must[*council.Meeting](t)(h.End(li, id))
		must[*council.Meeting](t)(h.Minute(li, id, ""))
		look(li, append(pages[:8], "/meetings/"+id+"/minutes"))
		look(u2, append(pages[:8], "/meetings/"+id+"/minutes"))
		for path, begins := range map[string]string{"/meetings/" + id + "/minutes?format=docx": "PK", "/meetings/" + id + "/minutes?format=pdf": "%PDF"} {
			if w = send(t, h, li, "GET", path, nil); w.Code != 503 && (w.Code != 200 || !strings.HasPrefix(w.Body.String(), begins)) { // 503: no font here
				t.Errorf("%s: %d %.80s", path, w.Code, w.Body)
			}
		}
		w = send(t, h, u2, "GET", "/meetings/"+id+"/invitation.ics", nil)
		for line := range strings.SplitSeq(w.Body.String(), "\r\n") {
			if len(line) > 75 {
				t.Errorf("a line of %d octets: %s", len(line), line)
			}
		}
		if !strings.Contains(strings.ReplaceAll(w.Body.String(), "\r\n ", ""), "SUMMARY:第一届理事会第三次会议") {
			t.Errorf("the calendar: %s", w.Body)
		}
	})
}

// From a list on paper many units are noted at once, all or none; so is what they
// say at a roll call.
func TestManyAtOnce(t *testing.T) {
	each(t, 9, func(t *testing.T, h *house) {
		li := h.li(t)
		id, items := h.session(t, 1, council.ItemForm{Kind: "motion", Title: "工作要点", Words: "甲。"})
		if _, err := h.ComeTogether(li, id, council.There, []string{"u2", "stranger", "nobody"}); !slices.Equal(keys(err), []string{"council.attendance.no_seat"}) {
			t.Errorf("two who do not sit here: %v", told(err))
		}
		if w := must[*council.Whole](t)(h.Meeting(li, id)); w.Count.Present != 1 {
			t.Errorf("%d are present although one of those noted together is not on the roll", w.Count.Present)
		}
		if _, err := h.ComeTogether(h.unit(t, "u2"), id, council.There, []string{"u2", "u3"}); !errors.Is(err, fault.Denied) {
			t.Errorf("a unit notes another: %v", err)
		}
		if n := must[int](t)(h.ComeTogether(li, id, council.There, []string{"u2", "u3", "u4", "u5", "u6"})); n != 5 {
			t.Errorf("%d are noted, want 5", n)
		}
		if w := must[*council.Whole](t)(h.Hall(li, id)); w.Count.Present != 6 {
			t.Errorf("the wall counts %d, want 6", w.Count.Present)
		}
		b := must[*council.Ballot](t)(h.Open(li, items[0].Motion.ID, council.Opening{}))
		if _, err := h.CallRoll(li, b.ID, council.Call{Unit: "u1", Choice: ballot.Yes}, council.Call{Unit: "u2", Choice: "maybe"}); !slices.Equal(keys(err), []string{"council.vote.choice"}) {
			t.Errorf("a choice that is none: %v", told(err))
		}
		if _, err := h.CallRoll(li, b.ID, council.Call{Unit: "u9", Choice: ballot.Yes}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a unit that is not there is called: %v", err)
		}
		b = must[*council.Ballot](t)(h.CallRoll(li, b.ID, council.Call{Unit: "u1", Choice: ballot.Yes}, council.Call{Unit: "u2", Choice: ballot.No}))
		if b.Voted != 2 {
			t.Errorf("%d have voted, want 2", b.Voted)
		}
		if _, err := h.CallRoll(li, b.ID, council.Call{Unit: "u3", Choice: ballot.Yes}, council.Call{Unit: "u2", Choice: ballot.Yes}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a unit is called twice: %v", err)
		}
	})
}

// What waits on a person in the council: a vote, a meeting, the minutes that the
// chair confirms, a name on a meeting to come, and a trust.
func TestTiedToAPerson(t *testing.T) {
	each(t, 9, func(t *testing.T, h *house) {
		li := h.li(t)
		id, items := h.session(t, 6, council.ItemForm{Kind: "motion", Title: "工作要点", Words: "甲。"})
		must[*council.Ballot](t)(h.Open(li, items[0].Motion.ID, council.Opening{}))
		lin := council.Speaker{ID: "p-u1", Name: "林知远", Units: []string{"u1"}}
		_, _, err := h.Entrust(h.unit(t, "u1"))
		if err != nil {
			t.Fatal(err)
		}
		tied := func(s council.Speaker) map[string]int {
			t.Helper()
			ties, err := db.View(li, h.DB, func(tx *db.Tx) ([]directory.Tie, error) { return h.TiedPerson(tx, s) })
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, tie := range ties {
				if tie.Count > 0 {
					got[tie.Word] = tie.Count
				}
			}
			return got
		}
		if got, want := fmt.Sprint(tied(lin)), "map[council.tied.named:1 council.tied.to_vote:1 council.tied.trust:1]"; got != want {
			t.Errorf("it tells %s, want %s", got, want)
		}
		if got := tied(council.Speaker{ID: "p-u2", Name: "林知远", Units: []string{"u2"}}); got["council.tied.named"] != 0 {
			t.Errorf("a namesake of another unit is tied to the chair: %v", got)
		}
		n := must[int](t)(db.Update(li, h.DB, func(tx *db.Tx) (int, error) { return h.Pass(tx, lin, "韦示一") }))
		if m := must[*council.Whole](t)(h.Meeting(li, id)).Meeting; n != 1 || m.Chair != "韦示一" || m.Secretary != "李秘书" {
			t.Errorf("%d are passed, chair %s, secretary %s", n, m.Chair, m.Secretary)
		}
	})
}

// The words of a report can be mended, those of a motion on its own page only.
func TestReword(t *testing.T) {
	each(t, 9, func(t *testing.T, h *house) {
		li := h.li(t)
		m := must[*council.Meeting](t)(h.Call(li, hall("2026-03-20")))
		report := must[*council.Item](t)(h.Add(li, m.ID, council.ItemForm{Kind: "report", Title: "旧", Words: "旧"}))
		motion := must[*council.Item](t)(h.Add(li, m.ID, charter()))
		i := must[*council.Item](t)(h.Reword(li, report.ID, council.ItemForm{Title: "上次决议落实情况", Words: "两项已办结。"}))
		if i.Title != "上次决议落实情况" || i.Words != "两项已办结。" {
			t.Errorf("it reads %q, %q", i.Title, i.Words)
		}
		if _, err := h.Reword(li, report.ID, council.ItemForm{}); !slices.Equal(keys(err), []string{"council.text.none"}) {
			t.Errorf("without a title: %v", told(err))
		}
		if _, err := h.Reword(li, motion.ID, council.ItemForm{Title: "别的"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a motion is reworded: %v", err)
		}
	})
}

// hashed tells whether the words of a resolution bear their hash, of the suite of the house.
func hashed(t *testing.T, h *house, r *council.Resolution) bool {
	same, err := seal.Matches(r.Hash, []byte(r.Words))
	return err == nil && same && seal.HashName(r.Hash) == h.Keys.Suite().HashName
}
