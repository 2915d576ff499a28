//go:build !race

package dataset

// The race detector is off.
const race = false
