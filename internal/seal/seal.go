// Package seal keeps personal fields (个人信息) unreadable in the database: it
// seals them under a key that stands outside it, and makes keyed hashes by
// which a sealed value can be found again.
//
// A sealed value names its algorithms and its key: "a1." or "a1.ID." is AES-256-GCM
// with a random nonce, keyed for its purpose by HKDF-SHA-256 (RFC 5869) from the
// master key of that name; "g1.ID." is SM4-GCM, keyed by HKDF-SM3. The names are
// authenticated with the value.
package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Keys seals under its first key, and opens under any. It is safe for concurrent use.
type Keys struct{ ring []*key }

// key is a master key, and what is derived of it.
type key struct {
	id     string // empty for a key from before keys had names
	suite  *Suite
	master []byte
	aead   cipher.AEAD
	hash   []byte
	sign   []byte
}

// ErrBroken says that a sealed value was changed, or sealed under another key.
var ErrBroken = errors.New("seal: the value does not open under this key")

const masterSize = 32

// New makes keys of a master key of 32 bytes, of the international suite.
func New(master []byte) (*Keys, error) { return Of(International, master) }

// Of makes keys of a master key of 32 bytes, of a suite.
func Of(suite string, master []byte) (*Keys, error) {
	s, err := SuiteOf(suite)
	if err != nil {
		return nil, err
	}
	k, err := newKey("", s, master)
	return &Keys{[]*key{k}}, err
}

func newKey(id string, s *Suite, master []byte) (*key, error) {
	if len(master) != masterSize {
		return nil, fmt.Errorf("seal: the master key has %d bytes, not %d", len(master), masterSize)
	}
	derive := func(what string, size int) ([]byte, error) { return hkdf.Key(s.New, master, nil, what, size) }
	encryption, err := derive("guildhall field encryption", 32)
	if err != nil {
		return nil, err
	}
	k := &key{id: id, suite: s, master: master}
	if k.hash, err = derive("guildhall look-up hash", 32); err != nil {
		return nil, err
	}
	if k.sign, err = derive("guildhall journal signing", ed25519.SeedSize); err != nil {
		return nil, err
	}
	k.aead, err = s.AEAD(encryption)
	return k, err
}

// Suite is that of the key under which is sealed and signed.
func (k *Keys) Suite() *Suite { return k.ring[0].suite }

// Signing is the key under which the house signs what it says of itself.
func (k *Keys) Signing() (*SigningKey, error) { return k.ring[0].signing() }

// Signed gives all keys under which the house has signed, the current one first.
func (k *Keys) Signed() (all []*SigningKey, err error) {
	for _, one := range k.ring {
		s, err := one.signing()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (k *key) signing() (*SigningKey, error) {
	public, sign, err := k.suite.signer(k.sign)
	return &SigningKey{k.suite, public, sign}, err
}

// mark stands before what is sealed as text.
func (k *key) mark() string {
	if k.id == "" {
		return k.suite.Mark + "."
	}
	return k.suite.Mark + "." + k.id + "."
}

// named gives the key with an id, of a suite's mark.
func (k *Keys) named(mark, id string) (*key, error) {
	for _, one := range k.ring {
		if one.suite.Mark == mark && one.id == id {
			return one, nil
		}
	}
	if _, err := SuiteOf(mark); errors.Is(err, ErrSuite) {
		return nil, err
	}
	return nil, ErrBroken
}

// Seal makes text unreadable. What it gives differs each time. Empty stays empty.
func (k *Keys) Seal(text string) string {
	if text == "" {
		return ""
	}
	return sealText(k.ring[0].aead, k.ring[0].mark(), []byte(text))
}

// Open gives back what was sealed, or ErrBroken.
func (k *Keys) Open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	mark, id := marked(sealed)
	one, err := k.named(mark, id)
	if err != nil {
		return "", err
	}
	text, err := openText(one.aead, one.mark(), sealed)
	return string(text), err
}

// marked reads the suite's mark and the key's id before a sealed text.
func marked(sealed string) (mark, id string) {
	mark, rest, _ := strings.Cut(sealed, ".")
	if id, _, ok := strings.Cut(rest, "."); ok {
		return mark, id
	}
	return mark, ""
}

// binary stands before the mark of what is sealed as bytes; what has neither is from
// before there were marks, and opens under the key without a name.
const binary = "\x00gs\x01"

// Bytes seals a file's content; OpenBytes gives it back.
func (k *Keys) Bytes(content []byte) []byte {
	one := k.ring[0]
	head := binary + one.mark() + "\x00"
	out := make([]byte, len(head)+one.aead.NonceSize(), len(head)+one.aead.NonceSize()+len(content)+one.aead.Overhead())
	copy(out, head)
	nonce := out[len(head):]
	rand.Read(nonce)
	return one.aead.Seal(out, nonce, content, []byte(head))
}

// OpenBytes gives back what Bytes sealed, or ErrBroken.
func (k *Keys) OpenBytes(sealed []byte) ([]byte, error) {
	one, head, rest := (*key)(nil), "", sealed
	var err error
	if after, ok := bytes.CutPrefix(sealed, []byte(binary)); ok {
		mark, body, _ := bytes.Cut(after, []byte{0})
		name, id := marked(string(mark))
		one, err = k.named(name, id)
		head, rest = binary+string(mark)+"\x00", body
	}
	if one == nil { // unmarked, or a nonce that looks like a mark
		old, failed := k.named(international.Mark, "")
		if failed != nil {
			return nil, errors.Join(err, failed)
		}
		one, head, rest = old, "", sealed
	}
	n := one.aead.NonceSize()
	if len(rest) < n {
		return nil, ErrBroken
	}
	content, failed := one.aead.Open(nil, rest[:n], rest[n:], []byte(head))
	if failed != nil {
		return nil, errors.Join(ErrBroken, err)
	}
	return content, nil
}

// Current tells whether a sealed text or content is under the key that is in use.
func (k *Keys) Current(sealed string) bool {
	mark := k.ring[0].mark()
	return strings.HasPrefix(sealed, binary+mark+"\x00") || strings.HasPrefix(sealed, mark) && !strings.Contains(sealed[len(mark):], ".")
}

// Hash gives the name under which a value of a kind is found: 32 hexadecimal
// digits that tell nothing of the value to whoever lacks the key, after "g1." where the
// suite is the Chinese one. Empty stays empty. Names stay what they are when keys are
// changed: they are made with the first key that the house had.
func (k *Keys) Hash(kind, value string) string {
	if value == "" {
		return ""
	}
	first := k.ring[len(k.ring)-1]
	mac := hmac.New(first.suite.New, first.hash)
	mac.Write([]byte(kind + "\x00" + value))
	sum := hex.EncodeToString(mac.Sum(nil)[:16])
	if first.suite == international {
		return sum
	}
	return first.suite.Mark + "." + sum
}

// Plain takes the name of its algorithm off a hash.
func Plain(hash string) string { return hash[strings.LastIndexByte(hash, '.')+1:] }

// Under seals text under a key of its own, such as one person's, of 32 bytes.
func (s *Suite) Under(key []byte, text []byte) (string, error) {
	aead, err := s.AEAD(key)
	if err != nil {
		return "", err
	}
	return sealText(aead, s.Mark+".", text), nil
}

// OpenUnder gives back what Under sealed, or ErrBroken.
func OpenUnder(key []byte, sealed string) ([]byte, error) {
	mark, _ := marked(sealed)
	if mark == "" {
		return nil, ErrBroken
	}
	s, err := SuiteOf(mark)
	if errors.Is(err, ErrSuite) {
		return nil, err
	}
	if err != nil {
		return nil, ErrBroken
	}
	aead, err := s.AEAD(key)
	if err != nil {
		return nil, err
	}
	return openText(aead, s.Mark+".", sealed)
}

func sealText(aead cipher.AEAD, mark string, text []byte) string {
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	rand.Read(nonce)
	return mark + base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, text, []byte(mark)))
}

func openText(aead cipher.AEAD, mark, sealed string) ([]byte, error) {
	if !strings.HasPrefix(sealed, mark) {
		return nil, ErrBroken
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed[len(mark):])
	if err != nil || len(raw) < aead.NonceSize() {
		return nil, ErrBroken
	}
	text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(mark))
	if err != nil {
		return nil, ErrBroken
	}
	return text, nil
}
