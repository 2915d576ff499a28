//go:build race

package experiment

// The race detector is on.
const race = true
