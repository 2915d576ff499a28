//go:build race

package dataset

// The race detector is on.
const race = true
