package fullbatch_test

import (
	"context"
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/fullbatch"
)

// Logistic regression on four examples that no line separates: L-BFGS ends where the
// gradient vanishes.
func ExampleMinimize() {
	net := layers.NewDense("out", 1, 1, layers.Zeros, nil)
	trainer := &optim.Trainer{Params: net.Params(), Cost: func(g *graph.Graph, m int) *graph.Node {
		return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 1, m)), g.Input("Y", 1, m))
	}}
	batch := optim.Batch{
		"X": graph.Tensor([]float64{-2, -1, 1, 2}, 1, 4),
		"Y": graph.Tensor([]float64{0, 1, 0, 1}, 1, 4),
	}
	result, err := fullbatch.Minimize(context.Background(), trainer, batch, fullbatch.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("converged %t, cost %.4f, W %.4f\n", result.Converged, result.Cost, net.W.Value().Data())
	// Output: converged true, cost 0.6420, W [0.4196]
}
