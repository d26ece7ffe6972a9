//go:build !gm

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A program without the suite of a board says so.
func TestVerifyBallotOfASuiteThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "BOARD.sm3"), []byte("x  board\n"), 0o600)
	var out strings.Builder
	if code := run(t.Context(), streams{nil, &out, &out}, []string{"verify", dir}); code != exitUsage || !strings.Contains(out.String(), "Chinese suite") || strings.Contains(out.String(), "cannot be read") {
		t.Errorf("it ends with %d: %s", code, out.String())
	}
}
