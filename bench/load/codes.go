package load

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"
)

// codes sets up one-time codes, as a new house asks of whoever runs it.
func (h *House) codes() error {
	if _, err := Ask(JSON("POST", h.URL+"/me/factors/code", h.Admin, map[string]string{"present": Password}), nil); err != nil {
		return err
	}
	var setup struct{ Secret string }
	if _, err := Ask(JSON("GET", h.URL+"/me/factors/code", h.Admin, nil), &setup); err != nil {
		return err
	}
	code, err := codeOf(setup.Secret, time.Now())
	if err != nil {
		return err
	}
	_, err = Ask(JSON("POST", h.URL+"/me/factors/code/confirmation", h.Admin, map[string]string{"code": code}), nil)
	return err
}

// codeOf is the one-time code of a moment (RFC 6238: SHA-1, 30 s, six digits).
func codeOf(secret string, at time.Time) (string, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return "", err
	}
	m := hmac.New(sha1.New, key)
	binary.Write(m, binary.BigEndian, uint64(at.Unix()/30))
	sum := m.Sum(nil)
	from := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:])&(1<<31-1)%1_000_000), nil
}
