package member_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
)

func applying(name, code string) member.FilingForm {
	return member.FilingForm{Application: member.Application{Name: name, Class: "enterprise", CreditCode: code, Rank: "member", Region: "450203"},
		Statement: "提供岗位和设备，希望参与订单班。", Contact: "黄某某", Mobile: "0772-3101234", Email: "h@example.com", Charter: true}
}

// A unit applies without an account, mends what was sent back, is checked, and is
// taken in by a resolution; the journal tells of it without the contact.
func TestApplicationToMembership(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stranger, li := db.In(t.Context(), "b"), secretariat(t)
		h.Resolutions = func(*db.Tx) ([]member.Resolution, error) {
			return []member.Resolution{{ID: "r7", Label: "2026-7 关于吸收新成员", Day: "2026-02-10"}}, nil
		}
		f, _, err := h.Send(stranger, applying("鱼峰传动系统有限公司", "91450200MA5KAB0A1X"))
		list, _ := errors.AsType[fault.List](err)
		if f != nil || len(list) != 1 || list[0].Place != "credit_code" {
			t.Fatalf("a code with a wrong check character: %v", err)
		}
		f, key, err := h.Send(stranger, applying("鱼峰传动系统有限公司", uscc("91450200MA5KAB0A")))
		if err != nil || f.Number != "2026-1" || f.State != "submitted" {
			t.Fatalf("%+v, %v", f, err)
		}
		if _, _, err := h.Send(stranger, applying("鱼峰 传动系统有限公司", "")); fault.At(err, "name") == nil || fault.At(err, "credit_code") == nil {
			t.Errorf("sent twice: %v", err)
		}
		if _, err := h.Step(stranger, "member.application.check", f.ID, ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("a stranger checks: %v", err)
		}
		if _, err := h.Step(li, "member.application.return", f.ID, " "); fault.At(err, "reason") == nil {
			t.Errorf("returned without a reason: %v", err)
		}
		must(h.Step(li, "member.application.return", f.ID, "请补充设备清单"))(t)
		if _, err := h.AdmitFiling(li, f.ID, member.Admission{ResolutionID: "r7"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("admitted while it is to be mended: %v", err)
		}
		if _, err := h.Mend(stranger, "wrong", applying("x", "")); !errors.Is(err, fault.NotFound) {
			t.Errorf("mended with a wrong key: %v", err)
		}
		must(h.Mend(stranger, key[:4]+"-"+key[4:], applying("鱼峰传动系统股份有限公司", uscc("91450200MA5KAB0A"))))(t)
		must(h.Step(li, "member.application.check", f.ID, ""))(t)
		if _, err := h.AdmitFiling(li, f.ID, member.Admission{Since: "2026-03-01"}); fault.At(err, "resolution") == nil {
			t.Errorf("admitted without a resolution: %v", err)
		}
		f = must(h.AdmitFiling(li, f.ID, member.Admission{ResolutionID: "r7"}))(t)
		w := must(h.Unit(li, f.Unit))(t)
		if w.Name != "鱼峰传动系统股份有限公司" || w.Since != "2026-02-10" || w.Terms[0].Resolution != "2026-7 关于吸收新成员" || f.ResolutionID != "r7" {
			t.Errorf("%+v, %+v", f, w.Terms)
		}
		if _, _, err := h.Send(stranger, applying("鱼峰传动系统股份有限公司", uscc("91450200MA5KAB0A"))); fault.At(err, "name") == nil {
			t.Errorf("a member applies: %v", err)
		}
		if _, err := h.WithdrawHeld(stranger, key); !errors.Is(err, fault.Conflict) {
			t.Errorf("withdrawn after it was closed: %v", err)
		}
		var told []string
		for _, e := range must(db.View(li, h.DB, func(tx *db.Tx) ([]journal.Entry, error) { return journal.About(tx, f.ID) }))(t) {
			told = append(told, e.Action)
			if text, _ := json.Marshal(e); strings.Contains(string(text), "黄") || strings.Contains(string(text), "3101234") {
				t.Errorf("the journal tells of a person: %s", text)
			}
		}
		if want := []string{"send", "return", "mend", "check", "admit"}; strings.Join(told, " ") != "member.application."+strings.Join(want, " member.application.") {
			t.Errorf("the journal tells %q", told)
		}
	})
}

// uscc gives a credit code with the check character that belongs to it.
func uscc(begin string) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	begin = (begin + "0000")[:17]
	sum, weight := 0, 1
	for _, r := range begin {
		sum += strings.IndexRune(alphabet, r) * weight
		weight = weight * 3 % 31
	}
	return begin + alphabet[(31-sum%31)%31:][:1]
}

// Everything that is wrong with the public form is told at once, in the order of
// the form; who runs the body sees the contact only by asking, and is noted.
func TestApplicationPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stranger, li := db.In(t.Context(), "b"), secretariat(t)
		holds(t, "the public form", get(t, h, stranger, "/joining"), 200, "申请入会", "统一社会信用代码")
		w := send(t, h, stranger, "POST", "/joining", url.Values{"name": {""}, "credit_code": {"91450200MA5KAB0A1X"}, "class": {"firm"}, "staff": {"many"}, "industry": {"99999"},
			"statement": {"短"}, "mobile": {"call me"}, "email": {"nobody"}}, "Accept", "application/json")
		var p struct{ Faults []struct{ Place string } }
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 422 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		var places []string
		for _, f := range p.Faults {
			places = append(places, f.Place)
		}
		slices.Sort(places)
		if want := []string{"charter", "class", "contact", "credit_code", "email", "industry", "mobile", "name", "staff", "statement"}; !slices.Equal(places, want) {
			t.Errorf("faults at %q, want %q", places, want)
		}
		f, key, err := h.Send(stranger, applying("鱼峰传动系统有限公司", uscc("91450200MA5KAB0A")))
		if err != nil {
			t.Fatal(err)
		}
		holds(t, "its receipt", get(t, h, stranger, "/joining/"+key), 200, "待审核", "黄某某", "撤回申请")
		holds(t, "a wrong receipt", get(t, h, stranger, "/joining/ABCD"), 404)
		holds(t, "the list", get(t, h, li, "/applications"), 200, "鱼峰传动系统有限公司", "黄**", "!黄某某")
		holds(t, "for a stranger", get(t, h, stranger, "/applications/"+f.ID, "Accept", "application/json"), 404)
		holds(t, "the check", get(t, h, li, "/applications/"+f.ID), 200, "黄**", "!3101234", "通过审核", "名录中尚无该单位")
		holds(t, "the contact", send(t, h, li, "POST", "/applications/"+f.ID+"/contact", url.Values{}), 200, "黄某某", "0772-3101234")
		looks := must(db.View(li, h.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "member.application.contact", Limit: 5})
		}))(t)
		if len(looks) != 1 {
			t.Errorf("%d looks are noted", len(looks))
		}
		holds(t, "sent back", send(t, h, li, "POST", "/applications/"+f.ID+"/return", url.Values{"reason": {"请补充"}}), 303)
		holds(t, "to be mended", get(t, h, stranger, "/joining/"+key, "Accept-Language", "en"), 200, "请补充", "Send the application")
		holds(t, "mended wrongly", send(t, h, stranger, "POST", "/joining/"+key, url.Values{"name": {"鱼峰"}}), 422, "/joining/"+key)
		holds(t, "the journal's words", get(t, h, li, "/applications?state=all&q=2026-1"), 200, "待补正")
	})
}

// The way of an application as docs/membership.md draws it is the way that the
// program goes.
func TestTheWayIsDrawn(t *testing.T) {
	text, err := os.ReadFile("../../docs/membership.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range member.Steps {
		from := s.From
		if from == "" {
			from = "[*]"
		}
		_, verb, _ := strings.Cut(s.Action, "application.")
		if line := "    " + from + " --> " + s.To + " : " + verb + "\n"; !strings.Contains(string(text), line) {
			t.Errorf("docs/membership.md does not draw %q", line)
		}
	}
}

func TestPublicFormIsThrottled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stranger := db.In(t.Context(), "b")
		for range 10 {
			send(t, h, stranger, "POST", "/joining", url.Values{})
		}
		if w := send(t, h, stranger, "POST", "/joining", url.Values{}); w.Code != 422 && w.Code != 429 {
			t.Errorf("%d", w.Code)
		}
		if w := send(t, h, stranger, "POST", "/joining", url.Values{}); w.Code != 429 {
			t.Errorf("the twelfth of a day: %d, want 429", w.Code)
		}
	})
}
