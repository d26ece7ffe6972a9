package factor_test

import (
	"errors"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

// What a browser is asked is taken once, by whom it was asked of, within five
// minutes; and no address has more than some sign-ins waiting. The answers
// themselves are tried in a browser, by TestPasskeyInABrowser.
func TestWhatABrowserIsAskedIsTakenOnce(t *testing.T) {
	party, err := webauthn.New(&webauthn.Config{RPID: "example.org", RPDisplayName: "示例市", RPOrigins: []string{"https://example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, o *office) {
		ana := o.enter("ana", auth.Staff)
		me := o.as(ana, auth.Staff)
		why := func(err error) string { return fault.Of(err).Key }

		if _, _, err := o.AskKey(me, party, "wrong"); !errors.Is(err, fault.Invalid) {
			t.Errorf("asked with a wrong password: %v", err)
		}
		if _, _, err := o.AskKey(dbtest.As(t, auth.Actor{ID: ana, Token: true}), party, password); !errors.Is(err, fault.Denied) {
			t.Errorf("asked by a token: %v", err)
		}
		options, key, err := o.AskKey(me, party, password)
		if err != nil || options.Response.RelyingParty.ID != "example.org" {
			t.Fatalf("%+v, %v", options, err)
		}
		if _, err := o.AddKey(me, party, key, "  ", []byte(`{}`)); !errors.Is(err, fault.Invalid) || fault.At(err, "name") == nil {
			t.Errorf("without a name: %v", err)
		}
		if _, err := o.AddKey(o.as("ben", auth.Staff), party, key, "手机", []byte(`{}`)); why(err) != "factor.passkey.over" {
			t.Errorf("another answers: %v", err)
		}
		if _, err := o.AddKey(me, party, key, "手机", []byte(`{}`)); why(err) != "factor.passkey.refused" {
			t.Errorf("an answer that is none: %v", err)
		}
		if _, err := o.AddKey(me, party, key, "手机", []byte(`{}`)); why(err) != "factor.passkey.over" {
			t.Errorf("answered twice: %v", err)
		}

		_, key, err = o.AskEntry(t.Context(), party, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		o.later(5*time.Minute + time.Second)
		if _, err := o.Enter(t.Context(), party, key, []byte(`{}`), ""); why(err) != "factor.passkey.over" {
			t.Errorf("after five minutes: %v", err)
		}
		for range 200 {
			if _, _, err = o.AskEntry(t.Context(), party, "10.0.0.1"); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err = o.AskEntry(t.Context(), party, "10.0.0.1"); !errors.Is(err, fault.Busy) {
			t.Errorf("one more of the same address: %v", err)
		}
		if _, _, err = o.AskEntry(t.Context(), party, "10.0.0.2"); err != nil {
			t.Errorf("of another address: %v", err)
		}
	})
}

func TestPasskeysAreTheirOwners(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ana := o.enter("ana", auth.Staff)
		me, other := o.as(ana, auth.Staff), o.as("root", auth.Admin)
		if err := db.Do(db.In(t.Context(), db.House), o.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO factor_passkey (id, person_id, credential_id, name, credential, made_at) VALUES ('k', $1, 'c', '手机', '{}', $2)`, ana, tx.Now)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := o.NameKey(other, "k", "我的"); !errors.Is(err, fault.NotFound) {
			t.Errorf("another names it: %v", err)
		}
		if err := o.EndKey(other, "k"); !errors.Is(err, fault.NotFound) {
			t.Errorf("another removes it: %v", err)
		}
		if err := o.NameKey(me, "k", " "); fault.At(err, "name-k") == nil {
			t.Errorf("a name that is missing is told at another field than the row's: %v", err)
		}
		if err := o.NameKey(me, "k", " 新手机 "); err != nil {
			t.Error(err)
		}
		f, err := o.Mine(me)
		if err != nil || len(f.Passkeys) != 1 || f.Passkeys[0].Name != "新手机" {
			t.Errorf("%+v, %v", f, err)
		}
		if err := o.EndKey(me, "k"); err != nil {
			t.Error(err)
		}
		if f, err := o.Mine(me); err != nil || len(f.Passkeys) != 0 {
			t.Errorf("after it is gone: %+v, %v", f, err)
		}
	})
}
