package main

import (
	"fmt"
	"strings"
	"time"
)

// watchInterval is the time between two drawings of a training that is watched.
const watchInterval = 100 * time.Millisecond

// A live drawing is a sketch that is drawn over itself while a network trains.
type live struct {
	*sketch
	out   *output
	lines int // on the screen
	drawn time.Time
	steps int // of the training
}

// update draws the sketch if it was not drawn a moment ago.
func (l *live) update(c *curve, step int, cost float64) error {
	if time.Since(l.drawn) < watchInterval {
		return nil
	}
	return l.draw(c, step, cost)
}

// draw draws it over what it drew before.
func (l *live) draw(c *curve, step int, cost float64) error {
	lines, err := l.sketch.lines(c)
	if err != nil {
		return err
	}
	lines = append(lines, fmt.Sprintf("step %d of %d, cost %.6f", step, l.steps, cost))
	var b strings.Builder
	if l.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", l.lines)
	}
	for _, line := range lines {
		b.WriteString("\x1b[2K" + line + "\n")
	}
	l.out.print(b.String())
	l.lines, l.drawn = len(lines), time.Now()
	return nil
}
