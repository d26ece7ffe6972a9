//go:build gm

package ballot_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/hex"
	"fmt"
	"math/big"
	"testing"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"

	"guildhall/ballot"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func private(d []byte) *sm2.PrivateKey {
	return &sm2.PrivateKey{PrivateKey: ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: sm2.P256()}, D: new(big.Int).SetBytes(d)}}
}

// The example of GB/T 32918.4 on the curve of GB/T 32918.5 opens by the door that we use,
// and what we seal is of the same form: any other implementation opens it.
func TestSealingIsThatOfTheStandard(t *testing.T) {
	key := unhex(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
	c1 := unhex(t, "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0")
	c3 := unhex(t, "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766")
	c2 := unhex(t, "21886ca989ca9c7d58087307ca93092d651efa")
	if text, err := private(key).Decrypt(nil, bytes.Join([][]byte{c1, c3, c2}, nil), sm2.NewPlainDecrypterOpts(sm2.C1C3C2)); string(text) != "encryption standard" || err != nil {
		t.Errorf("the standard's example opens as %q, %v", text, err)
	}
	s, err := ballot.SuiteOf(ballot.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	own, err := s.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.SealShare(own.Public, "b1", []byte("a share"))
	if err != nil || !bytes.HasPrefix(sealed, []byte("sm2.\x04")) {
		t.Fatalf("%q, %v", sealed, err)
	}
	text, err := private(own.Private).Decrypt(nil, sealed[4:], sm2.NewPlainDecrypterOpts(sm2.C1C3C2))
	context := sm3.Sum([]byte("guildhall share b1"))
	if err != nil || !bytes.Equal(text, append(context[:], "a share"...)) {
		t.Errorf("another opens it as %q, %v", text, err)
	}
}

// The same sealing in another form would be the same vote under another receipt, so it
// does not open; nor do keys that are none.
func TestOneFormOfEachSealing(t *testing.T) {
	s, _ := ballot.SuiteOf(ballot.Chinese)
	key, _ := s.NewKey()
	q := &ballot.Question{Kind: ballot.Election, Seats: 1}
	for i := range 20 { // so that the length does not tell the form
		q.Choices = append(q.Choices, ballot.Choice{Code: fmt.Sprint("c", i)})
	}
	sealed, err := s.Seal(q, key.Public, "b1", "c7")
	if err != nil {
		t.Fatal(err)
	}
	point := sealed[4:69]
	small := append([]byte{2 | point[64]&1}, point[1:33]...)
	packed := append(append([]byte("sm2."), small...), sealed[69:]...)
	if _, err := private(key.Private).Decrypt(nil, packed[4:], sm2.NewPlainDecrypterOpts(sm2.C1C3C2)); err != nil {
		t.Fatalf("the other form is none: %v", err)
	}
	for what, bad := range map[string][]byte{"packed": packed, "without its suite's name": sealed[4:], "cut": sealed[:100], "empty": nil} {
		if vote, err := s.Open(key.Private, "b1", bad); err == nil {
			t.Errorf("%s it opens as %s", what, vote)
		}
	}
	order := sm2.P256().Params().N
	for _, d := range [][]byte{make([]byte, 32), order.Bytes(), new(big.Int).Sub(order, big.NewInt(1)).Bytes(), key.Private[:31], append([]byte{0}, key.Private...), bytes.Repeat([]byte{255}, 32), nil} {
		if _, err := s.Open(d, "b1", sealed); err == nil {
			t.Errorf("it opens under %x", d)
		}
	}
	for _, p := range [][]byte{nil, key.Public[:64], append([]byte{6}, key.Public[1:]...), append(bytes.Clone(key.Public), 0), append([]byte{4}, make([]byte, 64)...), append([]byte{4}, bytes.Repeat([]byte{255}, 64)...)} {
		if _, err := s.Seal(q, p, "b1", "c7"); err == nil {
			t.Errorf("it is sealed for %x", p)
		}
	}
}
