package optim_test

import (
	"fmt"
	"math/rand/v2"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
)

// Many starts of one small network at once: which of them learn XOR.
func ExampleTogether() {
	all := &optim.Together{}
	for seed := range uint64(20) {
		net := layers.MLPSettings{Sizes: []int{2, 2, 1}}.New(rand.New(rand.NewPCG(seed, 0)))
		all.Nets = append(all.Nets, net.Params())
		all.Trainer = &optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 1},
			Cost: func(g *graph.Graph, m int) *graph.Node {
				return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
			}}
	}
	defer all.Close()
	xor := optim.Batch{"X": graph.Tensor([]float64{0, 0, 1, 1, 0, 1, 0, 1}, 2, 4), "Y": graph.Tensor([]float64{0, 1, 1, 0}, 1, 4)}
	var costs []float64
	for range 1000 {
		var err error
		costs, err = all.Step(xor)
		check(err)
	}
	check(all.Store()) // into the networks
	learnt := 0
	for _, cost := range costs {
		if cost < 0.1 {
			learnt++
		}
	}
	fmt.Println(learnt, "of", len(costs))
	// Output: 8 of 20
}
