//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// readable reports whether there is something to read within a time.
func readable(f *os.File, within time.Duration) bool {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}, int(within.Milliseconds()))
	return n > 0 && err == nil
}

// interruptSelf does what Ctrl-C does at a terminal in its usual state.
func interruptSelf() error { return unix.Kill(0, unix.SIGINT) }

// suspend does what Ctrl-Z does at a terminal in its usual state, on a screen that
// is given back. The stage takes it again at SIGCONT.
func suspend(s *stage) {
	session, err := unix.Getsid(0)
	parents, err2 := unix.Getsid(os.Getppid())
	if err != nil || err2 != nil || session != parents {
		return // nobody could wake it: the system would not stop it either
	}
	s.give()
	unix.Kill(0, unix.SIGSTOP) // SIGTSTP would come back to us
}

// handleSignals gives the terminal back before a signal stops or ends the program,
// and takes it again when the program goes on. SIGINT is left to others.
func handleSignals(s *stage) (stop func()) {
	all := []os.Signal{unix.SIGTSTP, unix.SIGCONT, unix.SIGTERM, unix.SIGQUIT}
	if !signal.Ignored(unix.SIGHUP) {
		all = append(all, unix.SIGHUP)
	}
	signals, done := make(chan os.Signal, 8), make(chan struct{})
	signal.Notify(signals, all...)
	go func() {
		for {
			select {
			case <-done:
				return
			case sig := <-signals:
				switch sig {
				case unix.SIGTSTP:
					suspend(s)
				case unix.SIGCONT:
					s.take()
				default:
					s.close()
					signal.Reset(sig)
					unix.Kill(os.Getpid(), sig.(unix.Signal))
				}
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}
