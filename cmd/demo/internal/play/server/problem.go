package server

import (
	"encoding/json"
	"fmt"
	"net/http"

	"chainrule/internal/experiment"
)

// A problem is why a request is not answered.
type problem struct {
	status int
	Error  string `json:"error"`          // a sentence
	Path   string `json:"path,omitempty"` // in the JSON of the request
	allow  string // methods that there are, of a status 405
}

func problemf(status int, format string, args ...any) *problem {
	return &problem{status: status, Error: fmt.Sprintf(format, args...)}
}

func (p *problem) write(w http.ResponseWriter) {
	if p.allow != "" {
		w.Header().Set("Allow", p.allow)
	}
	if p.status == http.StatusRequestTimeout || p.status == http.StatusRequestEntityTooLarge {
		w.Header().Set("Connection", "close") // the rest of the body is not waited for
	}
	writeJSON(w, p.status, p)
}

// writeJSON answers with a value; one who is gone misses it.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"the answer is no JSON"}`)
	}
	writeText(w, status, body)
}

func writeText(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}

// method checks that of a request.
func method(r *http.Request, allowed string) *problem {
	if r.Method == allowed {
		return nil
	}
	p := problemf(http.StatusMethodNotAllowed, "%s given, %s expected", shortened(r.Method), allowed)
	p.allow = allowed
	return p
}

// shortened returns what was given as it may stand in a sentence.
func shortened(s string) string { return experiment.Shortened(s) }
