package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// A progress tells on standard error what is being done: in one line that
// changes on a terminal, or else in a line for each thing.
type progress struct {
	w        io.Writer
	terminal bool
	task     string
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"}
}

// begin says what is done now.
func (p *progress) begin(format string, args ...any) {
	p.task = fmt.Sprintf(format, args...)
	if !p.terminal {
		fmt.Fprintln(p.w, p.task)
		return
	}
	p.detail("")
}

// detail says more of what is done, on a terminal.
func (p *progress) detail(format string, args ...any) {
	if p.terminal {
		fmt.Fprintf(p.w, "\r\033[K%s %s", p.task, fmt.Sprintf(format, args...))
	}
}

// note prints a line that stays.
func (p *progress) note(format string, args ...any) {
	p.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// clear removes the line.
func (p *progress) clear() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\033[K")
	}
}
