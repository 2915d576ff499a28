package layers

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Recurrent is what [RNN], [GRU] and [LSTM] have in common: parameters, and a state of H numbers for each
// example, which every step of a sequence changes.
//
// The parameters are those of torch.nn.RNN, GRU and LSTM: W is its weight_ih_l0, U its
// weight_hh_l0, B its bias_ih_l0 and C its bias_hh_l0, with a block of H rows for every gate. It has two
// biases as PyTorch has, so that its weights fit and a step of training is its step; only the GRU
// needs the second.
type Recurrent struct {
	W *graph.Param // (gates·H, n), for the inputs
	U *graph.Param // (gates·H, H), for the state
	B *graph.Param // (gates·H, 1)
	C *graph.Param // (gates·H, 1)

	// Last says that the layer gives the state behind the last step of an example, of shape (H, m),
	// and not those behind all, of shape (T, H, m).
	Last bool

	err error
}

// RecurrentSettings configures an [RNN], a [GRU] or an [LSTM], which its methods make. Name, In and Out
// must be set.
type RecurrentSettings struct {
	// Name is what the parameters are called by: Name.W, Name.U, Name.b and Name.c. It must be
	// unique in the network.
	Name string

	In, Out int  // n and H, at least 1
	Last    bool // whether the layer gives the last state alone

	// Init sets W and U; if nil both are drawn uniformly between −1/√H and 1/√H. The biases start at 0.
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, that of the graphs that use the
	// layer. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// build returns a layer with so many gates, for which it draws W and then U.
func (s RecurrentSettings) build(gates int, rng Source) (*Recurrent, error) {
	dtype, err := sequenceSizes(s.Name, s.Dtype, s.In, s.Out, "In", "Out")
	if err != nil {
		return nil, err
	}
	if larger := max(s.In, s.Out); s.Out > maxWeights/gates/larger {
		return nil, fmt.Errorf("%s is %d and Out is %d: at most %d weights are supported", "In", s.In, s.Out, maxWeights)
	}
	if s.Init == nil {
		s.Init = Uniform(1 / math.Sqrt(float64(s.Out)))
	}
	r := &Recurrent{Last: s.Last}
	if r.W, r.B, err = newAffine(s.Name+".W", s.Name+".b", s.In, gates*s.Out, dtype, s.Init, rng); err != nil {
		return nil, err
	}
	if r.U, r.C, err = newAffine(s.Name+".U", s.Name+".c", s.Out, gates*s.Out, dtype, s.Init, rng); err != nil {
		return nil, err
	}
	for letter, p := range map[string]*graph.Param{"W": r.W, "U": r.U, "b": r.B, "c": r.C} {
		p.Letter, p.Layer = letter, s.Name
	}
	return r, nil
}

// make returns what a recurrent layer of the kind op consists of.
func (s RecurrentSettings) make(op string, gates int, rng Source) Recurrent {
	r, err := s.build(gates, rng)
	if err != nil {
		return Recurrent{err: graph.Errorf(op+" "+strconv.Quote(s.Name), "%w", err)}
	}
	return *r
}

func (r *Recurrent) params() []*graph.Param { return distinct(r.W, r.U, r.B, r.C) }

// A cell is how a recurrent layer takes a step.
type cell struct {
	op            string
	gates, states int

	// step returns the states behind a step from z, what comes of the step's input, and from the states before it;
	// u and c are the layer's. The first state is what the layer gives.
	step func(z, u, c *graph.Node, states []*graph.Node) []*graph.Node

	// within says that c is added in step, and not to z.
	within bool
}

// run applies the layer from the given states on, or from zeros without any, and returns what it gives and the
// states behind the last step of each example.
func (r *Recurrent) run(of cell, x, lengths *graph.Node, states []*graph.Node) (y *graph.Node, final []*graph.Node) {
	if failed := r.reject(of, x, lengths, states); failed != nil {
		return failed, slices.Repeat([]*graph.Node{failed}, of.states)
	}
	g, steps, m := x.Graph(), x.Shape()[0], x.Shape()[2]
	u, c := g.Use(r.U), g.Use(r.C)
	z := graph.Add(graph.MatMul(g.Use(r.W), x), g.Use(r.B))
	if !of.within {
		z = graph.Add(z, c)
	}
	if len(states) == 0 {
		states = slices.Repeat([]*graph.Node{g.Const(0, r.U.Shape()[1], m)}, of.states)
	}
	over := []*graph.Node{z}
	if lengths != nil {
		over = append(over, ofExamples(steps, lengths))
	}
	final, stacked := graph.Loop{Init: states, Over: over}.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
		next = of.step(in[0], u, c, state)
		if lengths != nil {
			for i, n := range next {
				next[i] = graph.Where(in[1], n, state[i])
			}
		}
		if r.Last {
			return next, nil
		}
		return next, next[:1]
	})
	switch {
	case r.Last:
		return final[0], final
	case lengths != nil:
		return graph.Where(over[1], stacked[0], g.Const(0)), final
	}
	return stacked[0], final
}

// reject returns a failed node unless the layer can be applied.
func (r *Recurrent) reject(of cell, x, lengths *graph.Node, states []*graph.Node) *graph.Node {
	if r.err != nil {
		return graph.Fail(r.err, x)
	}
	n, hidden, err := r.sizes(of.gates)
	if err != nil {
		return graph.Fail(graph.Errorf(of.op, "%w", err), x)
	}
	if failed := rejectSequence(of.op, x, lengths, n); failed != nil {
		return failed
	}
	if len(states) != 0 && len(states) != of.states {
		return graph.Fail(graph.Errorf(of.op, "%d states given, %d expected, or none", len(states), of.states), x)
	}
	for _, s := range states {
		if failed := reject(of.op, s); failed != nil {
			return graph.Fail(failed.Err(), x)
		}
		if m := x.Shape()[2]; !slices.Equal(s.Shape(), []int{hidden, m}) {
			return graph.Fail(graph.Errorf(of.op, "a state of shape %v given, (%d,%d) expected", s.Shape(), hidden, m), x, s)
		}
	}
	return nil
}

// sizes returns n and H, or what the layer lacks.
func (r *Recurrent) sizes(gates int) (n, hidden int, err error) {
	if r.W.Err() == nil && r.U.Err() == nil && len(r.W.Shape()) == 2 && len(r.U.Shape()) == 2 {
		n, hidden = r.W.Shape()[1], r.U.Shape()[1]
	}
	rows := gates * hidden
	return n, hidden, lost([]*graph.Param{r.W, r.U, r.B, r.C}, [][]int{{rows, n}, {rows, hidden}, {rows, 1}, {rows, 1}})
}

// gate returns the rows of a gate, by its place.
func gate(z *graph.Node, place, gates int) *graph.Node {
	rows := z.Shape()[0] / gates
	return graph.Slice(z, graph.Range{From: place * rows, To: (place + 1) * rows})
}
