package plan

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/ledger"
)

// balance gives what stands on an account; 0 where there is none yet.
func (h *house) balance(t *testing.T, kind, owner string) int64 {
	t.Helper()
	a, err := db.View(li(t), h.DB, func(tx *db.Tx) (*ledger.Account, error) { return ledger.Of(tx, kind, owner) })
	if err != nil {
		t.Fatal(err)
	}
	if a == nil {
		return 0
	}
	return a.Balance
}

// balanced verifies the ledger and tells how many entries it has.
func (h *house) balanced(t *testing.T) int64 {
	t.Helper()
	r, err := db.View(li(t), h.DB, ledger.Verify)
	if err != nil || len(r.Findings) > 0 {
		t.Fatalf("the ledger: %+v, %v", r, err)
	}
	return r.Entries
}

func (h *house) stands(t *testing.T, when string, want map[[2]string]int64) {
	t.Helper()
	for account, fen := range want {
		if got := h.balance(t, account[0], account[1]); got != fen {
			t.Errorf("%s: on %s of %q stand %d fen, want %d", when, account[0], account[1], got, fen)
		}
	}
}

// What is promised, received and granted stands in the ledger as soon as it is noted, and
// a receipt that was noted wrongly is taken back by entries and acts of their own.
func TestP4CorrectionsOfReceipts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, err := h.Start(li(t), ProjectForm{Name: "教学工厂", Goal: "建成", Owner: h.school, Starts: "2026-01-01"})
		for _, f := range []MoneyForm{{Source: "enterprise", Payer: h.firm, Yuan: 1000.05}, {Source: "fiscal", Yuan: 500}} {
			if err == nil {
				_, err = h.Promise(li(t), p.ID, f)
			}
		}
		if err == nil {
			p, err = h.Project(li(t), p.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		firm, fiscal := p.Money[0].ID, p.Money[1].ID
		h.stands(t, "promised", map[[2]string]int64{{owedAccount, h.firm}: 100005, {owedAccount, ""}: 50000, {fundAccount, p.ID}: -150005, {potAccount, p.ID}: 0})
		for _, c := range []struct {
			money, day string
			yuan       float64
		}{{firm, "2026-02-01", 300.01}, {firm, "2026-02-20", 200}, {fiscal, "2026-02-10", 500}} {
			if _, err := h.Receive(li(t), p.ID, c.money, c.yuan, c.day); err != nil {
				t.Fatal(err)
			}
		}
		h.stands(t, "received", map[[2]string]int64{{owedAccount, h.firm}: 50004, {owedAccount, ""}: 0, {fundAccount, p.ID}: -150005, {potAccount, p.ID}: 100001})
		if _, err := h.Receive(li(t), p.ID, firm, 900, "2026-03-01"); fault.At(err, "yuan") == nil {
			t.Fatal(err)
		}
		if n := h.balanced(t); n != 5 {
			t.Errorf("%d entries, want 5", n)
		}
		p, err = h.Project(li(t), p.ID)
		if err != nil || len(p.Money[0].Receipts) != 2 || p.Money[0].Receipts[1].Fen != 20000 || len(p.Accounts) != 2 {
			t.Fatalf("%+v, %v", p, err)
		}
		wrong := p.Money[0].Receipts[1].Entry
		if _, err := h.Correct(staff(t, h.school), p.ID, wrong, "误录"); !errors.Is(err, fault.Denied) {
			t.Errorf("its owner corrects a receipt: %v", err)
		}
		if _, err := h.Correct(li(t), p.ID, wrong, " "); fault.At(err, "reason") == nil {
			t.Errorf("corrected without a reason: %v", err)
		}
		if _, err := h.Correct(li(t), p.ID, "nowhere", "误录"); !errors.Is(err, fault.NotFound) {
			t.Errorf("corrected what is not there: %v", err)
		}
		if got := h.sum(t, "plan.money.received", "received"); got != 100001 {
			t.Fatalf("received by the acts: %d", got)
		}
		if _, err := h.Correct(li(t), p.ID, wrong, "金额误录"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Correct(li(t), p.ID, wrong, "金额误录"); !errors.Is(err, fault.Conflict) {
			t.Errorf("corrected twice: %v", err)
		}
		h.stands(t, "corrected", map[[2]string]int64{{owedAccount, h.firm}: 70004, {potAccount, p.ID}: 80001})
		p, err = h.Project(li(t), p.ID)
		if m := p.Money[0]; err != nil || m.Received != 30001 || m.ReceivedOn != "2026-02-01" || m.Receipts[1].Corrected == "" || m.Receipts[0].Corrected != "" {
			t.Errorf("after the correction: %+v, %v", m, err)
		}
		if got := h.sum(t, "plan.money.received", "received"); got != 80001 {
			t.Errorf("received by the acts: %d", got)
		}
		told, err := db.View(li(t), h.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "plan.money.correct", Limit: 9})
		})
		if err != nil || len(told) != 1 || told[0].Subject != p.ID {
			t.Errorf("the journal tells %v, %v", told, err)
		}
		if _, err := h.Receive(li(t), p.ID, firm, 250, "2026-02-20"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Finish(li(t), p.ID, "finished", "建成"); err != nil {
			t.Fatal(err)
		}
		h.stands(t, "noted anew", map[[2]string]int64{{owedAccount, h.firm}: 45004, {potAccount, p.ID}: 105001})
		if n, also := h.balanced(t), h.settled(t); n != 7 || also != 0 {
			t.Errorf("%d entries, %d of them settled", n, also)
		}
		h.correctionPages(t, p.ID)
	})
}

func (h *house) settled(t *testing.T) int {
	t.Helper()
	n, err := h.Settle(db.In(t.Context(), "b"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// correctionPages goes the way of a correction by pages.
func (h *house) correctionPages(t *testing.T, project string) {
	p, err := h.Project(li(t), project)
	if err != nil {
		t.Fatal(err)
	}
	path := "/projects/" + project + "/receipts/" + p.Money[0].Receipts[0].Entry + "/correction"
	says := func(path, language string, words ...string) {
		t.Helper()
		w := h.send(li(t), "GET", path, language, nil)
		for _, word := range words {
			if !strings.Contains(w.Body.String(), word) {
				t.Errorf("%s does not say %q: %d", path, word, w.Code)
			}
		}
		if text := w.Body.String(); strings.Contains(text, ">plan.") || strings.Contains(text, "%!") {
			t.Errorf("%s lacks a word", path)
		}
	}
	says("/projects/"+project, "zh-CN", path, "2026-02-01 到账 300.01 元", "已冲销", "/ledger/accounts/", "项目到账经费")
	says(path, "en", "Correct a receipt", "300.01", "Hengyue Precision", "Nothing is edited")
	if w := h.send(li(t), "POST", path, "en", url.Values{"reason": {""}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "please say why") {
		t.Errorf("without a reason: %d", w.Code)
	}
	if w := h.send(staff(t, h.school), "GET", path, "en", nil); w.Code != http.StatusForbidden {
		t.Errorf("for the project's owner: %d", w.Code)
	}
	if w := h.send(li(t), "POST", path, "en", url.Values{"reason": {"误录"}}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/projects/"+project {
		t.Errorf("it is corrected: %d %s", w.Code, w.Body)
	}
	says(path, "en", "Reversed")
	if w := h.send(li(t), "POST", path, "en", url.Values{"reason": {"误录"}}); w.Code != http.StatusConflict {
		t.Errorf("it is corrected twice: %d", w.Code)
	}
}

// What a program without the ledger has noted is posted as it stands, once, and can be
// corrected where it can be told which act it was.
func TestP4WhatIsOlderThanTheLedger(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, err := h.Start(li(t), ProjectForm{Name: "教学工厂", Goal: "建成", Owner: h.school, Starts: "2026-01-01"})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Do(li(t), h.DB, func(tx *db.Tx) error {
			for _, m := range []Money{{ID: "m1", Source: "enterprise", Payer: h.firm, Promised: 900, Received: 500, ReceivedOn: "2025-12-01"}, {ID: "m2", Source: "fiscal", Promised: 70},
				{ID: "m3", Source: "school", Payer: h.school, Promised: 40, Received: 40, ReceivedOn: "2025-12-02"}} {
				if err := saveMoney(tx, p.ID, m); err != nil {
					return err
				}
			}
			for _, fen := range []int64{500, 25, 15} { // the last two are one receipt no more
				a := p.act("plan.money.received", map[bool]string{true: h.firm, false: h.school}[fen == 500])
				a.Amounts, a.Marks["source"] = map[string]int64{"received": fen}, map[bool]string{true: "enterprise", false: "school"}[fen == 500]
				if err := journal.Record(tx, "plan.money.receive", p.ID, nil); err != nil {
					return err
				}
				if err := act.Note(tx, a); err != nil {
					return err
				}
			}
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			s := &Scheme{ID: "s", Title: "补助", Issuer: "市财政局", Document: "1 号", Kind: "fiscal", State: "listed", madeAt: now}
			if err := saveScheme(tx, s); err != nil {
				return err
			}
			return saveGrant(tx, &Grant{ID: "g", Scheme: "s", Unit: h.firm, Year: 2026, Asked: 90, State: "granted", Given: 80, MadeAt: now, JudgedAt: &now})
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, again := h.settled(t), h.settled(t); n != 4 || again != 0 {
			t.Errorf("%d were settled, and then %d", n, again)
		}
		want := map[[2]string]int64{{owedAccount, h.firm}: 400, {owedAccount, ""}: 70, {owedAccount, h.school}: 0, {fundAccount, p.ID}: -1010, {potAccount, p.ID}: 540,
			{supportAccount, "s"}: 80, {dueAccount, h.firm}: -80}
		h.stands(t, "settled", want)
		// An older program that still serves notes something more, and then we do.
		err = db.Do(li(t), h.DB, func(tx *db.Tx) error {
			return saveMoney(tx, p.ID, Money{ID: "m2", Source: "fiscal", Promised: 70, Received: 30, ReceivedOn: "2026-01-05"})
		})
		if err == nil {
			_, err = h.Receive(li(t), p.ID, "m2", 0.1, "2026-01-06")
		}
		if err != nil {
			t.Fatal(err)
		}
		want[[2]string{owedAccount, ""}], want[[2]string{potAccount, p.ID}] = 30, 580
		h.stands(t, "side by side", want)
		if p, err = h.Project(li(t), p.ID); err != nil || len(p.Money[1].Receipts) != 2 || !p.Money[1].Receipts[0].Opening || p.Money[1].Receipts[0].Day != "2026-01-05" {
			t.Fatalf("%+v, %v", p, err)
		}
		if _, err := h.Correct(li(t), p.ID, p.Money[2].Receipts[0].Entry, "误录"); !errors.Is(err, fault.Conflict) {
			t.Errorf("corrected, though it cannot be told which act it was: %v", err)
		}
		if _, err := h.Correct(li(t), p.ID, p.Money[0].Receipts[0].Entry, "误录"); err != nil {
			t.Fatal(err)
		}
		want[[2]string{owedAccount, h.firm}], want[[2]string{potAccount, p.ID}] = 900, 80
		h.stands(t, "corrected", want)
		if got := h.sum(t, "plan.money.received", "received"); got != 40+10 {
			t.Errorf("received by the acts: %d", got)
		}
		h.balanced(t)
		if h.settled(t) != 0 {
			t.Error("something is settled again")
		}
	})
}
