package lesson

import (
	"context"
	"math"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/optim/experiment"
)

// A regression fits y = 3·sin x by a network with one hidden layer, under the
// mean squared error.
type regression struct {
	hidden layers.Activation
	output layers.Activation
	units  int
	rate   float64
	steps  int
}

// waves are points near a sine of height 3, in the order of x.
type waves struct{ x, y []float64 }

// newWaves makes the points of all regressions.
func newWaves() waves {
	const points, noise = 60, 0.2
	rng := numpyrand.New(1)
	w := waves{make([]float64, points), make([]float64, points)}
	for i := range points {
		w.x[i] = -3 + 6*float64(i)/(points-1)
		w.y[i] = 3*math.Sin(w.x[i]) + noise*rng.NormFloat64()
	}
	return w
}

// fit trains a network from a seed and returns its cost and its outputs at the
// points.
func (f regression) fit(ctx context.Context, w waves, seed uint32) (cost float64, outputs []float64, err error) {
	e := experiment.Settings{
		Cost:  experiment.Cost{Kind: "squared-error"},
		Rule:  experiment.Rule{Kind: "gd", Rate: f.rate},
		Steps: f.steps, Seed: seed,
	}
	e.Inputs, e.Layers = experiment.Chain([]int{1, f.units, 1}, []string{f.hidden.String(), f.output.String()})
	return fitNumbers(ctx, e, w.x, w.y)
}

// valuesOf computes a node.
func valuesOf(n *graph.Node, feeds graph.Feeds) ([]float64, error) {
	program, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{n}, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer program.Close() // nothing is running
	if err := program.Run(feeds); err != nil {
		return nil, err
	}
	value, err := program.Value(n)
	if err != nil {
		return nil, err
	}
	return value.Float64s(), nil
}

// variance returns the mean squared error of answering the mean of y.
func (w waves) variance() float64 {
	mean, sum := 0.0, 0.0
	for _, y := range w.y {
		mean += y / float64(len(w.y))
	}
	for _, y := range w.y {
		sum += (y - mean) * (y - mean)
	}
	return sum / float64(len(w.y))
}
