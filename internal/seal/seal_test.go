package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/seal"
)

func TestSealedOpensUnderItsKeyAlone(t *testing.T) {
	k, err := seal.New(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	other, _ := seal.New(bytes.Repeat([]byte{2}, 32))
	s := k.Seal("458000200001011234")
	if strings.Contains(s, "4580") || s == k.Seal("458000200001011234") {
		t.Errorf("sealed as %q", s)
	}
	if got, err := k.Open(s); err != nil || got != "458000200001011234" {
		t.Errorf("opens as %q, %v", got, err)
	}
	if _, err := other.Open(s); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("another key opens it: %v", err)
	}
	if _, err := k.Open(s[:len(s)-2] + "AA"); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("changed, it opens: %v", err)
	}
	if again, _ := seal.New(bytes.Repeat([]byte{1}, 32)); again.Hash("id", "x") != k.Hash("id", "x") {
		t.Error("the same key hashes a value otherwise")
	}
	if k.Hash("id", "x") == other.Hash("id", "x") || k.Hash("id", "x") == k.Hash("phone", "x") {
		t.Error("hashes do not follow key, kind and value")
	}
}

func TestFileIsMadeOnceForItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := seal.File(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v", info.Mode())
	}
	second, err := seal.File(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := second.Open(first.Seal("张")); err != nil || got != "张" {
		t.Errorf("read again, the key opens %q, %v", got, err)
	}
	os.WriteFile(path, []byte("broken"), 0o600)
	if _, err := seal.File(path); err == nil {
		t.Error("a broken key file is taken")
	}
}
