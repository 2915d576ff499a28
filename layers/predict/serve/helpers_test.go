package serve_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/internal/schema"
	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/layers/predict/serve"
)

const fruits = "../testdata/fruits.safetensors"

// open returns a handler of the fruits.
func open(t testing.TB) *serve.Handler {
	t.Helper()
	h, err := serve.Open(fruits)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// flowers writes a model of three classes with two numbers and a text, whose weights come
// from a seed, and returns its predictor.
func flowers(t testing.TB, path string, seed uint64) *predict.Model {
	t.Helper()
	s := experiment.Settings{Inputs: 4, Layers: []experiment.Layer{
		{Kind: experiment.Dense, Units: 8, Activation: "tanh", Init: experiment.Init{Kind: "glorot"}},
		{Kind: experiment.Dense, Units: 3, Activation: "softmax", Init: experiment.Init{Kind: "glorot"}}}}
	fill := 1.5
	data := schema.Schema{Task: schema.Classify, Targets: []string{"kind"}, Classes: []string{"a", `b,"c"`, "d"},
		Columns: []schema.Column{{Name: "long"}, {Name: "wide", Fill: &fill}, {Name: "colour", Categories: []string{"blue", "red"}}}}
	return saved(t, path, s, data, seed)
}

// saved writes a model with weights from a seed.
func saved(t testing.TB, path string, s experiment.Settings, data schema.Schema, seed uint64) *predict.Model {
	t.Helper()
	net, err := layers.Build(s, rand.New(rand.NewPCG(seed, 1)))
	if err != nil {
		t.Fatal(err)
	}
	m := layers.Model{Network: net, Settings: s, Schema: data}
	if err := layers.SaveFile(path, m); err != nil {
		t.Fatal(err)
	}
	p, err := m.Predictor()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// numbers writes a model of two outputs that the file has no names for.
func numbers(t testing.TB) *serve.Handler {
	t.Helper()
	s := experiment.Settings{Inputs: 2, Dtype: "float32", Layers: []experiment.Layer{
		{Kind: experiment.Dense, Units: 2, Init: experiment.Init{Kind: "glorot"}}}}
	path := filepath.Join(t.TempDir(), "numbers.safetensors")
	saved(t, path, s, schema.Schema{}, 1)
	h, err := serve.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request with headers NAME: VALUE and returns what comes back.
func ask(h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// An answered is an answer to a prediction.
type answered struct {
	Predictions []struct {
		Class         string
		Probabilities map[string]float64
		Values        map[string]float64
		Outputs       []float64
	}
	Error *struct {
		Status, Row, Line, Input int
		Message, Column          string
	}
}

func parse(t testing.TB, r io.Reader) (a answered) {
	t.Helper()
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

func decode(body []byte, a *answered) error { return json.Unmarshal(body, a) }

func equal(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
