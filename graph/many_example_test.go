package graph_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A derivative along a direction is computed beside the function itself: here that of
// x² where x moves as (1, 10) does.
func ExampleJVP() {
	g := graph.New(graph.Settings{})
	x, v := g.Input("x", 2), g.Input("v", 2)
	along, err := graph.JVP([]*graph.Node{graph.Square(x)}, []*graph.Node{x}, []*graph.Node{v})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(values(graph.Feeds{x: vector(3, 5), v: vector(1, 10)}, along[0])[0])
	// Output: [6 100]
}

// The gradient of every example by itself: the examples lie along the first axis.
func ExampleVmap() {
	g := graph.New(graph.Settings{})
	w, x, y := g.Input("w", 2), g.Input("X", 3, 2), g.Input("y", 3)
	d, err := graph.Vmap(func(example []*graph.Node) []*graph.Node {
		cost := graph.Square(graph.Sub(graph.Dot(w, example[0]), example[1]))
		d, err := graph.Grad(cost, w)
		if err != nil {
			return []*graph.Node{graph.Fail(err, cost)}
		}
		return d
	}, x, y)
	if err != nil {
		log.Fatal(err)
	}
	feeds := graph.Feeds{w: vector(1, 2), x: graph.Tensor([]float64{1, 0, 0, 1, 1, 1}, 3, 2), y: vector(0, 1, 5)}
	fmt.Println(d[0].Shape(), values(feeds, d[0])[0])
	// Output: (3, 2) [2 0 0 2 -4 -4]
}

// A graph that was built for one is computed for several values of one of its nodes.
func ExampleMapping_Nodes() {
	g := graph.New(graph.Settings{})
	w, x := g.Input("w", 1, 2), g.Input("X", 2, 1)
	y := graph.MatMul(w, x)
	all, err := graph.Mapping{}.Nodes([]*graph.Node{y}, map[*graph.Node]*graph.Node{w: g.Input("all w", 3, 1, 2)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape(), all[0].Shape())
	// Output: (1, 1) (3, 1, 1)
}

// Newton's method: the second derivatives of Rosenbrock's function lead to its minimum
// in a few steps.
func ExampleHessian() {
	g := graph.New(graph.Settings{})
	a, b := graph.NewParam("a", graph.Tensor([]float64{-1.2})), graph.NewParam("b", graph.Tensor([]float64{1}))
	xs := []*graph.Node{g.Use(a), g.Use(b)}
	cost := graph.Add(graph.Square(xs[0].Times(-1).Plus(1)), graph.Square(graph.Sub(xs[1], graph.Square(xs[0]))).Times(100))
	d, err := graph.Grad(cost, xs...)
	if err != nil {
		log.Fatal(err)
	}
	h, err := graph.Hessian(cost, xs...)
	if err != nil {
		log.Fatal(err)
	}
	det := h[0][0].Mul(h[1][1]).Sub(h[0][1].Mul(h[1][0]))
	step := []*graph.Node{d[0].Mul(h[1][1]).Sub(d[1].Mul(h[0][1])).Div(det), d[1].Mul(h[0][0]).Sub(d[0].Mul(h[1][0])).Div(det)}
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}, Updates: []graph.Update{
		{Param: a, Value: xs[0].Sub(step[0])}, {Param: b, Value: xs[1].Sub(step[1])}}})
	for i := 0; i < 7 && err == nil; i++ {
		err = p.Run(nil)
	}
	fmt.Println(a.Value(), b.Value(), err)
	// Output: 1 1 <nil>
}

// A network that solves a differential equation, u″ = −sin x with u(0) = u(π) = 0: the
// derivatives by x are those of the network, and the parameters are trained through them.
func Example_differentialEquation() {
	g, rng := graph.New(graph.Settings{}), rand.New(rand.NewPCG(1, 1))
	const hidden, points = 12, 20
	var params []*graph.Node
	for i, shape := range [][]int{{hidden, 1}, {hidden, 1}, {1, hidden}} {
		v := make([]float64, hidden)
		for j := range v {
			v[j] = rng.NormFloat64()
		}
		params = append(params, g.Use(graph.NewParam(fmt.Sprint("p", i), graph.Tensor(v, shape...))))
	}
	x, one := g.Input("x", 1, points), []*graph.Node{g.Const(1, 1, points)}
	net := graph.MatMul(params[2], graph.Tanh(graph.MatMul(params[0], x).Add(params[1])))
	u := net.Mul(x).Mul(graph.Sub(g.Const(math.Pi), x)) // is 0 at both ends
	du := must(graph.JVP([]*graph.Node{u}, []*graph.Node{x}, one))
	ddu := must(graph.JVP(du, []*graph.Node{x}, one))
	cost := graph.Mean(graph.Square(ddu[0].Add(graph.Sin(x))))
	p := descend(cost, params, 3e-4, 4000, graph.Feeds{x: evenly(points, math.Pi)}, graph.Square(u.Sub(graph.Sin(x))))
	fmt.Printf("u is off by at most 0.02: %v\n", p < 0.02*0.02)
	// Output: u is off by at most 0.02: true
}

// Learning to learn: w is a start from which one gradient step on a task's first examples fits
// its others. The gradient goes through the gradient step, for all tasks at once.
func Example_gradientThroughAStep() {
	g := graph.New(graph.Settings{})
	w := g.Use(graph.NewParam("w", graph.Tensor([]float64{3, 3}, 2, 1)))
	x, slopes := g.Array(graph.Tensor([]float64{-1, 0, 1, 1, 1, 1}, 2, 3)), g.Input("slopes", 4, 1)
	cost := func(w, slope *graph.Node) *graph.Node {
		line := graph.Slice(x, graph.Range{To: 1}).Mul(slope) // every task is a line through 0
		return graph.Mean(graph.Square(graph.MatMul(w.T(), x).Sub(line)))
	}
	after := must(graph.Vmap(func(task []*graph.Node) []*graph.Node {
		d := must(graph.Grad(cost(w, task[0]), w))
		return []*graph.Node{cost(w.Sub(d[0].Times(0.25)), task[0])}
	}, slopes))
	left := descend(graph.Mean(after[0]), []*graph.Node{w}, 0.5, 200,
		graph.Feeds{slopes: graph.Tensor([]float64{-2, -1, 1, 2}, 4, 1)}, w)
	fmt.Printf("the start is %.3f at most, between the tasks\n", math.Abs(left))
	// Output: the start is 0.000 at most, between the tasks
}

// must returns nodes that were made without an error.
func must(nodes []*graph.Node, err error) []*graph.Node {
	if err != nil {
		log.Fatal(err)
	}
	return nodes
}

// evenly returns points from 0 to the end as a row.
func evenly(points int, end float64) *tensor.Dense {
	v := make([]float64, points)
	for i := range v {
		v[i] = end * float64(i) / float64(points-1)
	}
	return graph.Tensor(v, 1, points)
}

// descend takes steps of gradient descent with momentum, and returns the largest entry of a
// node at the end.
func descend(cost *graph.Node, xs []*graph.Node, rate float64, steps int, feeds graph.Feeds, n *graph.Node) float64 {
	spec := graph.Spec{Outputs: []*graph.Node{n}}
	for i, d := range must(graph.Grad(cost, xs...)) {
		last := graph.NewParam(fmt.Sprint("last ", i), graph.Tensor(make([]float64, xs[i].Shape().TotalSize()), xs[i].Shape()...))
		step := cost.Graph().Use(last).Times(0.9).Sub(d.Times(rate))
		spec.Updates = append(spec.Updates, graph.Update{Param: last, Value: step}, graph.Update{Param: xs[i].Param(), Value: xs[i].Add(step)})
	}
	p, err := graph.Compile(spec)
	for i := 0; i < steps && err == nil; i++ {
		err = p.Run(feeds)
	}
	if err != nil {
		log.Fatal(err)
	}
	largest := math.Inf(-1)
	for _, v := range values(feeds, n)[0] {
		largest = max(largest, v)
	}
	return largest
}

// values runs a program for the values of nodes.
func values(feeds graph.Feeds, nodes ...*graph.Node) (all [][]float64) {
	p, err := graph.Compile(graph.Spec{Outputs: nodes})
	if err == nil {
		err = p.Run(feeds)
	}
	for _, n := range nodes {
		v, valueErr := p.Value(n)
		if err != nil || valueErr != nil {
			log.Fatal(err, valueErr)
		}
		all = append(all, v.Float64s())
	}
	return all
}
