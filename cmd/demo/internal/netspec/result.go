package netspec

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/layers"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// A Result is what one forward and one backward pass compute. Entry l−1 of each
// slice belongs to layer l.
type Result struct {
	Cost       float64
	Z, A       []handgrad.Matrix  // (n[l], m)
	DZ, DW, DB []handgrad.Matrix  // in the shapes of Z, W and b
	Convention explain.Convention // of DZ
}

// Settings returns the network as an experiment without data.
func (s *Spec) Settings() experiment.Settings {
	var names []string
	for _, g := range s.Activations {
		names = append(names, g.String())
	}
	e := experiment.Settings{Cost: experiment.Cost{Kind: string(s.Loss)}}
	e.Inputs, e.Layers = experiment.Chain(s.Sizes, names)
	for l := range e.Layers {
		e.Layers[l].Init.Kind = "zeros"
	}
	return e
}

// Give sets the parameters of a network of the spec's sizes.
func (s *Spec) Give(net layers.Layer) error {
	params := net.Params()
	for l := range s.W {
		if err := params[2*l].Set(dense(s.W[l])); err != nil {
			return err
		}
		if err := params[2*l+1].Set(dense(s.B[l])); err != nil {
			return err
		}
	}
	return nil
}

// Feeds returns the examples.
func (s *Spec) Feeds(n experiment.Nodes) graph.Feeds {
	return graph.Feeds{n.X: dense(s.X), n.Y: dense(s.Y)}
}

// A model is the graph of a spec.
type model struct {
	net layers.Layer
	experiment.Nodes
}

// newModel builds the graph of a spec, with the spec's parameters.
func newModel(s *Spec) (*model, error) {
	x, err := experiment.NewOn(s.Settings(), experiment.Examples{})
	if err != nil {
		return nil, err
	}
	m := &model{net: x.Network, Nodes: x.Express(x.NewGraph(), s.Examples())}
	if err := m.Cost.Err(); err != nil {
		return nil, err
	}
	return m, s.Give(m.net)
}

// Compute runs the network forward and backward, as one program whose backward
// half the chain rule wrote: dW and db are the derivatives of the cost, and dZ
// those of the cost or, in the notes' convention, of each example's own loss. A value
// that is not finite is an error.
func Compute(s *Spec, c explain.Convention) (*Result, error) {
	m, err := newModel(s)
	if err != nil {
		return nil, err
	}
	dZ, err := m.derivatives(c)
	if err != nil {
		return nil, err
	}
	dParams, err := graph.Grad(m.Cost, m.Params...)
	if err != nil {
		return nil, err
	}
	grads := slices.Concat(dZ, dParams)
	prog, err := graph.Compile(graph.Spec{Outputs: slices.Concat([]*graph.Node{m.Cost}, m.Z, m.A, grads)})
	if err != nil {
		return nil, err
	}
	defer prog.Close()
	if err := prog.Run(s.Feeds(m.Nodes)); err != nil {
		return nil, err
	}
	r, err := readResult(prog, m, grads)
	if err != nil {
		return nil, err
	}
	r.Convention = c
	return r, nil
}

// derivatives returns dZ of every layer in the convention.
func (m *model) derivatives(c explain.Convention) ([]*graph.Node, error) {
	if c == explain.MeanCost {
		return graph.Grad(m.Cost, m.Z...)
	}
	own, err := graph.GradByExample(m.Cost, m.Z...)
	if err != nil {
		return nil, err
	}
	return own.Gradients, nil
}

// readResult returns the values of a program that has run. The gradients are
// those of all Z, and then of W and b of every layer.
func readResult(prog *graph.Program, m *model, grads []*graph.Node) (*Result, error) {
	cost, err := prog.Scalar(m.Cost)
	if err != nil {
		return nil, err
	}
	r := &Result{Cost: cost}
	depth := len(m.Z)
	for l := range depth {
		for _, value := range []struct {
			to   *[]handgrad.Matrix
			node *graph.Node
		}{
			{&r.Z, m.Z[l]}, {&r.A, m.A[l]}, {&r.DZ, grads[l]},
			{&r.DW, grads[depth+2*l]}, {&r.DB, grads[depth+2*l+1]},
		} {
			v, err := matrixOf(prog, value.node)
			if err != nil {
				return nil, err
			}
			*value.to = append(*value.to, v)
		}
	}
	return r, r.checkFinite()
}

// checkFinite reports the first value in the order of computation that
// overflowed.
func (r *Result) checkFinite() error {
	for _, line := range lines(len(r.Z)) {
		v := r.value(line)
		if i := notFinite(v); i >= 0 {
			return fmt.Errorf("%v is %v in row %d, column %d: the numbers are too large for float64", line, v.Data[i], i/v.Cols+1, i%v.Cols+1)
		}
	}
	return nil
}

// dense returns a matrix as a tensor of the same memory.
func dense(a handgrad.Matrix) *tensor.Dense {
	return graph.Tensor(a.Data, a.Rows, a.Cols)
}

// matrixOf returns an output of a program that has run.
func matrixOf(prog *graph.Program, n *graph.Node) (handgrad.Matrix, error) {
	shape := n.Shape()
	out := handgrad.Zeros(shape[0], shape[1])
	return out, prog.CopyTo(dense(out), n)
}
