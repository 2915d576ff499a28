package graph_test

import (
	"context"
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

func vector(values ...float64) *tensor.Dense {
	return graph.Tensor(values, len(values))
}

// A graph, its gradient, and the gradient's gradient.
func ExampleGrad() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	y := graph.Sum(graph.Tanh(x)).Named("y")
	dx, err := graph.Grad(y, x)
	if err != nil {
		log.Fatal(err)
	}
	second, err := graph.Grad(graph.Sum(dx[0]), x)
	if err != nil {
		log.Fatal(err)
	}
	lines, err := graph.Formulas(y, dx[0], second[0])
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range lines {
		fmt.Println(line)
	}
	// Output:
	// t1 = tanh(x) (3)
	// y = Σ t1 ()
	// dx = 1 − t1² (3)
	// t2 = (−2·t1) ⊙ dx (3)
}

// A program with an update: each run is a step of descent on (w − 3)².
func ExampleCompile() {
	g := graph.New(graph.Settings{})
	w := graph.NewParam("w", vector(0))
	rate := g.Input("rate")
	cost := graph.Sum(graph.Square(g.Use(w).Plus(-3)))
	dw, err := graph.Grad(cost, g.Use(w))
	if err != nil {
		log.Fatal(err)
	}
	step, err := graph.Compile(graph.Spec{
		Outputs: []*graph.Node{cost},
		Updates: []graph.Update{{Param: w, Value: graph.Sub(g.Use(w), graph.Mul(rate, dw[0]))}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := step.Set(rate, 0.25); err != nil {
		log.Fatal(err)
	}
	for range 4 {
		if err := step.Run(nil); err != nil {
			log.Fatal(err)
		}
		c, err := step.Scalar(cost) // before the update
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c, w.Value())
	}
	// Output:
	// 9 [1.5]
	// 2.25 [2.25]
	// 0.5625 [2.625]
	// 0.140625 [2.8125]
}

// An operation of one's own: a name, a function, and its derivative as nodes,
// checked to the second order.
func ExampleOp() {
	cube := &graph.Op{Name: "cube", Unary: func(x float64) float64 { return x * x * x },
		Backward: func(x []*graph.Node, _, dy *graph.Node) []*graph.Node {
			return []*graph.Node{graph.Mul(dy, graph.Square(x[0]).Times(3))}
		}}
	x := graph.New(graph.Settings{}).Input("x", 2)
	cost, feeds := graph.Sum(cube.Apply(x)), graph.Feeds{x: vector(1, 2)}
	report, err := gradtest.Compare(context.Background(), gradtest.Settings{Order: 2}, cost, feeds, x)
	fmt.Println(report.Rows[0].Verified(), report.Rows[1].Verified(), err)
	// Output: true true <nil>
}

// The derivative of an operation of one's own is an ordinary node.
func ExampleOp_derivative() {
	cube := &graph.Op{
		Name:  "cube",
		Unary: func(x float64) float64 { return x * x * x },
		Backward: func(x []*graph.Node, y, dy *graph.Node) []*graph.Node {
			return []*graph.Node{graph.Mul(dy, graph.Square(x[0]).Times(3))}
		},
	}
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	dx, err := graph.Grad(graph.Sum(cube.Apply(x)), x)
	if err != nil {
		log.Fatal(err)
	}
	p, err := graph.Compile(graph.Spec{Outputs: dx})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: vector(1, 2)}); err != nil {
		log.Fatal(err)
	}
	v, err := p.Value(dx[0])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(dx[0])
	fmt.Println(v)
	// Output:
	// dx = 3·x² (2)
	// [ 3  12]
}

// A mistake is kept, with its place, until work is done.
func ExampleGraph_Err() {
	g := graph.New(graph.Settings{})
	W, X := g.Input("W", 4, 3), g.Input("X", 2, 400)
	A := graph.Tanh(graph.MatMul(W, X)) // nothing happens yet
	_, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{A}})
	fmt.Println(err)
	// Output:
	// example_test.go:132: MatMul(W (4,3), X (2,400)): the first factor has 3 columns and the second 2 rows
}

// The same graph as a gorgonia expression graph.
func ExampleGraph_ExprGraph() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	graph.Sum(graph.Square(x))
	e, nodes, err := g.ExprGraph()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.AllNodes().Len(), "nodes;", nodes[x])
	// Output:
	// 3 nodes; x :: Vector float64
}

// The rows of a Jacobian are the gradients of the entries.
func ExampleJacobian() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	j, err := graph.Jacobian(graph.Outer(x, x), x)
	if err != nil {
		log.Fatal(err)
	}
	p, err := graph.Compile(graph.Spec{Outputs: j})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: vector(3, 5)}); err != nil {
		log.Fatal(err)
	}
	v, err := p.Value(j[0])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Shape(), v.Float64s())
	// Output: (2, 2, 2) [6 0 5 3 5 3 0 10]
}

// Curvature along a direction, vᵀ·H·v, without the matrix H.
func ExampleHVP() {
	g := graph.New(graph.Settings{})
	x, v := g.Input("x", 3), g.Input("v", 3)
	hv, err := graph.HVP(graph.Sum(graph.Pow(x, 3)), []*graph.Node{x}, []*graph.Node{v})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(hv[0])
	curvature := graph.Dot(v, hv[0])
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{curvature}})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: vector(1, 2, 3), v: vector(0, 1, 1)}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Scalar(curvature))
	// Output:
	// Mul(…) = 6·(v ⊙ x) (3)
	// 30 <nil>
}

// Probabilities, the logits behind them, and the index of the largest.
func ExampleSoftmax() {
	g := graph.New(graph.Settings{})
	z := g.Input("Z", 3, 400)
	a := graph.Softmax(z, 0).Named("A")
	logits, axes, ok := a.Logits()
	fmt.Println(logits, axes, ok)
	da, err := graph.VJP(a, g.Input("dA", 3, 400), z)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(da[0])
	// Output:
	// Z (3,400) [0] true
	// dZ = A ⊙ (dA − Σ A ⊙ dA) (3,400)
}

// A choice between two functions, with the derivative of the chosen one.
func ExampleWhere() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	zero := g.Const(0)
	y := graph.Where(graph.Greater(x, zero), graph.Square(x), x.Times(-1))
	dx, err := graph.Grad(graph.Sum(y), x)
	if err != nil {
		log.Fatal(err)
	}
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y, dx[0]}})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: vector(-2, -1, 3)}); err != nil {
		log.Fatal(err)
	}
	for _, n := range []*graph.Node{y, dx[0]} {
		v, err := p.Value(n)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(v.Float64s())
	}
	// Output:
	// [2 1 9]
	// [-1 -1 6]
}

// Two halves of the examples go different ways and come together again.
func ExampleConcat() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 6)
	y := graph.Concat(1, graph.Tanh(graph.Slice(x, graph.Range{}, graph.Range{From: 0, To: 3})), graph.Slice(x, graph.Range{}, graph.Range{From: 3, To: 6}))
	fmt.Println(y)
	// Output: Concat(…) = concat(tanh(X[:, 0:3]), X[:, 3:6]) (2,6)
}
