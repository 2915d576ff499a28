package explain_test

import (
	"fmt"
	"log"
	"math/rand/v2"
	"strings"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
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
	//   Z1   = W1·X + b1                        (4,400)  weighted sum and bias
	//   A1   = tanh(Z1)                         (4,400)  activation: tanh
	//   Z2   = W2·A1 + b2                       (1,400)  weighted sum and bias
	//   A2   = σ(Z2)                            (1,400)  activation: sigmoid
	//   cost = (1/m)·Σ (softplus(Z2) − Y ⊙ Z2)  scalar   cross-entropy, from Z2
	//
	// Backward
	//   Each column of dZ2 is the derivative of that example's own loss; the mean over the examples comes in with the parameters.
	//
	//   dZ2 = A2 − Y               (1,400)  sigmoid under cross-entropy
	//   dW2 = (1/m)·dZ2·A1ᵀ        (1,4)    product: gradient of the left factor, mean over the examples
	//   db2 = (1/m)·Σ dZ2          (1,1)    bias: mean over the examples
	//   dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)  (4,400)  chain rule through Z2; tanh′ = 1 − A²
	//   dW1 = (1/m)·dZ1·Xᵀ         (4,2)    product: gradient of the left factor, mean over the examples
	//   db1 = (1/m)·Σ dZ1          (4,1)    bias: mean over the examples
}

// The derivatives of the mean cost, which graph.Grad takes and a trainer runs.
func ExampleSettings() {
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 400), g.Input("Y", 1, 400)
	net := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Glorot, rand.New(rand.NewPCG(1, 2)))
	cost := losses.SigmoidCrossEntropy(net.Forward(X).Z[1], Y).Named("J")

	d, err := explain.Settings{Convention: explain.MeanCost}.Derive(cost, g.Use(net.W[0]), g.Use(net.W[1]))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Note)
	for _, l := range d.Backward {
		fmt.Println(l)
	}
	// Output:
	// Every derivative is that of J itself.
	// dZ2 = (A2 − Y)/m (1,400)
	// dW2 = dZ2·A1ᵀ (1,4)
	// dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (4,400)
	// dW1 = dZ1·Xᵀ (4,2)
}

// Where the examples meet, as in a normalisation over the batch, a value has no
// derivative of own losses: that of the cost is written ∂J/∂Z1.
func ExampleNotes() {
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 400), g.Input("Y", 1, 400)
	net := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Glorot, rand.New(rand.NewPCG(1, 2)))
	W1, W2 := g.Use(net.W[0]), g.Use(net.W[1])
	Z1 := graph.MatMul(W1, X).MarkZ()
	A1 := graph.Tanh(graph.Sub(Z1, graph.Reduce{KeepDims: true}.Mean(Z1, 1))).Named("A1") // of what is centred
	Z2 := graph.MatMul(W2, A1).MarkZ()
	graph.Sigmoid(Z2)

	d, err := explain.Derive(losses.SigmoidCrossEntropy(Z2, Y).Named("J"), W1, W2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Note)
	for _, l := range d.Backward {
		fmt.Println(l)
	}
	// Output:
	// Each column of dZ2 is the derivative of that example's own loss; the mean over the examples comes in with the parameters. Through Σ Z1 the values of one example go into the losses of others: for Z1 the derivative is that of J itself, written ∂J/∂Z1.
	// dZ2 = A2 − Y (1,400)
	// dW2 = (1/m)·dZ2·A1ᵀ (1,4)
	// dA1 = W2ᵀ·dZ2 (4,400)
	// t1 = dA1 ⊙ (1 − A1²) (4,400)
	// ∂J/∂Z1 = t1/m + Σ (−t1)/160000 (4,400)
	// dW1 = (∂J/∂Z1)·Xᵀ (4,2)
}

// How the chain rule becomes the short form, for logistic regression.
func ExampleDeriveRaw() {
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 400), g.Input("Y", 1, 400)
	w := g.Use(graph.NewParam("w", graph.Tensor([]float64{0, 0}, 1, 2)))
	b := g.Use(graph.NewParam("b", graph.Tensor([]float64{0}, 1, 1)))
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
	// dZ = 1 ⊙ (σ(Z) − Y) (1,400)
	// dw = (1/m)·dZ·Xᵀ (1,2)
	// db = (1/m)·Σ dZ (1,1)
	// and simplified
	// dZ = A − Y (1,400)
	// dw = (1/m)·dZ·Xᵀ (1,2)
	// db = (1/m)·Σ dZ (1,1)
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
	row := func(v ...float64) *tensor.Dense { return graph.Tensor(v, 1, 3) }
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
	//   t1   = x − y        (1,3)   residual
	//          [ 0  1  2 ]
	//   cost = (1/m)·Σ t1²  scalar  squared error, mean over the examples
	//          [ 1.6667 ]
	//
	// Backward
	//   Each column of dx is the derivative of that example's own loss.
	//
	//   dx = 2·t1  (1,3)  derivative of the squared error
	//        [ 0  2  4 ]
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

// A derivation as a Python script: what stands behind # is its line.
func ExampleDerivation_Program() {
	net := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Glorot, rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 4), g.Input("Y", 1, 4)
	cost := losses.SigmoidCrossEntropy(net.Forward(X).Z[1], Y).Named("cost")
	d, err := explain.Derive(cost, g.Use(net.W[0]), g.Use(net.B[0]), g.Use(net.W[1]), g.Use(net.B[1]))
	if err != nil {
		log.Fatal(err)
	}
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.5},
		Cost: func(*graph.Graph, int) *graph.Node { return nil }} // which takes no step itself
	updates, feeds, err := trainer.Updates(d.Gradients())
	if err != nil {
		log.Fatal(err)
	}
	feeds[X], feeds[Y] = []float64{0, 0, 1, 1, 0, 1, 0, 1}, []float64{0, 1, 1, 0}
	script, err := d.Program(explain.Program{Language: explain.NumPy, Feeds: feeds, Updates: updates, Steps: 100})
	if err != nil {
		log.Fatal(err)
	}
	_, loop, _ := strings.Cut(script, "\nfor step")
	loop, _, _ = strings.Cut(loop, "    W1 = new_W1")
	fmt.Print("for step", loop)
	// Output:
	// for step in range(100):
	//     # Forward
	//     Z1 = W1 @ X + b1  # Z1 = W1·X + b1  (4,4)
	//     A1 = np.tanh(Z1)  # A1 = tanh(Z1)  (4,4)
	//     Z2 = W2 @ A1 + b2  # Z2 = W2·A1 + b2  (1,4)
	//     A2 = sigmoid(Z2)  # A2 = σ(Z2)  (1,4)
	//     cost = np.sum(np.logaddexp(0, Z2) - Y * Z2) * (1 / m)  # cost = (1/m)·Σ (softplus(Z2) − Y ⊙ Z2)  scalar
	//
	//     # Backward
	//     dZ2 = A2 - Y  # dZ2 = A2 − Y  (1,4)
	//     dW2 = dZ2 @ A1.T * (1 / m)  # dW2 = (1/m)·dZ2·A1ᵀ  (1,4)
	//     db2 = np.sum(dZ2, axis=1, keepdims=True) * (1 / m)  # db2 = (1/m)·Σ dZ2  (1,1)
	//     dZ1 = W2.T @ dZ2 * (1 - np.square(A1))  # dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)  (4,4)
	//     dW1 = dZ1 @ X.T * (1 / m)  # dW1 = (1/m)·dZ1·Xᵀ  (4,2)
	//     db1 = np.sum(dZ1, axis=1, keepdims=True) * (1 / m)  # db1 = (1/m)·Σ dZ1  (4,1)
	//
	//     # Update
	//     new_W1 = W1 - dW1 * learning_rate  # W1 ← W1 − dW1 ⊙ learning rate  (4,2)
	//     new_b1 = b1 - db1 * learning_rate  # b1 ← b1 − db1 ⊙ learning rate  (4,1)
	//     new_W2 = W2 - dW2 * learning_rate  # W2 ← W2 − dW2 ⊙ learning rate  (1,4)
	//     new_b2 = b2 - db2 * learning_rate  # b2 ← b2 − db2 ⊙ learning rate  (1,1)
}
