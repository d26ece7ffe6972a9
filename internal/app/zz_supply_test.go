package app_test

import (
	"os"
	"testing"
)

func TestSupplyOnly(t *testing.T) {
	if at := os.Getenv("SUPPLY_AT"); at != "" {
		aDemandIsMet(t, at)
	}
}
