package optim_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A finiteCase is a training whose second batch gives a step that is not finite.
type finiteCase struct {
	name   string
	dtype  tensor.Dtype
	hidden layers.Activation
	spoil  func(x []float64)                  // changes the inputs, of shape (3,20), row by row
	loss   func(w, x *graph.Node) *graph.Node // added to the cost
	node   string                             // the name of what is named, "" for an operation
	wants  []string
}

func finiteCases() []finiteCase {
	at := func(row, example int, v float64) func(x []float64) {
		return func(x []float64) { x[row*20+example] = v }
	}
	return []finiteCase{
		{name: "NaN in a cell", hidden: layers.Tanh, spoil: at(1, 7, math.NaN()), node: "X", wants: []string{"input X (3,20) holds NaN at row 1 of example 7", "cost"}},
		{name: "NaN before ReLU", hidden: layers.ReLU, spoil: at(2, 19, math.NaN()), node: "X", wants: []string{"row 2 of example 19"}},
		{name: "infinite, where tanh saturates", hidden: layers.Tanh, spoil: at(0, 3, math.Inf(-1)), node: "X", wants: []string{"-Inf at row 0 of example 3"}},
		{name: "float32", dtype: tensor.Float32, hidden: layers.Tanh, spoil: at(0, 0, 1e39), node: "X", wants: []string{"+Inf at row 0 of example 0"}},
		{name: "overflow", dtype: tensor.Float32, hidden: layers.ReLU, spoil: func(x []float64) {
			for i := range x {
				x[i] = 3e38
			}
		}, wants: []string{"becomes", "Inf", "overflow", "its operands are finite", "e+38 in Mul"}},
		{name: "infinite slope", hidden: layers.Tanh, spoil: func(x []float64) { clear(x) }, loss: func(w, x *graph.Node) *graph.Node {
			return graph.Sqrt(graph.Sum(graph.Square(graph.MatMul(w, x)))) // finite at 0, and its slope is not
		}, wants: []string{"its operands are finite"}},
	}
}

// A step that is not finite is refused before anything has changed: parameters,
// the rule's state and what the graph assigns, to the bit. The error names where it
// begins, and later steps go on as if there had been none.
func TestStepsThatAreNotFinite(t *testing.T) {
	for _, c := range finiteCases() {
		for _, workers := range []int{1, 2} {
			t.Run(c.name, func(t *testing.T) {
				if c.dtype == (tensor.Dtype{}) {
					c.dtype = tensor.Float64
				}
				refused, plain := c.trainer(workers), c.trainer(workers)
				refused.Finite = true
				for round := range 3 {
					batch := c.batch(uint64(round), nil)
					for _, tr := range []*finiteTrainer{refused, plain} {
						if _, err := tr.Step(batch); err != nil {
							t.Fatal(err)
						}
					}
					before := refused.everything(t)
					_, err := refused.Step(c.batch(9, c.spoil))
					var why *graph.NotFinite
					if !errors.As(err, &why) {
						t.Fatalf("the step is taken: %v", err)
					}
					if why.Node.Name() != c.node {
						t.Errorf("%v is named: %v", why.Node, err)
					}
					for _, want := range append(c.wants, "refused") {
						if !strings.Contains(err.Error(), want) {
							t.Errorf("%q has no %q", err, want)
						}
					}
					if !slices.Equal(refused.everything(t), before) {
						t.Error("a refused step changes something")
					}
				}
				if !slices.Equal(refused.everything(t), plain.everything(t)) {
					t.Error("later steps are other ones")
				}
				if c.node == "" {
					return
				}
				if _, err := plain.Step(c.batch(9, c.spoil)); err != nil {
					t.Error(err)
				}
				if !slices.ContainsFunc(plain.everything(t), func(bits uint64) bool { v := math.Float64frombits(bits); return v != v }) {
					t.Error("the step does no harm, so that this test shows nothing")
				}
			})
		}
	}
}

// Fit refuses such steps by itself and says which it was.
func TestFitRefusesStepsThatAreNotFinite(t *testing.T) {
	c := finiteCases()[0]
	c.dtype = tensor.Float64
	tr := c.trainer(1)
	batches := []optim.Batch{c.batch(1, nil), c.batch(2, nil), c.batch(3, c.spoil), c.batch(4, nil)}
	steps := 0
	fit := optim.Fit{Trainer: tr.Trainer, Data: optim.Batches(batches), Epochs: 1, OnStep: func(optim.Progress) error { steps++; return nil }}
	err := fit.Run(t.Context())
	if why := (*graph.NotFinite)(nil); !errors.As(err, &why) || !strings.Contains(err.Error(), "step 3: ") || steps != 2 {
		t.Errorf("%d steps, %v", steps, err)
	}
}

// finiteTrainer trains by Adam a network that draws random numbers from a seed.
type finiteTrainer struct {
	*optim.Trainer
	seed *graph.Param
}

func (c finiteCase) trainer(workers int) *finiteTrainer {
	rng := rand.New(rand.NewPCG(3, 3))
	net := layers.MLPSettings{Sizes: []int{3, 5, 2}, Hidden: []layers.Activation{c.hidden}, Dtype: c.dtype}.New(rng)
	seed := graph.NewParam("seed", graph.Tensor([]float64{41}, 1))
	if c.dtype == tensor.Float32 {
		seed = graph.NewParam("seed", graph.Tensor([]float32{41}, 1))
	}
	return &finiteTrainer{seed: seed, Trainer: &optim.Trainer{Params: net.Params(), Rule: optim.Adam{}, Workers: workers,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			x := g.Input("X", 3, m)
			if g.IsTraining() {
				s := g.Use(seed)
				g.Assign(seed, graph.NextSeed(s))
				x = graph.Mul(x, graph.RandomUniform(s, 3, m))
			}
			z := net.Apply(x)
			cost := losses.SoftmaxCrossEntropy(z, g.Input("Y", 1, m))
			if c.loss != nil {
				cost = graph.Add(cost, c.loss(g.Use(net.W[0]), x))
			}
			return cost.Named("cost")
		}}}
}

func (c finiteCase) batch(seed uint64, spoil func(x []float64)) optim.Batch {
	rng := rand.New(rand.NewPCG(seed, 5))
	x := make([]float64, 60)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	if spoil != nil {
		spoil(x)
	}
	y := classes(c.dtype, 2, 20)
	if c.dtype == tensor.Float32 {
		narrow := make([]float32, len(x))
		for i, v := range x {
			narrow[i] = float32(v)
		}
		return optim.Batch{"X": dense32x(narrow, 3, 20), "Y": y}
	}
	return optim.Batch{"X": dense64(x, 3, 20), "Y": y}
}

func dense32x(data []float32, shape ...int) *tensor.Dense {
	return graph.Tensor(data, shape...)
}

// everything returns the bits of all that a step changes.
func (tr *finiteTrainer) everything(t *testing.T) []uint64 {
	t.Helper()
	state, err := tr.State()
	if err != nil {
		t.Fatal(err)
	}
	var bits []uint64
	for _, v := range entries(append(append(slices.Clone(tr.Params), state...), tr.seed)...) {
		bits = append(bits, math.Float64bits(v))
	}
	return bits
}
