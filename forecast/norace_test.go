//go:build !race

package forecast_test

func rounds(n int) int { return n }
