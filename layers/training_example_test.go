package layers_test

import (
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// Dropout keeps every entry with probability Keep and then divides by Keep. In
// evaluation it does nothing.
type Dropout struct {
	Keep float64
	Seed *graph.Param // of one entry; a step counts it on
}

func (d Dropout) Apply(x *graph.Node) *graph.Node {
	g := x.Graph()
	if !g.IsTraining() {
		return x
	}
	seed := g.Use(d.Seed)
	g.Assign(d.Seed, graph.NextSeed(seed))
	return x.Mul(graph.RandomBernoulli(seed, d.Keep, x.Shape()...)).Times(1 / d.Keep)
}

// Params returns nil: the seed is assigned, and not trained.
func (d Dropout) Params() []*graph.Param { return nil }

// A dropout layer of one's own. A network has one seed for each of them.
func ExampleLayer_dropout() {
	seed := graph.NewParam("drop.seed", graph.Tensor([]float64{1}, 1))
	drop := Dropout{Keep: 0.5, Seed: seed}
	for _, training := range []bool{true, false} {
		g := graph.New(graph.Settings{Training: training})
		y := drop.Apply(g.Const(1, 8))
		p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}, Updates: g.Assignments()})
		if err != nil {
			log.Fatal(err)
		}
		for range 2 {
			if err := p.Run(nil); err != nil {
				log.Fatal(err)
			}
			values, err := p.Float64s(nil, y)
			fmt.Println(values, err)
		}
	}
	fmt.Println(seed.Value())
	// Output:
	// [2 2 0 2 2 0 2 2] <nil>
	// [0 0 0 2 2 0 2 0] <nil>
	// [1 1 1 1 1 1 1 1] <nil>
	// [1 1 1 1 1 1 1 1] <nil>
	// [3]
}

// Centre takes the mean of the batch from every row; in evaluation, where a
// batch may be one example, the running mean of the training.
type Centre struct{ Mean *graph.Param } // (n, 1)

func (c Centre) Apply(x *graph.Node) *graph.Node {
	g := x.Graph()
	running := g.Use(c.Mean)
	if !g.IsTraining() {
		return x.Sub(running)
	}
	mean := graph.Reduce{KeepDims: true}.Mean(x, 1)
	g.Assign(c.Mean, running.Times(0.9).Add(mean.Times(0.1)))
	return x.Sub(mean)
}

func (c Centre) Params() []*graph.Param { return nil }

// A layer that keeps state. The trainer builds graphs for training for Step,
// which assigns the running mean, and others for Evaluate, which reads it.
func ExampleLayer_runningMean() {
	centre := Centre{graph.NewParam("centre.mean", tensor.New(tensor.WithShape(2, 1), tensor.Of(tensor.Float64)))}
	net := layers.Sequential{centre, layers.NewDense("out", 2, 1, layers.Zeros, nil)}
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.01},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SquaredError(net.Apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
		}}
	batch := optim.Batch{
		"X": graph.Tensor([]float64{1, 3, 10, 30}, 2, 2),
		"Y": graph.Tensor([]float64{-1, 1}, 1, 2),
	}
	for range 2 {
		if _, err := trainer.Step(batch); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f\n", centre.Mean.Value().Data())
	}
	// Output:
	// [0.20 2.00]
	// [0.38 3.80]
}
