package journal_test

import (
	"crypto/ed25519"
	"testing"

	"guildhall/internal/journal"
)

// A checkpoint that somebody else wrote is refused, whatever it says, and breaks nothing.
func FuzzReadCheckpoint(f *testing.F) {
	s, err := journal.NewSigner(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		f.Fatal(err)
	}
	key := s.VerifierKey()
	for _, text := range []string{"", "guildhall/a\n1\nAAAA\n2026-10-31T00:00:00Z\n", "guildhall/a\n1\nAAAA\n2026-10-31T00:00:00Z\n\n— guildhall-journal AAAAAAAA\n", "\n\n\n\n\n"} {
		f.Add(text, key)
	}
	f.Add("x", "guildhall-journal+00000000+")
	f.Fuzz(func(t *testing.T, text, under string) {
		if c, err := journal.ReadCheckpoint(text, under); err == nil && under == key {
			t.Errorf("%q opens, and nobody signed it: %+v", text, c)
		}
	})
}
