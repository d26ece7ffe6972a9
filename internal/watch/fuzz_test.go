package watch_test

import (
	"testing"

	"guildhall/internal/watch"
)

// A list of networks is read as it is meant, or refused.
func FuzzNetworks(f *testing.F) {
	for _, s := range []string{"10.0.0.0/8, ::1", "127.0.0.1", "10.0.0.0/33", "fe80::1%eth0", ",,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all, err := watch.Networks(s)
		for _, p := range all {
			if err == nil && (!p.IsValid() || p != p.Masked()) {
				t.Errorf("%q: %v", s, p)
			}
		}
	})
}
