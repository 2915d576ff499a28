package lesson

import (
	"context"
	"fmt"
	"math"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A sigmoidal is an activation with the shape of tanh: some slope at 0, and
// centred there or not.
type sigmoidal struct {
	name    string
	slope   float64
	centred bool
	apply   func(z *graph.Node) *graph.Node
}

// sigmoidals returns tanh, the sigmoid, and what lies between them.
func sigmoidals() (tanh, shifted, flat, sigmoid sigmoidal) {
	tanh = sigmoidal{"tanh(z)", 1, true, graph.Tanh}
	shifted = sigmoidal{"2σ(2z) = tanh(z) + 1", 1, false, func(z *graph.Node) *graph.Node {
		return graph.Sigmoid(z.Times(2)).Times(2)
	}}
	flat = sigmoidal{"σ(z) − ½", 0.25, true, func(z *graph.Node) *graph.Node { return graph.Sigmoid(z).Plus(-0.5) }}
	sigmoid = sigmoidal{"σ(z)", 0.25, false, graph.Sigmoid}
	return tanh, shifted, flat, sigmoid
}

// A stack is a network of dense layers with one output and a sigmoidal between
// them.
type stack struct {
	dense []*layers.Dense
	g     sigmoidal
}

// newStack returns a network with Glorot's weights from a seed.
func newStack(hidden []int, g sigmoidal, seed uint32) stack {
	s, in, rng := stack{g: g}, 2, numpyrand.New(seed)
	for i, out := range append(append([]int{}, hidden...), 1) {
		s.dense = append(s.dense, layers.NewDense(fmt.Sprintf("layer%d", i+1), in, out, layers.Glorot, rng))
		in = out
	}
	return s
}

// apply returns the logits of x.
func (s stack) apply(x *graph.Node) *graph.Node {
	z := s.dense[0].Apply(x)
	for _, d := range s.dense[1:] {
		z = d.Apply(s.g.apply(z))
	}
	return z
}

func (s stack) params() []*graph.Param {
	var all []*graph.Param
	for _, d := range s.dense {
		all = append(all, d.Params()...)
	}
	return all
}

// train takes steps until the cost is at most the target, and returns how many
// that were: most if it was not enough.
func (s stack) train(ctx context.Context, data *dataset.Set, rate, target float64, most int) (int, error) {
	t := optim.Trainer{
		Params: s.params(),
		Rule:   optim.GradientDescent{LearningRate: rate},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(s.apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
		},
		Workers: 1,
	}
	defer t.Close() // nothing is running
	batch := optim.Batch{"X": data.Inputs(tensor.Float64), "Y": data.Labels(tensor.Float64)}
	for step := range most {
		if step%64 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		cost, err := t.Step(batch)
		if err != nil {
			return 0, err
		}
		if cost <= target {
			return step, nil
		}
	}
	return most, nil
}

// A heat is a kind of network in training with one rate, from several seeds.
type heat struct {
	set    string
	hidden []int
	g      sigmoidal
	rate   float64
	mapped bool   // a sigmoid network that starts as the same function as the tanh network of its seed
	steps  sample // by seed, until the cost is at the target, or all there are
}

// A race is what all heats have in common.
type race struct {
	data   map[string]*dataset.Set
	target float64 // cost
	most   int     // steps
	seeds  int

	// toSigmoid gives a sigmoid network the function of a tanh network.
	toSigmoid func(tanh, sigmoid stack) error
}

// heat enters a kind of network.
func (r race) heat(set string, hidden []int, g sigmoidal, rate float64) *heat {
	return &heat{set: set, hidden: hidden, g: g, rate: rate, steps: make(sample, r.seeds)}
}

// run trains all networks.
func (r race) run(ctx context.Context, heats []*heat) error {
	return forEach(ctx, len(heats)*r.seeds, func(i int) error {
		h, seed := heats[i/r.seeds], i%r.seeds
		s := newStack(h.hidden, h.g, uint32(seed+1))
		if h.mapped {
			tanh, _, _, _ := sigmoidals()
			if err := r.toSigmoid(newStack(h.hidden, tanh, uint32(seed+1)), s); err != nil {
				return err
			}
		}
		steps, err := s.train(ctx, r.data[h.set], h.rate, r.target, r.most)
		h.steps[seed] = float64(steps)
		return err
	})
}

// text writes a number of steps, one that was not enough as "over 2000".
func (r race) text(steps float64) string {
	if steps >= float64(r.most) {
		return fmt.Sprintf("over %d", r.most)
	}
	return fmt.Sprint(math.Round(steps))
}

// median returns the median number of steps, of which one at least is counted.
func (h *heat) median() float64 { return math.Max(h.steps.median(), 1) }
