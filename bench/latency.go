package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/layers/predict/serve"
)

// A latency is how long requests took.
type latency struct {
	What     string  `json:"what"` // predict alone, the handler in process, or a request over loopback
	Examples int     `json:"examples"`
	Requests int     `json:"requests"`
	P50      float64 `json:"p50_ns"`
	P99      float64 `json:"p99_ns"`
}

// latencySizes are those of the network that is served: the digits that come with demo.
func latencySizes() []int { return []int{64, 32, 10} }

// latencies measures how long predictions take, one request after the other: what the
// network itself takes, the handler with JSON around it, and HTTP over loopback around that.
func (s *session) latencies(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, s.Threads[0]))) // the server and its client
	m, err := latencyModel()
	if err != nil {
		return err
	}
	h, err := serve.New(m)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	go server.Serve(listener)
	defer server.Close()

	var all []latency
	for _, examples := range []int{1, 64} {
		x, y := make([]float64, examples*m.Inputs()), make([]float64, examples*m.Outputs())
		rng := rand.New(rand.NewPCG(1, 2))
		rows := make([][]float64, examples)
		for i := range rows {
			rows[i] = x[i*m.Inputs():][:m.Inputs()]
			for k := range rows[i] {
				rows[i][k] = float64(rng.IntN(17)) // as the digits are
			}
		}
		body, err := json.Marshal(map[string]any{"inputs": rows})
		if err != nil {
			return err
		}
		url := "http://" + listener.Addr().String() + "/predict"
		for _, of := range []struct {
			what string
			ask  func() error
		}{
			{"predict alone", func() error { return m.Predict(y, x) }},
			{"handler", func() error { return askHandler(h, body) }},
			{"loopback", func() error { return askServer(url, body) }},
		} {
			if ctx.Err() != nil {
				return nil
			}
			s.progress.begin("serve, %s, %d examples", of.what, examples)
			l, err := s.time(of.ask)
			if err != nil {
				return fmt.Errorf("serve, %s: %w", of.what, err)
			}
			l.What, l.Examples = of.what, examples
			all = append(all, l)
		}
	}
	s.progress.clear()
	if s.JSON {
		for _, l := range all {
			if err := json.NewEncoder(s.out).Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	rows := [][]string{{"what", "examples", "p50", "p99"}}
	for _, l := range all {
		rows = append(rows, []string{l.What, fmt.Sprint(l.Examples), duration(l.P50), duration(l.P99)})
	}
	fmt.Fprintf(s.out, "A network %s that is served, float64, JSON, one request after the other, %d of each\n",
		strings.Trim(strings.ReplaceAll(fmt.Sprint(latencySizes()), " ", "-"), "[]"), all[0].Requests)
	writeColumns(s.out, rows)
	return nil
}

// latencyModel returns a network with random weights.
func latencyModel() (*predict.Model, error) {
	inputs, list := experiment.Chain(latencySizes(), []string{"relu", "softmax"})
	net, err := layers.Build(experiment.Settings{Inputs: inputs, Layers: list}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		return nil, err
	}
	return layers.Model{Network: net}.Predictor()
}

// time asks again and again; the first tenth is not counted.
func (s *session) time(ask func() error) (latency, error) {
	n := 10_000
	if s.Quick {
		n = 500
	}
	times := make([]float64, 0, n)
	for i := range n + n/10 {
		start := time.Now()
		if err := ask(); err != nil {
			return latency{}, err
		}
		if i >= n/10 {
			times = append(times, float64(time.Since(start)))
		}
	}
	slices.Sort(times)
	return latency{Requests: n, P50: times[n/2], P99: times[n*99/100]}, nil
}

// An answerWriter takes an answer.
type answerWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *answerWriter) Header() http.Header         { return w.header }
func (w *answerWriter) WriteHeader(status int)      { w.status = status }
func (w *answerWriter) Write(b []byte) (int, error) { return w.body.Write(b) }

func askHandler(h http.Handler, body []byte) error {
	r, err := http.NewRequest(http.MethodPost, "/predict", bytes.NewReader(body))
	if err != nil {
		return err
	}
	w := &answerWriter{header: http.Header{}}
	h.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return fmt.Errorf("%d %s", w.status, w.body.String())
	}
	return nil
}

func askServer(url string, body []byte) error {
	r, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d %s", r.StatusCode, text)
	}
	return err
}
