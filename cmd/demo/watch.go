package main

import (
	"context"
	"errors"
	"io"

	"chainrule/cmd/demo/internal/terminal"
)

// errEnded is why a training ends that its watcher has seen enough of.
var errEnded = errors.New("ended by the key q")

// newWatch returns a reporter that draws the training on the terminal that out
// is, with keys from in. The key q calls end with errEnded.
func newWatch(out *terminal.Writer, in io.Reader, end context.CancelCauseFunc) *textReport {
	r := &textReport{Writer: out}
	r.live = &terminal.Live{Out: out, In: in, End: func(interrupted bool) {
		if interrupted {
			end(context.Canceled)
		} else {
			r.ended = true
			end(errEnded)
		}
	}}
	return r
}

// stopped says how a training came to its end before the last step.
func (r *textReport) stopped() string {
	if r.ended {
		return "Ended"
	}
	return "Interrupted"
}
