package predict_test

import (
	"strings"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// Sequences of classes predict as the graph does, bit for bit, in blocks and alone, and what is no
// class is an error that says where.
func TestEmbedding(t *testing.T) {
	const classes, steps, m = 7, 5, 400
	for dtype, of := range map[string]tensor.Dtype{"float64": tensor.Float64, "float32": tensor.Float32} {
		s := experiment.Settings{Inputs: steps, Dtype: dtype, Layers: []experiment.Layer{
			{Kind: experiment.Embedding, Classes: classes, Units: 6}, {Kind: experiment.GRU, Units: 3, Last: true}, dense(2, "softmax")}}
		net := network(t, s)
		p := model(t, layers.Model{Network: net, Settings: s})
		x := make([]float64, m*steps)
		for i := range x {
			x[i] = float64(i * i % 11 % classes)
		}
		got, want := make([]float64, m*2), byGraph(t, net, of, x, steps)
		if err := p.Predict(got, x); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s: output %d is %v, and %v of the graph", dtype, i, got[i], want[i])
			}
		}
		for _, wrong := range []float64{-1, classes, 2.5, 1e30} {
			x[399*steps+3] = wrong
			err := p.Predict(got, x)
			if err == nil || !strings.Contains(err.Error(), "class 3 of example 399, both from 0, is ") || !strings.Contains(err.Error(), "a whole number from 0 to 6 expected") {
				t.Errorf("%s: error %v of %v", dtype, err, wrong)
			}
		}
		x[399*steps+3] = 0
		if err := p.Predict(got, x); err != nil {
			t.Errorf("behind a mistake: %v", err)
		}
	}
}
