package layers

import (
	"fmt"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Dropout sets each entry of x to 0 with probability p, its rate, in training, and
// divides the others by 1 − p, so that the mean stays:
//
//	y = x ⊙ D/(1 − p),  D = 1 with probability 1 − p, else 0
//
// In evaluation it is the identity, and with a rate of 0 always.
//
// From N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov,
// "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014,
// section 4, with the factor at training, as their section 10 has it.
//
// D is a function of the seed, which counts steps, and of the place of the entry: the
// same for any number of workers, and after a training was resumed from the seed that
// the layer keeps. See graph.RandomBernoulli. Where the layer is applied several times in
// one graph each has a D of its own. Where graph.Graph.Substitute puts a node in the
// place of the seed, D is drawn from that and the seed is not assigned.
type Dropout struct {
	Rate float64 // p, from 0 to below 1

	// Seed is kept, of shape (5): three parts of DropoutSettings.Seed, and the number
	// of the step in two entries. Every step assigns it. A rate of 0 needs none.
	Seed *graph.Param

	err error
}

var (
	_ Layer    = (*Dropout)(nil)
	_ Stateful = (*Dropout)(nil)
)

// DropoutSettings configures a [Dropout]. Name must be set.
type DropoutSettings struct {
	// Name is what the seed is called by: Name.seed. It must be unique in the network.
	Name string

	// Rate is p, from 0 to below 1.
	Rate float64

	// Seed tells the layer's random numbers from those of other layers and trainings,
	// which have another seed. Steps are counted beside it.
	Seed uint64

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64. Both draw the same numbers.
	Dtype tensor.Dtype
}

// New returns a layer that has drawn nothing yet.
func (s DropoutSettings) New() *Dropout {
	d, err := s.build()
	if err != nil {
		return &Dropout{err: graph.Errorf("Dropout "+strconv.Quote(s.Name), "%w", err)}
	}
	return d
}

func (s DropoutSettings) build() (*Dropout, error) {
	dtype, err := checkNamed(s.Name, s.Dtype)
	if err != nil {
		return nil, err
	}
	if err := checkDropRate(s.Rate); err != nil {
		return nil, err
	}
	const part = 1<<22 - 1 // which float32 holds too
	seed := []float64{float64(s.Seed >> 44), float64(s.Seed >> 22 & part), float64(s.Seed & part), 0, 0}
	d := &Dropout{Rate: s.Rate, Seed: newParam(s.Name+".seed", dtype, seed, len(seed))}
	d.Seed.Layer = s.Name
	return d, nil
}

func checkDropRate(p float64) error {
	if !(p >= 0 && p < 1) {
		return fmt.Errorf("%s is %v, a number from 0 to below 1 expected", "Rate", p)
	}
	return nil
}

// Apply returns x with entries dropped, or x itself in evaluation.
func (d *Dropout) Apply(x *graph.Node) *graph.Node {
	switch {
	case d == nil:
		return graph.Fail(graph.Errorf("Dropout", "the layer is nil"), x)
	case d.err != nil:
		return graph.Fail(d.err, x)
	}
	if failed := reject("Dropout", x); failed != nil {
		return failed
	}
	if err := checkDropRate(d.Rate); err != nil {
		return graph.Fail(graph.Errorf("Dropout", "%w", err), x)
	}
	g := x.Graph()
	if !g.IsTraining() || d.Rate == 0 {
		return x
	}
	if d.Seed == nil {
		return graph.Fail(graph.Errorf("Dropout", "it has no seed: its settings make one"), x)
	}
	seed := g.Use(d.Seed)
	kept := graph.RandomBernoulli(d.draw(seed), 1-d.Rate, x.Shape()...)
	return graph.Div(graph.Mul(x, kept), g.Const(1-d.Rate))
}

// draw returns the seed of the next draw from the layer's, and makes the step count on.
func (d *Dropout) draw(seed *graph.Node) *graph.Node {
	before := 0 // draws in this graph
	for _, n := range seed.Graph().Nodes() {
		if _, ok := graph.AttrsOf[graph.RandomBernoulliAttrs](n); !ok {
			continue
		}
		from := n.Inputs()[0]
		if _, ok := graph.AttrsOf[graph.ConcatAttrs](from); ok {
			from = from.Inputs()[0]
		}
		if from == seed {
			before++
		}
	}
	if before > 0 {
		return graph.Concat(0, seed, seed.Graph().Const(float64(before), 1))
	}
	if seed.Param() == d.Seed {
		seed.Graph().Assign(d.Seed, graph.NextSeed(seed))
	}
	return seed
}

// Params returns nil.
func (d *Dropout) Params() []*graph.Param { return nil }

// State returns the seed, unless nothing is ever drawn.
func (d *Dropout) State() []*graph.Param {
	if d == nil || d.Rate == 0 {
		return nil
	}
	return distinct(d.Seed)
}
