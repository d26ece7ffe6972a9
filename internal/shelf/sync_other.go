//go:build !unix

package shelf

// syncFolder does nothing where folders cannot be synced.
func syncFolder(string) error { return nil }
