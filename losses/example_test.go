package losses_test

import (
	"context"
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/losses"
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
		Z: graph.Tensor([]float64{-3, 0.5, 2, 1}, 1, 4),
		Y: graph.Tensor([]float64{0, 1, 0, 1}, 1, 4),
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

// With classes the gradient is the same; labels may be class numbers as well.
func ExampleSoftmaxCrossEntropy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 3, 400), g.Input("Y", 3, 400)
	graph.Softmax(Z, 0).Named("A") // lets the gradient say A instead of softmax(Z)
	gradients, err := graph.Grad(losses.SoftmaxCrossEntropy(Z, Y), Z)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(gradients...)
	// Output:
	// A = softmax(Z) (3,400)
	// dZ = (A − Y)/m (3,400)
}

// Labels are one-hot columns times a weight of the class, 5 for the second; the
// last example only fills the batch up.
func ExampleWeightedSoftmaxCrossEntropy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 2, 3), g.Input("Y", 2, 3)
	cost := losses.WeightedSoftmaxCrossEntropy(Z, Y).Named("cost")
	graph.Softmax(Z, 0).Named("A")
	gradients, err := graph.Grad(cost, Z)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(append(gradients, cost)...)

	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}})
	if err != nil {
		log.Fatal(err)
	}
	err = prog.Run(graph.Feeds{
		Z: graph.Tensor([]float64{0, 0, 7, 0, 0, -7}, 2, 3),
		Y: graph.Tensor([]float64{1, 0, 0, 0, 5, 0}, 2, 3),
	})
	if err != nil {
		log.Fatal(err)
	}
	v, err := prog.Scalar(cost)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", v) // (1 + 5)·ln 2, over 3 examples
	// Output:
	// cost = (1/m)·Σ (−Σ Y ⊙ logsoftmax(Z)) ()
	// A = softmax(Z) (2,3)
	// dZ = (A ⊙ (Σ Y) − Y)/m (2,3)
	// 1.3863
}

// Probabilities that come from a softmax lead back to its logits.
func ExampleCategoricalCrossEntropy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 3, 400), g.Input("Y", 3, 400)
	A := graph.Softmax(Z, 0).Named("A")
	gradients, err := graph.Grad(losses.CategoricalCrossEntropy(A, Y), Z)
	if err != nil {
		log.Fatal(err)
	}
	printFormulas(gradients...)
	// Output:
	// A = softmax(Z) (3,400)
	// dZ = (A − Y)/m (3,400)
}

// Three examples of two classes, of which the second is taken for class 1.
func ExampleAccuracy() {
	g := graph.New(graph.Settings{})
	Z, Y := g.Input("Z", 2, 3), g.Input("Y", 1, 3)
	accuracy := losses.Accuracy(Z, Y)

	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{accuracy}})
	if err != nil {
		log.Fatal(err)
	}
	err = prog.Run(graph.Feeds{
		Z: graph.Tensor([]float64{2, 1, -5, -1, 3, 4}, 2, 3),
		Y: graph.Tensor([]float64{0, 0, 1}, 1, 3),
	})
	if err != nil {
		log.Fatal(err)
	}
	fraction, err := prog.Scalar(accuracy)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", fraction)
	// Output: 0.667
}

// A loss of one's own is a few nodes: Huber's, ½r² for residuals r up to 1 and
// |r| − ½ beyond, as the mean over the examples. Its gradient is checked against
// central differences.
func Example_ownLoss() {
	g := graph.New(graph.Settings{})
	A, Y := g.Input("A", 2, 5), g.Input("Y", 2, 5)
	r := graph.Abs(graph.Sub(A, Y))
	huber := graph.Where(graph.LessEqual(r, g.Const(1)), graph.Square(r).Times(0.5), r.Plus(-0.5))
	cost := graph.Mean(graph.Sum(huber, 0))

	report, err := gradtest.Compare(context.Background(), gradtest.Settings{}, cost, nil, A)
	fmt.Println(err, report.Err(), report.Rows[0].Verified())
	// Output: <nil> <nil> true
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
