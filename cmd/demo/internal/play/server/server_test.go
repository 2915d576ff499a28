package server_test

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/play"
	"chainrule/cmd/demo/internal/play/server"
	"chainrule/cmd/demo/internal/play/web"
)

// All files of the page are served as they are, as what a browser takes them for, and nothing else.
func TestFiles(t *testing.T) {
	at := serve(t, &server.Server{})
	names, err := fs.Glob(web.Files, "*")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
	for _, name := range append(names, "") {
		file := name
		if name == "" {
			file = "index.html"
		}
		want, err := fs.ReadFile(web.Files, file)
		if err != nil {
			t.Fatal(err)
		}
		_, ending, _ := strings.Cut(file, ".")
		got := do(t, "GET", at+"/"+name, "")
		if got.status != 200 || got.body != string(want) || got.header.Get("Content-Type") != types[ending] || types[ending] == "" {
			t.Errorf("%s: %d, %s", name, got.status, got.header)
		}
		for field, value := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got.header.Get(field) != value {
				t.Errorf("%s: %s is %q", name, field, got.header.Get(field))
			}
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", name, policy)
		}
	}
	if got := do(t, "HEAD", at+"/", ""); got.status != 200 || got.body != "" {
		t.Error(got)
	}
}

// Whatever is no request of the page has a status of its own and a sentence.
func TestWrong(t *testing.T) {
	s := &server.Server{Limits: play.Limits{Text: 1000}}
	at := serve(t, s)
	tab := newTab(t, at)
	const plain = "application/json"
	for _, c := range []struct {
		method, url, body, kind string
		status                  int
		want, path              string
	}{
		{"GET", at + "/web_test.go", "", "", 404, "there is nothing at /web_test.go", ""},
		{"GET", at + "/../server/server.go", "", "", 404, "there is nothing at", ""},
		{"GET", at + "/.", "", "", 404, "there is nothing at", ""},
		{"POST", at + "/", "", "", 405, "POST given, GET expected", ""},
		{"GET", at + "/tabs", "", "", 405, "GET given, POST expected", ""},
		{"POST", at + "/tabs/", "", plain, 404, `there is no tab ""`, ""},
		{"POST", at + "/tabs/1", "{}", plain, 404, `there is no tab "1"`, ""},
		{"GET", at + "/tabs/1/events", "", "", 404, `there is no tab "1"`, ""},
		{"POST", tab + "/more", "", "", 404, "there is nothing at", ""},
		{"POST", tab + "/events", "", "", 405, "POST given, GET expected", ""},
		{"GET", tab + "/events", "a", "", 400, "without a body", ""},
		{"GET", tab + "/close", "", "", 405, "GET given, POST expected", ""},
		{"GET", tab, "", "", 405, "GET given, POST expected", ""},
		{"DELETE", tab, "", "", 405, "DELETE given, POST expected", ""},
		{"POST", tab, `{"do":"state"}`, "", 415, `the content type "" given, application/json expected`, ""},
		{"POST", tab, `{"do":"state"}`, "text/plain", 415, `the content type "text/plain" given`, ""},
		{"POST", tab, `{"do":"state"}`, "application/json; charset=utf-16", 415, "utf-16", ""},
		{"POST", tab, "", plain, 400, "JSON", ""},
		{"POST", tab, "{", plain, 400, "JSON", ""},
		{"POST", tab, "[]", plain, 400, "the request is no JSON object", ""},
		{"POST", tab, `{"do":"fly"}`, plain, 400, "unknown request", "do"},
		{"POST", tab, `{"do":"state"}`, plain, 400, "nothing is open", ""},
		{"POST", tab, `{"do":"open","experiment":{"layers":[{"kind":"dense","unts":1}]}}`, plain, 400, "unts", "experiment.layers[0].unts"},
		{"POST", tab, strings.Repeat(" ", 1001), plain, 413, "more than 1000 bytes", ""},
	} {
		got := do(t, c.method, c.url, c.body, "Content-Type", c.kind)
		where := got.field("path")
		if got.status != c.status || !strings.Contains(got.field("error")+where, c.want) || where != c.path || got.header.Get("Content-Type") != plain {
			t.Errorf("%s %s %.50s: %d, %s; %d, %q at %q expected", c.method, c.url, c.body, got.status, got.body, c.status, c.want, c.path)
		}
		if allow := got.header.Get("Allow"); (allow != "") != (c.status == 405) {
			t.Errorf("%s %s: Allow is %q", c.method, c.url, allow)
		}
	}
}

// Another page, and a name that is not this machine's, are refused whatever they ask, and the
// page itself is not.
func TestWhoMayAsk(t *testing.T) {
	here, wide := &server.Server{}, &server.Server{Names: []string{"desk", "desk.local"}}
	for _, c := range []struct {
		s            *server.Server
		host, origin string
		right        bool
	}{
		{here, "", "", true},
		{here, "localhost:80", "", true},
		{here, "LOCALHOST", "", true},
		{here, "127.0.0.2:80", "", true},
		{here, "[::1]:80", "", true},
		{here, "[::1]", "http://[::1]", true},
		{here, "localhost:80", "http://localhost:80", true},
		{here, "localhost:80", "http://localhost:81", false},
		{here, "localhost:80", "http://127.0.0.1:80", false},
		{here, "localhost:80", "null", false},
		{here, "localhost:80", "http://evil.example", false},
		{here, "localhost:80", "http://localhost:80.evil.example", false},
		{here, "evil.example", "", false},
		{here, "evil.example", "http://evil.example", false},
		{here, "localhost.evil.example:80", "", false},
		{here, "127.0.0.1.evil.example", "", false},
		{here, "192.168.1.7:80", "", false},
		{here, "desk", "", false},
		{wide, "desk:80", "http://desk:80", true},
		{wide, "Desk.local:80", "", true},
		{wide, "192.168.1.7:80", "http://192.168.1.7:80", true},
		{wide, "localhost", "", true},
		{wide, "evil.example", "", false},
		{wide, "192.168.1.7:80", "http://desk:80", false},
	} {
		at := serve(t, c.s)
		tab := newTab(t, at)
		for _, ask := range []struct{ method, url, body string }{
			{"GET", at + "/", ""}, {"POST", at + "/tabs", "{}"}, {"POST", tab, `{"do":"lessons"}`}, {"POST", tab + "/close", ""},
		} {
			header := []string{"Content-Type", "application/json"}
			if c.host != "" {
				header = append(header, "Host", c.host)
			}
			if c.origin != "" {
				header = append(header, "Origin", c.origin)
			}
			got := do(t, ask.method, ask.url, ask.body, header...)
			if right := got.status < 300; right != c.right || !right && (got.status != 403 || got.field("error") == "") {
				t.Errorf("host %q, origin %q, %s %s: %d %.80s", c.host, c.origin, ask.method, ask.url, got.status, got.body)
			}
		}
	}
}

// No request that a page of another origin can send without being asked first reaches a session.
func TestSimpleRequestsDoNothing(t *testing.T) {
	at := serve(t, &server.Server{})
	tab := newTab(t, at)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""} {
		if got := do(t, "POST", tab, opening("1"), "Content-Type", kind); got.status != 415 {
			t.Errorf("%q: %d %s", kind, got.status, got.body)
		}
	}
	if got := do(t, "POST", tab, `{"do":"state"}`, "Content-Type", "application/json"); got.status != 400 {
		t.Errorf("something is open: %s", got.body)
	}
}

// Two tabs train and never see each other's state.
func TestTabsAreApart(t *testing.T) {
	at := serve(t, &server.Server{})
	var all sync.WaitGroup
	for _, seed := range []string{"1", "2"} {
		all.Go(func() {
			tab := newTab(t, at)
			alone := play.NewSession(play.Limits{})
			defer alone.Close()
			if _, err := alone.Ask([]byte(opening(seed))); err != nil {
				t.Error(err)
			}
			stream := listen(t, tab)
			ask(t, tab, opening(seed))
			for _, request := range []string{`{"do":"goto","step":300}`, `{"do":"goto","step":20}`, `{"do":"derive","run":0}`, `{"do":"state"}`, `{"do":"export","run":0,"format":"experiment"}`} {
				want, err := alone.Ask([]byte(request))
				if err != nil {
					t.Error(err)
				}
				if got := ask(t, tab, request); withoutSeq(got) != withoutSeq(string(want)) {
					t.Errorf("seed %s, %s: %.200s\n%.200s expected", seed, request, got, want)
				}
			}
			ask(t, tab, `{"do":"play","speed":200}`)
			stream.until(func(e event) bool { return e.Frame.Step > 40 })
		})
	}
	all.Wait()
}

// withoutSeq takes away what counts the frames that were looked at.
func withoutSeq(reply string) string {
	head, tail, is := strings.Cut(reply, `"seq":`)
	if !is {
		return reply
	}
	return head + strings.TrimLeft(tail, "0123456789")
}

// A stream that breaks, and one that is opened beside another, is followed by one that goes on.
func TestReconnect(t *testing.T) {
	at := serve(t, &server.Server{})
	tab := newTab(t, at)
	ask(t, tab, opening("1"))
	first := listen(t, tab)
	if e, err := first.next(); err != nil || e.Event != "state" {
		t.Fatal(e, err)
	}
	ask(t, tab, `{"do":"play","speed":500}`)
	before := first.until(func(e event) bool { return e.Frame.Step > 10 })
	first.body.Close()

	second := listen(t, tab)
	e, err := second.next()
	if err != nil || e.Event != "state" || e.State.Step < before.Frame.Step {
		t.Fatal(e, err)
	}
	again := second.until(func(e event) bool { return e.Frame.Step > before.Frame.Step+10 })
	if again.Frame.Seq <= before.Frame.Seq {
		t.Errorf("frame %d after %d", again.Frame.Seq, before.Frame.Seq)
	}

	third := listen(t, tab) // the second is not closed
	third.until(func(e event) bool { return e.Frame.Step > again.Frame.Step+10 })
	for err = nil; err == nil; {
		_, err = second.next()
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// large opens a network whose frames are as large as they come.
var large = strings.Replace(opening("1"), `"units":2`, `"units":40`, 1)

// stuck opens a stream of events that is never read.
func stuck(t *testing.T, at, tab string) {
	c, err := net.Dial("tcp", strings.TrimPrefix(at, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.(*net.TCPConn).SetReadBuffer(1 << 10)
	io.WriteString(c, "GET "+strings.TrimPrefix(tab, at)+"/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

// A reader that takes nothing holds up neither the training nor the stream that follows it.
func TestSlowReader(t *testing.T) {
	at := serve(t, &server.Server{})
	tab := newTab(t, at)
	ask(t, tab, large)
	stuck(t, at, tab)
	ask(t, tab, `{"do":"play","speed":0}`)
	for range 20 { // while its buffers fill
		before := ask(t, tab, `{"do":"state"}`)
		wait(t, "it trains", func() bool { return ask(t, tab, `{"do":"state"}`) != before })
		time.Sleep(50 * time.Millisecond)
	}
	listen(t, tab).until(func(e event) bool { return e.Frame.Step > 0 })
}

// A reader that takes nothing is let go, and its tab makes room.
func TestStuckReaderIsLetGo(t *testing.T) {
	at := serve(t, &server.Server{Tabs: 1, Idle: 2 * time.Second})
	tab := newTab(t, at)
	ask(t, tab, large)
	stuck(t, at, tab)
	ask(t, tab, `{"do":"play","speed":0}`)
	wait(t, "there is room for a tab", func() bool { return do(t, "POST", at+"/tabs", "{}").status == 200 })
}

// One more tab than there may be ends that which was left longest ago, and is refused when all
// have a page.
func TestTabsAreBounded(t *testing.T) {
	at := serve(t, &server.Server{Tabs: 3})
	first, second, third := newTab(t, at), newTab(t, at), newTab(t, at)
	listen(t, second)
	ask(t, third, opening("1"))
	fourth := newTab(t, at)
	if got := do(t, "POST", first, `{"do":"lessons"}`, "Content-Type", "application/json"); got.status != 404 {
		t.Errorf("the first: %d %s", got.status, got.body)
	}
	ask(t, second, `{"do":"lessons"}`)
	ask(t, third, `{"do":"state"}`)
	listen(t, third)
	kept := listen(t, fourth)
	got := do(t, "POST", at+"/tabs", "{}")
	if got.status != 429 || !strings.Contains(got.field("error"), "there are 3 tabs open") {
		t.Errorf("a fifth: %d %s", got.status, got.body)
	}
	do(t, "POST", fourth+"/close", "")
	for err := error(nil); err == nil; {
		_, err = kept.next()
	}
	newTab(t, at)
}

// A tab whose page is gone ends after some time, one with a stream lives.
func TestIdle(t *testing.T) {
	at := serve(t, &server.Server{Idle: 300 * time.Millisecond})
	gone, here := newTab(t, at), newTab(t, at)
	listen(t, here)
	known := func(tab string) bool { return do(t, "GET", tab, "").status == 405 }
	wait(t, "the tab ends", func() bool {
		time.Sleep(600 * time.Millisecond) // looking at it keeps it
		return !known(gone)
	})
	if !known(here) {
		t.Error("it ended while a page listened")
	}
}

// A request whose body does not come, or not whole, ends.
func TestSlowBody(t *testing.T) {
	at := serve(t, &server.Server{Body: 100 * time.Millisecond})
	tab := newTab(t, at)
	for _, head := range []string{"POST " + strings.TrimPrefix(tab, at) + " HTTP/1.1\r\nContent-Type: application/json\r\n", "POST /tabs HTTP/1.1\r\n", "GET /index.html HTTP/1.1\r\n"} {
		c, err := net.Dial("tcp", strings.TrimPrefix(at, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, head+"Host: localhost\r\nContent-Length: 100\r\n\r\n{")
		got, err := io.ReadAll(c) // until the server closes it
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(head, "/tabs/") && (!strings.HasPrefix(string(got), "HTTP/1.1 408 ") || !strings.Contains(string(got), "did not come within 100ms")) {
			t.Errorf("%q", got)
		}
	}
}

// Close ends streams and requests, and the tabs are gone.
func TestClose(t *testing.T) {
	s := &server.Server{}
	at := serve(t, s)
	tab := newTab(t, at)
	ask(t, tab, opening("1"))
	stream := listen(t, tab)
	late := make(chan answer, 1)
	go func() {
		late <- do(t, "POST", tab, `{"do":"goto","step":1000000000}`, "Content-Type", "application/json")
	}()
	start := ask(t, tab, `{"do":"state"}`)
	wait(t, "the request trains", func() bool { return ask(t, tab, `{"do":"state"}`) != start })
	s.Close()
	for err := error(nil); err == nil; {
		_, err = stream.next()
	}
	if got := <-late; got.status != 404 {
		t.Errorf("a request under way: %d %s", got.status, got.body)
	}
	if got := do(t, "POST", tab, "{}"); got.status != 404 {
		t.Errorf("a tab: %d", got.status)
	}
	if got := do(t, "POST", at+"/tabs", "{}"); got.status != 410 {
		t.Errorf("a new one: %d %s", got.status, got.body)
	}
}

// A worksheet is every tab's.
func TestClass(t *testing.T) {
	text := `{"version":1,"title":"One","section":"s","tasks":[{"claim":"c","question":"q","experiment":` + strings.Replace(small, "SEED", "1", 1) +
		`,"change":["experiment.rule.rate"],"goal":{"kind":"cost-below","value":0.1}}]}`
	w, err := play.ParseWorksheet([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	at := serve(t, &server.Server{Class: w})
	for range 2 {
		if got := ask(t, newTab(t, at), `{"do":"class"}`); !strings.Contains(got, `"title":"One"`) {
			t.Error(got)
		}
	}
}

var _ http.Handler = (*server.Server)(nil)
