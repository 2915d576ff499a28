package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The page is at the address that is printed, its tabs begin with the worksheet, nothing is
// written, and an interruption ends it with exit code 0, even while a page listens.
func TestPlay(t *testing.T) {
	dir := t.TempDir()
	sheet := filepath.Join(t.TempDir(), "sheet.json")
	text := `{"version":1,"title":"A sheet","section":"s","tasks":[{"claim":"c","question":"q","experiment":{"version":1,"inputs":2,` +
		`"layers":[{"kind":"dense","units":1,"activation":"sigmoid"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1},"data":{"kind":"toy","name":"xor"}},` +
		`"change":["experiment.rule.rate"],"goal":{"kind":"cost-below","value":0.1}}]}`
	must(os.WriteFile(sheet, []byte(text), 0o644))
	t.Chdir(dir)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, to := io.Pipe()
	var errs lockedBuffer
	code := make(chan int, 1)
	go func() { code <- run(ctx, []string{"play", "--class", sheet}, to, &errs) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, url, _ := strings.Cut(line, " is at ")
	url, _, ok := strings.Cut(url, " ")
	if !ok || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatal(line)
	}
	read := func(r *http.Response, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != 200 {
			t.Fatal(r.StatusCode, string(body), err)
		}
		return string(body)
	}
	if page := read(http.Get(url)); !strings.Contains(page, `<meta name="transport" content="server">`) {
		t.Error(page)
	}
	_, tab, _ := strings.Cut(read(http.Post(url+"tabs", "application/json", strings.NewReader("{}"))), `"tab":"`)
	tab, _, _ = strings.Cut(tab, `"`)
	if class := read(http.Post(url+"tabs/"+tab, "application/json", strings.NewReader(`{"do":"class"}`))); !strings.Contains(class, `"title":"A sheet"`) {
		t.Error(class)
	}
	stream, err := http.Get(url + "tabs/" + tab + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	stop()
	if got := <-code; got != 0 || errs.String() != "" {
		t.Errorf("exit code %d, %q", got, errs.String())
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v was written, %v", left, err)
	}
}

func TestPlayMistakes(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	must(err)
	defer taken.Close()
	t.Chdir(t.TempDir())
	must(os.WriteFile("bad.json", []byte(`{"version":1,"title":"x","section":"s","tasks":[{}]}`), 0o644))
	must(os.WriteFile("large.json", make([]byte, mostWorksheet+1), 0o644))
	for _, c := range []struct{ args, want string }{
		{"x", `unexpected argument "x"`},
		{"--addr nowhere", "--addr nowhere: "},
		{"--addr " + taken.Addr().String(), "address already in use"},
		{"--class none.json", "--class none.json: no such file"},
		{"--class .", "--class .: "},
		{"--class bad.json", "--class bad.json: tasks[0].claim: missing"},
		{"--class large.json", "a file of at most 1048576 bytes expected"},
		{"--static site --open", "--open is about a server"},
		{"--static bad.json", "a directory expected, bad.json is a file"},
		{"--static site", "run 'go run ./cmd/demo play --static DIR' in a clone"},
	} {
		code, out, stderr := demo(t.Context(), append([]string{"play"}, strings.Fields(c.args)...)...)
		if code != 2 || out != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, %q, %q; %q expected", c.args, code, out, stderr, c.want)
		}
	}
	if _, err := os.Stat("site"); err == nil {
		t.Error("the directory was made, and there is nothing for it")
	}
}

// Names are given, and told of, only where other machines can come in.
func TestReachable(t *testing.T) {
	own, err := os.Hostname()
	must(err)
	for _, c := range []struct {
		addr, at, url string
		names         []string
	}{
		{"127.0.0.1:0", "127.0.0.1:81", "http://127.0.0.1:81/", nil},
		{"localhost:0", "[::1]:81", "http://localhost:81/", nil},
		{"[::1]:0", "[::1]:81", "http://[::1]:81/", nil},
		{"desk:0", "127.0.1.1:81", "http://desk:81/", []string{"desk"}}, // as Debian's /etc/hosts has it
		{":81", "[::]:81", "http://localhost:81/", []string{own, own + ".local"}},
		{"0.0.0.0:81", "0.0.0.0:81", "http://localhost:81/", []string{own, own + ".local"}},
		{"desk:81", "192.168.1.7:81", "http://desk:81/", []string{own, own + ".local", "desk"}},
	} {
		url, names := reachable(c.addr, netip.MustParseAddrPort(c.at))
		if url != c.url || !slices.Equal(names, c.names) {
			t.Errorf("%s: %s, %q; %s, %q expected", c.addr, url, names, c.url, c.names)
		}
	}
}

// Without a browser the page is served all the same, and the reader told.
func TestOpenWithoutBrowser(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it takes away what opens a browser on Linux")
	}
	broken := t.TempDir()
	must(os.WriteFile(filepath.Join(broken, "xdg-open"), []byte("#!/bin/sh\nexit 3\n"), 0o755))
	for path, want := range map[string]string{t.TempDir(): "(there is no xdg-open): open http://127.0.0.1:", broken: "(xdg-open: exit status 3): open http://127.0.0.1:"} {
		t.Setenv("PATH", path)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		out, to := io.Pipe()
		var errs lockedBuffer
		code := make(chan int, 1)
		go func() { code <- run(ctx, []string{"play", "--open"}, to, &errs) }()
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || !strings.Contains(line, "http://127.0.0.1:") {
			t.Fatal(line, err)
		}
		for end := time.Now().Add(time.Minute); !strings.Contains(errs.String(), "no browser was opened "+want); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%q, %q expected", errs.String(), want)
			}
		}
		stop()
		if got := <-code; got != 0 {
			t.Errorf("exit code %d", got)
		}
	}
}
