package browser_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"chainrule/cmd/demo/internal/play/server"
	"chainrule/cmd/demo/internal/play/static"
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
	scenarios, err := filepath.Glob("*.test.mjs")
	if err != nil || len(scenarios) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	address, files := serve(t), serveStatic(t)
	oracle := httptest.NewServer(http.HandlerFunc(byHand))
	t.Cleanup(oracle.Close)
	for _, file := range scenarios {
		t.Run(file, func(t *testing.T) {
			cmd := exec.Command(node, "--test", "--test-reporter=spec", file)
			cmd.Env = append(os.Environ(), "PLAY_URL="+address+"/", "PLAY_STATIC="+files+"/", "BY_HAND="+oracle.URL, "CHROMIUM="+chromium)
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

// serve serves the page until the test ends.
func serve(t *testing.T) (address string) {
	s := &server.Server{Log: slog.New(slog.DiscardHandler)}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		web.Close()
	})
	return web.URL
}

// serveStatic serves the playground as files, by a server that knows nothing of it.
func serveStatic(t *testing.T) (address string) {
	all, err := static.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range all {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	return s.URL
}
