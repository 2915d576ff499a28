package layers_test

import (
	"fmt"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

func TestMLPMistakes(t *testing.T) {
	rng := newRand()
	outOfLuck := func([]float64, int, int, layers.Source) error { return fmt.Errorf("out of luck") }
	glorot := layers.Initializer(layers.Glorot)
	for name, c := range map[string]struct {
		net   *layers.MLP
		words []string
	}{
		"nil":            {nil, []string{"the network is nil"}},
		"zero":           {&layers.MLP{}, []string{"0 weights"}},
		"no biases":      {&layers.MLP{W: make([]*graph.Param, 2)}, []string{"2 weights, 0 biases"}},
		"no activations": {&layers.MLP{W: make([]*graph.Param, 2), B: make([]*graph.Param, 2)}, []string{"0 hidden activations"}},
		"nil parameters": {&layers.MLP{W: make([]*graph.Param, 1), B: make([]*graph.Param, 1)}, []string{"the parameter is nil"}},
		"no sizes":       {layers.MLPSettings{}.New(rng), []string{"MLP", "0 sizes given", "at least 2"}},
		"one size":       {layers.MLPSettings{Sizes: []int{2}}.New(rng), []string{"1 sizes given"}},
		"size 0":         {layers.MLPSettings{Sizes: []int{2, 0, 1}}.New(rng), []string{"Sizes[1] is 0", "at least 1"}},
		"negative":       {layers.MLPSettings{Sizes: []int{2, 4, 4, -3}}.New(rng), []string{"Sizes[3] is -3"}},
		"huge":           {layers.MLPSettings{Sizes: []int{2, 1 << 16, 1 << 16, 1}}.New(rng), []string{"Sizes[1]", "Sizes[2]", "at most"}},
		"two of three": {layers.MLPSettings{Sizes: []int{2, 4, 4, 4, 1}, Hidden: make([]layers.Activation, 2)}.New(rng),
			[]string{"Hidden has 2 entries for 3 layers"}},
		"two of none": {layers.MLPSettings{Sizes: []int{2, 1}, Hidden: make([]layers.Activation, 2)}.New(rng),
			[]string{"Hidden has 2 entries for 0 layers"}},
		"activation": {layers.MLPSettings{Sizes: []int{2, 4, 1}, Hidden: []layers.Activation{99}}.New(rng), []string{"Activation(99)", "tanh"}},
		"output":     {layers.MLPSettings{Sizes: []int{2, 1}, Output: layers.Activation(-1)}.New(rng), []string{"Activation(-1)", "tanh"}},
		"parameters": {layers.MLPSettings{Sizes: []int{2, 1}, Output: layers.NewDense("d", 1, 1, layers.Zeros, nil)}.New(rng),
			[]string{"output activation has parameters"}},
		"two inits":  {layers.MLPSettings{Sizes: []int{2, 4, 4, 1}, Init: []layers.Initializer{glorot, glorot}}.New(rng), []string{"Init has 2 entries for 3 layers"}},
		"init":       {layers.MLPSettings{Sizes: []int{2, 4, 1}, Init: []layers.Initializer{nil, outOfLuck}}.New(rng), []string{"layer 2", "out of luck"}},
		"no source":  {layers.MLPSettings{Sizes: []int{2, 4, 1}}.New(nil), []string{"layer 1", "source of random numbers is nil"}},
		"dtype":      {layers.MLPSettings{Sizes: []int{2, 4, 1}, Dtype: tensor.Int}.New(rng), []string{"int", "float64"}},
		"out of all": {layers.MLPSettings{Sizes: []int{1, 1}, Init: []layers.Initializer{layers.Scaled(layers.Normal(1e308), 1e308)}}.New(rng), []string{"Inf"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph.New(graph.Settings{})
			n := c.net.Forward(g.Input("X", 2, 3))
			checkError(t, g.Err(), c.words...)
			checkError(t, c.net.Apply(g.Input("X2", 2, 3)).Err(), c.words...)
			if len(n.Z) == 0 || len(n.Z) != len(n.A) {
				t.Errorf("%d Z and %d A", len(n.Z), len(n.A))
			}
			if c.net.Params() != nil {
				t.Errorf("params %v", c.net.Params())
			}
		})
	}
}

// A mistake leaves as many nodes as were to be, so that they can be indexed.
func TestMLPFailedNodes(t *testing.T) {
	broken := layers.MLPSettings{Sizes: []int{2, 4, 0, 1}}.New(newRand())
	whole := layers.MLPSettings{Sizes: []int{2, 4, 4, 1}}.New(newRand())
	failed := graph.MatMul(nil, nil)
	g := graph.New(graph.Settings{})
	for _, n := range []layers.MLPNodes{broken.Forward(g.Input("X", 2, 3)), whole.Forward(nil), whole.Forward(failed),
		whole.Forward(g.Input("Y", 3, 3))} {
		if len(n.Z) != 3 || len(n.A) != 3 {
			t.Fatalf("%d Z and %d A, 3 expected", len(n.Z), len(n.A))
		}
		for _, node := range append(n.Z, n.A...) {
			if node.Err() == nil {
				t.Errorf("%v has no error", node)
			}
		}
	}
	if got := whole.Apply(failed).Err(); got != failed.Err() {
		t.Errorf("error %v, the first one, %v, expected", got, failed.Err())
	}
	checkError(t, whole.Apply(nil).Err(), "MLP", "nil")
	checkError(t, whole.Apply(&graph.Node{}).Err(), "MLP: its input", "belongs to no graph")

	twice := graph.New(graph.Settings{})
	whole.Apply(twice.Input("X", 2, 3))
	layers.MLPSettings{Sizes: []int{2, 1}}.New(newRand()).Apply(twice.Input("Y", 2, 3))
	if err := twice.Err(); err == nil || !strings.Contains(err.Error(), `"W1"`) {
		t.Errorf("two networks in a graph: error %v", err)
	}
}
