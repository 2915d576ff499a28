package terminal

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// barInterval is the time between two drawings of a bar.
const barInterval = 100 * time.Millisecond

// A Bar is a progress bar in the last line of a terminal.
type Bar struct {
	*progressbar.ProgressBar
	drawn time.Time
}

// NewBar returns a bar that is not drawn yet, in a terminal of the given width.
func NewBar(w io.Writer, width, steps int) *Bar {
	count := len(fmt.Sprintf("(%d/%d)", steps, steps))
	return &Bar{drawn: time.Now(), ProgressBar: progressbar.NewOptions(max(steps, 1),
		progressbar.OptionSetWriter(w),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionShowCount(),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetWidth(max(min(width-count-11, 40), 1)), // 11: percent, borders and spaces
	)}
}

// Update draws the bar, if it was not drawn a moment ago.
func (b *Bar) Update(step int) {
	if time.Since(b.drawn) >= barInterval {
		b.Draw(step)
	}
}

// Draw draws the bar; not for the last step, which fills it.
func (b *Bar) Draw(step int) {
	b.drawn = time.Now()
	if step < b.GetMax() {
		b.Set(step)
	}
}

// Hide removes the bar from the screen until the next update.
func (b *Bar) Hide() { b.Clear() }
