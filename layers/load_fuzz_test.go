package layers_test

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/layers/predict"
)

// mostMemory is how much loading a model may take for so many bytes, with what is thrown
// away: the JSON of layers becomes values and layers of some fifty times its size.
func mostMemory(bytes int) uint64 { return 100*uint64(bytes) + 8<<20 }

// allocated returns how many bytes f makes memory for.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// load loads a file both ways, and predicts with what is loaded.
func load(t *testing.T, data []byte) error {
	var m *layers.Model
	var p *predict.Model
	var err, errPredict error
	n := allocated(func() { m, err = layers.Load(bytes.NewReader(data)) })
	n = max(n, allocated(func() { p, errPredict = predict.Load(bytes.NewReader(data)) }))
	if n > mostMemory(len(data)) {
		t.Errorf("%d bytes of memory for %d", n, len(data))
	}
	if errPredict != nil {
		return errPredict
	}
	if err != nil {
		t.Errorf("error %v, and none in package predict", err)
		return err
	}
	x := make([]float64, 2*p.Inputs())
	for i := range x {
		x[i] = float64(i%7) - 3
	}
	y, again := make([]float64, 2*p.Outputs()), make([]float64, 2*p.Outputs())
	err, errPredict = m.Predict(again, x), p.Predict(y, x)
	if (err == nil) != (errPredict == nil) {
		t.Errorf("errors %v and %v", err, errPredict)
	}
	for i := range y {
		if err == nil && y[i] != again[i] {
			t.Errorf("output %d is %v and %v", i, y[i], again[i])
		}
	}
	return nil
}

// Whatever is cut off or flipped, of some bits, there is no panic, and memory is bounded by the bytes.
func TestHostileFiles(t *testing.T) {
	data, err := os.ReadFile("testdata/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if load(t, data[:n]) == nil {
			t.Fatalf("%d of %d bytes are a model", n, len(data))
		}
	}
	step := 11
	if testing.Short() {
		step = 97
	}
	for i := 0; i < 8*len(data); i += step {
		data[i/8] ^= 1 << (i % 8)
		_ = load(t, data) // many are models: numbers have no sum to check them by
		data[i/8] ^= 1 << (i % 8)
	}
}

// FuzzLoad is best run with -fuzzminimizetime 10x: what is covered differs from run to run, and
// minimising would take all the time.
func FuzzLoad(f *testing.F) {
	data, err := os.ReadFile("testdata/model.safetensors")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	s := everything("")
	s.Layers, s.Cost = s.Layers[1:2], experiment.Cost{}
	f.Add(saved(f, layers.Model{Network: built(f, s), Settings: s}))
	f.Add(saved(f, layers.Model{Network: built(f, images("float32")), Settings: images("float32")}))
	f.Add(saved(f, layers.Model{Network: built(f, classes("")), Settings: classes("")}))
	f.Fuzz(func(t *testing.T, data []byte) { _ = load(t, data) })
}
