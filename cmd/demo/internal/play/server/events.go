package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// events is a stream of what the session tells, until the reader is gone or the tab ends.
// The session trains while it lasts. A new stream ends the one before.
func (t *tab) events(w http.ResponseWriter, r *http.Request) *problem {
	if p := method(r, http.MethodGet); p != nil {
		return p
	}
	if r.ContentLength != 0 {
		return problemf(http.StatusBadRequest, "a stream of events is asked for without a body")
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := http.NewResponseController(w)
	out.SetReadDeadline(time.Time{}) // nothing more is to come
	ended := t.stream.begin(func() {
		cancel()
		out.SetWriteDeadline(time.Now()) // what waits for a slow reader waits no more
	})
	defer ended()

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if out.Flush() != nil {
		return nil
	}
	var line []byte
	emit := func(event []byte) error {
		out.SetWriteDeadline(time.Now().Add(t.server.idle()))
		if err := ctx.Err(); err != nil { // looked at after that, so that a stop's deadline stands
			return err
		}
		line = append(append(append(line[:0], "data: "...), event...), "\n\n"...)
		if _, err := w.Write(line); err != nil {
			return errors.Join(errGone, err)
		}
		if err := out.Flush(); err != nil {
			return errors.Join(errGone, err)
		}
		return nil
	}
	err := t.session.Run(ctx, emit)
	if err != nil && ctx.Err() == nil && !errors.Is(err, errGone) && t.server.has(t) {
		t.server.log().Error("a session failed", "error", err)
		if event, err := json.Marshal(map[string]string{"event": "error", "message": err.Error()}); err == nil {
			emit(event)
		}
	}
	return nil
}

// errGone says that nobody reads.
var errGone = errors.New("the reader is gone")
