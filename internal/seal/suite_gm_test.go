//go:build gm

package seal_test

import (
	"bytes"
	"crypto/cipher"
	"crypto/ecdsa"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm4"

	"guildhall/internal/seal"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The examples of the standards: GB/T 32905-2016 appendix A (SM3), GB/T 32907-2016 appendix
// A (SM4), RFC 8998 appendix A.1 (SM4-GCM), GB/T 32918.2-2016 with the curve of part 5 and
// the identity and key of its example (SM2).
func TestKnownAnswersOfTheStandards(t *testing.T) {
	s, err := seal.SuiteOf(seal.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd": "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
	} {
		if sum := s.Sum([]byte(in)); hex.EncodeToString(sum[:]) != want {
			t.Errorf("SM3 of %s is %x, want %s", in, sum, want)
		}
	}
	block, err := sm4.NewCipher(unhex(t, "0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 16)
	block.Encrypt(out, unhex(t, "0123456789abcdeffedcba9876543210"))
	if want := unhex(t, "681edf34d206965e86b3e94f536e4246"); !bytes.Equal(out, want) {
		t.Errorf("SM4 gives %x, want %x", out, want)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain := unhex(t, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	sealed := gcm.Seal(nil, unhex(t, "00001234567800000000abcd"), plain, unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	if want := unhex(t, "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"); !bytes.Equal(sealed, want) {
		t.Errorf("SM4-GCM gives %x, want %x", sealed, want)
	}
	x, y := unhex(t, "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"), unhex(t, "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13")
	public := append(append([]byte{4}, x...), y...)
	sig := signature(t, "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3", "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if !s.Verify(public, []byte("message digest"), sig) || s.Verify(public, []byte("message digests"), sig) {
		t.Error("the standard's SM2 signature does not verify")
	}
}

// signature writes r and s as a signature.
func signature(t *testing.T, r, s string) []byte {
	t.Helper()
	part := func(v string) []byte {
		b := new(big.Int).SetBytes(unhex(t, v)).Bytes()
		if b[0]&0x80 != 0 {
			b = append([]byte{0}, b...)
		}
		return append([]byte{2, byte(len(b))}, b...)
	}
	body := append(part(r), part(s)...)
	return append([]byte{0x30, byte(len(body))}, body...)
}

// Another implementation's view: what we sign verifies by the library's own door.
func TestOurSM2SignaturesAreEverybodys(t *testing.T) {
	k, err := seal.Of(seal.Chinese, master(9))
	if err != nil {
		t.Fatal(err)
	}
	key, err := k.Signing()
	if err != nil {
		t.Fatal(err)
	}
	sig, err := key.Sign([]byte("消息"))
	if err != nil {
		t.Fatal(err)
	}
	public := &ecdsa.PublicKey{Curve: sm2.P256(), X: new(big.Int).SetBytes(key.Public[1:33]), Y: new(big.Int).SetBytes(key.Public[33:])}
	if !sm2.VerifyASN1WithSM2(public, []byte("1234567812345678"), []byte("消息"), sig) {
		t.Error("under the standard's default identity it does not verify")
	}
}
