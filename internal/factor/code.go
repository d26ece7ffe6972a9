package factor

import (
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// Codes are what every authenticator app knows: RFC 6238 with SHA-1, six digits,
// thirty seconds. A clock may be one step off.
const (
	period = 30
	skew   = 1
)

// newSecret gives a secret of 160 bits and the address by which an app reads it.
func newSecret(issuer, account string) (secret, url string, err error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, SecretSize: 20})
	if err != nil {
		return "", "", err
	}
	return k.Secret(), k.URL(), nil
}

// address gives the address of a secret that is kept already.
func address(issuer, account, secret string) (string, error) {
	raw, err := base32Text.DecodeString(secret)
	if err != nil {
		return "", err
	}
	k, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: raw})
	if err != nil {
		return "", err
	}
	return k.URL(), nil
}

// stepOf gives the time step whose code this is: one no further than skew from now,
// and later than last, for no code is taken twice.
func stepOf(code, secret string, now time.Time, last int64) (step int64, ok bool) {
	at := now.Unix() / period
	for s := at - skew; s <= at+skew; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// recoveryCodes is how many one-time codes a person gets.
const recoveryCodes = 10

// newRecovery gives fresh recovery codes of 60 bits each: abcd-efgh-jkmn.
func newRecovery() (codes []string) {
	for range recoveryCodes {
		t := strings.ToLower(rand.Text()[:12])
		codes = append(codes, t[:4]+"-"+t[4:8]+"-"+t[8:])
	}
	return codes
}

// plain takes away what people put into a code as they type it.
func plain(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(strings.TrimSpace(code)))
}

// digits tells whether a plain code is one from an app; others are recovery codes.
func digits(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}
