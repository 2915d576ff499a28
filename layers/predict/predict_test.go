package predict_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/internal/modelfile"
	"chainrule/layers"
	"chainrule/layers/predict"
	"gorgonia.org/tensor"
)

// Predictions come as near to those of a graph as two orders of adding let them.
func TestAsGraphs(t *testing.T) {
	kinds, functions := map[string]bool{}, map[string]bool{}
	var count func(list []experiment.Layer)
	count = func(list []experiment.Layer) {
		for _, l := range list {
			kinds[l.Kind], functions[l.Activation] = true, true
			count(l.Layers)
		}
	}
	for name, s := range networks() {
		count(s.Layers)
		for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-13, tensor.Float32: 5e-5} {
			s.Dtype = dtype.String()
			net := network(t, s)
			m := model(t, layers.Model{Network: net, Settings: s})
			const examplesOf = 300 // more than a block
			x := examplesFor(s, examplesOf)
			got := make([]float64, examplesOf*m.Outputs())
			if err := m.Predict(got, x); err != nil {
				t.Fatal(name, err)
			}
			want := byGraph(t, net, dtype, x, s.Inputs)
			if len(want) != len(got) {
				t.Fatalf("%s: %d outputs, %d expected", name, len(got), len(want))
			}
			for i := range got {
				if !(math.Abs(got[i]-want[i]) <= tolerance*(1+math.Abs(want[i]))) {
					t.Errorf("%s in %v: output %d is %v, %v expected", name, dtype, i, got[i], want[i])
					break
				}
			}
			again := make([]float64, len(got))
			if err := (layers.Model{Network: net, Settings: s}).Predict(again, x); err != nil || !slices.Equal(again, got) {
				t.Errorf("%s: the model of package layers predicts something else, error %v", name, err)
			}
		}
	}
	for _, kind := range experiment.Kinds(experiment.Layer{}) {
		if !kinds[kind] {
			t.Errorf("no network has a layer of the kind %s", kind)
		}
	}
	for _, name := range layers.ActivationNames() {
		if !functions[name] {
			t.Errorf("no network has the activation %s", name)
		}
	}
}

// All ways of giving examples have the same outputs, in the dtype of the model.
func TestWays(t *testing.T) {
	s := networks()["odd"]
	for _, dtype := range []string{"float64", "float32"} {
		s.Dtype = dtype
		m := model(t, layers.Model{Network: network(t, s), Settings: s})
		x := examples(9, s.Inputs)
		want := make([]float64, 9*m.Outputs())
		if err := m.Predict(want, x); err != nil {
			t.Fatal(err)
		}
		var rows [][]float64
		var rows32 [][]float32
		x32 := make([]float32, len(x))
		for i, v := range x {
			x32[i] = float32(v)
		}
		for i := range 9 {
			rows, rows32 = append(rows, x[i*s.Inputs:][:s.Inputs]), append(rows32, x32[i*s.Inputs:][:s.Inputs])
		}
		got32 := make([]float32, len(want))
		if err := m.Predict32(got32, x32); err != nil {
			t.Fatal(err)
		}
		byRow, err := predict.Rows(m, rows)
		if err != nil {
			t.Fatal(err)
		}
		byRow32, err := predict.Rows(m, rows32)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			r, c := i/m.Outputs(), i%m.Outputs()
			if got32[i] != float32(w) || byRow[r][c] != w || byRow32[r][c] != float32(w) {
				t.Fatalf("%s: output %d is %v, %v and %v, %v expected", dtype, i, got32[i], byRow[r][c], byRow32[r][c], w)
			}
		}
	}
}

// Any number of goroutines may predict at once.
func TestConcurrent(t *testing.T) {
	s := networks()["every kind"]
	m := model(t, layers.Model{Network: network(t, s), Settings: s})
	x := examples(40, s.Inputs)
	want := make([]float64, 40*m.Outputs())
	if err := m.Predict(want, x); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(g), 0))
			for range 50 {
				from := rng.IntN(40)
				n := rng.IntN(40 - from)
				got := make([]float64, n*m.Outputs())
				if err := m.Predict(got, x[from*s.Inputs:][:n*s.Inputs]); err != nil || !slices.Equal(got, want[from*m.Outputs():][:len(got)]) {
					t.Errorf("examples %d to %d: %v, error %v", from, from+n, got, err)
					return
				}
			}
		})
	}
	group.Wait()
}

// Nothing is allocated.
func TestAllocations(t *testing.T) {
	if race {
		t.Skip("under the race detector sync.Pool forgets at random")
	}
	for name, s := range networks() {
		for _, dtype := range []string{"float64", "float32"} {
			s.Dtype = dtype
			m := model(t, layers.Model{Network: network(t, s), Settings: s})
			for _, n := range []int{1, 3, 300} {
				x, dst := examplesFor(s, n), make([]float64, n*m.Outputs())
				if allocs := testing.AllocsPerRun(20, func() {
					if err := m.Predict(dst, x); err != nil {
						t.Error(err)
					}
				}); allocs >= 1 {
					t.Errorf("%s in %s: %v allocations for %d examples", name, dtype, allocs, n)
				}
			}
		}
	}
}

// Mistakes name the example and the input.
func TestMistakes(t *testing.T) {
	s := networks()["logistic"]
	double := model(t, layers.Model{Network: network(t, s), Settings: s})
	s.Dtype = "float32"
	single := model(t, layers.Model{Network: network(t, s), Settings: s})
	with := func(n, at int, v float64) []float64 {
		x := examples(n, 3)
		x[at] = v
		return x
	}
	for _, c := range []struct {
		m      *predict.Model
		dst, x []float64
		want   string
	}{
		{double, make([]float64, 1), make([]float64, 4), "4 numbers given, a multiple of the 3 inputs of an example expected"},
		{double, make([]float64, 1), make([]float64, 6), "room for 1 numbers given, 2 expected: 1 outputs for each of 2 examples"},
		{double, make([]float64, 900), with(900, 2000, math.NaN()), "input 2 of example 666, both from 0, is NaN, a finite number expected"},
		{double, make([]float64, 2), with(2, 3, math.Inf(-1)), "input 0 of example 1, both from 0, is -Inf, a finite"},
		{single, make([]float64, 2), with(2, 4, 1e39), "input 1 of example 1, both from 0, is 1e+39 and beyond float32, the dtype of the model, a finite"},
		{single, make([]float64, 2), with(2, 4, math.NaN()), "is NaN, a finite"},
		{nil, nil, nil, "not made by"},
		{&predict.Model{}, nil, nil, "not made by"},
	} {
		if err := c.m.Predict(c.dst, c.x); err == nil || !strings.HasPrefix(err.Error(), "predict: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
	if err := double.Predict(make([]float64, 1), []float64{1e39, 0, 0}); err != nil {
		t.Errorf("error %v: a finite number of float64", err)
	}
	if err := double.Predict(nil, nil); err != nil {
		t.Errorf("error %v of no examples", err)
	}
	if _, err := predict.Rows(double, [][]float64{{1, 2, 3}, {1, 2}}); err == nil || !strings.Contains(err.Error(), "example 1 (from 0) has 2 inputs, 3 expected") {
		t.Errorf("error %v", err)
	}
	s = experiment.Settings{Inputs: 1, Layers: []experiment.Layer{dense(50, ""), dense(2, "")}}
	large := model(t, layers.Model{Network: network(t, s), Settings: s})
	if err := large.Predict(make([]float64, 4), []float64{1, math.MaxFloat64}); err == nil ||
		!strings.Contains(err.Error(), "of example 1, both from 0, is") || !strings.Contains(err.Error(), "beyond its dtype") {
		t.Errorf("error %v", err)
	}
}

// A model takes the memory of its file once, and New none of the file's.
func TestMemoryOfLoad(t *testing.T) {
	s := experiment.Settings{Inputs: 100, Layers: []experiment.Layer{dense(60_000, "relu"), dense(1, "")}} // 49 MB
	net := network(t, s)
	var b bytes.Buffer
	if err := layers.Save(&b, layers.Model{Network: net, Settings: s}); err != nil {
		t.Fatal(err)
	}
	file := bytes.NewReader(b.Bytes())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := predict.Load(file)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(b.Len())+1<<20; got > most && !race {
		t.Errorf("%d bytes of memory for a file of %d, at most %d expected", got, b.Len(), most)
	}
	f, err := modelfile.ReadModel(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	x, want := examples(2, s.Inputs), make([]float64, 2)
	if err := m.Predict(want, x); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second of a file that the first has left as it was
		copied, err := predict.New(f)
		if err != nil {
			t.Fatal(err)
		}
		y := make([]float64, 2)
		if err := copied.Predict(y, x); err != nil || !slices.Equal(y, want) {
			t.Errorf("%v by New, %v by Load, error %v", y, want, err)
		}
	}
}

// A small file that asks for much memory for every example is an error.
func TestWideNetworks(t *testing.T) {
	wide := func(n, branches int) []byte {
		s := experiment.Settings{Inputs: n, Layers: []experiment.Layer{nest(experiment.Parallel, slices.Repeat([]experiment.Layer{activation("identity")}, branches)...)}}
		var b bytes.Buffer
		if err := modelfile.Write(&b, &modelfile.File{Settings: s}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if _, err := predict.Load(bytes.NewReader(wide(1000, 400))); err != nil {
		t.Error(err)
	}
	for _, data := range [][]byte{wide(1<<21, 1), wide(1<<17, 400)} {
		if _, err := predict.Load(bytes.NewReader(data)); err == nil || !strings.Contains(err.Error(), "numbers in a network of 0 weights, at most 1048576 expected") {
			t.Errorf("error %v", err)
		}
	}
}
