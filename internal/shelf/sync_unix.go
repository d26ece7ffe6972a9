//go:build unix

package shelf

import (
	"errors"
	"os"
)

// syncFolder puts a folder's names on the disk, so that a file that was given one
// still has it after a power cut.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
