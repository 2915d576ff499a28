package play

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/words"
)

// A handler answers a request while it holds the session.
type handler = func(s *Session, request json.RawMessage) (any, error)

// requests are all there are, by what field do says.
var requests map[string]handler

func init() { // since handlers tell what there is
	requests = map[string]handler{
		"open":    handle((*Session).open),
		"state":   handle((*Session).askState),
		"frame":   handle((*Session).askFrame),
		"play":    handle((*Session).play),
		"pause":   handle((*Session).pause),
		"step":    handle((*Session).step),
		"goto":    handle((*Session).goTo),
		"restart": handle((*Session).restart),
		"derive":  handle((*Session).derive),
		"entry":   handle((*Session).entry),
		"nudge":   handle((*Session).nudge),

		"mistakes": handle((*Session).askMistakes),
		"judge":    handle((*Session).judge),
		"lessons":  handle((*Session).askLessons),
		"class":    handle((*Session).askClass),
		"export":   handle((*Session).export),
	}
}

// nothing is a request without fields but do, and a reply without any.
type nothing struct{}

// A RequestError says what is wrong with a request.
type RequestError struct {
	Path string // in the JSON of the request, such as experiment.layers[1].units; empty for the whole
	Text string // a sentence

	cause error
}

// Error returns the sentence behind the path.
func (e *RequestError) Error() string {
	if e.Path == "" {
		return e.Text
	}
	return e.Path + ": " + e.Text
}

// Unwrap returns what it comes of, nil if it is of the request itself.
func (e *RequestError) Unwrap() error { return e.cause }

// badf returns a RequestError.
func badf(path, format string, args ...any) error {
	return &RequestError{Path: path, Text: fmt.Sprintf(format, args...)}
}

// requestError returns an error as a RequestError below a path.
func requestError(path string, err error) error {
	var request *RequestError
	var setting *experiment.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &request):
		return request
	case errors.As(err, &setting):
		return &RequestError{Path: strings.Trim(path+"."+setting.Path, "."), Text: withoutPlace(setting.Err), cause: err}
	}
	return &RequestError{Path: path, Text: withoutPlace(err), cause: err}
}

// withoutPlace is what an error says, but for the line of this program that a graph's names.
func withoutPlace(err error) string {
	var located *graph.Error
	if errors.As(err, &located) {
		err = located.Err
	}
	return err.Error()
}

// parse returns what answers a request, and its fields without do.
func (s *Session) parse(request []byte) (handler, json.RawMessage, error) {
	if len(request) > s.limits.Text {
		return nil, nil, badf("", "the request has %d bytes, at most %d expected", len(request), s.limits.Text)
	}
	if err := experiment.CheckSyntax(request); err != nil {
		return nil, nil, requestError("", err)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(request, &fields) != nil || fields == nil {
		return nil, nil, badf("", `the request is no JSON object, one with a field "do" expected`)
	}
	if err := checkTwice(request); err != nil {
		return nil, nil, err
	}
	var do string
	names := slices.Sorted(maps.Keys(requests))
	switch raw, given := fields["do"]; {
	case !given:
		return nil, nil, badf("do", "missing, one of %s expected", words.List(names, "or"))
	case json.Unmarshal(raw, &do) != nil:
		return nil, nil, badf("do", "%s given, the name of a request expected", experiment.Shortened(string(raw)))
	case requests[do] == nil:
		return nil, nil, badf("do", "unknown request %q%s", experiment.Shortened(do), experiment.Hint(do, names))
	}
	delete(fields, "do")
	rest, err := json.Marshal(fields)
	return requests[do], rest, err
}

// checkTwice reports a field of an object that is there twice, the outermost one's only:
// experiments look at theirs themselves.
func checkTwice(object []byte) error {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return requestError("", err)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return requestError("", err)
		}
		name, _ := token.(string)
		if seen[name] {
			return badf(experiment.Shortened(name), "the field is there twice")
		}
		seen[name] = true
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return requestError("", err)
		}
	}
	return nil
}

// handle makes a handler of a method that takes the fields of a request as a struct.
func handle[T any](f func(s *Session, request T) (any, error)) handler {
	return func(s *Session, raw json.RawMessage) (any, error) {
		var request T
		if err := decode(raw, &request); err != nil {
			return nil, err
		}
		return f(s, request)
	}
}

// decode reads JSON strictly.
func decode(raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, err := d.Token(); err != io.EOF {
			return badf("", "the request goes on after its object")
		}
		return nil
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return badf(kind.Field, "%s given, %s expected", kind.Value, kindWord(kind))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return badf(experiment.Shortened(strings.Trim(name, `"`)), "there is no such field")
	}
	return requestError("", err)
}

// kindWord says in JSON's words what a field takes.
func kindWord(e *json.UnmarshalTypeError) string {
	switch e.Type.Kind().String() {
	case "int":
		return "a whole number"
	case "float64", "uint32":
		return "a number"
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "slice":
		return "a list"
	}
	return "an object"
}
