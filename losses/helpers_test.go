package losses_test

import (
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// dtypes are the types of numbers, each with the relative error that a handful
// of operations may have in it.
var dtypes = map[tensor.Dtype]float64{tensor.Float64: 1e-14, tensor.Float32: 1e-6}

// A loss is one of the package's functions.
type loss func(output, y *graph.Node) *graph.Node

// pair returns a graph with inputs Z and Y of the same shape.
func pair(dtype tensor.Dtype, rows, cols int) (z, y *graph.Node) {
	g := graph.New(graph.Settings{Dtype: dtype})
	return g.Input("Z", rows, cols), g.Input("Y", rows, cols)
}

// array returns a tensor with the given values, in the dtype and shape of n.
func array(n *graph.Node, values []float64) *tensor.Dense {
	if n.Graph().Dtype() == tensor.Float32 {
		rounded := make([]float32, len(values))
		for i, v := range values {
			rounded[i] = float32(v)
		}
		return graph.Tensor(rounded, n.Shape()...)
	}
	return graph.Tensor(values, n.Shape()...)
}

// run computes nodes from values of inputs and returns the entries of each.
func run(t *testing.T, feeds map[*graph.Node][]float64, nodes ...*graph.Node) [][]float64 {
	t.Helper()
	prog, err := graph.Compile(graph.Spec{Outputs: nodes})
	if err != nil {
		t.Fatal(err)
	}
	tensors := graph.Feeds{}
	for n, values := range feeds {
		tensors[n] = array(n, append([]float64(nil), values...))
	}
	if err := prog.Run(tensors); err != nil {
		t.Fatal(err)
	}
	var out [][]float64
	for _, n := range nodes {
		v, err := prog.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entries(t, v))
	}
	return out
}

// entries returns a tensor's entries as float64.
func entries(t *testing.T, d *tensor.Dense) []float64 {
	t.Helper()
	switch data := d.Data().(type) {
	case float64:
		return []float64{data}
	case float32:
		return []float64{float64(data)}
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

// gradient returns the gradient of y with respect to x.
func gradient(t *testing.T, y, x *graph.Node) *graph.Node {
	t.Helper()
	d, err := graph.Grad(y, x)
	if err != nil {
		t.Fatal(err)
	}
	return d[0]
}

// backwardOps returns the number of operations that Grad added to g.
func backwardOps(g *graph.Graph) int {
	count := 0
	for _, n := range g.Nodes() {
		if n.IsBackward() && n.Op() != nil {
			count++
		}
	}
	return count
}

// formula returns the line that defines n.
func formula(t *testing.T, n *graph.Node) string {
	t.Helper()
	lines, err := graph.Formulas(n)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if line.Node == n {
			return line.String()
		}
	}
	t.Fatalf("%v has no line in %v", n, lines)
	return ""
}
