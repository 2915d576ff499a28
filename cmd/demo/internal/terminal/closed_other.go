//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package terminal

import "os"

// startedClosed reports nothing: a write to a closed file is an error here.
func startedClosed(*os.File) bool { return false }
