//go:build race

package accuracy

const race = true
