package draw

import (
	"fmt"
	"strings"
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// param adds a parameter, with the layer and letter that its name says, as in layer.W.
func param(g *graph.Graph, name string, rows, cols int) *graph.Node {
	p := graph.NewParam(name, zeros(rows, cols))
	p.Layer, p.Letter, _ = strings.Cut(name, ".")
	return g.Use(p)
}

func zeros(rows, cols int) *tensor.Dense {
	return graph.Tensor(make([]float64, rows*cols), rows, cols)
}

// network returns the cost of a network with tanh in its hidden layers and a
// sigmoid output under cross-entropy, and the gradients of its parameters.
func network(tb testing.TB, m int, sizes ...int) (*graph.Node, []*graph.Node) {
	tb.Helper()
	g := graph.New(graph.Settings{})
	last := len(sizes) - 1
	a, y := g.Input("X", sizes[0], m), g.Input("Y", sizes[last], m)
	var params []*graph.Node
	var z *graph.Node
	for l := 1; l <= last; l++ {
		layer := fmt.Sprintf("hidden %d", l)
		if l == last {
			layer = "output"
		}
		w, b := param(g, layer+".W", sizes[l], sizes[l-1]), param(g, layer+".b", sizes[l], 1)
		params = append(params, w, b)
		z = graph.Add(graph.MatMul(w, a), b).MarkZ()
		if l < last {
			a = graph.Tanh(z)
		} else {
			graph.Sigmoid(z)
		}
	}
	cost := graph.Sum(graph.Sub(graph.Softplus(z), graph.Mul(y, z))).Times(1 / float64(m)).Named("cost")
	grads, err := graph.Grad(cost, params...)
	if err != nil {
		tb.Fatal(err)
	}
	return cost, append([]*graph.Node{cost}, grads...)
}
