package ballot

import (
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Suite is a set of algorithms that a ballot keeps from its opening to its board.
// A program has the international one; the Chinese one (国密) is in a program built
// with -tags gm.
type Suite struct {
	Name  string // International or Chinese
	Hash  string // of receipts and boards, as readers know it: SHA-256 or SM3
	Seals string // the file of a board that says what every other file's hash is, and last the hash of that: the board's seal

	format string // of boards
	label  string // what a board says of its suite; nothing where it says nothing, as boards did before there were two
	mark   string // before what is sealed
	digest string // before a board's seal
	sum    func(content []byte) [32]byte
	newKey func() (Key, error)
	seal   func(public []byte, info string, plain []byte) ([]byte, error)
	open   func(private []byte, info string, sealed []byte) ([]byte, error)
}

// Names of the suites.
const (
	International = "international" // HPKE (RFC 9180) with X25519 and ML-KEM-768, HKDF-SHA256, AES-256-GCM; SHA-256
	Chinese       = "chinese"       // SM2 public key encryption (GB/T 32918.4), SM3 (GB/T 32905)
)

// Files of seals, by which a program tells a board's suite that it does not have.
const (
	sha256Seals = "BOARD.sha256"
	sm3Seals    = "BOARD.sm3"
)

// Seals lists them.
var Seals = []string{sha256Seals, sm3Seals}

// ErrSuite says that this program was built without a suite.
var ErrSuite = errors.New("ballot: this program was built without the Chinese suite (国密: SM2, SM3): take one built with -tags gm, as by go build -tags gm ./cmd/guildhall")

// international seals by HPKE (RFC 9180) with X25519 and ML-KEM-768 together, so that
// what somebody copied today is not read by a quantum computer tomorrow, HKDF-SHA256
// and AES-256-GCM.
var international = &Suite{
	Name: International, Hash: "SHA-256", Seals: sha256Seals, format: Format,
	sum: sha256.Sum256, newKey: newHPKEKey, seal: sealHPKE, open: openHPKE,
}

// SuiteOf gives the suite of a name; without one, the international.
func SuiteOf(name string) (*Suite, error) {
	switch name {
	case "", International:
		return international, nil
	case Chinese:
		return chinese()
	}
	return nil, fmt.Errorf("ballot: there is no suite %q", name)
}

// Suites lists the suites of this program.
func Suites() []*Suite {
	list := []*Suite{international}
	if c, err := chinese(); err == nil {
		list = append(list, c)
	}
	return list
}

func (s *Suite) hash(content []byte) string {
	sum := s.sum(content)
	return hex.EncodeToString(sum[:])
}

var kem, kdf, aead = hpke.MLKEM768X25519(), hpke.HKDFSHA256(), hpke.AES256GCM()

func newHPKEKey() (Key, error) {
	private, err := kem.GenerateKey()
	if err != nil {
		return Key{}, err
	}
	secret, err := private.Bytes()
	return Key{private.PublicKey().Bytes(), secret}, err
}

func sealHPKE(public []byte, info string, plain []byte) ([]byte, error) {
	key, err := kem.NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(key, kdf, aead, []byte(info), plain)
}

func openHPKE(private []byte, info string, sealed []byte) ([]byte, error) {
	key, err := kem.NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	return hpke.Open(key, kdf, aead, []byte(info), sealed)
}
