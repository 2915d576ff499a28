//go:build !race

package experiment

// The race detector is off.
const race = false
