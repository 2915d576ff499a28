//go:build !race

package predict_test

// The race detector is off.
const race = false
