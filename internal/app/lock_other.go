//go:build !unix

package app

import (
	"os"

	"guildhall/internal/fault"
)

// lock keeps a second server out of the data folder: the file can be taken away
// only while nobody has it open.
func lock(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, fault.Conflict.New("db.locked")
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}
