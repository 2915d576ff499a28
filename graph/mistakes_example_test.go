package graph_test

import (
	"errors"
	"fmt"
	"log"
	"math"
	"path/filepath"
	"strings"

	"chainrule/graph"
)

// A cost of one's own is a mean over the examples if MeanOver builds it of their
// sum: a derivation then writes m for their number.
func ExampleMeanOver() {
	g := graph.New(graph.Settings{})
	a, y := g.Input("A", 1, 400), g.Input("Y", 1, 400)
	cost := graph.MeanOver(graph.Sum(graph.Square(graph.Sub(a, y))), 0.5, 400)
	_, scale, count, ok := cost.Mean()
	fmt.Println(scale, count, ok)
	d, err := graph.Grad(cost, a)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d[0])
	// Output:
	// 0.5 400 true
	// dA = (A − Y)/m (1,400)
}

// The odds a/(1 − a) of a probability are e^z of its logit, which is exact where a
// rounds to 1. Of what has no logits the function is computed as it stands.
func ExampleFromLogits() {
	odds := func(a *graph.Node) *graph.Node {
		return graph.FromLogits(a,
			func(z *graph.Node, axes []int) *graph.Node {
				if axes != nil {
					return nil // a softmax
				}
				return graph.Exp(z)
			},
			func() *graph.Node { return graph.Div(a, graph.Sub(a.Graph().Const(1), a)) })
	}
	g := graph.New(graph.Settings{})
	z, a := g.Input("Z", 1), g.Input("A", 1)
	fmt.Printf("%.4g\n", compute(graph.Feeds{z: []float64{40}, a: []float64{1}}, odds(graph.Sigmoid(z)), odds(a)))
	// Output: [[2.354e+17] [+Inf]]
}

// A run that would spoil a parameter is refused, and says where that begins.
func ExampleNotFinite() {
	w := graph.NewParam("w", vector(1000))
	g := graph.New(graph.Settings{})
	y := graph.Exp(g.Use(w)).Named("y")
	update := graph.Update{Param: w, Value: graph.Sub(g.Use(w), y)}
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}, Updates: []graph.Update{update}, Finite: true})
	if err != nil {
		log.Fatal(err)
	}
	err = p.Run(nil)
	var why *graph.NotFinite
	if errors.As(err, &why) {
		fmt.Println(why.Node.Symbol(), why.Value, "from", why.Operand.Symbol(), why.Largest)
	}
	fmt.Println(w.Value())
	// Output:
	// y +Inf from w 1000
	// [1000]
}

// A panic of an operation's function is an error that names it and its line.
func ExamplePanic() {
	root := &graph.Op{Name: "root", Unary: func(x float64) float64 {
		if x < 0 {
			panic("a negative number")
		}
		return math.Sqrt(x)
	}, Slope: func(_, y *graph.Node) *graph.Node { return graph.Reciprocal(y.Times(2)) }}
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{root.Apply(x)}})
	if err != nil {
		log.Fatal(err)
	}
	var panicked *graph.Panic
	if errors.As(p.Run(graph.Feeds{x: []float64{4, -4}}), &panicked) {
		file, _, _ := strings.Cut(filepath.Base(panicked.Place), ":")
		fmt.Printf("%s in %s: %v\n", panicked.Func, file, panicked.Value)
	}
	// Output: Unary of operation root in mistakes_example_test.go: a negative number
}

// A library that calls a user's function makes the same kind of error.
func ExampleRecovered() {
	call := func(cost func() *graph.Node) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = graph.Recovered("Cost", r)
			}
		}()
		cost()
		return nil
	}
	var layers []*graph.Node
	err := call(func() *graph.Node { return layers[0] })
	var panicked *graph.Panic
	fmt.Println(errors.As(err, &panicked))
	fmt.Println(panicked.Func, "-", panicked.Value)
	// Output:
	// true
	// Cost - runtime error: index out of range [0] with length 0
}
