package netspec

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// A Result is what one forward and one backward pass compute. Entry l−1 of each
// slice belongs to layer l.
type Result struct {
	Cost       float64
	Z, A       []handgrad.Matrix // (n[l], m)
	DZ, DW, DB []handgrad.Matrix // in the shapes of Z, W and b
}

// A model is the graph of a spec.
type model struct {
	net  *layers.MLP
	x, y *graph.Node
	z, a []*graph.Node
	cost *graph.Node
}

// newModel builds the graph of a spec, with the spec's parameters.
func newModel(s *Spec) (*model, error) {
	last := s.Layers() - 1
	net := layers.MLPSettings{Sizes: s.Sizes, Hidden: s.Activations[:last], Output: s.output(),
		Init: []layers.Initializer{layers.Zeros}}.New(nil)
	g := graph.New(graph.Settings{})
	m := &model{net: net, x: g.Input("X", s.Sizes[0], s.Examples()), y: g.Input("Y", s.Sizes[last+1], s.Examples())}
	forward := net.Forward(m.x)
	m.z, m.a = forward.Z, forward.A
	switch {
	case s.Loss == SquaredError:
		m.cost = losses.SquaredError(m.a[last], m.y)
	case s.output() == layers.Softmax:
		m.cost = losses.SoftmaxCrossEntropy(m.z[last], m.y)
	default:
		m.cost = losses.SigmoidCrossEntropy(m.z[last], m.y)
	}
	if err := g.Err(); err != nil {
		return nil, err
	}
	for l := range net.W {
		if err := net.W[l].Set(dense(s.W[l])); err != nil {
			return nil, err
		}
		if err := net.B[l].Set(dense(s.B[l])); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// feeds returns the examples.
func (m *model) feeds(s *Spec) graph.Feeds {
	return graph.Feeds{m.x: dense(s.X), m.y: dense(s.Y)}
}

// Compute runs the network forward and backward, as one program whose backward
// half the chain rule wrote. A value that is not finite is an error.
func Compute(s *Spec) (*Result, error) {
	m, err := newModel(s)
	if err != nil {
		return nil, err
	}
	g := m.cost.Graph()
	wrt := slices.Clone(m.z)
	for l := range m.z {
		wrt = append(wrt, g.Param(m.net.W[l]), g.Param(m.net.B[l]))
	}
	grads, err := graph.Grad(m.cost, wrt...)
	if err != nil {
		return nil, err
	}
	prog, err := graph.Compile(graph.Spec{Outputs: slices.Concat([]*graph.Node{m.cost}, m.z, m.a, grads)})
	if err != nil {
		return nil, err
	}
	defer prog.Close()
	if err := prog.Run(m.feeds(s)); err != nil {
		return nil, err
	}
	return readResult(prog, m, grads)
}

// readResult returns the values of a program that has run. The gradients are
// those of all Z, and then of W and b of every layer.
func readResult(prog *graph.Program, m *model, grads []*graph.Node) (*Result, error) {
	cost, err := prog.Scalar(m.cost)
	if err != nil {
		return nil, err
	}
	r := &Result{Cost: cost}
	depth := len(m.z)
	for l := range depth {
		for _, value := range []struct {
			to   *[]handgrad.Matrix
			node *graph.Node
		}{
			{&r.Z, m.z[l]}, {&r.A, m.a[l]}, {&r.DZ, grads[l]},
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
	return tensor.New(tensor.WithShape(a.Rows, a.Cols), tensor.WithBacking(a.Data))
}

// matrixOf returns an output of a program that has run.
func matrixOf(prog *graph.Program, n *graph.Node) (handgrad.Matrix, error) {
	shape := n.Shape()
	out := zeros(shape[0], shape[1])
	return out, prog.CopyTo(dense(out), n)
}
