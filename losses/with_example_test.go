package losses_test

import (
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/losses"
)

// compute returns the entries of a node.
func compute(n *graph.Node, feeds graph.Feeds) []float64 {
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{n}})
	if err != nil {
		log.Fatal(err)
	}
	defer prog.Close()
	if err := prog.Run(feeds); err != nil {
		log.Fatal(err)
	}
	v, err := prog.Float64s(nil, n)
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func ExampleAbsoluteError() {
	g := graph.New(graph.Settings{})
	A, Y := g.Input("A", 1, 400), g.Input("Y", 1, 400)
	gradients, err := graph.Grad(losses.AbsoluteError(A, Y), A)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(gradients...)
	// Output: dA = sign(A − Y)/m (1,400)
}

// A target that is far off costs as much as its distance, and not the square of it.
func ExampleHuber() {
	g := graph.New(graph.Settings{})
	A, Y := g.Input("A", 1, 3), g.Input("Y", 1, 3)
	feeds := graph.Feeds{A: []float64{1, 2, 3}, Y: []float64{1.5, 2, 103}}
	fmt.Printf("%.3f\n", compute(losses.Huber(A, Y, 1), feeds))
	fmt.Printf("%.3f\n", compute(losses.SquaredError(A, Y), feeds))
	// Output:
	// [33.208]
	// [3333.417]
}

// A support vector machine: scores beyond the margin cost nothing.
func ExampleHinge() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 1, 4), g.Input("Y", 1, 4)
	each := losses.With{Each: true}.Hinge(Z, Y)
	fmt.Println(compute(each, graph.Feeds{Z: []float64{2, 0.5, -3, 1}, Y: []float64{1, 1, 0, 0}}))
	// Output: [0 0.5 0 2]
}

// A rare class counts as much as a frequent one, and the last example only fills the batch up.
func ExampleWith() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 3, 4), g.Input("Y", 1, 4)
	w := losses.With{Classes: g.Input("C", 3, 1), Examples: g.Input("E", 1, 4), Each: true}
	costs := compute(w.SoftmaxCrossEntropy(Z, Y), graph.Feeds{
		Z: []float64{1, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 9}, Y: []float64{0, 1, 2, 0},
		w.Classes: []float64{1, 2, 4}, w.Examples: []float64{1, 1, 1, 0},
	})
	fmt.Printf("%.3f\n", costs)
	// Output: [0.551 2.197 4.394 0.000]
}

// With smoothed labels certainty is not worth more and more: the cost has its smallest value
// at a finite logit.
func ExampleWith_smoothing() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 1, 4), g.Input("Y", 1, 4)
	w := losses.With{Smoothing: 0.1, Each: true}
	fmt.Printf("%.3f\n", compute(w.SigmoidCrossEntropy(Z, Y), graph.Feeds{Z: []float64{1, 3, 5, 10}, Y: []float64{1, 1, 1, 1}}))
	// Output: [0.363 0.199 0.257 0.500]
}
