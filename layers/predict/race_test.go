//go:build race

package predict_test

// The race detector is on.
const race = true
