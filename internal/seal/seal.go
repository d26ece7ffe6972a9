// Package seal keeps personal fields (个人信息) unreadable in the database: it
// seals them under a key that stands outside it, and makes keyed hashes by
// which a sealed value can be found again.
//
// A sealed value names its algorithm and key, so that a later suite can stand
// beside this one: "a1." is AES-256-GCM with a random nonce, keyed for its
// purpose by HKDF-SHA-256 (RFC 5869) from the master key.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Keys seals and opens. It is safe for concurrent use.
type Keys struct {
	aead cipher.AEAD
	hash []byte
	sign []byte
}

// ErrBroken says that a sealed value was changed, or sealed under another key.
var ErrBroken = errors.New("seal: the value does not open under this key")

// New makes keys of a master key of 32 bytes.
func New(master []byte) (*Keys, error) {
	if len(master) != 32 {
		return nil, fmt.Errorf("seal: the master key has %d bytes, not 32", len(master))
	}
	encryption, err := hkdf.Key(sha256.New, master, nil, "guildhall field encryption", 32)
	if err != nil {
		return nil, err
	}
	hash, err := hkdf.Key(sha256.New, master, nil, "guildhall look-up hash", 32)
	if err != nil {
		return nil, err
	}
	sign, err := hkdf.Key(sha256.New, master, nil, "guildhall journal signing", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	aead, err := AEAD(encryption)
	return &Keys{aead, hash, sign}, err
}

// Signing is the key under which the house signs what it says of itself.
func (k *Keys) Signing() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(k.sign) }

// AEAD is the cipher of suite a1 under a key of 32 bytes.
func AEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// File reads the master key from a file, and makes the file, readable by its
// owner alone, where there is none.
func File(path string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		master := make([]byte, 32)
		rand.Read(master)
		text = []byte(hex.EncodeToString(master) + "\n")
		err = writeNew(path, text)
	}
	if err != nil {
		return nil, err
	}
	master, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fmt.Errorf("seal: %s does not hold a key: %w", path, err)
	}
	return New(master)
}

func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// Seal makes text unreadable. What it gives differs each time. Empty stays empty.
func (k *Keys) Seal(text string) string {
	if text == "" {
		return ""
	}
	return seal(k.aead, []byte(text))
}

// Open gives back what was sealed, or ErrBroken.
func (k *Keys) Open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	text, err := open(k.aead, sealed)
	return string(text), err
}

// Bytes seals a file's content; OpenBytes gives it back.
func (k *Keys) Bytes(content []byte) []byte {
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+len(content)+k.aead.Overhead())
	rand.Read(nonce)
	return k.aead.Seal(nonce, nonce, content, nil)
}

// OpenBytes gives back what Bytes sealed, or ErrBroken.
func (k *Keys) OpenBytes(sealed []byte) ([]byte, error) {
	n := k.aead.NonceSize()
	if len(sealed) < n {
		return nil, ErrBroken
	}
	content, err := k.aead.Open(nil, sealed[:n], sealed[n:], nil)
	if err != nil {
		return nil, ErrBroken
	}
	return content, nil
}

// Hash gives the name under which a value of a kind is found: 32 hexadecimal
// digits that tell nothing of the value to whoever lacks the key. Empty stays
// empty.
func (k *Keys) Hash(kind, value string) string {
	if value == "" {
		return ""
	}
	mac := hmac.New(sha256.New, k.hash)
	mac.Write([]byte(kind + "\x00" + value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

const suite = "a1."

// Under seals text under a key of its own, such as one person's.
func Under(key []byte, text []byte) (string, error) {
	aead, err := AEAD(key)
	if err != nil {
		return "", err
	}
	return seal(aead, text), nil
}

// OpenUnder gives back what Under sealed, or ErrBroken.
func OpenUnder(key []byte, sealed string) ([]byte, error) {
	aead, err := AEAD(key)
	if err != nil {
		return nil, err
	}
	return open(aead, sealed)
}

func seal(aead cipher.AEAD, text []byte) string {
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	rand.Read(nonce)
	return suite + base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, text, []byte(suite)))
}

func open(aead cipher.AEAD, sealed string) ([]byte, error) {
	if len(sealed) < len(suite) || sealed[:len(suite)] != suite {
		return nil, ErrBroken
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed[len(suite):])
	if err != nil || len(raw) < aead.NonceSize() {
		return nil, ErrBroken
	}
	text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(suite))
	if err != nil {
		return nil, ErrBroken
	}
	return text, nil
}
