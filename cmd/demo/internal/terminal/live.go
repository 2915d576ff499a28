package terminal

import (
	"fmt"
	"strings"
	"time"
)

// watchInterval is the time between two drawings of a training that is watched.
const watchInterval = 100 * time.Millisecond

// A Live drawing is a sketch that is drawn over itself while a network trains.
type Live struct {
	*Sketch
	Out   *Writer
	Steps int // of the training

	lines int // on the screen
	drawn time.Time
}

// Update draws the sketch if it was not drawn a moment ago.
func (l *Live) Update(c Curve, step int, cost float64) error {
	if time.Since(l.drawn) < watchInterval {
		return nil
	}
	return l.Draw(c, step, cost)
}

// Draw draws it over what it drew before.
func (l *Live) Draw(c Curve, step int, cost float64) error {
	lines, err := l.Sketch.Lines(c)
	if err != nil {
		return err
	}
	lines = append(lines, fmt.Sprintf("step %d of %d, cost %.6f", step, l.Steps, cost))
	var b strings.Builder
	if l.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", l.lines)
	}
	for _, line := range lines {
		b.WriteString("\x1b[2K" + line + "\n")
	}
	l.Out.Print(b.String())
	l.lines, l.drawn = len(lines), time.Now()
	return nil
}
