//go:build !race

package accuracy

const race = false
