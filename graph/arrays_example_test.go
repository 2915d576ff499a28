package graph_test

import (
	"fmt"
	"log"

	"chainrule/graph"
)

// Steps, and numbers from the end. A step below zero goes back.
func ExampleRange_step() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 6)
	fmt.Println(compute(graph.Feeds{x: []float64{0, 1, 2, 3, 4, 5}},
		graph.Slice(x, graph.Range{From: 1, To: -1}),
		graph.Slice(x, graph.Range{Step: 2}),
		graph.Slice(x, graph.Range{From: -2, To: 1, Step: -1})))
	// Output: [[1 2 3 4] [0 2 4] [4 3 2]]
}

// The rows of a matrix from the last one on.
func ExampleFlip() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 3, 2)
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3, 4, 5, 6}}, graph.Flip(x, 0), graph.Flip(x)))
	// Output: [[5 6 3 4 1 2] [6 5 4 3 2 1]]
}

// A part is replaced in the result, and nothing flows back into what it replaced.
func ExampleSetSlice() {
	g := graph.New(graph.Settings{})
	x, part := g.Input("x", 5), g.Input("part")
	y := graph.SetSlice(x, part, graph.Range{From: 1, To: 4})
	d, err := graph.Grad(graph.Sum(graph.Square(y)), x, part)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3, 4, 5}, part: 7.0}, y, d[0], d[1]))
	// Output: [[1 7 7 7 5] [2 0 0 0 10] [42]]
}

// A border of zeros around an image, and a mirror image below it.
func ExamplePad() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3}},
		graph.Pad(x, 0, graph.Padding{Before: 1, Behind: 2}), graph.Concat(0, x, graph.Flip(x))))
	// Output: [[0 1 2 3 0 0] [1 2 3 3 2 1]]
}

// Copies of a whole, row by row.
func ExampleTile() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 2)
	fmt.Println(compute(graph.Feeds{x: []float64{1, 2, 3, 4}}, graph.Tile(x, 1, 2)))
	// Output: [[1 2 1 2 3 4 3 4]]
}

// The parts of a product, as the gates of a cell are; the gradient of all is one array.
func ExampleSplit() {
	g := graph.New(graph.Settings{})
	z := g.Input("Z", 4, 1)
	gates := graph.Split(z, 0, 2, 2)
	cost := graph.Sum(graph.Mul(gates[0], gates[1]))
	d, err := graph.Grad(cost, z)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d[0])
	// Output: dZ = concat(Z[2:4, :], Z[0:2, :]) (4,1)
}

// Vectors become the columns of a matrix.
func ExampleStack() {
	g := graph.New(graph.Settings{})
	a, b := g.Input("a", 3), g.Input("b", 3)
	m := graph.Stack(1, a, b)
	fmt.Println(m.Shape(), compute(graph.Feeds{a: []float64{1, 2, 3}, b: []float64{4, 5, 6}}, m))
	// Output: (3, 2) [[1 4 2 5 3 6]]
}

// A mask of what each step may look at: itself and what was before.
func ExampleTril() {
	g := graph.New(graph.Settings{})
	scores := g.Input("scores", 2, 2)
	mask := graph.Tril(g.Const(1, 2, 2), 0)
	seen := graph.Where(mask, scores, g.Const(-1e9))
	fmt.Println(compute(graph.Feeds{scores: []float64{1, 1, 1, 1}}, graph.Softmax(seen, 1)))
	// Output: [[1 0 0.5 0.5]]
}

// A diagonal becomes a matrix, and the trace is the sum of one.
func ExampleDiag() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	m := graph.Add(graph.Diag(x), graph.Eye(g, 2))
	fmt.Println(compute(graph.Feeds{x: []float64{3, 5}}, m, graph.Sum(graph.Diagonal(m))))
	// Output: [[4 0 0 6] [10]]
}

// Chances to have survived each step. The derivative is right behind a zero, too.
func ExampleCumProd() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	dx, err := graph.Grad(graph.Sum(graph.CumProd(x, 0)), x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(compute(graph.Feeds{x: []float64{0.5, 0, 4}}, graph.CumProd(x, 0), dx[0]))
	// Output: [[0.5 0 0] [1 2.5 0]]
}

// Sums of exponentials that would overflow.
func ExampleCumLogSumExp() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3)
	fmt.Printf("%.4f\n", compute(graph.Feeds{x: []float64{1000, 1000, 999}}, graph.CumLogSumExp(x, 0))[0])
	// Output: [1000.0000 1000.6931 1000.8620]
}

// Returns of an episode: the rewards that are still to come, discounted by a half a step.
func ExampleRecurrence() {
	g := graph.New(graph.Settings{})
	rewards := g.Input("rewards", 3)
	means := graph.Recurrence(g.Const(0.5), rewards.Times(0.5), 0)
	returns := graph.Cumulative{Reverse: true}.Recurrence(g.Const(0.5), rewards, 0)
	fmt.Println(compute(graph.Feeds{rewards: []float64{1, 0, 4}}, means, returns))
	// Output: [[0.5 0.25 2.125] [2 2 4]]
}
