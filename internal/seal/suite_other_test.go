//go:build !gm

package seal_test

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"guildhall/internal/seal"
)

// A program without the Chinese suite refuses a Chinese house, and says so.
func TestWithoutTheSuiteItSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := seal.FileOf(path, seal.Chinese); !errors.Is(err, seal.ErrSuite) {
		t.Errorf("made: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a key was made all the same")
	}
	os.WriteFile(path, []byte("k1 chinese "+hex.EncodeToString(master(1))+"\n"), 0o600)
	if _, err := seal.File(path); !errors.Is(err, seal.ErrSuite) {
		t.Errorf("read: %v", err)
	}
	k, _ := seal.New(master(1))
	if _, err := k.Open("g1.k1.AAAA"); !errors.Is(err, seal.ErrSuite) {
		t.Errorf("opened: %v", err)
	}
}
