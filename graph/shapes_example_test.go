package graph_test

import (
	"fmt"
	"log"

	"chainrule/graph"
)

// compute returns the values of nodes, row by row, one node after the other.
func compute(feeds graph.Feeds, nodes ...*graph.Node) (values [][]float64) {
	p, err := graph.Compile(graph.Spec{Outputs: nodes})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(feeds); err != nil {
		log.Fatal(err)
	}
	for _, n := range nodes {
		v, err := p.Float64s(nil, n)
		if err != nil {
			log.Fatal(err)
		}
		values = append(values, v)
	}
	return values
}

// A function drops the axes that it reduces; Reduce can keep them, so that the
// result broadcasts against what it came from.
func ExampleReduce() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 3)
	mean := graph.Mean(x, 1)
	kept := graph.Reduce{KeepDims: true}.Mean(x, 1)
	fmt.Println(mean.Shape(), kept.Shape())
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3, 10, 20, 30}}, mean, x.Sub(kept)))
	// Output:
	// (2) (2, 1)
	// [[2 20] [-1 0 1 -10 0 10]]
}

// Rows and columns of a matrix. The zero Range is a whole axis.
func ExampleRange() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 3, 4)
	fmt.Println(graph.Slice(x, graph.Range{From: 1, To: 3}))
	fmt.Println(graph.Slice(x, graph.Range{}, graph.Range{From: -1}))
	fmt.Println(graph.Slice(x, graph.Range{}, graph.Range{To: -1}))
	// Output:
	// Slice(…) = X[1:3, :] (2,4)
	// Slice(…) = X[:, 3:4] (3,1)
	// Slice(…) = X[:, 0:3] (3,3)
}

// The methods of a node write arithmetic from left to right. Names are what
// formulas and errors call a node by.
func ExampleNode() {
	g := graph.New(graph.Settings{})
	w, x, b := g.Input("W", 4, 2), g.Input("X", 2, 5), g.Input("b", 4, 1)
	z := w.MatMul(x).Add(b).Named("Z")
	half := z.T().Times(0.5).Plus(1)
	fmt.Println(z)
	fmt.Println(half)
	fmt.Println(half.Inputs()[0].Shape(), half.Graph() == g, half.Err())
	// Output:
	// Z = W·X + b (4,5)
	// Add(…) = Zᵀ/2 + 1 (5,4)
	// (5, 4) true <nil>
}

// What an input is fed with: a slice row by row, a number for a scalar, or a
// tensor.
func ExampleFeeds() {
	g := graph.New(graph.Settings{})
	a, x, b := g.Input("a"), g.Input("X", 2, 2), g.Input("b", 2, 1)
	feeds := graph.Feeds{
		a: 10.0,
		x: []float64{1, 2, 3, 4},
		b: graph.Tensor([]float64{5, 6}, 2, 1),
	}
	fmt.Println(compute(feeds, a.Mul(x).Add(b)))
	// Output: [[15 25 36 46]]
}

// One buffer takes the output of every run, without allocating. The slice that
// was fed is read anew each time.
func ExampleProgram_Float64s() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	y := graph.Square(x)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	values, buf := []float64{1, 2, 3}, make([]float64, 0, 3)
	feeds := graph.Feeds{x: values}
	for range 2 {
		if err := p.Run(feeds); err != nil {
			log.Fatal(err)
		}
		if buf, err = p.Float64s(buf[:0], y); err != nil {
			log.Fatal(err)
		}
		fmt.Println(buf)
		values[0] = 7
	}
	// Output:
	// [1 4 9]
	// [49 4 9]
}
