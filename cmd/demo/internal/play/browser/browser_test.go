package browser_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"chainrule/cmd/demo/internal/play"
	"chainrule/cmd/demo/internal/play/web"
)

// The page does in a browser what the scenarios say.
func TestScenarios(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes minutes")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to run the scenarios with")
	}
	for _, module := range []string{"playwright-core", "axe-core"} {
		if _, err := os.Stat(filepath.Join("node_modules", module)); err != nil {
			t.Skipf("%s is not there: run npm install in cmd/demo/internal/play/browser", module)
		}
	}
	chromium := browser()
	if chromium == "" {
		t.Skip("there is no Chromium; CHROMIUM can name one")
	}
	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	address := serve(t)
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			cmd := exec.Command(node, "--test", "--test-reporter=spec", file)
			cmd.Env = append(os.Environ(), "PLAY_URL="+address+"/", "CHROMIUM="+chromium)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			} else {
				t.Logf("%s", out)
			}
		})
	}
}

// browser returns the path of Chromium, empty if it is not there.
func browser() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && name != "" {
			return path
		}
	}
	return ""
}

// serve serves the page with a session for each tab, the least that does.
func serve(t *testing.T) (address string) {
	var mu sync.Mutex
	var tabs []*play.Session
	tab := func(r *http.Request) *play.Session {
		mu.Lock()
		defer mu.Unlock()
		var n int
		if _, err := fmt.Sscan(r.PathValue("tab"), &n); err != nil || n < 0 || n >= len(tabs) {
			return nil
		}
		return tabs[n]
	}
	answer := func(w http.ResponseWriter, status int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v) // an error is that of a reader who is gone
	}
	known := func(f func(*play.Session, http.ResponseWriter, *http.Request)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if s := tab(r); s != nil {
				f(s, w, r)
				return
			}
			answer(w, http.StatusNotFound, map[string]string{"error": "there is no such tab"})
		}
	}
	mux := http.NewServeMux()
	pages := http.FileServerFS(web.Files)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: blob:")
		pages.ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /tabs", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		tabs = append(tabs, play.NewSession(play.Limits{}))
		n := len(tabs) - 1
		mu.Unlock()
		answer(w, http.StatusOK, map[string]string{"tab": fmt.Sprint(n)})
	})
	mux.HandleFunc("POST /tabs/{tab}", known(func(s *play.Session, w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		reply, err := s.Ask(request)
		var wrong *play.RequestError
		if errors.As(err, &wrong) {
			answer(w, http.StatusBadRequest, map[string]string{"error": wrong.Text, "path": wrong.Path})
			return
		}
		answer(w, http.StatusOK, json.RawMessage(reply))
	}))
	mux.HandleFunc("GET /tabs/{tab}/events", known(func(s *play.Session, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		flush := http.NewResponseController(w).Flush
		if flush() != nil {
			return
		}
		_ = s.Run(r.Context(), func(event []byte) error { // it ends when the reader is gone
			_, err := fmt.Fprintf(w, "data: %s\n\n", event)
			return errors.Join(err, flush())
		})
	}))
	mux.HandleFunc("POST /tabs/{tab}/close", known(func(s *play.Session, _ http.ResponseWriter, _ *http.Request) { s.Close() }))
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range tabs {
			s.Close()
		}
		server.Close()
	})
	return server.URL
}
