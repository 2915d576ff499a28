//go:build !race

package netspec

// The race detector is off.
const race = false
