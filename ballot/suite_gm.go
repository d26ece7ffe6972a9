//go:build gm

package ballot

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/subtle"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
)

// gm seals by the public key encryption of GB/T 32918.4 on the curve of GB/T 32918.5:
// C1, an uncompressed point, then C3, an SM3, then C2, the text under a key stream of
// SM3. The standard knows no context, so the SM3 of it stands before the text: what was
// sealed for one ballot does not open in another. Nothing in it withstands a quantum
// computer.
var gm = &Suite{
	Name: Chinese, Hash: "SM3", Seals: sm3Seals, format: FormatNamed, label: Chinese, mark: "sm2.", digest: "sm3:",
	sum: sm3.Sum, newKey: newSM2Key, seal: sealSM2, open: openSM2,
}

func chinese() (*Suite, error) { return gm, nil }

const (
	fieldSize  = 32                              // of a coordinate and of a private key
	pointSize  = 1 + 2*fieldSize                 // 4, x, y
	sealedSize = pointSize + sm3.Size + sm3.Size // of what is sealed, but for the text
)

func newSM2Key() (Key, error) {
	key, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, err
	}
	public := make([]byte, pointSize)
	public[0] = 4
	key.X.FillBytes(public[1 : 1+fieldSize])
	key.Y.FillBytes(public[1+fieldSize:])
	return Key{public, key.D.FillBytes(make([]byte, fieldSize))}, nil
}

func sealSM2(public []byte, info string, plain []byte) ([]byte, error) {
	if len(public) != pointSize || public[0] != 4 {
		return nil, ErrBroken
	}
	key := &ecdsa.PublicKey{Curve: sm2.P256(), X: new(big.Int).SetBytes(public[1 : 1+fieldSize]), Y: new(big.Int).SetBytes(public[1+fieldSize:])}
	context := sm3.Sum([]byte(info))
	return sm2.Encrypt(rand.Reader, key, append(context[:], plain...), sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C3C2))
}

// openSM2 takes one form only: whoever writes the point in another way has another
// sealing, with another receipt.
func openSM2(private []byte, info string, sealed []byte) ([]byte, error) {
	if len(private) != fieldSize || len(sealed) < sealedSize || sealed[0] != 4 {
		return nil, ErrBroken
	}
	key := &sm2.PrivateKey{PrivateKey: ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: sm2.P256()}, D: new(big.Int).SetBytes(private)}}
	text, err := key.Decrypt(nil, sealed, sm2.NewPlainDecrypterOpts(sm2.C1C3C2))
	if err != nil || len(text) < sm3.Size {
		return nil, ErrBroken
	}
	context := sm3.Sum([]byte(info))
	if subtle.ConstantTimeCompare(text[:sm3.Size], context[:]) != 1 {
		return nil, ErrBroken
	}
	return text[sm3.Size:], nil
}
