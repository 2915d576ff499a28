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
// is, with keys from in. The key q calls end with errEnded; when ctx is done, the
// terminal is given back at once.
func newWatch(ctx context.Context, out *terminal.Writer, in io.Reader, end context.CancelCauseFunc) *textReport {
	r := &textReport{Writer: out}
	r.live = &terminal.Live{Out: out, In: in, End: func(interrupted bool) {
		if interrupted {
			end(context.Canceled)
		} else {
			r.ended = true
			end(errEnded)
		}
	}}
	context.AfterFunc(ctx, r.live.Close)
	return r
}

// stopped says how a training came to its end before the last step.
func (r *textReport) stopped() string {
	if r.ended {
		return "Ended"
	}
	return "Interrupted"
}
