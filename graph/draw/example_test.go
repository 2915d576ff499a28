package draw_test

import (
	"bytes"
	"fmt"
	"log"
	"regexp"

	"chainrule/graph"
	"chainrule/graph/draw"
	"chainrule/graph/explain"
)

// Logistic regression and its gradient. Every box of the picture has its
// formula and shape as a title, which browsers show under the pointer.
func ExampleSVG() {
	weights := graph.Tensor([]float64{0, 0}, 1, 2)
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", 2, 100), g.Input("Y", 1, 100)
	output := graph.NewParam("output.W", weights)
	output.Letter, output.Layer = "W", "output" // as layers do, for W1 and dW1 in a field of their own
	w := g.Use(output)
	a := graph.Sigmoid(graph.MatMul(w, x).MarkZ())
	cost := graph.Mean(graph.Square(graph.Sub(a, y))).Named("cost")
	gradient, err := graph.Grad(cost, w)
	if err != nil {
		log.Fatal(err)
	}

	svg, err := draw.SVG(cost, gradient[0])
	if err != nil {
		log.Fatal(err)
	}
	title := regexp.MustCompile(`<title>(cost|A1|dW1) = (.*)</title>`)
	for _, m := range title.FindAllSubmatch(svg, -1) {
		fmt.Printf("%s: %s\n", m[1], m[2])
	}
	fmt.Println(bytes.HasPrefix(svg, []byte("<svg")))
	// Unordered output:
	// A1: σ(Z1) (1,100)
	// cost: (1/m)·Σ t1² scalar
	// dW1: dZ1·Xᵀ (1,2)
	// true
}

// A picture with the script of a derivation has the formulas of that derivation:
// here those of the notes, where dZ1 is the derivative of each example's own loss.
func ExampleSettings() {
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", 2, 100), g.Input("Y", 1, 100)
	w := g.Use(graph.NewParam("W", graph.Tensor([]float64{0, 0}, 1, 2)))
	z := graph.MatMul(w, x).Named("Z")
	graph.Sigmoid(z).Named("A")
	cost := graph.MeanOver(graph.Sum(graph.SigmoidCrossEntropy(z, y)), 1, 100).Named("cost")
	d, err := explain.Derive(cost, w)
	if err != nil {
		log.Fatal(err)
	}

	svg, err := draw.Settings{Script: d.Script()}.SVG(append(d.Gradients(), cost)...)
	if err != nil {
		log.Fatal(err)
	}
	title := regexp.MustCompile(`<title>(dZ|dW) = (.*)</title>`)
	for _, m := range title.FindAllSubmatch(svg, -1) {
		fmt.Printf("%s: %s\n", m[1], m[2])
	}
	// Unordered output:
	// dZ: A − Y (1,100)
	// dW: (1/m)·dZ·Xᵀ (1,2)
}
