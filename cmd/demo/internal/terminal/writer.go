package terminal

import (
	"fmt"
	"io"

	"chainrule/internal/files"
	"chainrule/internal/words"
)

// A Writer writes to standard output. It keeps the first error, and then writes
// nothing.
type Writer struct {
	W     io.Writer
	Width int // to which paragraphs are wrapped
	Err   error
}

// NewWriter returns a writer as wide as w.
func NewWriter(w io.Writer) *Writer { return &Writer{W: w, Width: Width(w)} }

// Print writes a text as it is.
func (w *Writer) Print(s string) {
	if w.Err != nil {
		return
	}
	_, err := io.WriteString(w.W, s)
	w.written(err)
}

// written keeps an error of writing.
func (w *Writer) written(err error) {
	if err != nil && w.Err == nil {
		w.Err = fmt.Errorf("standard output cannot be written: %w", files.Reason(err))
	}
}

// Printf writes a text as it is.
func (w *Writer) Printf(format string, args ...any) { w.Print(fmt.Sprintf(format, args...)) }

// Text writes a wrapped paragraph.
func (w *Writer) Text(format string, args ...any) {
	w.Print(words.Wrap(fmt.Sprintf(format, args...), "", w.Width) + "\n")
}

// Fail keeps an error of making what was to be written.
func (w *Writer) Fail(err error) {
	if w.Err == nil {
		w.Err = err
	}
}
