package optim_test

import (
	"math/rand/v2"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// BenchmarkStep takes steps on a network of 3, 4 and 1 units and one example.
func BenchmarkStep(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	net := layers.MLPSettings{Sizes: []int{3, 4, 1}}.New(rng)
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.1}, Workers: 1,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 3, m)), g.Input("Y", 1, m))
		}}
	batch := optim.Batch{"X": random(rng, tensor.Float64, 3, 1), "Y": classes(tensor.Float64, 2, 1)}
	if _, err := trainer.Step(batch); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := trainer.Step(batch); err != nil {
			b.Fatal(err)
		}
	}
}
