package server_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/play"
	"chainrule/cmd/demo/internal/play/server"
)

// Whatever is sent gets an answer: one with a status below 300, or from 400 to 499 with a
// sentence. The session is a real one that plays an experiment and is asked on and on.
//
//	go test -run '^$' -fuzz Requests -fuzztime 1000000x ./cmd/demo/internal/play/server
func FuzzRequests(f *testing.F) {
	for _, body := range []string{
		"", "{", "null", `{"do":"state"}`, opening("1"), opening("-1"), `{"do":"goto","step":5}`, `{"do":"goto","step":1e99}`, `{"do":"step","by":-3,"unit":"epoch"}`,
		`{"do":"derive","run":0,"convention":"mean","examples":"few","example":2}`, `{"do":"entry","run":0,"line":"dW1","row":0,"col":1}`,
		`{"do":"nudge","run":0,"param":"W1","row":0,"col":0,"delta":0.1}`, `{"do":"judge","run":0,"text":"[[1,2]]","line":"dW2"}`, `{"do":"mistakes"}`, `{"do":"lessons"}`,
		`{"do":"class","name":"","task":3}`, `{"do":"export","run":0,"format":"npz"}`, `{"do":"restart","seed":4}`, `{"do":"play","speed":0}`, `{"do":"pause"}`,
		`{"do":"open","experiment":{"version":1,"inputs":2,"layers":[{"kind":"dense","units":1}],"cost":{"kind":"squared-error"},"rule":{"kind":"adam"},"data":{"kind":"csv","path":"points.csv","label":"y"}},"files":{"points.csv":"x1,x2,y\n1,2,3\n"}}`,
	} {
		f.Add("POST", "", "application/json", "", body)
	}
	f.Add("GET", "/close", "text/plain", "http://evil.example", "")
	f.Add("\x00", "/../../x", "a/b; c=\"", "null", "\xff")
	s := &server.Server{Limits: play.Limits{Examples: 200, Weights: 500, Units: 20, Values: 20_000, Text: 1 << 16, Work: 2 * time.Millisecond, Snapshots: 1 << 20}}
	f.Cleanup(s.Close)
	var tab string
	f.Fuzz(func(t *testing.T, method, path, kind, origin, body string) {
		r := httptest.NewRequest("POST", "http://localhost/tabs", nil)
		w := httptest.NewRecorder()
		if tab == "" {
			s.ServeHTTP(w, r)
			var opened struct{ Tab string }
			if err := json.Unmarshal(w.Body.Bytes(), &opened); err != nil {
				t.Fatal(err)
			}
			tab = opened.Tab
		}
		w = httptest.NewRecorder()
		r = httptest.NewRequest("POST", "http://localhost/tabs/"+tab, strings.NewReader(body))
		r.Method = method
		r.URL.Path += path
		r.Header.Set("Content-Type", kind)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if strings.HasSuffix(r.URL.Path, "/events") && method == "GET" {
			return // a stream has no end
		}
		s.ServeHTTP(w, r)
		switch {
		case w.Code < 300:
			if path == "/close" {
				tab = ""
			} else if !json.Valid(w.Body.Bytes()) && strings.HasPrefix(r.URL.Path, "/tabs") {
				t.Errorf("%q: %.100s", body, w.Body)
			}
		case w.Code >= 400 && w.Code < 500:
			var p struct{ Error, Path string }
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || !strings.Contains(strings.TrimSpace(p.Path+" "+p.Error), " ") { // "missing" goes with a path
				t.Errorf("%s %q %q: %d %q, %v", method, path, body, w.Code, w.Body, err)
			}
		default:
			t.Errorf("%s %q %q: %d %s", method, path, body, w.Code, w.Body)
		}
	})
}
