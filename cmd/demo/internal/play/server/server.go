package server

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"chainrule/cmd/demo/internal/play"
)

// A Server answers the page. Its fields are set before its first request; the zero value is
// ready to use and serves this machine alone.
type Server struct {
	// Names are what the header Host may say besides localhost and loopback addresses, without
	// a port: what other machines call this one. With a name, any address in numbers may be
	// there too, which no one can make lead elsewhere.
	Names []string

	Limits play.Limits     // of each session
	Class  *play.Worksheet // that every session begins with; nil for none

	Tabs int // at once; 64. One more ends the one that was left longest ago, or is refused.

	// Idle is how long a tab lives without a stream of events and without a request, and how
	// long a stream waits for a reader that takes nothing; 1 minute.
	Idle time.Duration

	// Body is how long a request may take to come in; 30 s.
	Body time.Duration

	Log *slog.Logger // of what fails on this side; nil for slog.Default

	mu     sync.Mutex
	tabs   map[string]*tab
	closed bool
}

// requestsPerTab are answered or wait at once; one more is refused.
const requestsPerTab = 16

func (s *Server) idle() time.Duration     { return cmp.Or(s.Idle, time.Minute) }
func (s *Server) most() int               { return cmp.Or(s.Tabs, 64) }
func (s *Server) bodyTime() time.Duration { return cmp.Or(s.Body, 30*time.Second) }
func (s *Server) log() *slog.Logger       { return cmp.Or(s.Log, slog.Default()) }

// Serve answers what comes in at a listener, until ctx is done; then it ends all sessions and
// returns nil when nothing is under way any more. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		WriteTimeout: s.idle() + s.bodyTime(), // of a reply; a stream sets its own
		ErrorLog:     slog.NewLogLogger(s.log().Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		s.Close()
		return err
	case <-ctx.Done():
	}
	s.Close()
	last, done := context.WithTimeout(context.Background(), shutdownTime)
	defer done()
	if h.Shutdown(last) != nil { // a browser keeps connections that it never used
		return h.Close()
	}
	return nil
}

// shutdownTime is for how long answers under way are waited for.
const shutdownTime = 2 * time.Second

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.bodyTime())) // or there is none, as of a recorder
	if p := s.guard(r); p != nil {
		p.write(w)
		return
	}
	if p := s.route(w, r); p != nil {
		p.write(w)
	}
}

// route leads a request to what answers it. An answer that has begun has no problem.
func (s *Server) route(w http.ResponseWriter, r *http.Request) *problem {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if parts[0] != "tabs" {
		return serveFile(w, r)
	}
	if len(parts) == 1 {
		return s.newTab(w, r)
	}
	answer := (*tab).ask
	switch {
	case len(parts) == 2:
	case len(parts) == 3 && parts[2] == "events":
		answer = (*tab).events
	case len(parts) == 3 && parts[2] == "close":
		answer = (*tab).closeBy
	default:
		return problemf(http.StatusNotFound, "there is nothing at %s", shortened(r.URL.Path))
	}
	t, p := s.enter(parts[1])
	if p != nil {
		return p
	}
	defer s.leave(t)
	return answer(t, w, r)
}

// Close ends all sessions and streams. A server that is closed opens no tab.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	tabs := s.tabs
	s.tabs = nil
	s.mu.Unlock()
	for _, t := range tabs {
		t.end()
	}
}
