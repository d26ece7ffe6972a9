package watch

import "syscall"

// Free tells how much room a folder's disk has for us, and how much it has in all.
func Free(dir string) (free, total int64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize), true
}

// Synced tells whether the machine's clock follows a time server, as the kernel has it.
func Synced() (synced, known bool) {
	const unsynchronised, failed = 0x40, 5
	var t syscall.Timex
	state, err := syscall.Adjtimex(&t)
	return err == nil && state != failed && t.Status&unsynchronised == 0, err == nil
}

// OpenFilesLimit gives how many files and connections the process may have open.
func OpenFilesLimit() (n uint64, ok bool) {
	var l syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l)
	return l.Cur, err == nil
}
