// Package cli holds what every command of demo has in common, whatever it does:
// flags that say what they expect, in groups, help that fits the terminal,
// errors that suggest what was meant, and exit codes.
//
// It knows nothing of networks, and imports cobra, internal/nearest,
// internal/words and the terminal. A new kind of flag goes to values.go
// or lists.go here, a new command to a file of package main.
package cli
