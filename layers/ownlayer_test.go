package layers_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
)

// Norm gives every column mean 0 and variance 1, and multiplies its rows by a
// gain that is trained: layer normalisation.
type Norm struct{ Gain *graph.Param }

func (n Norm) Apply(x *graph.Node) *graph.Node {
	sigma := graph.Sqrt(graph.Reduce{KeepDims: true}.Variance(x, 0).Plus(1e-5))
	normal := graph.Div(graph.Sub(x, graph.Reduce{KeepDims: true}.Mean(x, 0)), sigma)
	return graph.Mul(x.Graph().Use(n.Gain), normal)
}

func (n Norm) Params() []*graph.Param { return []*graph.Param{n.Gain} }

// A layer of one's own is a type with Apply and Params. It stands among the
// others, and its gradient is checked against central differences.
func ExampleLayer() {
	rng := rand.New(rand.NewPCG(1, 2))
	ones := graph.Tensor([]float64{1, 1, 1, 1}, 4, 1)
	norm := Norm{graph.NewParam("norm.gain", ones)}
	norm.Gain.Layer = "norm" // a field of its own in pictures
	net := layers.Sequential{layers.NewDense("hidden", 3, 4, layers.Glorot, rng), norm, layers.GELU}

	g := graph.New(graph.Settings{})
	X := g.Input("X", 3, 5)
	cost := graph.Sum(graph.Square(net.Apply(X)))
	report, err := gradtest.Compare(context.Background(), gradtest.Settings{}, cost, nil, X, g.Use(norm.Gain))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range report.Rows {
		fmt.Println(row.Name, row.Shape, row.Verified())
	}
	// Output:
	// X (3, 5) true
	// norm.gain (4, 1) true
}
