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
	w              io.Writer
	width          func() int // of the terminal now
	columns, steps int
	drawn          time.Time
}

// NewBar returns a bar that is not drawn yet, in the terminal that w is.
func NewBar(w io.Writer, steps int) *Bar {
	b := &Bar{w: w, width: func() int { return Width(w) }, steps: steps, drawn: time.Now()}
	b.fit(b.width())
	return b
}

// fit makes the bar so long that it fits into so many columns, and the ^C behind it
// that a terminal shows.
func (b *Bar) fit(columns int) {
	b.columns = columns
	count := len(fmt.Sprintf("(%d/%d)", b.steps, b.steps))
	b.ProgressBar = progressbar.NewOptions(max(b.steps, 1),
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionShowCount(),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetWidth(max(min(columns-count-14, 40), 1)), // 14: percent, borders and spaces, ^C
	)
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
	if columns := b.width(); columns != b.columns {
		b.Hide()
		b.fit(columns)
	}
	if step < b.GetMax() {
		b.Set(step)
	}
}

// Hide removes the bar from the screen until the next update.
func (b *Bar) Hide() { b.Clear() }
