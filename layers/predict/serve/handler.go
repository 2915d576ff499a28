package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"chainrule/layers/predict"
)

// A Handler serves one model. It is made by [New] or [Open]; its fields may be set until the
// first request. Any number of goroutines may use it at once.
type Handler struct {
	MaxBytes int64         // of a body; if 0, 8 MiB
	MaxRows  int           // examples of a request; if 0, 10,000; and at most so many as have 2²⁰ outputs
	Timeout  time.Duration // of reading a body, and of predicting; if 0, 10 s
	Poll     time.Duration // between two looks of Watch at the file; if 0, 1 s
	Log      *slog.Logger  // told of new and broken files; if nil, nobody

	path    string // of the file; empty if there is none
	current atomic.Pointer[served]
	reading sync.Mutex // of the file
	seen    stamp      // of the file that was read last, in one piece or not
	metrics metrics
	jobs    sync.Pool // of *job
}

var errBare = errors.New("serve: the handler was not made by New or Open")

// New returns the handler of a model that is no file.
func New(m *predict.Model) (*Handler, error) {
	s, err := newServed(m)
	if err != nil {
		return nil, err
	}
	h := &Handler{}
	h.current.Store(s)
	return h, nil
}

// Open returns the handler of the model in a file, as layers.SaveFile writes it. For new
// files in its place see [Handler.Watch] and [Handler.Reload].
func Open(path string) (*Handler, error) {
	if path == "" {
		return nil, errors.New("serve: the path of the model is empty")
	}
	h := &Handler{path: path}
	if err := h.Reload(); err != nil {
		return nil, err
	}
	return h, nil
}

// now returns what is served now, nil of a handler that was not made.
func (h *Handler) now() *served {
	if h == nil {
		return nil
	}
	return h.current.Load()
}

// Model returns the model that is served now, nil of a handler that New or Open did not make.
func (h *Handler) Model() *predict.Model {
	if s := h.now(); s != nil {
		return s.model
	}
	return nil
}

// ServeHTTP answers a request, see the package.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.now() == nil {
		problemf(http.StatusInternalServerError, "%v", errBare).write(w)
		return
	}
	status := 0
	switch r.URL.Path {
	case "/predict":
		start := time.Now()
		status = h.predict(w, r)
		h.metrics.took(time.Since(start))
	case "/model":
		status = h.get(w, r, "application/json", h.current.Load().info)
	case "/healthz":
		status = h.get(w, r, "text/plain; charset=utf-8", []byte("ok\n"))
	case "/metrics":
		status = h.get(w, r, "text/plain; version=0.0.4; charset=utf-8", h.metrics.text())
	default:
		status = problemf(http.StatusNotFound, "there is no %s: /predict, /model, /healthz or /metrics expected", shortened(r.URL.Path)).write(w)
	}
	h.metrics.answered(status)
}

// get answers what only reads.
func (h *Handler) get(w http.ResponseWriter, r *http.Request, contentType string, body []byte) int {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return problemf(http.StatusMethodNotAllowed, "%s takes GET, %s given", r.URL.Path, shortened(r.Method)).write(w)
	}
	return send(w, http.StatusOK, contentType, body)
}

// send writes an answer. That a client has gone is nothing that could be told to anybody.
func send(w http.ResponseWriter, status int, contentType string, body []byte) int {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(body)
	return status
}

func (h *Handler) maxBytes() int64 {
	if h.MaxBytes > 0 {
		return h.MaxBytes
	}
	return 8 << 20
}

func (h *Handler) maxRows(outputs int) int {
	most := 10_000
	if h.MaxRows > 0 {
		most = h.MaxRows
	}
	return min(most, max(1, 1<<20/outputs))
}

func (h *Handler) timeout() time.Duration {
	if h.Timeout > 0 {
		return h.Timeout
	}
	return 10 * time.Second
}

func (h *Handler) logger() *slog.Logger {
	if h.Log != nil {
		return h.Log
	}
	return slog.New(slog.NewTextHandler(io.Discard, nil))
}

// Watch looks at the file again and again until ctx is done, and serves a new one as soon as
// it is there in one piece: see [Handler.Reload]. What it finds is logged and counted. A
// handler without a file returns at once.
func (h *Handler) Watch(ctx context.Context) {
	if h == nil || h.path == "" {
		return
	}
	every := h.Poll
	if every <= 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !h.changed() {
			continue
		}
		if err := h.Reload(); err != nil {
			h.logger().Error("the new model cannot be used, the old one stays", "error", err)
		} else {
			h.logger().Info("a new model is served", "file", h.path)
		}
	}
}
