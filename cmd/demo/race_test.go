//go:build race

package main

// The race detector is on.
const race = true
