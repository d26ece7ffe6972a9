//go:build race

package forecast_test

// rounds is fewer with the race detector, which makes everything ten times slower.
func rounds(n int) int { return max(1, n/6) }
