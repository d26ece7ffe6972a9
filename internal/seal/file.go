package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File reads the keys from a file, and makes the file, readable by its owner alone,
// where there is none.
func File(path string) (*Keys, error) { return FileOf(path, "") }

// FileOf is File, and a key that it makes is of a suite. In a file that is there the
// suite is what it is.
//
// Each line is a key, the one in use first: its id, its suite, and 64 hexadecimal
// digits. A line of the digits alone is a key of the international suite without an id.
func FileOf(path, suite string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var s *Suite
		if s, err = SuiteOf(suite); err != nil {
			return nil, err
		}
		line := hex.EncodeToString(fresh())
		if s != international {
			line = newID() + " " + s.Name + " " + line
		}
		text = []byte(line + "\n")
		err = writeNew(path, text)
	}
	if err != nil {
		return nil, err
	}
	keys, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("seal: %s does not hold a key: %w", path, err)
	}
	return keys, nil
}

func fresh() []byte {
	master := make([]byte, masterSize)
	rand.Read(master)
	return master
}

func newID() string { return hex.EncodeToString(fresh()[:4]) }

func parse(text string) (*Keys, error) {
	keys, seen := new(Keys), map[string]bool{}
	for line := range strings.Lines(text) {
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		id, suite := "", International
		if len(parts) == 3 {
			id, suite = parts[0], parts[1]
		}
		if len(parts) != 1 && len(parts) != 3 || seen[id] || strings.ContainsAny(id, ".\x00") {
			return nil, errors.New("a line is neither a key nor id, suite and key, or an id stands there twice")
		}
		seen[id] = true
		s, err := SuiteOf(suite)
		if err != nil {
			return nil, err
		}
		master, err := hex.DecodeString(parts[len(parts)-1])
		if err != nil {
			return nil, errors.New("a key is not written in hexadecimal digits") // the digits themselves are nobody's to read
		}
		k, err := newKey(id, s, master)
		if err != nil {
			return nil, err
		}
		keys.ring = append(keys.ring, k)
	}
	if len(keys.ring) == 0 {
		return nil, errors.New("it is empty")
	}
	return keys, nil
}

func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// Rotate puts a new key of a suite before those of a file, wholly or not at all. What
// was sealed under the old ones goes on opening.
func Rotate(path, suite string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if _, err := parse(string(text)); err != nil {
		return nil, err
	}
	s, err := SuiteOf(suite)
	if err != nil {
		return nil, err
	}
	next := []byte(newID() + " " + s.Name + " " + hex.EncodeToString(fresh()) + "\n" + string(text))
	keys, err := parse(string(next))
	if err != nil {
		return nil, err
	}
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	os.Remove(beside) // of a run that was broken off
	if err := writeNew(beside, next); err != nil {
		return nil, err
	}
	return keys, os.Rename(beside, path)
}
