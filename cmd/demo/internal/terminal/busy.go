package terminal

import (
	"fmt"
	"io"
	"time"
)

// A Busy is a line at the end of a terminal that says what is being
// done and for how long.
type Busy struct {
	w          io.Writer
	done, gone chan struct{}
}

// ShowBusy shows the line, if w is a terminal.
func ShowBusy(w io.Writer, what string) *Busy {
	p := &Busy{w: w, done: make(chan struct{}), gone: make(chan struct{})}
	if !Is(w) {
		close(p.gone)
		return p
	}
	go func() {
		defer close(p.gone)
		start, tick := time.Now(), time.NewTicker(time.Second/2)
		defer tick.Stop()
		for {
			line := fmt.Sprintf("%s  %d s", what, int(time.Since(start).Seconds()))
			fmt.Fprint(w, "\r\x1b[K"+clipped(line, Width(w)-3)) // 3: the ^C that a terminal shows, and the cursor
			select {
			case <-p.done:
				fmt.Fprint(w, "\r\x1b[K")
				return
			case <-tick.C:
			}
		}
	}()
	return p
}

// Stop removes the line.
func (p *Busy) Stop() {
	close(p.done)
	<-p.gone
}
