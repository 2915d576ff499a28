package layers_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// The forward pass of the notes' network, and the six formulas of its gradient, that
// of the mean cost, found by the chain rule. For the convention of the notes,
// dZ2 = A2 − Y, see explain.Derive.
func ExampleNewTwoLayer() {
	const m = 400
	net := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Normal(0.01), rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, m), g.Input("Y", 1, m)

	cost := losses.BinaryCrossEntropy(net.Apply(X), Y)
	gradients, err := graph.Grad(cost, g.Use(net.W[0]), g.Use(net.B[0]), g.Use(net.W[1]), g.Use(net.B[1]))
	if err != nil {
		log.Fatal(err)
	}
	formulas, err := graph.Formulas(gradients...)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range formulas {
		fmt.Println(f)
	}
	// Output:
	// Z1 = W1·X + b1 (4,400)
	// A1 = tanh(Z1) (4,400)
	// Z2 = W2·A1 + b2 (1,400)
	// A2 = σ(Z2) (1,400)
	// dZ2 = (A2 − Y)/m (1,400)
	// dW2 = dZ2·A1ᵀ (1,4)
	// db2 = Σ dZ2 (1,1)
	// dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (4,400)
	// dW1 = dZ1·Xᵀ (4,2)
	// db1 = Σ dZ1 (4,1)
}

func ExampleNewTwoLayer_nodes() {
	net := layers.NewTwoLayer(2, 4, 1, layers.ReLU, layers.He, rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	n := net.Forward(g.Input("X", 2, 400))
	for _, node := range []*graph.Node{n.Z[0], n.A[0], n.Z[1], n.A[1]} {
		fmt.Println(node)
	}
	// Output:
	// Z1 = W1·X + b1 (4,400)
	// A1 = relu(Z1) (4,400)
	// Z2 = W2·A1 + b2 (1,400)
	// A2 = σ(Z2) (1,400)
}

// A deep net for three classes, and the formulas of its backward pass.
func ExampleMLP() {
	const m = 400
	net := layers.MLPSettings{
		Sizes:  []int{2, 5, 4, 3},
		Hidden: []layers.Activation{layers.ReLU, layers.Tanh},
		Output: layers.Softmax,
	}.New(rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, m), g.Input("Y", 3, m)

	cost := losses.CategoricalCrossEntropy(net.Apply(X), Y)
	var params []*graph.Node
	for _, p := range net.Params() {
		params = append(params, g.Use(p))
	}
	gradients, err := graph.Grad(cost, params...)
	if err != nil {
		log.Fatal(err)
	}
	formulas, err := graph.Formulas(gradients...)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range formulas {
		fmt.Println(f)
	}
	// Output:
	// Z1 = W1·X + b1 (5,400)
	// A1 = relu(Z1) (5,400)
	// Z2 = W2·A1 + b2 (4,400)
	// A2 = tanh(Z2) (4,400)
	// Z3 = W3·A2 + b3 (3,400)
	// A3 = softmax(Z3) (3,400)
	// dZ3 = (A3 − Y)/m (3,400)
	// dW3 = dZ3·A2ᵀ (3,4)
	// db3 = Σ dZ3 (3,1)
	// dZ2 = W3ᵀ·dZ3 ⊙ (1 − A2²) (4,400)
	// dW2 = dZ2·A1ᵀ (4,5)
	// db2 = Σ dZ2 (4,1)
	// dZ1 = W2ᵀ·dZ2 ⊙ step(Z1) (5,400)
	// dW1 = dZ1·Xᵀ (5,2)
	// db1 = Σ dZ1 (5,1)
}

// Without hidden layers it is a regression; here a linear one.
func ExampleMLP_Forward() {
	net := layers.MLPSettings{Sizes: []int{2, 1}}.New(rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	n := net.Forward(g.Input("X", 2, 400))
	fmt.Println(n.Z[0])
	fmt.Println(n.A[0] == n.Z[0])
	// Output:
	// Z1 = W1·X + b1 (1,400)
	// true
}

// An initialiser for a command line: its name and a factor.
func ExampleScaled() {
	normal, err := layers.InitializerByName("normal")
	if err != nil {
		log.Fatal(err)
	}
	for _, init := range []layers.Initializer{layers.Scaled(normal, 0.01), layers.Normal(0.01)} {
		d := layers.NewDense("d", 2, 1, init, rand.New(rand.NewPCG(1, 2)))
		fmt.Printf("%.6f\n", d.W.Value().Data())
	}
	// Output:
	// [0.003794 0.000747]
	// [0.003794 0.000747]
}

func ExampleSequential() {
	rng := rand.New(rand.NewPCG(1, 2))
	net := layers.Sequential{
		layers.NewDense("hidden", 2, 4, layers.Glorot, rng), layers.Tanh,
		layers.NewDense("output", 4, 1, layers.Glorot, rng),
	}
	for _, m := range []int{64, 17} { // one set of weights for every batch size
		g := graph.New(graph.Settings{})
		fmt.Println(net.Apply(g.Input("X", 2, m)))
	}
	for _, p := range net.Params() {
		fmt.Println(p.Name(), p.Shape())
	}
	// Output:
	// Z2 = W2·A1 + b2 (1,64)
	// Z2 = W2·A1 + b2 (1,17)
	// hidden.W (4, 2)
	// hidden.b (4, 1)
	// output.W (1, 4)
	// output.b (1, 1)
}

func ExampleDense() {
	d := layers.NewDense("sum", 3, 1, layers.Zeros, nil)
	err := d.W.Set(graph.Tensor([]float64{1, 1, 1}, 1, 3))
	if err != nil {
		log.Fatal(err)
	}
	g := graph.New(graph.Settings{})
	X := g.Input("X", 3, 2)
	z := d.Apply(X)

	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{z}})
	if err != nil {
		log.Fatal(err)
	}
	x := graph.Tensor([]float64{1, 10, 2, 20, 3, 30}, 3, 2)
	if err := prog.Run(graph.Feeds{X: x}); err != nil {
		log.Fatal(err)
	}
	sums, err := prog.Value(z)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sums.Data())
	// Output: [6 60]
}

// A layer in float32.
func ExampleDenseSettings() {
	d := layers.DenseSettings{Name: "d", In: 2, Out: 4, Dtype: tensor.Float32}.New(rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{Dtype: tensor.Float32})
	fmt.Println(d.Apply(g.Input("X", 2, 10)).Shape(), d.W.Dtype())
	// Output: (4, 10) float32
}

// A mistake made in a constructor is the error of the graph.
func ExampleNewDense() {
	d := layers.NewDense("hidden", 0, 4, layers.Glorot, rand.New(rand.NewPCG(1, 2)))
	g := graph.New(graph.Settings{})
	layers.Sequential{d, layers.Tanh}.Apply(g.Input("X", 2, 10))
	fmt.Println(unplaced(g.Err()))
	// Output: Dense "hidden": In is 0, at least 1 expected
}

// unplaced returns the text of a graph's error without file and line.
func unplaced(err error) string {
	located := *err.(*graph.Error)
	return fmt.Sprintf("%s: %v", located.Op, located.Err)
}

// An initialiser is a function: here every unit starts with the same weights.
func ExampleInitializer() {
	mean := func(w []float64, in, _ int, _ layers.Source) error {
		for i := range w {
			w[i] = 1 / float64(in)
		}
		return nil
	}
	d := layers.NewDense("mean", 4, 2, mean, nil)
	fmt.Println(d.W.Value().Data())
	// Output: [0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25]
}

func ExampleActivationByName() {
	for _, name := range []string{"ReLU", "tahn"} {
		a, err := layers.ActivationByName(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(a)
	}
	// Output:
	// relu
	// unknown activation "tahn", did you mean "tanh"? (known: tanh, sigmoid, relu, identity, leaky-relu, elu, silu, gelu, softplus, softmax)
}
