package terminal

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// readable reports whether there is something to read within a time.
func readable(f *os.File, within time.Duration) bool {
	event, err := windows.WaitForSingleObject(windows.Handle(f.Fd()), uint32(within.Milliseconds()))
	return event == windows.WAIT_OBJECT_0 && err == nil
}
