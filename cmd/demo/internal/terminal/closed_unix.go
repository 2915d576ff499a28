//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// startedClosed reports whether f, a standard file, was closed when the program
// began. Go's runtime has then opened /dev/null in its place, for reading and writing,
// which is how it is told from a /dev/null that a shell opened for writing. A parent
// that opens it for both, as Python's DEVNULL does, cannot be told from it.
func startedClosed(f *os.File) bool {
	fd := int(f.Fd())
	var null, is unix.Stat_t
	if unix.Stat(os.DevNull, &null) != nil || unix.Fstat(fd, &is) != nil || is.Mode&unix.S_IFMT != unix.S_IFCHR || is.Rdev != null.Rdev {
		return false
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR
}
