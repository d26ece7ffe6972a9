package ballot

import (
	"crypto/rand"
	"errors"
)

// Split parts a secret into n shares of which any k give it back and any fewer
// tell nothing about it (Shamir, over the field of 256 elements, each byte apart).
// A share's first byte is its place.
func Split(secret []byte, n, k int) ([][]byte, error) {
	if k < 1 || k > n || n > 255 {
		return nil, errors.New("ballot: the secret cannot be parted so")
	}
	shares := make([][]byte, n)
	for i := range shares {
		shares[i] = make([]byte, 1+len(secret))
		shares[i][0] = byte(i + 1)
	}
	coefficients := make([]byte, k)
	for at, b := range secret {
		if _, err := rand.Read(coefficients); err != nil {
			return nil, err
		}
		coefficients[0] = b
		for _, s := range shares {
			s[1+at] = value(coefficients, s[0])
		}
	}
	clear(coefficients)
	return shares, nil
}

// Join gives the secret back from k shares or more. From fewer, or from wrong
// ones, it gives something else: the caller must be able to tell.
func Join(shares [][]byte) ([]byte, error) {
	if len(shares) == 0 {
		return nil, errors.New("ballot: no share")
	}
	seen := map[byte]bool{}
	for _, s := range shares {
		if len(s) != len(shares[0]) || len(s) < 2 || s[0] == 0 || seen[s[0]] {
			return nil, errors.New("ballot: the shares do not belong together")
		}
		seen[s[0]] = true
	}
	secret := make([]byte, len(shares[0])-1)
	for i, s := range shares { // Lagrange, at nought
		part := byte(1)
		for j, o := range shares {
			if i != j {
				part = times(part, times(o[0], inverse(o[0]^s[0])))
			}
		}
		for at := range secret {
			secret[at] ^= times(s[1+at], part)
		}
	}
	return secret, nil
}

// value gives what a polynomial is worth at x.
func value(coefficients []byte, x byte) (v byte) {
	for i := len(coefficients) - 1; i >= 0; i-- {
		v = times(v, x) ^ coefficients[i]
	}
	return v
}

// times multiplies in the field of AES, without branching on what is multiplied.
func times(a, b byte) (p byte) {
	for range 8 {
		p ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return p
}

// inverse gives a to the power of 254.
func inverse(a byte) byte {
	r := byte(1)
	for range 254 {
		r = times(r, a)
	}
	return r
}
