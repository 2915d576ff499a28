package server

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"chainrule/cmd/demo/internal/play"
)

// A tab is one page with its session.
type tab struct {
	server  *Server
	id      string
	session *play.Session

	// guarded by the server's lock
	active int       // requests and streams that there are
	left   time.Time // when the last one ended
	expiry *time.Timer

	stream streams
}

// streams lets one stream of a tab be at a time, the newest.
type streams struct {
	mu   sync.Mutex
	stop func()        // ends the present one; nil if there is none
	done chan struct{} // of the newest, closed when it has ended; nil if there was none
}

// newTab opens a tab. A request that names nothing needs no body.
func (s *Server) newTab(w http.ResponseWriter, r *http.Request) *problem {
	if p := method(r, http.MethodPost); p != nil {
		return p
	}
	t := &tab{server: s, id: rand.Text(), session: play.NewSession(s.Limits), left: time.Now()}
	if s.Class != nil {
		t.session.Give(s.Class)
	}
	ended, p := s.add(t)
	if ended != nil {
		ended.end()
	}
	if p != nil {
		t.session.Close()
		return p
	}
	writeJSON(w, http.StatusOK, map[string]string{"tab": t.id})
	return nil
}

// add puts a tab among those that there are, and returns one that has to end for it.
func (s *Server) add(t *tab) (ended *tab, p *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, problemf(http.StatusGone, "the server is ending")
	}
	if len(s.tabs) >= s.most() {
		for _, other := range s.tabs {
			if other.active == 0 && (ended == nil || other.left.Before(ended.left)) {
				ended = other
			}
		}
		if ended == nil {
			return nil, problemf(http.StatusTooManyRequests, "there are %d tabs open, as many as there may be: close one and load this page again", len(s.tabs))
		}
		s.remove(ended)
	}
	if s.tabs == nil {
		s.tabs = map[string]*tab{}
	}
	s.tabs[t.id] = t
	t.expiry = time.AfterFunc(s.idle(), t.expire)
	return ended, nil
}

// remove takes a tab out; the server is locked.
func (s *Server) remove(t *tab) {
	t.expiry.Stop()
	delete(s.tabs, t.id)
}

// enter returns the tab of an ID, which lives until leave at least.
func (s *Server) enter(id string) (*tab, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tabs[id]
	if t == nil {
		return nil, s.unknown(id)
	}
	if t.active >= requestsPerTab {
		return nil, problemf(http.StatusTooManyRequests, "the tab has %d requests under way, as many as it may have: wait for their answers", t.active)
	}
	t.active++
	t.expiry.Stop()
	return t, nil
}

func (s *Server) unknown(id string) *problem {
	return problemf(http.StatusNotFound, "there is no tab %q: it was closed, or left for longer than %v, or the server was started anew", shortened(id), s.idle())
}

// has reports whether a tab is still open.
func (s *Server) has(t *tab) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tabs[t.id] == t
}

// leave ends what enter began.
func (s *Server) leave(t *tab) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.active--
	t.left = time.Now()
	if t.active == 0 && s.tabs[t.id] == t {
		t.expiry.Reset(s.idle())
	}
}

// expire ends a tab whose page is gone.
func (t *tab) expire() {
	s := t.server
	s.mu.Lock()
	gone := t.active == 0 && s.tabs[t.id] == t && time.Since(t.left) >= s.idle()
	if gone {
		s.remove(t)
	}
	s.mu.Unlock()
	if gone {
		t.end()
	}
}

// closeBy closes a tab by request.
func (t *tab) closeBy(w http.ResponseWriter, r *http.Request) *problem {
	if p := method(r, http.MethodPost); p != nil {
		return p
	}
	s := t.server
	s.mu.Lock()
	s.remove(t)
	s.mu.Unlock()
	t.end()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// end closes the session and ends the stream of events.
func (t *tab) end() {
	t.stream.end()
	t.session.Close()
}

// begin ends the stream before, waits for that, and returns what to call at the end of the new
// one, which stop makes end. After that call stop is not called.
func (s *streams) begin(stop func()) (ended func()) {
	done := make(chan struct{})
	s.mu.Lock()
	s.endLocked()
	before := s.done
	s.stop, s.done = stop, done
	s.mu.Unlock()
	if before != nil {
		<-before
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.done == done {
			s.stop = nil
		}
		close(done)
	}
}

// end ends the present stream.
func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked()
}

func (s *streams) endLocked() {
	if s.stop != nil {
		s.stop()
	}
}
