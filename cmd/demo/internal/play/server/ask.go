package server

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"chainrule/cmd/demo/internal/play"
)

// ask answers a request of the page.
func (t *tab) ask(w http.ResponseWriter, r *http.Request) *problem {
	if p := method(r, http.MethodPost); p != nil {
		return p
	}
	body, p := t.server.body(w, r)
	if p != nil {
		return p
	}
	reply, err := t.session.Ask(body)
	if err != nil && !t.server.has(t) {
		return t.server.unknown(t.id)
	}
	if err != nil {
		p := problemf(http.StatusBadRequest, "%v", err)
		if at := (*play.RequestError)(nil); errors.As(err, &at) {
			p.Error, p.Path = at.Text, at.Path
		}
		return p
	}
	writeText(w, http.StatusOK, reply)
	return nil
}

// body reads that of a request.
func (s *Server) body(w http.ResponseWriter, r *http.Request) ([]byte, *problem) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, problemf(http.StatusUnsupportedMediaType, "the body is encoded as %s, none expected", shortened(coding))
	}
	given := r.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(given)
	if charset := params["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, problemf(http.StatusUnsupportedMediaType, "the content type %q given, application/json expected", shortened(given))
	}
	limit := int64(cmp.Or(s.Limits.Text, play.Text))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, problemf(http.StatusRequestEntityTooLarge, "the request has more than %d bytes, which is as many as it may have", limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, problemf(http.StatusRequestTimeout, "the request did not come within %v", s.bodyTime())
	case err != nil:
		return nil, problemf(http.StatusBadRequest, "the request did not come whole: %v", err)
	}
	http.NewResponseController(w).SetReadDeadline(time.Time{}) // the answer may take its time
	return body, nil
}
