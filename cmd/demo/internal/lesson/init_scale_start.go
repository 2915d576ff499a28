package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// An initStart is a network as its first weights make it, before any step.
type initStart struct {
	saturated float64   // share of the hidden values beyond ±0.99
	norms     []float64 // ‖dW‖ of each layer: the root of the sum of squares
	relative  float64   // ‖dW1‖/‖W1‖
}

// start returns what the present weights of a network make of its data, which
// has two classes.
func (l *learner) start() (initStart, error) {
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", len(l.data.Features), l.data.Len()), g.Input("Y", 1, l.data.Len())
	nodes := l.Forward(x)
	last := len(nodes.A) - 1
	var weights, scalars []*graph.Node
	for i, w := range l.W {
		weights = append(weights, g.Use(w))
		if i < last {
			scalars = append(scalars, graph.Mean(graph.Greater(graph.Abs(nodes.A[i]), g.Const(0.99))))
		}
	}
	grads, err := graph.Grad(losses.SigmoidCrossEntropy(nodes.Z[last], y), weights...)
	if err != nil {
		return initStart{}, err
	}
	for _, n := range append(grads, weights[0]) {
		scalars = append(scalars, graph.Sqrt(graph.Sum(graph.Square(n))))
	}
	values, err := scalarValues(graph.Feeds{x: l.batch["X"], y: l.batch["Y"]}, scalars)
	if err != nil {
		return initStart{}, err
	}
	norms, w1 := values[last:len(values)-1], values[len(values)-1]
	return initStart{saturated: sample(values[:last]).mean(), norms: norms, relative: norms[0] / w1}, nil
}

// scalarValues returns the values of scalars.
func scalarValues(feeds graph.Feeds, scalars []*graph.Node) ([]float64, error) {
	p, err := graph.Compile(graph.Spec{Outputs: scalars, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer p.Close() // nothing is running
	if err := p.Run(feeds); err != nil {
		return nil, err
	}
	values := make([]float64, len(scalars))
	for i, n := range scalars {
		if values[i], err = p.Scalar(n); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// An initTrial is a way to start a network, and what came of it by seed.
type initTrial struct {
	name   string
	g      layers.Activation
	init   experiment.Init
	hidden []int

	starts      []initStart
	first, last sample // costs
	steps       sample // until the cost is below the target, +Inf if never
}

// run trains with every seed.
func (t *initTrial) run(ctx context.Context, n network, target float64, steps, seeds int, set *dataset.Set) error {
	t.starts = make([]initStart, seeds)
	t.first, t.last, t.steps = make(sample, seeds), make(sample, seeds), make(sample, seeds)
	return forEach(ctx, seeds, func(seed int) error {
		n := n
		n.hidden, n.g, n.init, n.seed = t.hidden, t.g, t.init, uint32(seed)
		l, err := n.learner(set)
		if err != nil {
			return err
		}
		defer l.close()
		if t.starts[seed], err = l.start(); err != nil {
			return err
		}
		t.steps[seed] = math.Inf(1)
		costs, err := l.train(ctx, steps, func(step int, cost float64) bool {
			if cost < target {
				t.steps[seed] = float64(step)
			}
			return !(cost < target)
		})
		if err != nil {
			return err
		}
		t.first[seed], t.last[seed] = costs[0], costs[len(costs)-1]
		return nil
	})
}

// saturated returns the share of saturated hidden values at the start, the mean
// over all seeds.
func (t *initTrial) saturated() float64 {
	var s sample
	for _, start := range t.starts {
		s = append(s, start.saturated)
	}
	return s.mean()
}

// norm returns ‖dW‖ of a layer, counted from 0, at the start: the median.
func (t *initTrial) norm(layer int) float64 {
	var s sample
	for _, start := range t.starts {
		s = append(s, start.norms[layer])
	}
	return s.median()
}

// relative returns ‖dW1‖/‖W1‖ at the start: the median.
func (t *initTrial) relative() float64 {
	var s sample
	for _, start := range t.starts {
		s = append(s, start.relative)
	}
	return s.median()
}

// reached returns the number of runs that reached the target.
func (t *initTrial) reached() int {
	n := 0
	for _, v := range t.steps {
		if !math.IsInf(v, 1) {
			n++
		}
	}
	return n
}

// median writes the number of steps after which half of the runs reached the
// target.
func (t *initTrial) median() string {
	if m := t.steps.median(); !math.IsInf(m, 1) {
		return fmt.Sprintf("%.0f", m)
	}
	return "never"
}

// stepsText writes the median number of steps with the least and the most.
func (t *initTrial) stepsText() string {
	least, most := slices.Min(t.steps), slices.Max(t.steps)
	switch {
	case math.IsInf(least, 1):
		return "never"
	case math.IsInf(most, 1):
		return fmt.Sprintf("%s (%.0f to never)", t.median(), least)
	}
	return fmt.Sprintf("%s (%.0f to %.0f)", t.median(), least, most)
}
