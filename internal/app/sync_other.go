//go:build !unix

package app

// syncFolder does nothing where folders cannot be synced.
func syncFolder(string) error { return nil }
