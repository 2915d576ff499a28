package serve

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The types of content.
const (
	jsonType = "application/json"
	csvType  = "text/csv"
)

// bodyType returns the type of a request's body.
func bodyType(r *http.Request) (string, *problem) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return "", problemf(http.StatusUnsupportedMediaType, "the body is encoded as %s, none expected", shortened(coding))
	}
	given := r.Header.Get("Content-Type")
	if given == "" || given == jsonType {
		return jsonType, nil
	}
	kind, params, err := mime.ParseMediaType(given)
	switch charset := params["charset"]; {
	case err != nil || kind != jsonType && kind != csvType:
		return "", problemf(http.StatusUnsupportedMediaType, "the content type %s given, %s or %s expected", shortened(given), jsonType, csvType)
	case charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii"):
		return "", problemf(http.StatusUnsupportedMediaType, "the charset %s given, utf-8 expected", shortened(charset))
	}
	return kind, nil
}

// answerType returns the type that the header Accept prefers, of equals JSON. Of the ranges
// that match a type the narrowest tells its weight (RFC 9110, 12.5.1).
func answerType(r *http.Request) (string, *problem) {
	given := r.Header.Values("Accept")
	if len(given) == 0 || len(given) == 1 && (given[0] == "*/*" || given[0] == jsonType) {
		return jsonType, nil
	}
	weights, widths := [2]float64{}, [2]int{}
	for _, part := range strings.Split(strings.Join(given, ","), ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, ok := params["q"]; ok {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || !(weight >= 0 && weight <= 1) {
				continue
			}
		}
		for k, of := range []string{jsonType, csvType} {
			width := 0
			switch above, _, _ := strings.Cut(of, "/"); kind {
			case of:
				width = 3
			case above + "/*":
				width = 2
			case "*/*":
				width = 1
			}
			if width > widths[k] {
				weights[k], widths[k] = weight, width
			}
		}
	}
	switch {
	case weights[0] == 0 && weights[1] == 0:
		return "", problemf(http.StatusNotAcceptable, "Accept: %s given, %s or %s expected", shortened(strings.Join(given, ", ")), jsonType, csvType)
	case weights[1] > weights[0]:
		return csvType, nil
	}
	return jsonType, nil
}
