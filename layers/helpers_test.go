package layers_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// array returns a tensor of the given dtype and shape.
func array(dtype tensor.Dtype, shape []int, values ...float64) *tensor.Dense {
	if dtype == tensor.Float32 {
		rounded := make([]float32, len(values))
		for i, v := range values {
			rounded[i] = float32(v)
		}
		return graph.Tensor(rounded, shape...)
	}
	return graph.Tensor(values, shape...)
}

// entries returns a tensor's entries as float64.
func entries(t *testing.T, d *tensor.Dense) []float64 {
	t.Helper()
	switch data := d.Data().(type) {
	case []float64:
		return data
	case []float32:
		var out []float64
		for _, v := range data {
			out = append(out, float64(v))
		}
		return out
	}
	t.Fatalf("entries of type %T", d.Data())
	return nil
}

// run returns the entries of n, computed from the feeds.
func run(t *testing.T, n *graph.Node, feeds graph.Feeds) []float64 {
	t.Helper()
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{n}})
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Run(feeds); err != nil {
		t.Fatal(err)
	}
	v, err := prog.Value(n)
	if err != nil {
		t.Fatal(err)
	}
	return entries(t, v)
}

// checkError reports an error that is not a located one with all of the words.
func checkError(t *testing.T, err error, words ...string) {
	t.Helper()
	var located *graph.Error
	if !errors.As(err, &located) {
		t.Fatalf("error %v of type %T, a *graph.Error expected", err, err)
	}
	if !strings.Contains(located.Place, "_test.go:") {
		t.Errorf("place %q, this test expected", located.Place)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}
