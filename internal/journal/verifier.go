package journal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"guildhall/internal/seal"
)

// signerName is the name under which every house signs; keys tell them apart.
const signerName = "guildhall-journal"

// An SM2 key stands in a verifier's key after the byte that signed notes keep for what
// has no number of its own, and a name.
const sm2Mark = "\xffguildhall/sm2\n"

// verifierText is a public key in the form of signed notes.
func verifierText(s *seal.Suite, public []byte) (string, error) {
	if s == seal.Default() {
		return note.NewEd25519VerifierKey(signerName, ed25519.PublicKey(public))
	}
	key := append([]byte(sm2Mark), public...)
	return fmt.Sprintf("%s+%08x+%s", signerName, keyHash(signerName, key), base64.StdEncoding.EncodeToString(key)), nil
}

func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(sum[:])
}

// verifiers reads verifiers' keys with blanks between them.
func verifiers(text string) (note.Verifiers, error) {
	var list []note.Verifier
	for _, one := range strings.Fields(text) {
		v, err := verifierOf(one)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, errors.New("journal: there is no verifier's key")
	}
	return note.VerifierList(list...), nil
}

func verifierOf(text string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(text, "+")
	hash, key64, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(key64)
	public, ok := strings.CutPrefix(string(key), sm2Mark)
	if err != nil || !ok {
		return note.NewVerifier(text)
	}
	s, err := seal.SuiteOf("sm2")
	if err != nil {
		return nil, err
	}
	v := &sm2Verifier{name, keyHash(name, key), s, []byte(public)}
	if name == "" || fmt.Sprintf("%08x", v.hash) != hash {
		return nil, errors.New("journal: the verifier's key is broken")
	}
	return v, nil
}

type sm2Verifier struct {
	name   string
	hash   uint32
	suite  *seal.Suite
	public []byte
}

func (v *sm2Verifier) Name() string                { return v.name }
func (v *sm2Verifier) KeyHash() uint32             { return v.hash }
func (v *sm2Verifier) Verify(msg, sig []byte) bool { return v.suite.Verify(v.public, msg, sig) }
