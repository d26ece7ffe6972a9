//go:build !linux

package watch

// Free cannot be told here.
func Free(string) (free, total int64, ok bool) { return 0, 0, false }

// Synced cannot be told here.
func Synced() (synced, known bool) { return false, false }

// OpenFilesLimit cannot be told here.
func OpenFilesLimit() (n uint64, ok bool) { return 0, false }
