package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"strings"
)

// Suite is a set of algorithms that belong together. Its names stand beside all that
// is made with it, so that what was made with another still opens.
type Suite struct {
	Name      string           // as in the setting
	Mark      string           // before what is sealed
	HashName  string           // of its hash, beside hashes
	Signs     string           // of its signatures
	New       func() hash.Hash // of 32 bytes
	keySize   int
	block     func(key []byte) (cipher.Block, error)
	signer    func(seed []byte) (public []byte, sign func(msg []byte) ([]byte, error), err error)
	verifying func(public, msg, sig []byte) bool
}

// ErrSuite says that this program was built without a suite.
var ErrSuite = errors.New("seal: this program was built without the Chinese suite: build it with -tags gm")

// Names of the suites.
const (
	International = "international" // AES-256-GCM, SHA-256, HMAC-SHA-256, Ed25519
	Chinese       = "chinese"       // SM4-GCM, SM3, HMAC-SM3, SM2: GB/T 32907, 32905, 32918
)

var international = &Suite{
	Name: International, Mark: "a1", HashName: "sha256", Signs: "ed25519", New: sha256.New, keySize: 32, block: aes.NewCipher,
	signer: func(seed []byte) ([]byte, func([]byte) ([]byte, error), error) {
		key := ed25519.NewKeyFromSeed(seed)
		return key.Public().(ed25519.PublicKey), func(msg []byte) ([]byte, error) { return ed25519.Sign(key, msg), nil }, nil
	},
	verifying: func(public, msg, sig []byte) bool {
		return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, msg, sig)
	},
}

// Default is the suite of what bears no name of one.
func Default() *Suite { return international }

// SuiteOf gives the suite with a name, a mark, or a hash or signature of that name.
func SuiteOf(name string) (*Suite, error) {
	switch name {
	case "", international.Name, international.Mark, international.HashName, international.Signs:
		return international, nil
	case Chinese, "g1", "sm3", "sm2":
		return chinese()
	}
	return nil, errors.New("seal: there is no suite " + name)
}

// Suites lists the suites of this program.
func Suites() []*Suite {
	list := []*Suite{international}
	if c, err := chinese(); err == nil {
		list = append(list, c)
	}
	return list
}

// Verify tells whether a message was signed by the owner of a public key.
func (s *Suite) Verify(public, msg, sig []byte) bool { return s.verifying(public, msg, sig) }

// Sum gives a hash of this suite.
func (s *Suite) Sum(parts ...[]byte) (sum [32]byte) {
	h := s.New()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// Digest gives a content's hash with the name of its algorithm, but for SHA-256, which
// has always stood without.
func (s *Suite) Digest(content []byte) string {
	sum := s.Sum(content)
	text := hex.EncodeToString(sum[:])
	if s == international {
		return text
	}
	return s.HashName + ":" + text
}

// HashName names the algorithm of a digest, as SuiteOf takes it.
func HashName(digest string) string {
	if name, _, named := strings.Cut(digest, ":"); named {
		return name
	}
	return international.HashName
}

// HashOf says by which algorithm a digest was made, as people write it.
func HashOf(digest string) string {
	if name := HashName(digest); name != international.HashName {
		return strings.ToUpper(name)
	}
	return "SHA-256"
}

// Matches tells whether a digest is that of a content.
func Matches(digest string, content []byte) (bool, error) {
	s, err := SuiteOf(HashName(digest))
	return err == nil && s.Digest(content) == digest, err
}

// AEAD is the suite's cipher under a key of 32 bytes, of which it takes as many as it needs.
func (s *Suite) AEAD(key []byte) (cipher.AEAD, error) {
	if len(key) < s.keySize {
		return nil, ErrBroken
	}
	block, err := s.block(key[:s.keySize])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// SigningKey signs under one suite.
type SigningKey struct {
	Suite  *Suite
	Public []byte
	sign   func(msg []byte) ([]byte, error)
}

// Sign signs a message.
func (k *SigningKey) Sign(msg []byte) ([]byte, error) { return k.sign(msg) }
