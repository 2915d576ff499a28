package lesson

import (
	"context"
	"math"
	"slices"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// An outputKind is an output unit for two classes with the cost that goes with it.
// Its class is 1 where the logit is above 0.
type outputKind struct {
	name string
	loss string
	cost func(z, y *graph.Node) *graph.Node // z are logits, y labels 0 and 1
}

// outputKinds returns the outputs that are compared.
func outputKinds() []outputKind {
	return []outputKind{
		{"σ(z)", "cross-entropy", losses.SigmoidCrossEntropy},
		{"(1 + tanh(z))/2", "cross-entropy", func(z, y *graph.Node) *graph.Node {
			return losses.SigmoidCrossEntropy(z.Times(2), y) // (1 + tanh z)/2 = σ(2z)
		}},
		{"tanh(z), labels ±1", "squared error", func(z, y *graph.Node) *graph.Node {
			return losses.SquaredError(graph.Tanh(z), y.Times(2).Plus(-1))
		}},
		{"σ(z)", "squared error", func(z, y *graph.Node) *graph.Node {
			return losses.SquaredError(graph.Sigmoid(z), y)
		}},
	}
}

// compareOutputs tries the sigmoid and tanh as the output for two classes.
func (c *contest) compareOutputs(ctx context.Context, r *Report, s Values) error {
	gap, err := shiftedTanh()
	if err != nil {
		return err
	}
	r.Say("And at the output, for two classes? There a value must be a probability, or the labels must be −1 and 1. Tanh as a probability is (1 + tanh(z))/2, and that is σ(2z): " +
		"the sigmoid with twice the logit. As it is, tanh goes with labels −1 and 1, for which cross-entropy has no value, and with squared error. The price is paid where an output is sure and wrong. " +
		"The derivative of the cost by z of one example of the second class:")
	kinds := outputKinds()
	t, wrong, err := outputSlopes(kinds)
	if err != nil {
		return err
	}
	r.Table(t)
	r.Check(gap < 1e-15, "(1 + tanh(z))/2 and σ(2z) differ by at most %.1e for z from −8 to 8, rounding (up to 1e-15).", gap)
	judgeOutputSlopes(r, wrong)
	return c.trainOutputs(ctx, r, s, kinds)
}

// shiftedTanh returns how far (1 + tanh(z))/2 is from σ(2z).
func shiftedTanh() (float64, error) {
	z := spacedOut()
	g := graph.New(graph.Settings{})
	in := g.Input("Z", 1, len(z))
	v, err := computed(graph.Feeds{in: asTensor(handgrad.Matrix{Rows: 1, Cols: len(z), Data: z})},
		graph.Tanh(in).Plus(1).Times(0.5), graph.Sigmoid(in.Times(2)))
	if err != nil {
		return 0, err
	}
	return farthest(v[0].Data, v[1].Data), nil
}

// outputSlopes lists the derivative of each cost by the logit of an example of
// class 1, and returns those where the output is sure and wrong.
func outputSlopes(kinds []outputKind) (t Table, wrong []float64, err error) {
	at := []float64{-5, -1, 0, 1, 5}
	t.Header = []string{"output", "cost"}
	for _, z := range at {
		t.Header = append(t.Header, sentence("z = %v", z))
	}
	for _, k := range kinds {
		row := []string{k.name, k.loss}
		for i, z := range at {
			g := graph.New(graph.Settings{})
			in, y := g.Input("z", 1, 1), g.Input("y", 1, 1)
			grads, err := graph.Grad(k.cost(in, y), in)
			if err != nil {
				return t, nil, err
			}
			number := func(v float64) *tensor.Dense {
				return graph.Tensor([]float64{v}, 1, 1)
			}
			v, err := valuesOf(grads[0], graph.Feeds{in: number(z), y: number(1)})
			if err != nil {
				return t, nil, err
			}
			if row = append(row, sentence("%.2g", v[0])); i == 0 {
				wrong = append(wrong, v[0])
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, wrong, nil
}

// judgeOutputSlopes judges the derivatives at z = −5, kind by kind.
func judgeOutputSlopes(r *Report, wrong []float64) {
	r.Check(math.Abs(wrong[0]) > 0.9 && math.Abs(wrong[2]) < 0.01, "At z = −5 the example is wrong and the output sure. With the sigmoid under cross-entropy it pulls with %.2g, nearly as hard as can be; "+
		"with tanh under squared error with %.1e, as its own slope, which the cost does not cancel, is near 0.", wrong[0], wrong[2])
}

// trainOutputs trains the same network with each output, with several rates.
func (c *contest) trainOutputs(ctx context.Context, r *Report, s Values, kinds []outputKind) error {
	sets := []string{"flower", "circles", "spirals", "xor"}
	rate := s.Float("rate")
	rates := []float64{rate / 4, rate, 4 * rate}
	right := make([]sample, len(kinds)*len(sets)*len(rates))
	for i := range right {
		right[i] = make(sample, c.seeds)
	}
	err := forEach(ctx, len(right)*c.seeds, func(i int) (err error) {
		run, seed := i/c.seeds, i%c.seeds
		k, set, rate := run/len(rates)/len(sets), run/len(rates)%len(sets), rates[run%len(rates)]
		right[run][seed], err = c.trainOutput(ctx, kinds[k], c.sets[sets[set]], s.Int("units"), rate, uint32(seed+1))
		return err
	})
	if err != nil {
		return err
	}
	t := Table{Header: append([]string{"output", "cost"}, sets...)}
	best := make([][]float64, len(kinds)) // by set
	for k, kind := range kinds {
		row := []string{kind.name, kind.loss}
		for set := range sets {
			most := 0.0
			for i := range rates {
				most = max(most, right[(k*len(sets)+set)*len(rates)+i].median())
			}
			best[k], row = append(best[k], most), append(row, inPercent(most))
		}
		t.Rows = append(t.Rows, row)
	}
	r.Say("Does it matter when a whole network is trained? With %d tanh hidden units, the best of the rates %v, %v and %v for each, median accuracy over %d seeds:",
		s.Int("units"), rates[0], rates[1], rates[2], c.seeds)
	r.Table(t)
	judgeOutputs(r, sets, best)
	r.Conclude("So the sigmoid is right at the output of two classes because it is a probability and, under cross-entropy, never stops pulling; what a network learns hardly depends on it here, after %d steps. After far fewer it can: try --steps 100.", c.steps)
	return nil
}

// judgeOutputs judges the accuracies of all kinds on all sets.
func judgeOutputs(r *Report, sets []string, best [][]float64) {
	behind, apart := 0, 0.0
	for set := range sets {
		if best[0][set] >= slices.Max([]float64{best[2][set], best[3][set]})-onePoint {
			behind++
		}
		apart = max(apart, math.Abs(best[0][set]-best[1][set]))
	}
	r.Check(behind == len(sets), "The sigmoid under cross-entropy is as good as any of them, within one point, on %d of %d sets. "+
		"(1 + tanh)/2, which is the same output with a step of another size, is within %.1f points of it.", behind, len(sets), 100*apart)
}

// trainOutput trains a network and returns its accuracy.
func (c *contest) trainOutput(ctx context.Context, k outputKind, data *dataset.Set, units int, rate float64, seed uint32) (float64, error) {
	tanh, _, _, _ := sigmoidals()
	s := newStack([]int{units}, tanh, seed)
	t := optim.Trainer{
		Params: s.params(),
		Rule:   optim.GradientDescent{LearningRate: rate},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return k.cost(s.apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
		},
		Workers: 1,
	}
	defer t.Close() // nothing is running
	batch := optim.Batch{"X": data.Inputs(tensor.Float64), "Y": data.Labels(tensor.Float64)}
	for step := range c.steps {
		if step%64 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if _, err := t.Step(batch); err != nil {
			return 0, err
		}
	}
	logits, err := s.logits(data)
	if err != nil {
		return 0, err
	}
	right := 0
	for i, z := range logits {
		if (z > 0) == (data.Class[i] == 1) {
			right++
		}
	}
	return float64(right) / float64(len(logits)), nil
}
