package codes

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What is shipped is what pack.go makes of the reference tables, where they are
// at hand.
func TestPackedFromTheTables(t *testing.T) {
	shared := os.Getenv("GUILDHALL_SHARED")
	if shared == "" {
		t.Skip("left out: GUILDHALL_SHARED is not set, so the reference tables are not at hand")
	}
	to := t.TempDir()
	if out, err := exec.Command("go", "run", "pack.go", "-from", filepath.Join(shared, "data", "reference"), "-to", to).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(to, "*.gz"))
	if err != nil || len(made) != len(shipped)+len(Relations)+1 { // and the titles
		t.Fatalf("%d tables made, want %d: %v", len(made), len(shipped)+len(Relations)+1, err)
	}
	for _, path := range made {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := data.ReadFile("data/" + filepath.Base(path))
		if err != nil || !bytes.Equal(plainText(t, got), plainText(t, want)) {
			t.Errorf("%s is not what the tables give: run pack.go again: %v", filepath.Base(path), err)
		}
	}
}

// plainText unpacks: other releases of Go may pack the same otherwise.
func plainText(t *testing.T, packed []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
