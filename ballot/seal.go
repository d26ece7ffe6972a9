package ballot

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
)

// Key is the pair of keys of one ballot: whoever has Public can seal, whoever has
// Private can open.
type Key struct{ Public, Private []byte }

// NewKey draws a pair.
func (s *Suite) NewKey() (Key, error) { return s.newKey() }

// ErrBroken says that something does not open under a key: it was changed, or
// sealed for another.
var ErrBroken = errors.New("ballot: it does not open under this key")

// Seal makes a vote on a ballot unreadable. Each sealing draws fresh randomness: two
// equal votes never look alike. What it gives is as long for one vote as for any other
// of the question.
func (s *Suite) Seal(q *Question, public []byte, ballot, vote string) ([]byte, error) {
	if err := q.Check(vote); err != nil {
		return nil, err
	}
	plain := make([]byte, 2+q.longest())
	plain[0], plain[1] = byte(len(vote)>>8), byte(len(vote))
	copy(plain[2:], vote)
	return s.sealTo(public, "guildhall ballot "+ballot, plain)
}

// Open gives back the vote.
func (s *Suite) Open(private []byte, ballot string, sealed []byte) (string, error) {
	plain, err := s.openWith(private, "guildhall ballot "+ballot, sealed)
	if err != nil || len(plain) < 2 {
		return "", ErrBroken
	}
	n := int(plain[0])<<8 | int(plain[1])
	if n > len(plain)-2 {
		return "", ErrBroken
	}
	return string(plain[2 : 2+n]), nil
}

// longest gives the length of the longest vote that the question allows.
func (q *Question) longest() int {
	n := len(Abstain)
	for _, c := range q.Choices {
		n += len(c.Code) + 1
	}
	return n
}

// sealTo seals, and names the suite before what it sealed.
func (s *Suite) sealTo(public []byte, info string, plain []byte) ([]byte, error) {
	sealed, err := s.seal(public, info, plain)
	if err != nil {
		return nil, err
	}
	return append([]byte(s.mark), sealed...), nil
}

func (s *Suite) openWith(private []byte, info string, sealed []byte) ([]byte, error) {
	sealed, ok := bytes.CutPrefix(sealed, []byte(s.mark))
	if !ok {
		return nil, ErrBroken
	}
	plain, err := s.open(private, info, sealed)
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

// letters leave out those that people take for others: I, L, O, U.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Receipt gives the number by which the voter finds what was sealed on the board:
// 20 letters of its hash, in groups of four. It tells nothing of the vote.
func (s *Suite) Receipt(sealed []byte) string {
	sum := s.sum(sealed)
	return group(letters.EncodeToString(sum[:])[:20])
}

func group(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text[i:min(i+4, len(text))])
	}
	return b.String()
}

// A trustee keeps a code; the house keeps what can be sealed for it.

// NewTrustee draws a trustee's code and the public key that belongs to it.
func (s *Suite) NewTrustee() (code string, public []byte, err error) {
	key, err := s.NewKey()
	if err != nil {
		return "", nil, err
	}
	sum := s.sum(key.Private)
	return group(letters.EncodeToString(append(key.Private, sum[:3]...))), key.Public, nil
}

// trustee reads a code: letters that look alike are taken for each other, spaces
// and dashes are left out, and a slip of the pen is noticed.
func (s *Suite) trustee(code string) ([]byte, error) {
	code = strings.NewReplacer(" ", "", "-", "", "\t", "", "\n", "", "\r", "", "O", "0", "I", "1", "L", "1", "U", "V").Replace(strings.ToUpper(code))
	raw, err := letters.DecodeString(code)
	if err != nil || len(raw) != 35 {
		return nil, fmt.Errorf("ballot: a trustee's code has 56 letters and digits")
	}
	sum := s.sum(raw[:32])
	if string(sum[:3]) != string(raw[32:]) {
		return nil, fmt.Errorf("ballot: the trustee's code has a slip in it")
	}
	return raw[:32], nil
}

// SealShare seals a trustee's share of a ballot's key.
func (s *Suite) SealShare(public []byte, ballot string, share []byte) ([]byte, error) {
	return s.sealTo(public, "guildhall share "+ballot, share)
}

// OpenShare opens a share with the trustee's code.
func (s *Suite) OpenShare(code, ballot string, sealed []byte) ([]byte, error) {
	private, err := s.trustee(code)
	if err != nil {
		return nil, err
	}
	return s.openWith(private, "guildhall share "+ballot, sealed)
}

// Shuffle puts votes into an order that nothing tells, drawn from the machine's
// own randomness.
func Shuffle(votes []string) error {
	for i := len(votes) - 1; i > 0; i-- {
		j, err := below(i + 1)
		if err != nil {
			return err
		}
		votes[i], votes[j] = votes[j], votes[i]
	}
	return nil
}

// below draws a number from 0 up to n, each as likely as any other.
func below(n int) (int, error) {
	limit := (1 << 32) / uint64(n) * uint64(n)
	for {
		var b [4]byte
		if _, err := rand.Read(b[:]); err != nil {
			return 0, err
		}
		v := uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
		if v < limit {
			return int(v % uint64(n)), nil
		}
	}
}
