package optim_test

import (
	"errors"
	"fmt"
	"log"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
)

// With Finite a step that would spoil the weights is refused and says why; they are
// what they were.
func ExampleTrainer_finite() {
	net := layers.NewDense("out", 1, 1, layers.Zeros, nil)
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.1}, Finite: true,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SquaredError(net.Apply(g.Input("X", 1, m)), g.Input("Y", 1, m))
		}}
	defer trainer.Close()
	y := graph.Tensor([]float64{1, 1e200}, 1, 2)
	_, err := trainer.Step(optim.Batch{"X": graph.Tensor([]float64{1, 2}, 1, 2), "Y": y})
	var why *graph.NotFinite
	if !errors.As(err, &why) {
		log.Fatal(err)
	}
	fmt.Println(why.Value, why.Index)
	fmt.Println(net.Params()[0].Value())
	// Output:
	// +Inf [0 1]
	// [[0]]
}
