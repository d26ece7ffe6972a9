package directory_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// A stranger who floods a login with guesses, from one address or from very many,
// keeps nobody out but themselves: not the owner at a device from which they have
// signed in, even at the stranger's own address, and at a new device for no longer
// than a minute. A mark that is not this login's helps nobody.
func TestAFloodOfGuessesKeepsNobodyElseOut(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.enter(t, "ana", auth.Staff, 0)
		h.enter(t, "ben", auth.Staff, 0)
		now := dbtest.Noon
		h.DB.Now = func() time.Time { return now }
		try := func(login, password string, from directory.From) (directory.Entrance, error) {
			t.Helper()
			return h.Directory.SignIn(t.Context(), login, password, from)
		}
		const right = "correct horse battery"
		owner, err := try("ana", right, directory.From{Address: "10.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		other, err := try("ben", right, directory.From{Address: "10.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}

		for range 12 { // one address, that goes on for hours
			if _, err := try("ana", "guess", directory.From{Address: "10.0.0.66"}); err == nil {
				t.Fatal("a guess was right")
			}
			now = now.Add(16 * time.Minute)
		}
		if _, err := try("ana", right, directory.From{Address: "10.0.0.2"}); err != nil {
			t.Errorf("the owner at another address: %v", err)
		}

		var last error
		for i := 0; i < 110; i++ { // very many addresses at once
			_, last = try("ana", "guess", directory.From{Address: fmt.Sprintf("10.1.%d.%d", i/200, i%200)})
			if errors.Is(last, fault.Busy) {
				break
			}
		}
		if !errors.Is(last, fault.Busy) {
			t.Fatalf("guesses from everywhere are never slowed: %v", last)
		}
		if _, err := try("ana", right, directory.From{Address: "10.0.0.66", Known: owner.Known}); err != nil {
			t.Errorf("the owner at a known device: %v", err)
		}
		if _, err := try("ana", right, directory.From{Address: "10.0.0.3", Known: other.Known}); !errors.Is(err, fault.Busy) {
			t.Errorf("with another's mark: %v, want to wait as everybody", err)
		}
		now = now.Add(time.Minute + time.Second)
		if _, err := try("ana", right, directory.From{Address: "10.0.0.4"}); err != nil {
			t.Errorf("the owner at a new device after a minute: %v", err)
		}

		for range 11 { // a mark that was stolen is slowed on its own
			_, last = try("ana", "guess", directory.From{Address: "10.0.0.5", Known: owner.Known})
		}
		if !errors.Is(last, fault.Busy) {
			t.Errorf("guesses at a known device are never slowed: %v", last)
		}
	})
}

// Guesses count wherever they are made: who tries each server in turn wins nothing.
func TestServersCountGuessesTogether(t *testing.T) {
	replicas(t, func(t *testing.T, h house, there *directory.Directory) {
		h.enter(t, "ana", auth.Staff, 0)
		now := dbtest.Noon
		h.DB.Now = func() time.Time { return now }
		there.DB.Now = h.DB.Now
		tries := func(servers ...*directory.Directory) int {
			for n := 0; n < 200; n++ {
				_, err := servers[n%len(servers)].SignIn(t.Context(), "ana", "guess", directory.From{Address: "10.0.0.66"})
				if errors.Is(err, fault.Busy) {
					return n
				}
			}
			return 200
		}
		if n := tries(h.Directory, there); n > 6 {
			t.Errorf("%d guesses before anybody had to wait, on two servers", n)
		}
		for _, d := range []*directory.Directory{h.Directory, there} {
			if _, err := d.SignIn(t.Context(), "ana", "correct horse battery", directory.From{Address: "10.0.0.66"}); !errors.Is(err, fault.Busy) {
				t.Errorf("one of the servers does not know of the wait: %v", err)
			}
		}
	})
}

// What a stranger is answered tells nothing of whether there is such a login: the
// flooding of a name that nobody has ends as that of one that somebody has, and a
// locked account answers as a wrong password does.
func TestAFloodTellsNothingOfNames(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		person, _ := h.enter(t, "ana", auth.Staff, 0)
		h.enter(t, "ben", auth.Staff, 0)
		if err := h.Lock(h.as(t, auth.Secretariat, 0), person, true); err != nil {
			t.Fatal(err)
		}
		answers := map[string][]string{}
		for i, login := range []string{"ana", "ben", "nobody"} {
			for range 7 {
				_, err := h.SignIn(t.Context(), login, "guess", fmt.Sprintf("10.0.%d.1", i), "")
				answers[login] = append(answers[login], fmt.Sprint(err))
			}
		}
		for _, login := range []string{"ana", "ben"} {
			if fmt.Sprint(answers[login]) != fmt.Sprint(answers["nobody"]) {
				t.Errorf("%s is answered\n%q\nand nobody\n%q", login, answers[login], answers["nobody"])
			}
		}
	})
}
