package explain_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// The network of the notes: its equations, and the six formulas of
// back-propagation.
func ExampleDerive() {
	net := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Glorot, rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 400), g.Input("Y", 1, 400)
	cost := losses.SigmoidCrossEntropy(net.Forward(X).Z[1], Y).Named("cost")

	d, err := explain.Derive(cost, g.Use(net.W[0]), g.Use(net.B[0]), g.Use(net.W[1]), g.Use(net.B[1]))
	if err != nil {
		log.Fatal(err)
	}
	d.Given = nil // leave the shapes of inputs and parameters out
	fmt.Print(d.Text(0))
	// Output:
	// Forward
	//   Z1   = W1·X + b1                    (4,400)  weighted sum and bias
	//   A1   = tanh(Z1)                     (4,400)  activation: tanh
	//   Z2   = W2·A1 + b2                   (1,400)  weighted sum and bias
	//   A2   = σ(Z2)                        (1,400)  activation: sigmoid
	//   cost = Σ (softplus(Z2) − Y ⊙ Z2)/m  scalar   cross-entropy, from Z2
	//
	// Backward
	//   dZ2 = (A2 − Y)/m           (1,400)  sigmoid under cross-entropy
	//   dW2 = dZ2·A1ᵀ              (1,4)    product: gradient of the left factor
	//   db2 = Σ dZ2                (1,1)    bias: sum over the examples
	//   dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)  (4,400)  chain rule through Z2; tanh′ = 1 − A²
	//   dW1 = dZ1·Xᵀ               (4,2)    product: gradient of the left factor
	//   db1 = Σ dZ1                (4,1)    bias: sum over the examples
}

// How the chain rule becomes the short form, for logistic regression.
func ExampleDeriveRaw() {
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 400), g.Input("Y", 1, 400)
	w := g.Use(graph.NewParam("w", tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float64{0, 0}))))
	b := g.Use(graph.NewParam("b", tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float64{0}))))
	Z := graph.Add(graph.MatMul(w, X), b).MarkZ().Named("Z")
	graph.Sigmoid(Z).Named("A")
	d, err := explain.DeriveRaw(losses.SigmoidCrossEntropy(Z, Y).Named("cost"), w, b)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range d.Raw {
		fmt.Println(l)
	}
	fmt.Println("and simplified")
	for _, l := range d.Backward {
		fmt.Println(l)
	}
	// Output:
	// dZ = 1/m ⊙ (σ(Z) − Y) (1,400)
	// dw = dZ·Xᵀ (1,2)
	// db = Σ dZ (1,1)
	// and simplified
	// dZ = (A − Y)/m (1,400)
	// dw = dZ·Xᵀ (1,2)
	// db = Σ dZ (1,1)
}

// The numbers of a derivation.
func ExampleDerivation_Evaluate() {
	g := graph.New(graph.Settings{})
	x, y := g.Input("x", 1, 3), g.Input("y", 1, 3)
	cost := losses.SquaredError(x, y).Named("cost")
	d, err := explain.Derive(cost, x)
	if err != nil {
		log.Fatal(err)
	}
	row := func(v ...float64) *tensor.Dense { return tensor.New(tensor.WithShape(1, 3), tensor.WithBacking(v)) }
	if err := d.Evaluate(graph.Feeds{x: row(1, 2, 3), y: row(1, 1, 1)}); err != nil {
		log.Fatal(err)
	}
	fmt.Print(d.Text(0))
	// Output:
	// Given
	//   x  (1,3)  input
	//      [ 1  2  3 ]
	//   y  (1,3)  input
	//      [ 1  1  1 ]
	//
	// Forward
	//   t1   = x − y    (1,3)   residual
	//          [ 0  1  2 ]
	//   cost = Σ t1²/m  scalar  squared error, mean over the examples
	//          [ 1.6667 ]
	//
	// Backward
	//   dx = 2·t1/m  (1,3)  derivative of the squared error
	//        [ 0.0000  0.6667  1.3333 ]
}

// A formula for LaTeX.
func ExampleFormula_LaTeX() {
	g := graph.New(graph.Settings{})
	W, X := g.Input("W1", 4, 2), g.Input("X", 2, 400)
	lines, err := graph.Formulas(graph.Tanh(graph.MatMul(W, X).MarkZ()))
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range lines {
		fmt.Println(l.LaTeX())
	}
	// Output:
	// Z^{[1]} = W^{[1]} \cdot X
	// A^{[1]} = \tanh\left(Z^{[1]}\right)
}
