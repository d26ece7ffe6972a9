package journal_test

import (
	"os"
	"testing"

	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

// A checkpoint that somebody else wrote is refused, whatever it says, and breaks nothing.
func FuzzReadCheckpoint(f *testing.F) {
	keys, err := seal.Of(os.Getenv("GUILDHALL_TEST_SUITE"), make([]byte, 32))
	if err != nil {
		f.Fatal(err)
	}
	signing, err := keys.Signing()
	if err != nil {
		f.Fatal(err)
	}
	s, err := journal.NewSigner(signing)
	if err != nil {
		f.Fatal(err)
	}
	key := s.VerifierKey()
	for _, text := range []string{"", "guildhall/a\n1\nAAAA\n2026-10-31T00:00:00Z\n", "guildhall/a\n1\nAAAA\n2026-10-31T00:00:00Z\n\n— guildhall-journal AAAAAAAA\n", "\n\n\n\n\n"} {
		f.Add(text, key)
	}
	f.Add("x", "guildhall-journal+00000000+")
	f.Add("x", "guildhall-journal+00000000+/2d1aWxkaGFsbC9zbTIK "+key)
	f.Fuzz(func(t *testing.T, text, under string) {
		if c, err := journal.ReadCheckpoint(text, under); err == nil && under == key {
			t.Errorf("%q opens, and nobody signed it: %+v", text, c)
		}
	})
}
