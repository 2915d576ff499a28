package terminal

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"chainrule/internal/words"
)

const (
	frameInterval = 50 * time.Millisecond // least time between two drawings
	watchSeconds  = 8                     // that a training takes if no speed is given
	leastSpeed    = 0.125                 // steps a second
	mostSpeed     = 1e9
)

// liveKeys says which keys a live drawing knows.
const liveKeys = "Space pause, s step, +/- speed, q end"

// A Live drawing shows a training on the whole screen of a terminal while it goes
// on, not faster than a person can follow. Keys pause it, step through it, change
// its speed and end it.
type Live struct {
	Scene Scene
	Out   *Writer   // to a terminal
	In    io.Reader // keys come from it if it is a terminal, else there are none
	Steps int       // of the training

	// Speed is how many steps a second there are at most; if 0, as many as make the
	// training last 8 seconds.
	Speed float64

	// End is called when the key q is typed, and, where Ctrl-C is no signal, for that.
	End func(interrupted bool)

	stage         *stage
	sketch        *Sketch
	columns, rows int
	speed         float64
	paused, once  bool // once: one step, and then no more
	drawn         time.Time
	took          time.Duration // the last drawing
	due           time.Time     // of the last step that was let through
	changed       bool          // there is something new to draw
}

// open takes the terminal, until Close or the end of ctx.
func (l *Live) open(ctx context.Context) {
	l.speed = l.Speed
	if l.speed == 0 {
		l.speed = float64(l.Steps) / watchSeconds
	}
	l.speed = min(max(l.speed, leastSpeed), mostSpeed)
	l.stage = openStage(l.Out.W, l.In)
	context.AfterFunc(ctx, l.stage.close)
}

// Close gives the terminal back as it was. A second call does nothing.
func (l *Live) Close() {
	if l.stage != nil {
		l.stage.close()
	}
}

// Step shows the training after a number of steps, with the cost before the last
// of them, as far as it is time to. It returns when the next step is due or ctx is
// done. The first call takes the terminal; whoever calls it calls Close, and the end
// of ctx gives the terminal back at once.
func (l *Live) Step(ctx context.Context, step int, cost float64, curve func() Curve) error {
	if l.stage == nil {
		l.open(ctx)
	}
	l.changed = true
	if l.once {
		l.paused, l.once = true, false
	}
	l.due = l.due.Add(time.Duration(float64(time.Second) / l.speed))
	if now := time.Now(); l.due.Before(now.Add(-2 * frameInterval)) {
		l.due = now // what is late stays late, rather than to hurry after a pause
	}
	for {
		for more := true; more; {
			select {
			case key := <-l.stage.keys:
				l.press(key)
			default:
				more = false
			}
		}
		if err := l.update(step, cost, curve); err != nil {
			return err
		}
		wait := time.Until(l.due)
		if ctx.Err() != nil || !l.paused && wait <= 0 {
			return nil
		}
		if l.paused || wait > frameInterval {
			wait = frameInterval
		}
		select {
		case key := <-l.stage.keys:
			l.press(key)
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// press does what a key is for.
func (l *Live) press(key byte) {
	l.changed = true
	switch key {
	case ' ':
		l.paused = !l.paused
	case 's', 'S':
		l.paused, l.once = false, true
		l.due = time.Now()
	case '+', '=':
		l.speed = min(2*l.speed, mostSpeed)
		l.due = time.Now()
	case '-', '_':
		l.speed = max(l.speed/2, leastSpeed)
	case 'q', 'Q':
		l.End(false)
	case keyInterrupt:
		l.End(true)
	}
}

// update draws the training if there is something new and the last drawing is some
// time ago.
func (l *Live) update(step int, cost float64, curve func() Curve) error {
	if now := time.Now(); now.Sub(l.drawn) < max(frameInterval, 2*l.took) {
		return nil
	}
	columns, rows := Screen(l.Out.W)
	if columns != l.columns || rows != l.rows {
		l.columns, l.rows, l.changed = columns, rows, true
		l.sketch = NewSketch(l.Scene, columns, rows)
	}
	if !l.changed {
		return nil
	}
	start := time.Now()
	lines, err := l.frame(step, cost, curve)
	if err != nil {
		return err
	}
	l.Out.written(l.stage.show(lines, columns, rows))
	l.drawn, l.changed = time.Now(), false
	l.took = l.drawn.Sub(start)
	return nil
}

// frame returns the lines of a drawing.
func (l *Live) frame(step int, cost float64, curve func() Curve) ([]string, error) {
	text := func(format string, args ...any) []string {
		return strings.Split(words.Wrap(fmt.Sprintf(format, args...), "", max(l.columns-1, 1)), "\n")
	}
	var lines []string
	if l.sketch == nil {
		lines = text("%s and %s: a drawing needs %d and %d.", words.Count(l.columns, "column"), words.Count(l.rows, "row"), LeastColumns, LeastRows)
	} else {
		var err error
		if lines, err = l.sketch.Lines(curve()); err != nil {
			return nil, err
		}
	}
	state := "at most " + speedText(l.speed)
	if l.paused {
		state = "paused"
	}
	lines = append(lines, text("step %d of %d, cost before it %s, %s", step, l.Steps, words.Cost(cost), state)...)
	if l.stage.in != nil {
		lines = append(lines, text("%s", liveKeys)...)
	}
	return lines, nil
}

// speedText writes a speed of so many steps a second.
func speedText(speed float64) string {
	digits := strconv.FormatFloat(speed, 'g', 3, 64)
	if speed >= 100 {
		digits = strconv.FormatFloat(speed, 'f', 0, 64)
	}
	if digits == "1" {
		return "1 step a second"
	}
	return digits + " steps a second"
}
