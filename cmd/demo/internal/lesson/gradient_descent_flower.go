package lesson

import (
	"context"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A flowerRun is what gradient descent with one rate made of a network on the
// flower, for each seed.
type flowerRun struct {
	rate     float64
	costs    [][]float64 // before each step and after the last
	rises    sample      // share of the steps that raised the cost
	accuracy sample
	border   sample // 2/λmax at the end
}

// newFlowerRun makes room for seeds.
func newFlowerRun(rate float64, seeds int) *flowerRun {
	return &flowerRun{rate: rate, costs: make([][]float64, seeds), rises: make(sample, seeds),
		accuracy: make(sample, seeds), border: make(sample, seeds)}
}

// train trains and measures the network of seed i.
func (f *flowerRun) train(ctx context.Context, data *dataset.Set, units, steps, i int) error {
	n := network{hidden: []int{units}, g: layers.Tanh, seed: uint32(i + 1),
		rate: f.rate}
	l, err := n.learner(data)
	if err != nil {
		return err
	}
	defer l.close()
	costs, err := l.train(ctx, steps, nil)
	if err != nil {
		return err
	}
	last, err := l.value()
	if err != nil {
		return err
	}
	f.costs[i] = append(costs, last)
	f.rises[i] = risingShare(f.costs[i])
	if f.accuracy[i], err = l.accuracy(data); err != nil {
		return err
	}
	largest, err := l.sharpness()
	f.border[i] = 2 / largest
	return err
}

// first returns the costs before the first step.
func (f *flowerRun) first() sample {
	var out sample
	for _, c := range f.costs {
		out = append(out, c[0])
	}
	return out
}

// last returns the costs at the end.
func (f *flowerRun) last() sample {
	var out sample
	for _, c := range f.costs {
		out = append(out, c[len(c)-1])
	}
	return out
}

// risingShare returns the share of the steps between costs that raised them.
func risingShare(costs []float64) float64 {
	rises := 0
	for k := 1; k < len(costs); k++ {
		if costs[k] > costs[k-1] {
			rises++
		}
	}
	return float64(rises) / float64(len(costs)-1)
}

// sharpness returns the largest eigenvalue of the cost's second derivative.
func (l *learner) sharpness() (float64, error) {
	cost := l.Cost(graph.New(graph.Settings{}), l.data.Len())
	h, err := hessian(cost, l.Params(), map[string]*tensor.Dense(l.batch))
	if err != nil {
		return 0, err
	}
	values, err := eigenvalues(h)
	if err != nil {
		return 0, err
	}
	return values[len(values)-1], nil
}
