package graph_test

import (
	"fmt"
	"log"

	"chainrule/graph"
)

// Edges of an image, found by a convolution whose weights are a difference. Examples are the
// last axis, so that a column for each of them becomes an image by Reshape alone.
func ExampleConv2D() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 9, 1)
	w := g.Input("W", 1, 1, 1, 2)
	edges := graph.Conv2D(graph.Reshape(x, 1, 3, 3, 1), w, graph.ConvSettings{})
	dw, err := graph.Grad(graph.Sum(graph.Square(edges)), w)
	if err != nil {
		log.Fatal(err)
	}
	feeds := graph.Feeds{x: []float64{
		0, 0, 1,
		0, 1, 1,
		1, 1, 1,
	}, w: []float64{-1, 1}}
	fmt.Println(edges.Shape())
	fmt.Println(compute(feeds, edges, dw[0]))
	// Output:
	// (1, 3, 2, 1)
	// [[0 1 1 0 0 0] [0 4]]
}

// A transposed convolution makes images larger: here each pixel becomes two by two.
func ExampleConvTranspose2D() {
	g := graph.New(graph.Settings{})
	x, w := g.Input("X", 1, 1, 2, 1), g.Const(1, 1, 1, 2, 2)
	y := graph.ConvTranspose2D(x, w, graph.ConvTransposeSettings{Stride: [2]int{2, 2}})
	fmt.Println(y.Shape())
	fmt.Println(compute(graph.Feeds{x: []float64{3, 5}}, y))
	// Output:
	// (1, 2, 4, 1)
	// [[3 3 5 5 3 3 5 5]]
}

// The first of the largest pixels has the derivative.
func ExampleMaxPool2D() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 1, 2, 4, 1)
	y := graph.MaxPool2D(x, graph.PoolSettings{Size: [2]int{2, 2}})
	dx, err := graph.Grad(graph.Sum(y), x)
	if err != nil {
		log.Fatal(err)
	}
	feeds := graph.Feeds{x: []float64{
		1, 7, 4, 4,
		2, 3, 0, 4,
	}}
	fmt.Println(compute(feeds, y, dx[0]))
	// Output:
	// [[7 4] [0 1 1 0 0 0 0 0]]
}

// The means of windows, and that of the whole image.
func ExampleAvgPool2D() {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 1, 2, 4, 1)
	feeds := graph.Feeds{x: []float64{
		1, 7, 4, 4,
		2, 2, 0, 4,
	}}
	fmt.Println(compute(feeds, graph.AvgPool2D(x, graph.PoolSettings{Size: [2]int{2, 2}}), graph.Mean(x, 1, 2)))
	// Output:
	// [[3 3] [3]]
}
