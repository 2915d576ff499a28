package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"
)

// A problem is why a request is not answered.
type problem struct {
	Status  int    `json:"status"`
	Message string `json:"message"`
	Row     int    `json:"row,omitempty"`    // of the examples, from 1
	Line    int    `json:"line,omitempty"`   // of CSV, from 1
	Column  string `json:"column,omitempty"` // the name
	Input   int    `json:"input,omitempty"`  // of a row of inputs, from 1
}

func (p *problem) Error() string { return p.Message }

func problemf(status int, format string, args ...any) *problem {
	return &problem{Status: status, Message: fmt.Sprintf(format, args...)}
}

// badf is a problem of what a body says.
func badf(format string, args ...any) *problem {
	return problemf(http.StatusBadRequest, format, args...)
}

// write answers with the problem and returns its status.
func (p *problem) write(w http.ResponseWriter) int {
	b, err := json.Marshal(map[string]*problem{"error": p})
	if err != nil { // which texts and numbers never are
		b = []byte(`{"error":{}}`)
	}
	return send(w, p.Status, "application/json", append(b, '\n'))
}

// shortened returns what a client sent for a message.
func shortened(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}
