package terminal

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Stdout returns standard output. If it was closed when the program began, writing
// to it is an error, and not lost without a word.
func Stdout() io.Writer {
	if startedClosed(os.Stdout) {
		return closed{}
	}
	return os.Stdout
}

// errClosed says what cannot be told from a closed file too.
var errClosed = &fs.PathError{Op: "write", Path: "/dev/stdout",
	Err: errors.New("it is closed, or a " + os.DevNull + " that is opened for reading as well")}

// A closed file takes nothing.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errClosed }
