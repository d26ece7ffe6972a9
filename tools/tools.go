//go:build tools

// Package tools pins what the linters are, apart from what the product is.
package tools

import (
	_ "golang.org/x/vuln/cmd/govulncheck"
	_ "honnef.co/go/tools/cmd/staticcheck"
)
