package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"time"

	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/layers/predict/serve"
	"chainrule/optim/experiment"
)

// A latencyNet is the network that is asked, with random weights.
type latencyNet struct {
	model           *predict.Model
	handler         http.Handler
	weights, biases [][]float64 // by layer
}

func newLatencyNet() (*latencyNet, error) {
	inputs, list := experiment.Chain(latencySizes(), []string{"relu", "softmax"})
	net, err := layers.Build(experiment.Settings{Inputs: inputs, Layers: list}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		return nil, err
	}
	n := &latencyNet{}
	for _, p := range net.Params() {
		to := &n.weights
		if p.Bias {
			to = &n.biases
		}
		*to = append(*to, p.Value().Float64s())
	}
	if n.model, err = (layers.Model{Network: net}).Predictor(); err != nil {
		return nil, err
	}
	n.handler, err = serve.New(n.model)
	return n, err
}

// serve starts a server, whose address is its Addr.
func (n *latencyNet) serve() (*http.Server, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: n.handler, ReadHeaderTimeout: time.Second, Addr: listener.Addr().String()}
	go server.Serve(listener)
	return server, nil
}

// A latencyAsk asks for the outputs of some examples.
type latencyAsk struct {
	x, y                       []float64
	predict, handler, loopback func() error
}

func (n *latencyNet) ask(server *http.Server, examples int) (*latencyAsk, error) {
	a := &latencyAsk{x: make([]float64, examples*n.model.Inputs()), y: make([]float64, examples*n.model.Outputs())}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range a.x {
		a.x[i] = float64(rng.IntN(17)) // as the digits are
	}
	body, err := json.Marshal(map[string]any{"inputs": slices.Collect(slices.Chunk(a.x, n.model.Inputs()))})
	a.predict = func() error { return n.model.Predict(a.y, a.x) }
	a.handler = func() error { return askHandler(n.handler, body) }
	a.loopback = func() error { return askServer("http://"+server.Addr+"/predict", body) }
	return a, err
}

// latency asks another program for the same outputs, and checks them.
func (p *peer) latency(net *latencyNet, asked *latencyAsk, n int) (latency, error) {
	var reply struct {
		latency
		Outputs []float64
	}
	err := p.ask(map[string]any{"do": "predict", "sizes": latencySizes(), "weights": net.weights, "biases": net.biases,
		"x": asked.x, "n": n}, &reply)
	if err != nil {
		return latency{}, err
	}
	if err := asked.predict(); err != nil {
		return latency{}, err
	}
	if len(reply.Outputs) != len(asked.y) {
		return latency{}, fmt.Errorf("%d outputs returned, %d expected", len(reply.Outputs), len(asked.y))
	}
	for i, v := range reply.Outputs {
		if !(math.Abs(v-asked.y[i]) <= latencyTolerance) {
			return latency{}, fmt.Errorf("does not agree: output %d is %v, %v expected", i, v, asked.y[i])
		}
	}
	return reply.latency, nil
}

// latencyTolerance is how far probabilities may be off.
const latencyTolerance = 1e-12

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
