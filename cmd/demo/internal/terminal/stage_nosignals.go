//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package terminal

import "errors"

// interruptSelf fails: no signal can be sent here.
func interruptSelf() error { return errors.ErrUnsupported }

// suspend does nothing: no program is stopped from the keyboard here.
func suspend(*stage) {}

// handleSignals does nothing: none stops or ends the program but Ctrl-C, which is
// a key.
func handleSignals(*stage) (stop func()) { return func() {} }
