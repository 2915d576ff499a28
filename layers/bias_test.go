package layers_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/layers"
)

// Of all layers the weights of dense ones are weights, and what is added or scales is
// a bias, which decay leaves alone: with names and without, in an MLP and beside it.
func TestWhatIsABias(t *testing.T) {
	for _, list := range [][]experiment.Layer{
		{{Kind: "dense", Units: 3, Activation: "tanh"}, {Kind: "dense", Units: 1}},
		{{Kind: "dense", Name: "hidden", Units: 3}, {Kind: "batch-norm"}, {Kind: "layer-norm"}, {Kind: "dense", Name: "output", Units: 1}},
		{{Kind: "standardize"}, {Kind: "dense", Units: 2}, {Kind: "residual", Layers: []experiment.Layer{{Kind: "layer-norm"}, {Kind: "dense", Units: 2}}}},
	} {
		net, err := layers.Build(experiment.Settings{Inputs: 2, Layers: list}, rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		var weights, biases []string
		for _, p := range net.Params() {
			if p.Bias {
				biases = append(biases, p.Name())
			} else {
				weights = append(weights, p.Name())
			}
		}
		isWeight := func(name string) bool { return name[0] == 'W' || name[len(name)-1] == 'W' }
		if len(weights) != 2 || slices.ContainsFunc(biases, isWeight) || !slices.ContainsFunc(weights, isWeight) {
			t.Errorf("weights %v, biases %v", weights, biases)
		}
	}
}
