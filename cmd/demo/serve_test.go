package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// A locked buffer is written by a server and read by a test.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The server answers at the address that it says, and ends with exit code 0 when it is
// interrupted, not before a request under way is answered.
func TestServe(t *testing.T) {
	path, m, set := trained(t, "iris", 40)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, to := io.Pipe()
	var errs lockedBuffer
	code := make(chan int, 1)
	go func() { code <- run(ctx, []string{"serve", path, "--addr", "localhost:0"}, to, &errs) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, url, ok := strings.Cut(strings.TrimSpace(line), " is served at ")
	if !ok {
		t.Fatal(line)
	}
	r, err := http.Post(url+"/predict", "text/csv", strings.NewReader(shippedText(t, "iris")))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil || r.StatusCode != 200 || strings.Count(string(body), `"class":`) != set.Len() {
		t.Fatal(r.StatusCode, string(body), err)
	}
	r, err = http.Get(url + "/model")
	if err != nil {
		t.Fatal(err)
	}
	body, _ = io.ReadAll(r.Body)
	r.Body.Close()
	if !strings.Contains(string(body), m.ClassNames()[1]) {
		t.Errorf("%s", body)
	}

	// A request whose body comes after the interruption.
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	text := `{"inputs":[[1,2,3,4]]}`
	io.WriteString(c, "POST /predict HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 22\r\n\r\n")
	answers := bufio.NewReader(c)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // the handler reads
		t.Fatal(line, err)
	}
	stop()
	io.WriteString(c, text)
	rest, err := io.ReadAll(answers)
	if err != nil || !strings.Contains(string(rest), "200 OK") || !strings.Contains(string(rest), `"class":`) {
		t.Errorf("%q, %v", rest, err)
	}
	if got := <-code; got != 0 || errs.String() != "" {
		t.Errorf("exit code %d, %q", got, errs.String())
	}
}

func TestServeMistakes(t *testing.T) {
	path, _, _ := trained(t, "iris", 1)
	taken, err := net.Listen("tcp", "localhost:0")
	must(err)
	defer taken.Close()
	for _, c := range []struct{ args, want string }{
		{"", "the name of a model file expected"},
		{"none", "none: no such file"},
		{".", "this is a directory, a model file expected"},
		{"serve_test.go", "serve_test.go: "},
		{path + " --addr nowhere", "--addr nowhere: "},
		{path + " --addr " + taken.Addr().String(), "address already in use"},
		{path + " --max-rows 0", "--max-rows 0: a whole number from 1"},
		{path + " --timeout 0", "--timeout 0: a number of seconds"},
	} {
		code, out, stderr := demo(t.Context(), append([]string{"serve"}, strings.Fields(c.args)...)...)
		if code != 2 || out != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, %q, %q; %q expected", c.args, code, out, stderr, c.want)
		}
	}
}
