package serve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chainrule/internal/files"
	"chainrule/layers/predict"
	"chainrule/layers/predict/serve"
)

// 64 clients ask while the file of the model is exchanged again and again, once by a broken
// one: every answer is right for one of the two models, and none fails.
func TestExchange(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "m.safetensors"), filepath.Join(dir, "other.safetensors")
	models := [2]*predict.Model{flowers(t, path, 1), flowers(t, other, 2)}
	var contents [2][]byte
	for k, p := range []string{path, other} {
		var err error
		if contents[k], err = os.ReadFile(p); err != nil {
			t.Fatal(err)
		}
	}
	h, err := serve.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	h.Poll = time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() { h.Watch(ctx); close(watched) }()
	server := httptest.NewServer(h)
	defer server.Close()

	var asked [2]atomic.Int64
	var clients sync.WaitGroup
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	for c := range 64 {
		clients.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				which, err := askOne(&http.Client{Transport: transport}, server.URL, models, c, n)
				if err != nil {
					t.Error(err)
					return
				}
				asked[which].Add(1)
			}
		})
	}
	for n := range 8 {
		content := contents[(n+1)%2]
		if n == 5 {
			content = content[:len(content)-1] // broken: the one before stays
		}
		before := h.Model()
		if err := files.Replace(path, content); err != nil {
			t.Fatal(err)
		}
		wait(t, func() bool {
			failed := strings.Contains(ask(h, "GET", "/metrics", "").Body.String(), "result=\"failed\"} 1\n")
			return n == 5 && failed || n != 5 && h.Model() != before
		})
		if n == 5 && h.Model() != before {
			t.Error("a broken file changed the model")
		}
		seen := asked[0].Load() + asked[1].Load()
		wait(t, func() bool { return asked[0].Load()+asked[1].Load() > seen+64 || t.Failed() })
	}
	stop()
	clients.Wait()
	<-watched
	if asked[0].Load() == 0 || asked[1].Load() == 0 {
		t.Errorf("%d and %d answers of the two models, some of each expected", asked[0].Load(), asked[1].Load())
	}
}

// wait waits until something holds.
func wait(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come to hold")
		}
	}
}

// askOne asks for some examples and returns which model answered.
func askOne(client *http.Client, url string, models [2]*predict.Model, c, n int) (int, error) {
	rows := 1 + (c+n)%7
	var x []float64
	var table strings.Builder
	table.WriteString("colour,wide,long\n")
	for i := range rows {
		long, wide := float64(c-n%50)/16, float64(i)-0.5
		x = append(x, long, wide, 0, 1)
		fmt.Fprintf(&table, "red,%v,%v\n", wide, long)
	}
	r, err := client.Post(url+"/predict", "text/csv", strings.NewReader(table.String()))
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		return 0, fmt.Errorf("%d %s, %v", r.StatusCode, body, err)
	}
	var got []float64
	var a answered
	if err := decode(body, &a); err != nil {
		return 0, err
	}
	for _, p := range a.Predictions {
		for _, name := range models[0].ClassNames() {
			got = append(got, p.Probabilities[name])
		}
	}
	want := make([]float64, rows*3)
	for k, m := range models {
		if err := m.Predict(want, x); err != nil {
			return 0, err
		}
		if equal(got, want) {
			return k, nil
		}
	}
	return 0, errors.New("an answer is that of neither model")
}

// A client that does not send its body is told so in the end.
func TestSlowBody(t *testing.T) {
	h := open(t)
	h.Timeout = 50 * time.Millisecond
	server := httptest.NewServer(h)
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
	answer, err := io.ReadAll(c) // the server closes what it could not read
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") || !strings.Contains(string(answer), "did not come within 50ms") {
		t.Errorf("%q, %v", answer, err)
	}
}

// A file that is written in place, cut short, gone, or a pipe: the model stays, and the next
// whole file is taken.
func TestReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	flowers(t, path, 1)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := serve.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	before := h.Model()
	for name, change := range map[string]func() error{
		"cut":         func() error { return os.WriteFile(path, whole[:len(whole)/2], 0o644) },
		"gone":        func() error { return os.Remove(path) },
		"a directory": func() error { return os.Mkdir(path, 0o755) },
	} {
		os.Remove(path)
		if name == "gone" {
			os.WriteFile(path, nil, 0o644)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if err := h.Reload(); err == nil || !strings.Contains(err.Error(), path) || h.Model() != before {
			t.Errorf("%s: %v", name, err)
		}
	}
	os.Remove(path)
	if err := os.WriteFile(path, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := h.Reload(); err != nil || h.Model() == before {
		t.Errorf("a whole file again: %v", err)
	}
}
