package journal

import (
	"golang.org/x/mod/sumdb/tlog"

	"guildhall/internal/seal"
)

// CheckIn is Check within a transaction.
var CheckIn = checkIn

// RootOf is the root of a tree that grew leaf by leaf.
func RootOf(leaves []tlog.Hash) tlog.Hash {
	t := tree{suite: seal.Default()}
	for _, h := range leaves {
		t.add(h)
	}
	return t.root()
}
