package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/play/server"
)

// small is a network that trains fast, of a given seed.
const small = `{"version":1,"inputs":2,"layers":[{"kind":"dense","units":2,"activation":"tanh"},{"kind":"dense","units":1,"activation":"sigmoid"}],` +
	`"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1.2},"data":{"kind":"toy","name":"xor"},"seed":SEED}`

func opening(seed string) string {
	return `{"do":"open","experiment":` + strings.Replace(small, "SEED", seed, 1) + `}`
}

// serve serves until the test ends, and returns the address.
func serve(t testing.TB, s *server.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// field returns one of an answer's JSON.
func (a answer) field(name string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(a.body), &fields) != nil {
		return ""
	}
	text, _ := fields[name].(string)
	return text
}

// do sends a request; header has pairs.
func do(t testing.TB, method, url, body string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	got, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{got.StatusCode, got.Header, string(text)}
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}

// newTab opens a tab and returns its address.
func newTab(t testing.TB, at string) string {
	t.Helper()
	a := do(t, "POST", at+"/tabs", "{}")
	if a.status != 200 || a.field("tab") == "" {
		t.Fatal(a)
	}
	return at + "/tabs/" + a.field("tab")
}

// ask asks a tab, which has to answer.
func ask(t testing.TB, tab, request string) string {
	t.Helper()
	a := do(t, "POST", tab, request, "Content-Type", "application/json")
	if a.status != 200 {
		t.Fatalf("%s: %d %s", request, a.status, a.body)
	}
	return a.body
}

// events are those of a tab, until the test or the tab ends.
type events struct {
	t    testing.TB
	body io.ReadCloser
	in   *bufio.Reader
}

func listen(t testing.TB, tab string) *events {
	t.Helper()
	r, err := client.Get(tab + "/events")
	if err != nil {
		t.Fatal(err)
	}
	if kind := r.Header.Get("Content-Type"); r.StatusCode != 200 || kind != "text/event-stream" {
		t.Fatal(r.StatusCode, kind)
	}
	t.Cleanup(func() { r.Body.Close() })
	return &events{t, r.Body, bufio.NewReader(r.Body)}
}

// An event as far as tests look at it.
type event struct {
	Event string
	State struct{ Step int }
	Frame struct{ Seq, Step int }
}

// next returns the next event, or an error at the end.
func (e *events) next() (event, error) {
	line, err := e.in.ReadBytes('\n')
	if err != nil {
		return event{}, err
	}
	text, is := bytes.CutPrefix(line, []byte("data: "))
	if empty, _ := e.in.ReadByte(); !is || empty != '\n' {
		e.t.Errorf("%.60q is no event", line)
	}
	var got event
	if err := json.Unmarshal(text, &got); err != nil {
		e.t.Error(err)
	}
	return got, nil
}

// until reads events up to one that is right.
func (e *events) until(right func(event) bool) event {
	e.t.Helper()
	for {
		got, err := e.next()
		if err != nil {
			e.t.Fatal(err)
		}
		if right(got) {
			return got
		}
	}
}

// wait waits until something holds.
func wait(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not come to hold that %s", what)
		}
	}
}
