package graph_test

import (
	"errors"
	"fmt"
	"log"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Rows of a matrix are chosen by integers, and gradients come back to those rows alone.
func ExampleGather() {
	g := graph.New(graph.Settings{})
	w, tokens := g.Input("W", 3, 2), g.Ints("tokens", 4)
	rows := graph.Gather(w, 0, tokens)
	d, err := graph.Grad(graph.Sum(rows), w)
	if err != nil {
		log.Fatal(err)
	}
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{rows, d[0]}})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{w: []float64{1, 2, 3, 4, 5, 6}, tokens: []int{2, 0, 2, 2}}); err != nil {
		log.Fatal(err)
	}
	chosen, _ := p.Float64s(nil, rows)
	flown, _ := p.Float64s(nil, d[0])
	fmt.Println(chosen, flown)
	// Output: [5 6 1 2 5 6 5 6] [1 1 0 0 3 3]
}

// A wrong index is an error of the run, which names it.
func ExampleIndexError() {
	g := graph.New(graph.Settings{})
	w, tokens := g.Input("W", 3, 2), g.Ints("tokens", 2)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{graph.Gather(w, 0, tokens)}})
	if err != nil {
		log.Fatal(err)
	}
	err = p.Run(graph.Feeds{w: make([]float64, 6), tokens: []int{0, 3}})
	var wrong *graph.IndexError
	fmt.Println(errors.As(err, &wrong), wrong)
	// Output: true Gather: the index at (1) of tokens is 3, a whole number from 0 to 2 expected, as axis 0 has 3 entries
}

// The best two entries of every column, and which rows they come from.
func ExampleTopK() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3, 2)
	values, indices := graph.TopK(x, 0, 2)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{values, indices, graph.Argmax(x, 0)}})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: []float64{1, 6, 3, 4, 2, 5}}); err != nil {
		log.Fatal(err)
	}
	best, _ := p.Float64s(nil, values)
	rows, _ := p.Ints(nil, indices)
	fmt.Println(best, rows)
	// Output: [3 6 2 5] [1 0 2 2]
}

// A Sorting says which entries come first and how many are taken.
func ExampleSorting() {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 5)
	least := graph.Sorting{First: 3}.Sort(x, 0)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{least}})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: []float64{5, 1, 4, 2, 3}}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Float64s(nil, least))
	// Output: [1 2 3] <nil>
}

// An operation of one's own with an integer input: every column is rotated by as many
// rows as its entry says, and the gradient is rotated back.
func ExampleOp_integers() {
	rotate := &graph.Op{Name: "Rotate", Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Eval: func(out []float64, in [][]float64, s graph.Shapes) {
			rows, columns := s.Out[0], s.Out[1]
			for i := range out {
				by := int(in[1][i%columns])
				out[i] = in[0][((i/columns+by)%rows+rows)%rows*columns+i%columns]
			}
		}}
	rotate.Backward = func(x []*graph.Node, _, dy *graph.Node) []*graph.Node {
		return []*graph.Node{rotate.Apply(dy, graph.Neg(x[1])), nil}
	}
	g := graph.New(graph.Settings{})
	x, by := g.Input("x", 3, 2), g.Ints("by", 2)
	d, err := graph.Grad(graph.Sum(graph.Square(rotate.Apply(x, by))), x)
	if err != nil {
		log.Fatal(err)
	}
	p, _ := graph.Compile(graph.Spec{Outputs: d})
	err = p.Run(graph.Feeds{x: []float64{1, 2, 3, 4, 5, 6}, by: []int{1, -1}})
	dx, _ := p.Float64s(nil, d[0])
	fmt.Println(dx, err)
	// Output: [2 4 6 8 10 12] <nil>
}
