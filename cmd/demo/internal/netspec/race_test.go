//go:build race

package netspec

// The race detector is on.
const race = true
