package factor

import (
	"strings"
	"testing"
	"time"
)

// The secret and the codes of RFC 6238, appendix B, of which apps show the last six
// digits.
func TestStepOf(t *testing.T) {
	secret := base32Text.EncodeToString([]byte("12345678901234567890"))
	at := time.Unix(1111111109, 0)
	const code, step = "081804", 1111111109 / 30
	for _, c := range []struct {
		name string
		code string
		at   time.Time
		last int64
		ok   bool
	}{
		{"the code of now", code, at, 0, true},
		{"one step late", code, at.Add(30 * time.Second), 0, true},
		{"one step early", code, at.Add(-30 * time.Second), 0, true},
		{"two steps late", code, at.Add(60 * time.Second), 0, false},
		{"two steps early", code, at.Add(-60 * time.Second), 0, false},
		{"taken before", code, at, step, false},
		{"a later one was taken", code, at, step + 1, false},
		{"another code", "081805", at, 0, false},
		{"nothing", "", at, 0, false},
	} {
		got, ok := stepOf(c.code, secret, c.at, c.last)
		if ok != c.ok || ok && got != step {
			t.Errorf("%s: %d, %v, want %d, %v", c.name, got, ok, int64(step), c.ok)
		}
	}
}

func TestRecoveryCodesAreManyAndTyped(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range newRecovery() {
		if len(c) != 14 || seen[c] || digits(plain(c)) || plain(" "+strings.ToUpper(c)+" ") != plain(c) {
			t.Errorf("recovery code %q", c)
		}
		seen[c] = true
	}
	if len(seen) != recoveryCodes {
		t.Errorf("%d codes", len(seen))
	}
	if plain("123 456") != "123456" || !digits("123456") || digits("12345a") || digits("1234567") {
		t.Error("a code of an app is not told from others")
	}
}
