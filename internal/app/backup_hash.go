package app

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"

	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// backupSuite is the suite by whose hash a backup is written: that of the house's key,
// or where the key is kept elsewhere, the default.
func backupSuite(c Config) (*seal.Suite, error) {
	if _, err := os.Stat(c.keyFile()); errors.Is(err, fs.ErrNotExist) {
		return seal.Default(), nil
	}
	keys, err := readKeys(c)
	if err != nil {
		return nil, err
	}
	return keys.Suite(), nil
}

// hashName is the algorithm of the manifest's hashes. Manifests from before they named
// it are of SHA-256.
func (m *Manifest) hashName() string {
	if m.Hash == "" {
		return seal.Default().HashName
	}
	return m.Hash
}

// known says of a manifest whose hashes this program cannot make that it lacks them.
func (m *Manifest) known() error {
	s, err := seal.SuiteOf(m.hashName())
	if errors.Is(err, seal.ErrSuite) {
		return fmt.Errorf("%w: %w", fault.Invalid.New("app.suite_missing"), err)
	}
	if err != nil || s.HashName != m.hashName() {
		return fault.Invalid.New("app.other_hash", m.hashName())
	}
	return nil
}

// sums hashes what is written to it by every algorithm that this program knows: which
// one a backup was written with stands at its end.
type sums map[string]hash.Hash

func newSums() sums {
	s := sums{}
	for _, suite := range seal.Suites() {
		s[suite.HashName] = suite.New()
	}
	return s
}

func (s sums) Write(p []byte) (int, error) {
	for _, h := range s {
		h.Write(p)
	}
	return len(p), nil
}

// of gives the sum by one algorithm.
func (s sums) of(name string) string { return hex.EncodeToString(s[name].Sum(nil)) }
