package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// textWidth is how many columns text has that does not go to a terminal.
const textWidth = 80

// isTerminal reports whether w is a terminal that can move its cursor.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// columns returns the width to which text for w is wrapped.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return min(n, textWidth)
		}
	}
	return textWidth
}

// screen returns the size of the terminal that w is, 0 and 0 if it is none.
func screen(w io.Writer) (columns, rows int) {
	if !isTerminal(w) {
		return 0, 0
	}
	columns, rows, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}
