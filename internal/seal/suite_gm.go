//go:build gm

package seal

import (
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"hash"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

var gm = &Suite{
	Name: Chinese, Mark: "g1", HashName: "sm3", Signs: "sm2", New: func() hash.Hash { return sm3.New() }, keySize: 16,
	block:     func(key []byte) (cipher.Block, error) { return sm4.NewCipher(key) },
	signer:    sm2Signer,
	verifying: sm2Verify,
}

func chinese() (*Suite, error) { return gm, nil }

// sm2Signer makes a key of a seed: the scalar is the seed modulo n-2, plus one, which
// lies between 1 and n-2 as GB/T 32918.1 asks. The order is so near below 2^256 that the
// scalars are even to within 2^-32.
func sm2Signer(seed []byte) ([]byte, func([]byte) ([]byte, error), error) {
	curve := sm2.P256()
	most := new(big.Int).Sub(curve.Params().N, big.NewInt(2))
	d := new(big.Int).SetBytes(seed)
	d.Mod(d, most).Add(d, big.NewInt(1))
	x, y := curve.ScalarBaseMult(d.Bytes())
	key, err := new(sm2.PrivateKey).FromECPrivateKey(&ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: curve, X: x, Y: y}, D: d})
	if err != nil {
		return nil, nil, err
	}
	return elliptic.Marshal(curve, x, y), func(msg []byte) ([]byte, error) {
		return key.Sign(rand.Reader, msg, sm2.NewSM2SignerOption(true, nil))
	}, nil
}

func sm2Verify(public, msg, sig []byte) bool {
	x, y := elliptic.Unmarshal(sm2.P256(), public)
	return x != nil && sm2.VerifyASN1WithSM2(&ecdsa.PublicKey{Curve: sm2.P256(), X: x, Y: y}, nil, msg, sig)
}
