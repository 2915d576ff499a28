package gradtest_test

import (
	"context"
	"fmt"

	"chainrule/graph"
	"chainrule/graph/gradtest"
)

// An operation of one's own is checked to the second order, and so is the same
// operation with a mistake in its rule. In a test, gradtest.Check does it in one
// line.
func ExampleCompare() {
	cube := &graph.Op{Name: "Cube", Unary: func(x float64) float64 { return x * x * x },
		Backward: func(x []*graph.Node, _, dy *graph.Node) []*graph.Node {
			return []*graph.Node{graph.Mul(dy, graph.Square(x[0]).Times(3))}
		}}
	wrong := &graph.Op{Name: "Wrong", Unary: cube.Unary,
		Backward: func(x []*graph.Node, _, dy *graph.Node) []*graph.Node {
			return []*graph.Node{graph.Mul(dy, graph.Square(x[0]))} // the factor 3 is missing
		}}
	for _, op := range []*graph.Op{cube, wrong} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", 3)
		feeds := graph.Feeds{x: graph.Tensor([]float64{-1, 0, 2}, 3)}
		report, err := gradtest.Compare(context.Background(), gradtest.Settings{Order: 2}, graph.Sum(op.Apply(x)), feeds, x)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, row := range report.Rows {
			fmt.Printf("%s, order %d: error %.3f, verified: %t\n", op.Name, row.Order, row.Relative(), row.Verified())
		}
	}
	// Output:
	// Cube, order 1: error 0.000, verified: true
	// Cube, order 2: error 0.000, verified: true
	// Wrong, order 1: error 0.667, verified: false
	// Wrong, order 2: error 0.000, verified: true
}

// Judge takes gradients as numbers, from wherever they come. The square root has
// no derivative at 0, and differences do not tell what to say there.
func ExampleJudge() {
	x := graph.New(graph.Settings{}).Input("x", 3)
	feeds := graph.Feeds{x: graph.Tensor([]float64{4, 1e-12, 0}, 3)}
	claim := gradtest.Claim{Of: x, Values: []float64{0.26, 5e5, 0}}
	report, err := gradtest.Judge(context.Background(), gradtest.Settings{}, graph.Sum(graph.Sqrt(x)), feeds, claim)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range report.Rows[0].Entries {
		fmt.Printf("%v %.4g, %.4g by differences: %v\n", e.Index, e.Symbolic, e.Numeric, e.Verdict)
	}
	fmt.Println(report.Rows[0].Entries[2].Reason)
	// Output:
	// [0] 0.26, 0.25 by differences: wrong
	// [1] 5e+05, 5e+05 by differences: right
	// [2] 0, NaN by differences: undecided
	// every step leaves the domain or overflows
}
