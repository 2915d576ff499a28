package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// barInterval is the time between two drawings of a bar.
const barInterval = 100 * time.Millisecond

// A bar is a progress bar in the last line of a terminal.
type bar struct {
	*progressbar.ProgressBar
	drawn time.Time
}

// newBar returns a bar that is not drawn yet, in a terminal of the given width.
func newBar(w io.Writer, width, steps int) *bar {
	count := len(fmt.Sprintf("(%d/%d)", steps, steps))
	return &bar{drawn: time.Now(), ProgressBar: progressbar.NewOptions(max(steps, 1),
		progressbar.OptionSetWriter(w),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionShowCount(),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetWidth(max(min(width-count-11, 40), 1)), // 11: percent, borders and spaces
	)}
}

// update draws the bar, if it was not drawn a moment ago.
func (b *bar) update(step int) {
	if time.Since(b.drawn) >= barInterval {
		b.draw(step)
	}
}

// draw draws the bar; not for the last step, which fills it.
func (b *bar) draw(step int) {
	b.drawn = time.Now()
	if step < b.GetMax() {
		b.Set(step)
	}
}

// hide removes the bar from the screen until the next update.
func (b *bar) hide() { b.Clear() }
