package losses_test

import (
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// The gradient of the cost is as short as the one derived by hand.
func ExampleSigmoidCrossEntropy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 1, 400), g.Input("Y", 1, 400)
	graph.Sigmoid(Z).Named("A") // lets the gradient say A instead of σ(Z)
	gradients, err := graph.Grad(losses.SigmoidCrossEntropy(Z, Y), Z)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(gradients...)
	// Output:
	// A = σ(Z) (1,400)
	// dZ = (A − Y)/m (1,400)
}

// Probabilities that come from a sigmoid lead back to its logits.
func ExampleBinaryCrossEntropy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 1, 400), g.Input("Y", 1, 400)
	A := graph.Sigmoid(Z).Named("A")
	gradients, err := graph.Grad(losses.BinaryCrossEntropy(A, Y), Z)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(gradients...)
	// Output:
	// A = σ(Z) (1,400)
	// dZ = (A − Y)/m (1,400)
}

func ExampleSquaredError() {
	g := graph.New(graph.Settings{})
	A, Y := g.Input("A", 1, 400), g.Input("Y", 1, 400)
	gradients, err := graph.Grad(losses.SquaredError(A, Y), A)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(gradients...)
	// Output: dA = 2·(A − Y)/m (1,400)
}

func ExampleBinaryAccuracy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 1, 4), g.Input("Y", 1, 4)
	accuracy := losses.BinaryAccuracy(Z, Y)

	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{accuracy}})
	if err != nil {
		log.Fatal(err)
	}
	err = prog.Run(graph.Feeds{
		Z: tensor.New(tensor.WithShape(1, 4), tensor.WithBacking([]float64{-3, 0.5, 2, 1})),
		Y: tensor.New(tensor.WithShape(1, 4), tensor.WithBacking([]float64{0, 1, 0, 1})),
	})
	if err != nil {
		log.Fatal(err)
	}
	fraction, err := prog.Scalar(accuracy)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fraction)
	// Output: 0.75
}

func printFormulas(nodes ...*graph.Node) {
	formulas, err := graph.Formulas(nodes...)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range formulas {
		fmt.Println(f)
	}
}
