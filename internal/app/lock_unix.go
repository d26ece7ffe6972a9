//go:build unix

package app

import (
	"errors"
	"os"
	"syscall"

	"guildhall/internal/fault"
)

// lock keeps a second server out of the data folder for as long as the file is
// open; the system lets go of it when the process ends, however it ends.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.Conflict.New("db.locked")
		}
		return nil, err
	}
	return f, nil
}
