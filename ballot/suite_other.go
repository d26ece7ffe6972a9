//go:build !gm

package ballot

// chinese is not in this program: its module is linked only where it is asked for.
func chinese() (*Suite, error) { return nil, ErrSuite }
