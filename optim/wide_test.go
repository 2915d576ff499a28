package optim_test

import (
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// wide is a network with one batch, whose instructions are large enough for workers to
// share.
type wide struct {
	net   *layers.MLP
	batch optim.Batch
}

func newWide(dtype tensor.Dtype) wide {
	rng := rand.New(rand.NewPCG(5, 6))
	net := layers.MLPSettings{Sizes: []int{60, 200, 3}, Dtype: dtype}.New(rng)
	return wide{net, optim.Batch{"X": random(rng, dtype, 60, 150), "Y": classes(dtype, 3, 150)}}
}

func (p wide) trainer(rule optim.Rule) *optim.Trainer {
	return &optim.Trainer{Params: p.net.Params(), Rule: rule, Cost: func(g *graph.Graph, m int) *graph.Node {
		return losses.SoftmaxCrossEntropy(p.net.Apply(g.Input("X", 60, m)), g.Input("Y", 1, m))
	}}
}
