package layers_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// compute returns the entries of y.
func compute(y *graph.Node, feeds graph.Feeds) []float64 {
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}})
	if err != nil {
		log.Fatal(err)
	}
	defer prog.Close()
	if err := prog.Run(feeds); err != nil {
		log.Fatal(err)
	}
	v, err := prog.Float64s(nil, y)
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// In training half of the entries are dropped and the others doubled; in evaluation nothing
// happens.
func ExampleDropout() {
	d := layers.DropoutSettings{Name: "drop", Rate: 0.5, Seed: 1}.New()
	for _, training := range []bool{true, false} {
		g := graph.New(graph.Settings{Training: training})
		x := g.Input("X", 1, 8)
		fmt.Println(compute(d.Apply(x), graph.Feeds{x: []float64{1, 1, 1, 1, 1, 1, 1, 1}}))
	}
	// Output:
	// [0 0 2 0 0 2 0 2]
	// [1 1 1 1 1 1 1 1]
}

// In training a feature has mean 0 and standard deviation 1 over the examples, but for ε;
// what is kept moves by a tenth.
func ExampleBatchNorm() {
	b := layers.BatchNormSettings{Name: "norm", Features: 1}.New()
	g := graph.New(graph.Settings{Training: true})
	x := g.Input("X", 1, 4)
	y := b.Apply(x)
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}, Updates: g.Assignments()})
	if err != nil {
		log.Fatal(err)
	}
	if err := prog.Run(graph.Feeds{x: []float64{1, 2, 3, 6}}); err != nil {
		log.Fatal(err)
	}
	v, err := prog.Float64s(nil, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", v)
	for _, p := range b.State() {
		fmt.Printf("%s %.3f\n", p.Name(), p.Value().Data())
	}
	// Output:
	// [-1.069 -0.535 0.000 1.604]
	// norm.mean [0.300]
	// norm.variance [1.367]
}

// Every example has mean 0 and standard deviation 1 over its features.
func ExampleLayerNorm() {
	l := layers.LayerNormSettings{Name: "norm", Features: 3}.New()
	g := graph.New(graph.Settings{})
	x := g.Input("X", 3, 2)
	fmt.Printf("%.3f\n", compute(l.Apply(x), graph.Feeds{x: []float64{1, 10, 2, 10, 3, 40}}))
	// Output: [-1.225 -0.707 0.000 -0.707 1.225 1.414]
}

func ExampleResidual() {
	rng := rand.New(rand.NewPCG(1, 2))
	block := layers.Residual{Layers: layers.Sequential{
		layers.NewDense("a", 8, 16, layers.He, rng), layers.ReLU, layers.NewDense("b", 16, 8, layers.Zeros, nil),
	}}
	g := graph.New(graph.Settings{})
	y := block.Apply(g.Input("X", 8, 32))
	fmt.Println(y.Shape(), len(block.Params()))

	layers.Residual{Layers: layers.Sequential{layers.NewDense("c", 8, 4, layers.He, rng)}}.Apply(g.Input("X2", 8, 32))
	fmt.Println(unplaced(g.Err()))
	// Output:
	// (8, 32) 4
	// Residual: its layers make shape (4, 32) of (8, 32): one shape expected, since both are added
}

// The input itself is a branch beside a layer.
func ExampleParallel() {
	p := layers.Parallel{layers.Sequential{}, layers.Sigmoid}
	g := graph.New(graph.Settings{})
	x := g.Input("X", 1, 3)
	fmt.Printf("%.3f\n", compute(p.Apply(x), graph.Feeds{x: []float64{-1, 0, 1}}))
	// Output: [-1.000 0.000 1.000 0.269 0.500 0.731]
}

// A network takes its inputs and gives its outputs in their own units.
func ExampleNewStandardize() {
	in := layers.NewStandardize("inputs", []float64{20, 1013}, []float64{5, 10}, tensor.Float64)
	out := layers.NewUnstandardize("targets", []float64{0.4}, []float64{0.1}, tensor.Float64)
	d := layers.NewDense("d", 2, 1, layers.Zeros, nil)
	if err := d.W.Set(graph.Tensor([]float64{1, -2}, 1, 2)); err != nil {
		log.Fatal(err)
	}
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 2)
	y := layers.Sequential{in, d, out}.Apply(x)
	fmt.Printf("%.2f\n", compute(y, graph.Feeds{x: []float64{20, 25, 1013, 1003}}))
	// Output: [0.40 0.70]
}

func ExampleSummarize() {
	rng := rand.New(rand.NewPCG(1, 2))
	net := layers.Sequential{
		layers.NewDense("hidden", 784, 128, layers.He, rng), layers.BatchNormSettings{Name: "norm", Features: 128}.New(), layers.ReLU,
		layers.DropoutSettings{Name: "drop", Rate: 0.2}.New(),
		layers.NewDense("output", 128, 10, layers.Glorot, rng), layers.Softmax,
	}
	s, err := layers.Summarize(net, 784)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(s)
	// Output:
	// layer            output  trained  kept
	// ──────────────────────────────────────
	// input          (784, m)
	// dense hidden   (128, m)  100,480
	// batch norm     (128, m)      256   256
	// relu           (128, m)
	// dropout 0.2    (128, m)              5
	// dense output    (10, m)    1,290
	// softmax         (10, m)
	// ──────────────────────────────────────
	// total 102,287            102,026   261
}
