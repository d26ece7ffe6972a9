package seal_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/seal"
)

func master(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// What every suite must do: open what it sealed and nothing else, name itself, and find
// out whoever changes the name or anything behind it.
func TestEverySuiteSealsAndSigns(t *testing.T) {
	for _, s := range seal.Suites() {
		t.Run(s.Name, func(t *testing.T) {
			k, err := seal.Of(s.Name, master(1))
			if err != nil {
				t.Fatal(err)
			}
			other, _ := seal.Of(s.Name, master(2))
			text, content := k.Seal("张三"), k.Bytes([]byte("内容"))
			if !strings.HasPrefix(text, s.Mark+".") || !bytes.Contains(content[:12], []byte(s.Mark)) {
				t.Errorf("%s and %q do not name their algorithms", text, content[:12])
			}
			if got, err := k.Open(text); err != nil || got != "张三" {
				t.Errorf("%q, %v", got, err)
			}
			if got, err := k.OpenBytes(content); err != nil || string(got) != "内容" {
				t.Errorf("%q, %v", got, err)
			}
			if _, err := other.Open(text); !errors.Is(err, seal.ErrBroken) {
				t.Errorf("another key: %v", err)
			}
			for i := range content {
				bad := bytes.Clone(content)
				bad[i] ^= 1
				if got, err := k.OpenBytes(bad); err == nil {
					t.Fatalf("with byte %d changed it opens: %q", i, got)
				}
			}
			key, err := k.Signing()
			if err != nil {
				t.Fatal(err)
			}
			sig, err := key.Sign([]byte("message"))
			if err != nil || !s.Verify(key.Public, []byte("message"), sig) || s.Verify(key.Public, []byte("massage"), sig) {
				t.Errorf("signatures: %v", err)
			}
			again, _ := seal.Of(s.Name, master(1))
			if same, _ := again.Signing(); !bytes.Equal(same.Public, key.Public) {
				t.Error("the same master key signs under another key")
			}
			if again.Hash("id", "x") != k.Hash("id", "x") || k.Hash("id", "x") == other.Hash("id", "x") || len(seal.Plain(k.Hash("id", "x"))) != 32 {
				t.Errorf("hash %s", k.Hash("id", "x"))
			}
			if same, err := seal.Matches(s.Digest([]byte("a")), []byte("a")); err != nil || !same {
				t.Errorf("digest: %v", err)
			}
			if same, _ := seal.Matches(s.Digest([]byte("a")), []byte("b")); same {
				t.Error("a digest fits another content")
			}
			own, err := s.Under(master(3), []byte("字段"))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := seal.OpenUnder(master(3), own); err != nil || string(got) != "字段" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// Whoever puts another suite's or key's name before a value is found out.
func TestDowngradeIsFoundOut(t *testing.T) {
	for _, s := range seal.Suites() {
		path := filepath.Join(t.TempDir(), "key")
		if _, err := seal.FileOf(path, s.Name); err != nil {
			t.Fatal(err)
		}
		k, err := seal.Rotate(path, s.Name)
		if err != nil {
			t.Fatal(err)
		}
		text, content := k.Seal("张三"), string(k.Bytes([]byte("内容")))
		parts := strings.Split(text, ".")
		for _, bad := range []string{"a1." + parts[2], "g1." + parts[2], "a1." + parts[1] + "." + parts[2] + "A", "g2." + parts[1] + "." + parts[2], parts[2], "a1..", "."} {
			if got, err := k.Open(bad); err == nil {
				t.Errorf("%s opens as %q", bad, got)
			}
		}
		body := content[strings.IndexByte(content[1:], 0)+2:]
		for _, head := range []string{"", "\x00gs\x01a1.\x00", "\x00gs\x01g1.\x00", "\x00gs\x01" + s.Mark + "." + parts[1] + "x.\x00"} {
			if got, err := k.OpenBytes([]byte(head + body)); err == nil {
				t.Errorf("under %q it opens as %q", head, got)
			}
		}
	}
}

// What was sealed before there were marks and names goes on opening.
func TestOldDataOpens(t *testing.T) {
	raw, err := hkdf.Key(sha256.New, master(7), nil, "guildhall field encryption", 32)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := aes.NewCipher(raw)
	aead, _ := cipher.NewGCM(block)
	nonce := make([]byte, 12)
	rand.Read(nonce)
	old := aead.Seal(nonce, nonce, []byte("旧文件"), nil)
	path := filepath.Join(t.TempDir(), "key")
	os.WriteFile(path, []byte(hex.EncodeToString(master(7))+"\n"), 0o600)
	before, err := seal.File(path)
	if err != nil {
		t.Fatal(err)
	}
	text := before.Seal("旧")
	for _, s := range seal.Suites() {
		k, err := seal.Rotate(path, s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.OpenBytes(old); err != nil || string(got) != "旧文件" {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := k.Open(text); err != nil || got != "旧" {
			t.Errorf("%q, %v", got, err)
		}
		if k.Current(text) || k.Current(string(old)) || !k.Current(k.Seal("x")) || !k.Current(string(k.Bytes(nil))) {
			t.Error("it is not told what is under the key in use")
		}
		if k.Hash("id", "x") != before.Hash("id", "x") {
			t.Error("after a change of keys a value is not found any more")
		}
		if again, err := seal.File(path); err != nil || again.Suite() != s {
			t.Errorf("read again it is of %v, %v", again, err)
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
			t.Errorf("the key file is %v", info.Mode())
		}
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	line := hex.EncodeToString(master(1))
	for name, text := range map[string]string{"nothing": "", "half a key": line[:20], "a suite that is none": "k roman " + line, "two without a name": line + "\n" + line,
		"a name twice": "k international " + line + "\nk international " + line, "a name with a dot": "a.b international " + line, "words": "k " + line} {
		path := filepath.Join(t.TempDir(), "key")
		os.WriteFile(path, []byte(text), 0o600)
		if _, err := seal.File(path); err == nil || strings.Contains(err.Error(), line[:20]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
