package lesson

import (
	"context"
	"math"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
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
	net := layers.MLPSettings{Sizes: []int{1, f.units, 1}, Hidden: []layers.Activation{f.hidden}, Output: f.output}.
		New(numpyrand.New(seed))
	row := func(v []float64) *tensor.Dense {
		return tensor.New(tensor.WithShape(1, len(v)), tensor.WithBacking(v))
	}
	x, y := row(w.x), row(w.y)
	t := optim.Trainer{
		Params: net.Params(),
		Rule:   optim.GradientDescent{LearningRate: f.rate},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SquaredError(net.Apply(g.Input("X", 1, m)), g.Input("Y", 1, m))
		},
		Workers: 1,
	}
	defer t.Close() // nothing is running
	batch := optim.Batch{"X": x, "Y": y}
	if err := t.Fit(ctx, optim.Repeat(batch, f.steps), nil); err != nil {
		return 0, nil, err
	}
	if cost, err = t.Evaluate(batch); err != nil {
		return 0, nil, err
	}
	g := graph.New(graph.Settings{})
	in := g.Input("X", 1, len(w.x))
	a := net.Apply(in)
	outputs, err = valuesOf(a, graph.Feeds{in: x})
	return cost, outputs, err
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
