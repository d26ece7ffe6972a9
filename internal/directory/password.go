package directory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"guildhall/internal/fault"
)

// The parameters of argon2id (RFC 9106), as OWASP recommends them for logins:
// 19 MiB, two passes, one lane. They stand beside each hash, so that later ones
// can be stronger.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonLength = 32
)

// hash gives the form in which a password is kept. No more than two passwords
// are hashed at a time: at an event it is logins that must not eat the machine.
func (d *Directory) hash(ctx context.Context, password string) (string, error) {
	release, err := d.turn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	salt := make([]byte, 16)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonLength)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// nobody is the hash that is judged where there is no account, so that an
// unknown name takes as long as a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// matches tells whether password is the one that was hashed.
func (d *Directory) matches(ctx context.Context, password, hashed string) (bool, error) {
	release, err := d.turn(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	real := hashed != ""
	if !real {
		hashed = nobody
	}
	var version, memory, passes, lanes int
	part := strings.Split(hashed, "$")
	if len(part) != 6 {
		return false, fmt.Errorf("directory: a password hash of %d parts", len(part))
	}
	if _, err := fmt.Sscanf(part[2]+" "+part[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes); err != nil {
		return false, fmt.Errorf("directory: a password hash that cannot be read: %w", err)
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(part[4])
	want, err2 := base64.RawStdEncoding.DecodeString(part[5])
	if err1 != nil || err2 != nil {
		return false, fmt.Errorf("directory: a password hash that cannot be read")
	}
	got := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), uint8(lanes), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && real, nil
}

func (d *Directory) turn(ctx context.Context) (release func(), err error) {
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing }, nil
	case <-ctx.Done():
		return nil, fault.Busy.New("fault.busy")
	}
}

// checkPassword tells what is wrong with a password that somebody chooses: too
// short, too long, or the very name they sign in by (NIST SP 800-63B).
func checkPassword(password, login string) error {
	var wrong fault.List
	switch n := utf8.RuneCountInString(password); {
	case n < 8:
		wrong.Add("password", "directory.password.short", 8)
	case n > 200:
		wrong.Add("password", "directory.password.long", 200)
	case login != "" && strings.Contains(strings.ToLower(password), login):
		wrong.Add("password", "directory.password.login")
	case easy(password):
		wrong.Add("password", "directory.password.easy")
	}
	return wrong.Err()
}

// easy tells whether a password is one of the first that anybody tries: one
// character repeated, a run of neighbours, or a well-known word.
func easy(password string) bool {
	p := strings.ToLower(password)
	same, run := true, true
	for i := 1; i < len(p); i++ {
		same = same && p[i] == p[0]
		run = run && p[i] == p[i-1]+1
	}
	if same || run {
		return true
	}
	for _, known := range []string{"password", "admin123", "12345678", "87654321", "qwertyui", "11223344", "a1234567", "abcd1234", "iloveyou", "88888888", "66666666", "1qaz2wsx", "woaini1314", "5201314"} {
		if p == known || strings.HasPrefix(p, known) && len(p) <= len(known)+2 {
			return true
		}
	}
	return false
}

// newKey gives a random key of 160 bits for a cookie, a link or a token.
func newKey() string {
	b := make([]byte, 20)
	rand.Read(b)
	return strings.ToLower(base32Text.EncodeToString(b))
}

// keyHash is how a key is kept: whoever reads the table cannot use it.
func keyHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
