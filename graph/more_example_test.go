package graph_test

import (
	"errors"
	"fmt"
	"log"

	"chainrule/graph"
)

// An element-wise operation of one's own needs no more than its Slope, written
// with the input x or the result, whichever is shorter.
func ExampleOp_slope() {
	logistic := &graph.Op{
		Name:  "logistic",
		Unary: func(x float64) float64 { return 4 * x * (1 - x) },
		Slope: func(x, _ *graph.Node) *graph.Node { return x.Times(-8).Plus(4) },
	}
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	dx, err := graph.Grad(graph.Sum(logistic.Apply(x)), x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(logistic.Derivative())
	fmt.Println(compute(graph.Feeds{x: []float64{0, 0.5}}, dx...))
	// Output:
	// logistic′ = −8·Z + 4
	// [[4 0]]
}

// A running mean: a step assigns it, an evaluation does not.
func ExampleGraph_Assign() {
	mean := graph.NewParam("mean", vector(0))
	g := graph.New(graph.Settings{Training: true})
	x := g.Input("x", 1)
	g.Assign(mean, g.Use(mean).Times(0.9).Add(x.Times(0.1)))
	p, err := graph.Compile(graph.Spec{Updates: g.Assignments()})
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		if err := p.Run(graph.Feeds{x: []float64{10}}); err != nil {
			log.Fatal(err)
		}
		fmt.Println(mean.Value())
	}
	// Output:
	// [1]
	// [1.9]
}

// The same expression with another value for a parameter.
func ExampleGraph_Substitute() {
	w := graph.NewParam("w", vector(3))
	g := graph.New(graph.Settings{})
	square := func() *graph.Node { return graph.Square(g.Use(w)) }
	y := square()
	var twice *graph.Node
	g.Substitute(map[*graph.Param]*graph.Node{w: g.Use(w).Times(2)}, func() { twice = square() })
	fmt.Println(compute(nil, y, twice))
	// Output: [[9] [36]]
}

// The numbers of one seed are always the same; the next seed gives others.
func ExampleRandomBernoulli() {
	g := graph.New(graph.Settings{})
	seed := g.Input("seed", 1)
	x := graph.RandomBernoulli(seed, 0.5, 8)
	next := graph.RandomBernoulli(graph.NextSeed(seed), 0.5, 8)
	first := compute(graph.Feeds{seed: []float64{1}}, x, next)
	again := compute(graph.Feeds{seed: []float64{2}}, x)
	fmt.Println(first[0])
	fmt.Println(first[1])
	fmt.Println(again[0])
	// Output:
	// [1 1 0 1 1 0 1 1]
	// [0 0 0 1 1 0 1 0]
	// [0 0 0 1 1 0 1 0]
}

// A cumulative sum has an axis; its gradient is one from the other end.
func ExampleCumSum() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 4)
	dx, err := graph.Grad(graph.Sum(graph.CumSum(x, 0)), x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3, 4}}, graph.CumSum(x, 0), dx[0]))
	// Output: [[1 3 6 10] [4 3 2 1]]
}

// The derivative of a product is right at a zero, where a quotient would fail.
func ExampleProd() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	y := graph.Prod(x)
	dx, err := graph.Grad(y, x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(compute(graph.Feeds{x: []float64{0, 2, 5}}, y, dx[0]))
	// Output: [[0] [10 0 0]]
}

// The normal distribution by the error function: Φ(x) = (1 + erf(x/√2))/2.
func ExampleErf() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	phi := graph.Erf(x.Div(graph.Sqrt(g.Const(2)))).Plus(1).Times(0.5)
	fmt.Printf("%.4f\n", compute(graph.Feeds{x: []float64{0, 1.96}}, phi, graph.NormalCDF(x)))
	// Output: [[0.5000 0.9750] [0.5000 0.9750]]
}

// An angle from its tangent. Its derivative is 1/(1 + x²).
func ExampleAtan() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	dx, err := graph.Grad(graph.Sum(graph.Atan(x)), x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", compute(graph.Feeds{x: []float64{0, 1}}, graph.Atan(x), dx[0]))
	// Output: [[0.0000 0.7854] [1.0000 0.5000]]
}

// In the convention of course notes dZ is that of each example's own loss, and the
// mean comes in with the weights.
func ExampleGradByExample() {
	g := graph.New(graph.Settings{})
	x, y, w := g.Input("X", 2, 4), g.Input("Y", 1, 4), g.Input("W", 1, 2)
	z := graph.MatMul(w, x).Named("Z")
	cost := graph.MeanOver(graph.Sum(graph.SigmoidCrossEntropy(z, y)), 1, 4)
	d, err := graph.GradByExample(cost, z, w)
	if err != nil {
		fmt.Println(err)
		return
	}
	axis, own := d.Own(z)
	fmt.Println("dZ:", own, "along axis", axis)
	_, own = d.Own(w)
	fmt.Println("dW:", own)
	// Output:
	// dZ: true along axis 1
	// dW: false
}

// A cost of one's own says what its labels must be; a run with others is an error.
func ExampleRequire() {
	g := graph.New(graph.Settings{})
	z, y := g.Input("Z", 1, 3), g.Input("Y", 1, 3)
	margin := graph.Sub(g.Const(1), graph.Mul(z, graph.Sub(y.Times(2), g.Const(1)))) // labels as −1 and 1
	cost := graph.Require(y, graph.Mean(graph.ReLU(margin)), graph.Requirement{Values: graph.ZeroOrOne, Op: "Hinge"})
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = p.Run(graph.Feeds{z: []float64{1, 2, 3}, y: []float64{1, 0, -1}})
	var e *graph.Error
	if errors.As(err, &e) {
		fmt.Println(e.Err)
	}
	// Output: Hinge: the label of example 2 (from 0) is -1, 0 or 1 expected: (y + 1)/2 makes 0 and 1 of labels −1 and 1
}

// A recurrent network over four steps, whose body is built once, and its gradient.
func ExampleLoop_Scan() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 4) // a row for every step
	w := g.Input("w")
	l := graph.Loop{Init: []*graph.Node{g.Const(0)}, Over: []*graph.Node{x}}
	final, kept := l.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
		h := w.Mul(state[0]).Add(in[0])
		return []*graph.Node{h}, []*graph.Node{h}
	})
	dw, err := graph.Grad(final[0], w)
	if err != nil {
		panic(err)
	}
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3, 4}, w: 2.0}, final[0], kept[0], dw[0]))
	// Output: [[26] [1 4 11 26] [23]]
}

// Newton's method for a square root takes as many steps as it needs, and its gradient comes
// through these.
func ExampleLoop_While() {
	g := graph.New(graph.Settings{})
	a := g.Input("a")
	l := graph.Loop{Init: []*graph.Node{a}, Steps: 50} // the most steps, for the gradient
	final, steps := l.While(func(state []*graph.Node) *graph.Node {
		x := state[0]
		return graph.Greater(graph.Abs(x.Mul(x).Sub(a)), a.Times(1e-14))
	}, func(state []*graph.Node) []*graph.Node {
		x := state[0]
		return []*graph.Node{x.Add(a.Div(x)).Times(0.5)}
	})
	da, err := graph.Grad(final[0], a)
	if err != nil {
		panic(err)
	}
	fmt.Println(compute(graph.Feeds{a: 16.0}, final[0], steps, da[0]))
	// Output: [[4] [7] [0.125]]
}

// A function in two pieces, of which one has no value where the other is taken.
func ExampleCond() {
	g := graph.New(graph.Settings{})
	x := g.Input("x")
	y := graph.Cond(graph.Greater(x, g.Const(1)), func() []*graph.Node {
		return []*graph.Node{graph.Sqrt(x.Sub(g.Const(1)))}
	}, func() []*graph.Node {
		return []*graph.Node{x.Mul(x)}
	})
	dx, err := graph.Grad(y[0], x)
	if err != nil {
		panic(err)
	}
	fmt.Println(compute(graph.Feeds{x: 5.0}, y[0], dx[0]), compute(graph.Feeds{x: -3.0}, y[0], dx[0]))
	// Output: [[2] [0.25]] [[9] [-6]]
}
