package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// TextWidth is how many columns text has that does not go to a terminal, and at
// most.
const TextWidth = 80

// Is reports whether w is a terminal that can move its cursor.
func Is(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// Width returns the columns to which text for w is wrapped.
func Width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return min(n, TextWidth)
		}
	}
	return TextWidth
}

// CheckRoom returns why w is no terminal with room for a sketch, or nil.
func CheckRoom(w io.Writer) error {
	needs := fmt.Sprintf("a terminal of at least %d columns and %d rows expected, ", LeastColumns, LeastRows)
	columns, rows := Screen(w)
	switch f, ok := w.(*os.File); {
	case !ok || !term.IsTerminal(int(f.Fd())):
		return errors.New(needs + "standard output is none")
	case !Is(w):
		return errors.New(needs + "that of TERM=dumb cannot move its cursor")
	case columns < LeastColumns || rows < LeastRows:
		return fmt.Errorf("%sit has %d and %d", needs, columns, rows)
	}
	return nil
}

// Screen returns the size of the terminal that w is, 0 and 0 if it is none.
func Screen(w io.Writer) (columns, rows int) {
	if !Is(w) {
		return 0, 0
	}
	columns, rows, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}
